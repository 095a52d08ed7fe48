#pragma once
// The arithmetic of one adversarial step with everything random given: what a recipe says about losses, clipping,
// regularisation and fake re-use, and nothing about data, streams, schedule or threads.

#include <torch/torch.h>

#include <functional>
#include <memory>
#include <string>

#include "models/generator.h"
#include "train/recipe.h"

namespace ganvas {

/// How fakes are made beside their latents.
struct FakeInputs {
  at::Tensor mixed_z;                 ///< [N, z_dim]: second latents, whose styles the layers from `crossover` on take
  int crossover = 0;                  ///< first style row of the second latents; 0: no style mixing
  std::string noise_mode = "random";  ///< random, const, none
  std::uint64_t noise_seed = 0;       ///< of random noise
};

struct DiscriminatorInputs {
  at::Tensor reals;         // [N, C, H, W] float, -1..1, on the networks' device
  at::Tensor z;             // [N, z_dim] float
  at::Tensor c;             // [N, c_dim] float, undefined when unconditional
  at::Tensor real_targets;  // [N, 1] float
  at::Tensor fake_targets;  // [N, 1] float
  FakeInputs fakes = {};
  at::Tensor mixture = {};  // [N, 1, 1, 1] float 0..1, share of the fake in gradient penalty's mixtures
};

struct GeneratorInputs {
  at::Tensor z;        // [N, z_dim] float; unused when the recipe re-uses the discriminator's fakes
  at::Tensor c;        // [N, c_dim] float, undefined when unconditional
  at::Tensor targets;  // [N, 1] float
  FakeInputs fakes = {};
};

/// Path length regularisation.
struct PathInputs {
  at::Tensor z, c;   // as above, of a smaller batch
  at::Tensor noise;  // [N, C, H, W] float, N(0, 1)
  FakeInputs fakes = {};
};

/// Scalars on the networks' device, so that a whole step needs one transfer.
struct DiscriminatorFigures {
  at::Tensor loss, real_score, fake_score, grad_norm;
  at::Tensor penalty;   ///< gradient penalty, or R1 of the same step; 0 without
  at::Tensor sign_sum;  ///< sum over the reals of the signs of their logits
};
struct GeneratorFigures {
  at::Tensor loss, grad_norm;
};

/// Both networks stay in training mode: batch norm uses the statistics of the batch, and reals and fakes pass the
/// discriminator as separate batches (one joint batch when the recipe says so). Pictures are -1..1 here always; a
/// network that was published on 0..1 converts inside. Not thread-safe.
class GanStep {
 public:
  /// What the discriminator sees instead of the pictures; differentiable. Called once a batch, in a fixed order.
  using Augment = std::function<at::Tensor(const at::Tensor& pictures)>;

  GanStep(LossSpec loss, const OptimizerSpec& g_optimizer, const OptimizerSpec& d_optimizer, GeneratorPtr generator,
          DiscriminatorPtr discriminator);

  /// Weights of terms, targets, penalties and rates for the steps to come; kinds and intervals stay.
  void set_loss(const LossSpec& loss, const OptimizerSpec& g_optimizer, const OptimizerSpec& d_optimizer);

  /// Empty: the pictures themselves.
  void set_augment(Augment augment) { augment_ = std::move(augment); }

  /// Clips the critic if asked, then one optimiser step of the discriminator, gradient penalty and an R1 of interval 1
  /// included.
  DiscriminatorFigures train_discriminator(const DiscriminatorInputs& inputs);
  /// One optimiser step of the generator; the discriminator's weights stay (its batch norm statistics move, as in the
  /// public programs).
  GeneratorFigures train_generator(const GeneratorInputs& inputs);

  /// A step of lazy R1: the penalty alone, times its interval. -> the mean penalty.
  at::Tensor regularize_discriminator(const at::Tensor& reals, const at::Tensor& c);
  /// A step of path length regularisation, times its interval; moves path_mean(). -> the mean length.
  at::Tensor regularize_generator(const PathInputs& inputs);

  /// Average path length so far, a scalar on the networks' device; part of the state of a run.
  [[nodiscard]] const at::Tensor& path_mean() const { return path_mean_; }
  void set_path_mean(const at::Tensor& mean) { path_mean_.copy_(mean); }

  torch::optim::Optimizer& generator_optimizer() { return *g_optimizer_; }
  torch::optim::Optimizer& discriminator_optimizer() { return *d_optimizer_; }
  [[nodiscard]] const torch::optim::Optimizer& generator_optimizer() const { return *g_optimizer_; }
  [[nodiscard]] const torch::optim::Optimizer& discriminator_optimizer() const { return *d_optimizer_; }

 private:
  at::Tensor make_styles(const at::Tensor& z, const at::Tensor& c, const FakeInputs& inputs);
  at::Tensor make_fakes(const at::Tensor& z, const at::Tensor& c, const FakeInputs& inputs);
  at::Tensor judge(const at::Tensor& pictures, const at::Tensor& c);
  DiscriminatorFigures separate_batches(const DiscriminatorInputs& inputs, const at::Tensor& fakes);
  DiscriminatorFigures joint_batch(const DiscriminatorInputs& inputs, const at::Tensor& fakes);
  at::Tensor penalise_gradient(const DiscriminatorInputs& inputs, const at::Tensor& fakes);

  LossSpec loss_;
  GeneratorPtr generator_;
  DiscriminatorPtr discriminator_;
  Augment augment_;
  std::unique_ptr<torch::optim::Optimizer> g_optimizer_;
  std::unique_ptr<torch::optim::Optimizer> d_optimizer_;
  at::Tensor reused_fakes_;  // with their graph, between the two halves of a step
  at::Tensor path_mean_;
};

/// Critic steps of generator step `step` (0 the first): the recipe's, or more while it warms up.
int critic_steps(const LossSpec& loss, std::int64_t step);

}  // namespace ganvas
