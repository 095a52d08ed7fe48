#pragma once
// A cheap figure of quality while a run trains: a kernel distance through the built-in face network, with its
// uncertainty, from published snapshots alone. The run itself does not know of it.

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "core/json.h"
#include "train/recipe/recipe.h"
#include "train/report/report.h"
#include "train/step/snapshot.h"

namespace ganvas::train {

struct LiveQualityOptions {
  double share = 0.05;               ///< of wall-clock time that it may take, 0..1
  double most_seconds = 4;           ///< for the samples of one figure; there are fewer then
  std::int64_t samples = 512;        ///< of fixed latents, for one figure
  std::int64_t reals = 1024;         ///< of the data
  std::filesystem::path run_folder;  ///< gets quality.jsonl and best.safetensors; empty: neither
};

/// Looks at snapshots on a thread of its own, with a low priority and one processor thread. Methods are for the owner's
/// thread and never wait, but for the destructor, which ends within one batch of samples.
class LiveQuality {
 public:
  /// Opens the recipe's data once more, for the pictures to compare with. What goes wrong ends it: see error().
  LiveQuality(const Recipe& recipe, LiveQualityOptions options);
  ~LiveQuality();

  /// Newest weights. They are looked at when the time that it may take allows; a newer one replaces one that waits.
  void offer(SnapshotPtr snapshot);
  /// The run went back, or goes on from, `step`: figures of later steps, also one that is being measured, are dropped,
  /// here and in quality.jsonl.
  void rewind(std::int64_t step);
  /// True when it would look at a snapshot at once.
  [[nodiscard]] bool hungry() const;
  /// Figures since the last call, in order.
  std::vector<QualityFigure> take();
  /// Why there are no more figures; empty while all is well.
  [[nodiscard]] std::string error() const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

/// Takes the figures of later steps out of a run folder's quality.jsonl, which nobody else writes meanwhile. Throws
/// Error.
void drop_quality_after(const std::filesystem::path& run_folder, std::int64_t step);

/// The figures that a run folder's quality.jsonl holds; empty when there is none.
std::vector<QualityFigure> read_quality(const std::filesystem::path& run_folder);

Json to_json(const QualityFigure& figure);

}  // namespace ganvas::train
