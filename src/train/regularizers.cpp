#include "train/regularizers.h"

#include <cmath>

namespace ganvas {

at::Tensor r1_penalty(const at::Tensor& logits, const at::Tensor& pictures) {
  const at::Tensor gradient = torch::autograd::grad({logits.sum()}, {pictures}, {}, std::nullopt, true)[0];
  return gradient.square().sum({1, 2, 3});
}

at::Tensor gradient_penalty(const at::Tensor& logits, const at::Tensor& pictures) {
  return (r1_penalty(logits, pictures).sqrt() - 1).square().mean();
}

PathLength path_length(const PathLengthInputs& inputs) {
  const double pixels = static_cast<double>(inputs.pictures.size(2) * inputs.pictures.size(3));
  const at::Tensor projection = (inputs.pictures * (inputs.noise / std::sqrt(pixels))).sum();
  const at::Tensor gradient = torch::autograd::grad({projection}, {inputs.w}, {}, std::nullopt, true)[0];
  PathLength path;
  path.lengths = gradient.square().sum(2).mean(1).sqrt();
  const at::Tensor moved = at::lerp(inputs.mean, path.lengths.mean(), inputs.decay);
  path.mean = moved.detach();
  path.penalty = (path.lengths - moved).square();
  return path;
}

}  // namespace ganvas
