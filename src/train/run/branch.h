#pragma once
// A run that begins at a past moment of another one.

#include <cstdint>
#include <filesystem>
#include <string>

namespace ganvas::train {

/// Where a branch begins, and of what.
struct Branch {
  std::int64_t step = 0;
  double kimg = 0;
  /// Step of the checkpoint that it was made of. The same as `step`: the branch goes on exactly as the run did.
  /// Another: the weights of the moment's moving average take the generator's place, beside the discriminator, the
  /// optimisers' averages and the random streams of that checkpoint.
  std::int64_t checkpoint_step = 0;
  [[nodiscard]] bool exact() const { return step == checkpoint_step; }
};

/// Makes the run folder `to` from the moment of the run folder `from` that is nearest to `kimg`: recipe, a checkpoint
/// to go on from, the log up to there, the kept moments up to there, and branch.json, which says where it comes from.
/// `from` is only read. Throws Error when `from` has no checkpoint, or when `to` holds a run.
Branch branch_run(const std::filesystem::path& from, double kimg, const std::filesystem::path& to);

/// One sentence for people.
std::string to_text(const Branch& branch);

}  // namespace ganvas::train
