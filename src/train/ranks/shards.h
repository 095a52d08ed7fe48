#pragma once
// A batch cut into equal parts: over processes (ranks), each of which takes its part in micro-batches. The parts are
// chosen so that gradients summed over them are those of the whole batch.

#include <ATen/ATen.h>

#include <functional>

#include "core/error.h"

namespace ganvas::train {

/// How a batch is cut: rank r of `ranks` has the parts r * micro .. r * micro + micro - 1 of ranks * micro.
struct Split {
  int ranks = 1;
  int rank = 0;
  int micro = 1;
  /// Sums a tensor over the ranks, in place; all call it equally often, in the same order. Needed where ranks > 1.
  std::function<void(at::Tensor&)> all_reduce;
  /// Whether something holds on any rank; called by all in the same order. Needed where ranks > 1.
  std::function<bool(bool)> any;

  [[nodiscard]] int parts() const { return ranks * micro; }
};

/// Rows of part `index` of `parts` in a batch of which picture n is judged together with the pictures of the same
/// n % (batch / group): whole groups, so that the part, a batch of its own, falls into the same groups. [batch / parts]
/// int64 on the CPU. Parts of parts fit: cutting each of R parts into M gives the R * M parts, in order. Throws Error
/// as check_parts().
at::Tensor shard_rows(std::int64_t batch, std::int64_t group, std::int64_t parts, std::int64_t index);

/// Throws Error naming the batches that fit when this one cannot be cut so.
void check_parts(std::int64_t batch, std::int64_t group, std::int64_t parts);

/// rows of x; x itself where either is undefined.
at::Tensor take_rows(const at::Tensor& x, const at::Tensor& rows);

/// The memory of a device ran out while gradients were computed. Nothing that training keeps has changed but running
/// averages in the networks' buffers; smaller micro-batches may do.
class OutOfMemory : public Error {
 public:
  using Error::Error;
};

/// Whether the exception says that memory ran out, on whichever device.
bool tells_of_memory(const std::exception& error);

}  // namespace ganvas::train
