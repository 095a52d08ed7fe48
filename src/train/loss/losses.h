#pragma once
// Adversarial losses as pure functions on logits. A logit is a discriminator's output before any sigmoid, [N, 1].

#include <ATen/ATen.h>

#include "core/random.h"
#include "train/recipe/recipe.h"

namespace ganvas::train {

/// `count` label targets [count, 1] float on the CPU. A range with low == high draws nothing from the stream.
at::Tensor draw_targets(const LabelRange& range, std::int64_t count, RandomStream& random);

/// Mean binary cross-entropy of sigmoid(logits) against targets in 0..1, computed from the logits so that it never
/// overflows: mean(max(x, 0) - x * t + log(1 + exp(-|x|))). Shapes equal. -> scalar.
at::Tensor logit_cross_entropy(const at::Tensor& logits, const at::Tensor& targets);

/// The discriminator's loss on reals and on fakes, each already multiplied by its weight; their sum is what it
/// minimises. bce: Goodfellow et al. 2014 with label targets. wasserstein: -mean(D(real)) and mean(D(fake)), Arjovsky
/// et al. 2017, targets unused. logistic: softplus(-D(real)) and softplus(D(fake)), Goodfellow et al. 2014 as StyleGAN
/// has it. hinge: mean(max(0, 1 - D(real))) and mean(max(0, 1 + D(fake))), Lim & Ye 2017.
at::Tensor real_loss(const LossSpec& loss, const at::Tensor& logits, const at::Tensor& targets);
at::Tensor fake_loss(const LossSpec& loss, const at::Tensor& logits, const at::Tensor& targets);

/// What the generator minimises: bce of the fakes against targets near 1, softplus(-D(fake)) (both the non-saturating
/// form), or -mean(D(fake)) (wasserstein and hinge).
at::Tensor generator_loss(const LossSpec& loss, const at::Tensor& logits, const at::Tensor& targets);

/// The figure that charts show: mean of sigmoid(logits) for bce and logistic, mean of the critic's values else.
at::Tensor mean_score(const LossSpec& loss, const at::Tensor& logits);

}  // namespace ganvas::train
