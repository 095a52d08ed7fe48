#pragma once
// Regularisers as pure functions, and the table of those of the discriminator. Most need second derivatives of the
// networks.

#include <ATen/ATen.h>

#include <span>
#include <vector>

#include "train/loss/loss_spec.h"

namespace ganvas::train {

/// A term that the discriminator minimises beside its adversarial loss.
struct DiscriminatorTerm {
  enum class Pictures {
    reals,
    fakes,
    mixtures  ///< of a real and a fake each, which pass the discriminator for the terms' sake
  };

  const char* name;
  Pictures pictures;         ///< whose logits it looks at
  double LossSpec::*weight;  ///< 0: the term is left out
  double scale = 1;          ///< the loss is scale * weight * mean
  /// Every how many steps, for a term that may be a step of its own (LossSpec); null: part of every step.
  int LossSpec::*interval = nullptr;
  /// logits [N, 1] or [N], computed from `pictures` [N, C, H, W] that require a gradient. -> scalar, the mean over the
  /// pictures, differentiable in the discriminator's parameters. Charts show the sum of all terms' means.
  at::Tensor (*mean)(const at::Tensor& logits, const at::Tensor& pictures);
};

/// All of them. A new term is a weight in LossSpec and a row in regularizers.cpp.
std::span<const DiscriminatorTerm> discriminator_terms();
/// Those of a recipe that look at such pictures in each discriminator step.
std::vector<const DiscriminatorTerm*> terms_of_each_step(const LossSpec& loss, DiscriminatorTerm::Pictures pictures);
/// The discriminator has another term than its adversarial loss, in each step or now and then.
bool has_terms(const LossSpec& loss);

/// Squared norm of the discriminator's gradient at each picture (R1, Mescheder et al. 2018); the loss is gamma / 2
/// times its mean.
///   logits    [N, 1] or [N], computed from `pictures`, each from its own picture (or nearly: minibatch deviation)
///   pictures  [N, C, H, W], requires_grad
/// -> [N], differentiable in the discriminator's parameters.
at::Tensor r1_penalty(const at::Tensor& logits, const at::Tensor& pictures);

/// Mean over the pictures of (norm of the critic's gradient - 1)^2 (WGAN-GP, Gulrajani et al. 2017); the loss is lambda
/// times it.
///   logits    [N, 1] or [N], computed from `pictures`
///   pictures  [N, C, H, W], requires_grad: mixtures of reals and fakes
/// -> scalar, differentiable in the critic's parameters.
at::Tensor gradient_penalty(const at::Tensor& logits, const at::Tensor& pictures);

/// Path length regularisation (Karras et al. 2019, section 3.2).
struct PathLength {
  at::Tensor lengths;  ///< [N], differentiable
  at::Tensor mean;     ///< scalar: the moved average, not differentiable; the next step's `mean`
  at::Tensor penalty;  ///< [N]: (length - moved average)^2, differentiable
};

struct PathLengthInputs {
  at::Tensor pictures;  ///< [N, C, H, W], computed from `w`
  at::Tensor w;         ///< [N, num_ws, w_dim], part of the graph
  at::Tensor noise;     ///< as pictures, N(0, 1); divided by the root of the number of pixels here
  at::Tensor mean;      ///< scalar: average of the lengths so far, 0 at the start
  double decay = 0.01;  ///< how far the average moves to the batch's mean
};

PathLength path_length(const PathLengthInputs& inputs);

/// The lengths alone: norms of the gradients of pictures times noise at `w`, [N]. `mean` and `decay` are not read.
/// `differentiable` false: without a graph for the gradient of the lengths; the graph of the pictures is used up.
at::Tensor path_lengths(const PathLengthInputs& inputs, bool differentiable = true);

/// The penalty's sum over a part of a batch, for a batch that is taken in parts. The moved average depends on all
/// lengths; its share of the gradient is linear in them, so parts that know the average of all lengths suffice:
///   sum over the part of (l - a)^2 - decay * 2 (m - a) * l,   a = moved average, m = average of all, both constants
/// has the gradient that the sum of the penalties of the whole batch has at the part's lengths.
at::Tensor path_penalty_of_part(const at::Tensor& lengths, const at::Tensor& moved, const at::Tensor& mean,
                                double decay);

}  // namespace ganvas::train
