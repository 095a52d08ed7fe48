#pragma once
// Scripts: a JSON list of commands, waits and screenshots, run against an App. No torch.
//   [{"command": "set_seed", "x": 3},
//    {"wait": {"until_frame": 1}},                    n pictures that answer the newest request have arrived
//    {"wait": {"until_step": 50, "timeout": 300}},    the training has done n steps
//    {"wait": {"until_state": "paused"}},             the training session is in that state
//    {"wait": {"seconds": 0.5}},
//    {"screenshot": {"of": "picture", "path": "seed3.png"}}]    or "of": "window"

#include <filesystem>
#include <memory>
#include <string>
#include <variant>
#include <vector>

#include "app/app.h"
#include "app/dispatch/command.h"

namespace ganvas::app {

struct WaitStep {
  enum class Kind { seconds, step, frame, state };
  Kind kind = Kind::seconds;
  double amount = 0;     ///< seconds, steps or pictures
  std::string state;     ///< name of a SessionState
  double timeout = 600;  ///< seconds until the script fails
};

struct ScreenshotStep {
  bool window = false;  ///< the whole window instead of the picture
  std::string path;     ///< relative to the output folder
};

using ScriptStep = std::variant<Command, WaitStep, ScreenshotStep>;
using Script = std::vector<ScriptStep>;

/// Checks every step before anything runs. Throws Error naming the position of the first step that is wrong.
Script parse_script(const Json& json, const std::string& what);
Script load_script(const std::filesystem::path& path);

/// Runs a script, a bit every frame. For the UI thread.
class ScriptRunner {
 public:
  ScriptRunner(Script script, std::filesystem::path out);

  /// Call once a frame, after App::tick(). `seconds` since the last call. Returns false when the script is done.
  /// Throws Error naming the step when the app reports an error or a wait takes too long.
  bool tick(App& app, double seconds);

  [[nodiscard]] std::size_t position() const { return position_; }  ///< steps done

 private:
  bool wait_over(const App& app, const WaitStep& wait, double seconds);
  bool screenshot_done(App& app, const ScreenshotStep& step, double seconds);
  bool frames_arrived(const App& app, double count);

  Script script_;
  std::filesystem::path out_;
  std::size_t position_ = 0;
  double waited_ = 0;               ///< seconds in the present step
  bool begun_ = false;              ///< the present step has seen its first tick
  bool asked_ = false;              ///< the present screenshot has been asked for
  std::uint64_t base_request_ = 0;  ///< newest request when the present step began
  double frames_ = 0;               ///< pictures since then
  const Frame* last_frame_ = nullptr;
};

}  // namespace ganvas::app
