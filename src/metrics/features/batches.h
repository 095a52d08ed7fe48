#pragma once
// Long work on numbered things (pictures, pairs of latents), in batches, over processes, that can be broken off.

#include <ATen/ATen.h>

#include <cstdint>
#include <filesystem>
#include <functional>
#include <string>

#include "io/weight_set.h"

namespace ganvas::metrics {

/// The processes that share the work. All call the same things in the same order.
struct Ranks {
  int rank = 0;
  int size = 1;
  /// Adds up a tensor over all of them, in place; not called where there is one.
  std::function<void(at::Tensor&)> sum = {};

  [[nodiscard]] bool first() const { return rank == 0; }
  void add_up(at::Tensor& tensor) const {
    if (size > 1) sum(tensor);
  }
  /// Whether something holds on all of them.
  [[nodiscard]] bool all(bool here) const;
};

struct BatchOptions {
  std::int64_t batch = 64;  ///< the last one of all may have fewer
  Ranks ranks;
  std::filesystem::path states;   ///< folder for the state of work that is not done; empty: none is kept
  std::int64_t save_every = 100;  ///< batches of this process
  /// What is done, how much of it, of how much. On the calling thread, once at the start and after each batch.
  std::function<void(const std::string& what, std::int64_t done, std::int64_t total)> progress = {};
  std::function<bool()> stop = {};  ///< asked after each batch
};

/// The work, and what of it is done. For one thread.
class BatchJob {
 public:
  virtual ~BatchJob() = default;
  /// "pictures of the data".
  [[nodiscard]] virtual std::string what() const = 0;
  /// Does number first, ..., first + count - 1.
  virtual void take(std::int64_t first, std::int64_t count) = 0;
  /// All that take() has made so far, and back again. restore() throws Error for what is no state of this job.
  [[nodiscard]] virtual io::WeightSet state() const = 0;
  virtual void restore(const io::WeightSet& state) = 0;
};

/// Gives the job numbers 0 .. total - 1 in batches; of several processes each takes every size-th batch. The state is
/// written every so many batches, when asked to stop and at the end, under a name that `identity` decides: whatever the
/// result depends on, but for the batch size and the processes, which count as well. A state that is there is gone on
/// from; one that cannot be read is passed over. -> the file of the state, which the caller removes when the result is
/// safe; empty where none is kept. Throws Error when asked to stop, and what the job throws.
std::filesystem::path run_batches(BatchJob& job, std::int64_t total, const Json& identity, const BatchOptions& options);

/// Removes a state; an empty path and a file that has gone are no error. Beside it, also removes states that are older
/// than 30 days, and half-written ones that are older than a day.
void remove_state(const std::filesystem::path& state);

}  // namespace ganvas::metrics
