#pragma once
// Adversarial losses as pure functions on logits, and the table of them. A logit is a discriminator's output before any
// sigmoid, [N, 1].

#include <ATen/ATen.h>

#include <span>

#include "core/random.h"
#include "train/loss/loss_spec.h"

namespace ganvas::train {

/// One adversarial loss. The functions take logits [N, 1] and targets [N, 1] of 0..1 and give the mean over the
/// pictures, a scalar.
struct AdversarialLoss {
  using Function = at::Tensor (*)(const at::Tensor& logits, const at::Tensor& targets);

  const char* name;  ///< as recipes have it
  Function real;     ///< what the discriminator minimises on reals ...
  Function fake;     ///< ... and on fakes
  Function generator;
  bool probabilities =
      false;             ///< sigmoid(logit) is the probability of a real: charts show that, else the critic's value
  bool targets = false;  ///< the label targets count, so that smoothed labels bound the scores
};

/// All of them. A new loss is a new row in losses.cpp.
std::span<const AdversarialLoss> adversarial_losses();
/// Throws Error for an unknown name, listing the known ones.
const AdversarialLoss& adversarial_loss(const std::string& name);

/// `count` label targets [count, 1] float on the CPU. A range with low == high draws nothing from the stream.
at::Tensor draw_targets(const LabelRange& range, std::int64_t count, RandomStream& random);

/// Mean binary cross-entropy of sigmoid(logits) against targets in 0..1, computed from the logits so that it never
/// overflows: mean(max(x, 0) - x * t + log(1 + exp(-|x|))). Shapes equal. -> scalar.
at::Tensor logit_cross_entropy(const at::Tensor& logits, const at::Tensor& targets);

/// The discriminator's loss on reals and on fakes, and the generator's, each multiplied by its weight; the sum of the
/// first two is what the discriminator minimises.
at::Tensor real_loss(const LossSpec& loss, const at::Tensor& logits, const at::Tensor& targets);
at::Tensor fake_loss(const LossSpec& loss, const at::Tensor& logits, const at::Tensor& targets);
at::Tensor generator_loss(const LossSpec& loss, const at::Tensor& logits, const at::Tensor& targets);

/// The figure that charts show: the mean of the probabilities or of the critic's values.
at::Tensor mean_score(const LossSpec& loss, const at::Tensor& logits);

}  // namespace ganvas::train
