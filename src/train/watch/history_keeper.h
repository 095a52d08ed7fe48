#pragma once
// Keeps weights of a run at chosen moments, from published snapshots alone: the run itself does not know of it.

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>

#include "train/step/snapshot.h"
#include "train/watch/weight_history.h"

namespace ganvas::train {

/// When a moment is kept. The next one is due `every_kimg` after the last, or, where that is more, `growth` times the
/// length of the run so far: a run changes most at its beginning.
struct HistoryPlan {
  double every_kimg = 0.25;
  double growth = 0.02;
  std::uint64_t budget = WeightHistory::default_budget;  ///< bytes; 0: nothing is kept
};

/// Writes on a thread of its own. Methods are for the owner's thread and never wait, but for the destructor, which
/// waits for the moment that is being written.
class HistoryKeeper {
 public:
  HistoryKeeper(std::filesystem::path run_folder, const HistoryPlan& plan);
  ~HistoryKeeper();

  /// True when a moment is due at `kimg` and none is being written.
  [[nodiscard]] bool due(double kimg) const;
  /// Keeps a snapshot, due or not; `marked`: for good. One of an earlier step than the last means that the run went
  /// back: what was kept of later steps goes.
  void keep(SnapshotPtr snapshot, bool marked = false);
  /// Why nothing is kept any more (a full disk); empty while all is well.
  [[nodiscard]] std::string error() const;
  /// Moments kept so far, and their bytes.
  [[nodiscard]] std::size_t moments() const;
  [[nodiscard]] std::uint64_t bytes() const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace ganvas::train
