#pragma once
// The weights of a run at many of its moments, in little room: the folder history/ of a run (docs/formats.md).

#include <cstdint>
#include <filesystem>
#include <vector>

#include "io/weight_set.h"

namespace ganvas::train {

/// A kept moment, as the folder tells without opening it.
struct Moment {
  std::int64_t step = 0;
  double kimg = 0;
  bool marked = false;      ///< never thinned
  std::uint64_t bytes = 0;  ///< on disk
};

/// Each moment is a file of its own, written whole or not at all, so a folder that was left in the middle of anything
/// opens. Weights are kept in half precision where that holds them (else as they are), and packed. Reading is for any
/// thread while nobody writes; writing for one thread.
class WeightHistory {
 public:
  /// Opens the folder, or begins one with the first add(). What is no whole moment is passed over. `budget`: bytes that
  /// all moments together may take.
  explicit WeightHistory(std::filesystem::path folder, std::uint64_t budget = default_budget);

  /// Keeps a generator's weights, then thins while the budget is passed: of the unmarked moments between the first and
  /// the last goes the one that leaves the smallest gap, the oldest of those alike. Replaces a moment of the same step.
  /// Throws Error (disk full); nothing is lost then. `in_training`: the weights in training, beside their average,
  /// where somebody looked at them; may be empty.
  void add(std::int64_t step, double kimg, const io::WeightSet& weights, const io::WeightSet& in_training = {});
  /// Every WeightHistory of the folder honours it when it thins. Throws Error when there is no such moment.
  void mark(std::int64_t step, bool on);
  /// Takes away the moments of later steps: the run went back.
  void drop_after(std::int64_t step);

  /// Copies the moments up to a step into another folder, by hard links where the disk has them. Those that have gone
  /// are passed over.
  void copy_until(std::int64_t step, const std::filesystem::path& folder) const;

  /// By step, rising.
  [[nodiscard]] const std::vector<Moment>& moments() const { return moments_; }
  /// The weights of the moment at that place of moments(), in full precision, with the metadata they were kept with.
  /// Throws Error for a damaged file. `in_training`: those in training, where the moment has them, else the average.
  [[nodiscard]] io::WeightSet read(std::size_t index, bool in_training = false) const;
  /// Between the moments around `kimg`, tensor by tensor; that of an end beyond it. Throws Error when there is none.
  [[nodiscard]] io::WeightSet at(double kimg, bool in_training = false) const;

  static constexpr std::uint64_t default_budget = 256'000'000;

 private:
  [[nodiscard]] std::filesystem::path file_of(std::int64_t step, double kimg) const;
  void read_marks();
  void thin();
  void remove(std::size_t index);
  void write_marks() const;

  std::filesystem::path folder_;
  std::uint64_t budget_;
  std::vector<Moment> moments_;
};

/// The moments that a run keeps now, whatever it thins or drops meanwhile: links in a folder of their own within the
/// history, which goes with this. Where there can be none, the history itself.
class PinnedHistory {
 public:
  explicit PinnedHistory(const std::filesystem::path& run_folder);
  ~PinnedHistory();
  PinnedHistory(const PinnedHistory&) = delete;
  PinnedHistory& operator=(const PinnedHistory&) = delete;
  const WeightHistory* operator->() const { return &history_; }
  const WeightHistory& operator*() const { return history_; }

 private:
  std::filesystem::path links_;  // empty: none
  WeightHistory history_;
};

/// The folder of a run's history.
std::filesystem::path history_folder(const std::filesystem::path& run_folder);

}  // namespace ganvas::train
