#include "train/step/smaller_parts.h"

#include <torch/nn/module.h>

#include "core/error.h"

namespace ganvas::train {
namespace {

bool fits(const GanStep& step, std::int64_t batch, int micro) {
  Split finer = step.split();
  finer.micro = micro;
  try {
    step.check_batch(batch, finer);
  } catch (const Error&) {
    return false;
  }
  return true;
}

}  // namespace

BeforeStep::BeforeStep(const std::vector<torch::nn::Module*>& networks, RandomStream& random)
    : random_(random), state_(random.state()) {
  const at::NoGradGuard no_grad;
  for (const torch::nn::Module* network : networks)
    for (const at::Tensor& buffer : network->buffers()) buffers_.emplace_back(buffer, buffer.clone());
}

void BeforeStep::put_back() {
  const at::NoGradGuard no_grad;
  for (auto& [buffer, copy] : buffers_) buffer.copy_(copy);
  random_.restore(state_);
}

std::string use_smaller_parts(GanStep& step, std::int64_t batch) {
  Split finer = step.split();
  const std::int64_t own = batch / finer.ranks;
  for (finer.micro *= 2; finer.micro <= own; ++finer.micro) {
    if (!fits(step, batch, finer.micro)) continue;
    try {
      step.set_split(finer);
    } catch (const Error& error) {
      fail("Out of memory at batch {}. {}", batch, error.what());
    }
    return fmt::format("Out of memory at batch {}: going on with {} micro-batches of {}, the same mathematics.", own,
                       finer.micro, own / finer.micro);
  }
  fail(
      "Out of memory at batch {}, of which {} pictures at a time cannot be cut any finer; use a smaller network or "
      "resolution.",
      batch, own / step.split().micro);
}

int fitting_micro_batches(const GanStep& step, std::int64_t batch, int wanted) {
  for (; wanted > 1; --wanted)
    if (fits(step, batch, wanted)) return wanted;
  return 1;
}

}  // namespace ganvas::train
