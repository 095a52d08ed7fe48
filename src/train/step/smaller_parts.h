#pragma once
// What to do when the memory for a step is not there: put back what the half-done step moved, and cut the batch finer.

#include <ATen/ATen.h>
#include <torch/nn/module.h>

#include <string>
#include <utility>
#include <vector>

#include "core/random.h"
#include "train/ranks/shards.h"
#include "train/step/gan_step.h"

namespace ganvas::train {

/// The buffers of the networks (running averages) and a random stream as they were when this was made.
class BeforeStep {
 public:
  BeforeStep(const std::vector<torch::nn::Module*>& networks, RandomStream& random);
  void put_back();

 private:
  std::vector<std::pair<at::Tensor, at::Tensor>> buffers_;  // the network's own, a copy
  RandomStream& random_;
  RandomStream::State state_;
};

/// Takes the batch in twice as many micro-batches, or the next number that fits, and says so in a sentence. Throws
/// Error with what else to do when it cannot be cut finer.
std::string use_smaller_parts(GanStep& step, std::int64_t batch);

/// work(pictures at once), for pictures that are only looked at: with half as many each time that memory runs out, down
/// to one; what is thrown then is the caller's.
template <typename Work>
auto with_fewer_at_once(std::int64_t at_once, Work work) {
  for (;; at_once = (at_once + 1) / 2) {
    try {
      return work(at_once);
    } catch (const std::exception& error) {
      if (at_once <= 1 || !tells_of_memory(error)) throw;
    }
  }
}

/// The largest number of micro-batches up to `wanted` into which the batch can be cut; at least 1.
int fitting_micro_batches(const GanStep& step, std::int64_t batch, int wanted);

}  // namespace ganvas::train
