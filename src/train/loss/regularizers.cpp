#include "train/loss/regularizers.h"

#include <torch/csrc/autograd/autograd.h>

#include <algorithm>
#include <cmath>

namespace ganvas::train {
namespace {

using Pictures = DiscriminatorTerm::Pictures;

constexpr DiscriminatorTerm terms[] = {
    {.name = "gradient penalty",
     .pictures = Pictures::mixtures,
     .weight = &LossSpec::gradient_penalty,
     .mean = gradient_penalty},
    {.name = "R1",
     .pictures = Pictures::reals,
     .weight = &LossSpec::r1_gamma,
     .scale = 0.5,
     .interval = &LossSpec::r1_interval,
     .mean = [](const at::Tensor& logits, const at::Tensor& reals) { return r1_penalty(logits, reals).mean(); }},
};

}  // namespace

std::span<const DiscriminatorTerm> discriminator_terms() {
  return terms;
}

std::vector<const DiscriminatorTerm*> terms_of_each_step(const LossSpec& loss, Pictures pictures) {
  std::vector<const DiscriminatorTerm*> chosen;
  for (const DiscriminatorTerm& term : terms) {
    const bool lazy = term.interval != nullptr && loss.*term.interval > 1;
    if (term.pictures == pictures && loss.*term.weight > 0 && !lazy) chosen.push_back(&term);
  }
  return chosen;
}

bool has_terms(const LossSpec& loss) {
  return std::ranges::any_of(terms, [&](const DiscriminatorTerm& term) { return loss.*term.weight > 0; });
}

at::Tensor r1_penalty(const at::Tensor& logits, const at::Tensor& pictures) {
  const at::Tensor gradient = torch::autograd::grad({logits.sum()}, {pictures}, {}, std::nullopt, true)[0];
  return gradient.square().sum({1, 2, 3});
}

at::Tensor gradient_penalty(const at::Tensor& logits, const at::Tensor& pictures) {
  return (r1_penalty(logits, pictures).sqrt() - 1).square().mean();
}

at::Tensor path_lengths(const PathLengthInputs& inputs, bool differentiable) {
  const double pixels = static_cast<double>(inputs.pictures.size(2) * inputs.pictures.size(3));
  const at::Tensor projection = (inputs.pictures * (inputs.noise / std::sqrt(pixels))).sum();
  const at::Tensor gradient = torch::autograd::grad({projection}, {inputs.w}, {}, std::nullopt, differentiable)[0];
  return gradient.square().sum(2).mean(1).sqrt();
}

at::Tensor path_penalty_of_part(const at::Tensor& lengths, const at::Tensor& moved, const at::Tensor& mean,
                                double decay) {
  const at::Tensor pull = (mean - moved) * (2 * decay);
  return ((lengths - moved).square() - pull * lengths).sum();
}

PathLength path_length(const PathLengthInputs& inputs) {
  PathLength path;
  path.lengths = path_lengths(inputs);
  const at::Tensor moved = at::lerp(inputs.mean, path.lengths.mean(), inputs.decay);
  path.mean = moved.detach();
  path.penalty = (path.lengths - moved).square();
  return path;
}

}  // namespace ganvas::train
