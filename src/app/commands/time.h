#pragma once
// The time machine: kept moments, timelapses, runs side by side. No torch.

#include <cstdint>
#include <string>
#include <vector>

#include "app/commands/command_kind.h"

namespace ganvas::app::command {

struct SetTime {
  static constexpr const char* command = "set_time";
  TimeControls time;
  static constexpr auto fields() { return std::tuple{required("time", &SetTime::time)}; }
  [[nodiscard]] std::string gesture() const { return time.split ? "time of two" : "time"; }
  void apply(CommandContext& context) const;
};

/// Keeps the weights of now for good, and those of a kept step for good or no more.
struct KeepMoment {
  static constexpr const char* command = "keep_moment";
};

struct MarkMoment {
  static constexpr const char* command = "mark_moment";
  std::int64_t step = 0;
  bool on = true;
  static constexpr auto fields() {
    return std::tuple{required("step", &MarkMoment::step), optional("on", &MarkMoment::on)};
  }
};

/// A film of how the run of the model on screen learned (app/film/timelapse.h).
struct MakeTimelapse {
  static constexpr const char* command = "make_timelapse";
  std::string path;
  std::string form = "grid";  ///< grid, walk, timeline
  std::string pace = "kimg";  ///< kimg, change
  int columns = 8;
  int rows = 8;
  int size = 0;  ///< pixels of a picture's side; 0: as the model makes it
  int fps = 30;
  double seconds = 20;
  bool caption = true;
  static constexpr auto fields() {
    return std::tuple{required("path", &MakeTimelapse::path),      optional("form", &MakeTimelapse::form),
                      optional("pace", &MakeTimelapse::pace),      optional("columns", &MakeTimelapse::columns),
                      optional("rows", &MakeTimelapse::rows),      optional("size", &MakeTimelapse::size),
                      optional("fps", &MakeTimelapse::fps),        optional("seconds", &MakeTimelapse::seconds),
                      optional("caption", &MakeTimelapse::caption)};
  }
  static constexpr auto output = &MakeTimelapse::path;
};

/// Reads the runs of a folder, for a table and charts; empty: the folder of new runs.
struct CompareRuns {
  static constexpr const char* command = "compare_runs";
  std::string folder;
  static constexpr auto fields() { return std::tuple{optional("folder", &CompareRuns::folder)}; }
};

using TimeCommands = std::variant<SetTime, KeepMoment, MarkMoment, MakeTimelapse, CompareRuns>;

}  // namespace ganvas::app::command
