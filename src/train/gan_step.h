#pragma once
// The arithmetic of one adversarial step with everything random given: what a recipe says about losses, clipping and
// fake re-use, and nothing about data, streams or threads.

#include <torch/torch.h>

#include <memory>

#include "models/generator.h"
#include "train/recipe.h"

namespace ganvas {

struct DiscriminatorInputs {
  at::Tensor reals;         // [N, C, H, W] float, -1..1, on the networks' device
  at::Tensor z;             // [N, z_dim] float
  at::Tensor c;             // [N, c_dim] float, undefined when unconditional
  at::Tensor real_targets;  // [N, 1] float
  at::Tensor fake_targets;  // [N, 1] float
};

struct GeneratorInputs {
  at::Tensor z;        // [N, z_dim] float; unused when the recipe re-uses the discriminator's fakes
  at::Tensor c;        // [N, c_dim] float, undefined when unconditional
  at::Tensor targets;  // [N, 1] float
};

/// Scalars on the networks' device, so that a whole step needs one transfer.
struct DiscriminatorFigures {
  at::Tensor loss, real_score, fake_score, grad_norm;
};
struct GeneratorFigures {
  at::Tensor loss, grad_norm;
};

/// Both networks stay in training mode: batch norm uses the statistics of the batch, and reals and fakes pass the
/// discriminator as separate batches (one joint batch when the recipe says so). Pictures are -1..1 here always; a
/// network that was published on 0..1 converts inside. Not thread-safe.
class GanStep {
 public:
  GanStep(LossSpec loss, const OptimizerSpec& g_optimizer, const OptimizerSpec& d_optimizer, GeneratorPtr generator,
          DiscriminatorPtr discriminator);

  /// Clips the critic if asked, then one optimiser step of the discriminator.
  DiscriminatorFigures train_discriminator(const DiscriminatorInputs& inputs);
  /// One optimiser step of the generator; the discriminator's weights stay (its batch norm statistics move, as in the
  /// public programs).
  GeneratorFigures train_generator(const GeneratorInputs& inputs);

  torch::optim::Optimizer& generator_optimizer() { return *g_optimizer_; }
  torch::optim::Optimizer& discriminator_optimizer() { return *d_optimizer_; }
  [[nodiscard]] const torch::optim::Optimizer& generator_optimizer() const { return *g_optimizer_; }
  [[nodiscard]] const torch::optim::Optimizer& discriminator_optimizer() const { return *d_optimizer_; }

 private:
  at::Tensor make_fakes(const at::Tensor& z, const at::Tensor& c);
  DiscriminatorFigures separate_batches(const DiscriminatorInputs& inputs, const at::Tensor& fakes);
  DiscriminatorFigures joint_batch(const DiscriminatorInputs& inputs, const at::Tensor& fakes);

  LossSpec loss_;
  GeneratorPtr generator_;
  DiscriminatorPtr discriminator_;
  std::unique_ptr<torch::optim::Optimizer> g_optimizer_;
  std::unique_ptr<torch::optim::Optimizer> d_optimizer_;
  at::Tensor reused_fakes_;  // with their graph, between the two halves of a step
};

}  // namespace ganvas
