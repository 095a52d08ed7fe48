#pragma once
// What to do when the memory for a step is not there: put back what the half-done step moved, and cut the batch finer.

#include <ATen/ATen.h>
#include <torch/nn/module.h>

#include <string>
#include <utility>
#include <vector>

#include "core/random.h"
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

/// The largest number of micro-batches up to `wanted` into which the batch can be cut; at least 1.
int fitting_micro_batches(const GanStep& step, std::int64_t batch, int wanted);

}  // namespace ganvas::train
