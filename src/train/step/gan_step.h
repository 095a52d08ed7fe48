#pragma once
// The arithmetic of one adversarial step with everything random given: what a recipe says about losses, clipping,
// regularisation and fake re-use, and nothing about data, streams, schedule or threads.

#include <ATen/ATen.h>
#include <torch/nn/module.h>
#include <torch/optim/optimizer.h>

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "models/generator.h"
#include "train/augment/augment.h"
#include "train/ranks/shards.h"
#include "train/recipe/recipe.h"

namespace ganvas::train {

/// How fakes are made beside their latents.
struct FakeInputs {
  at::Tensor mixed_z;                 ///< [N, z_dim]: second latents, whose styles the layers from `crossover` on take
  int crossover = 0;                  ///< first style row of the second latents; 0: no style mixing
  std::string noise_mode = "random";  ///< random, const, none
  std::uint64_t noise_seed = 0;       ///< of random noise
};

/// All tensors are of the whole batch, on every rank; the reals alone are this rank's rows where there are several.
struct DiscriminatorInputs {
  at::Tensor reals;         // [N / ranks, C, H, W] float, -1..1, on the networks' device
  at::Tensor z;             // [N, z_dim] float
  at::Tensor c;             // [N, c_dim] float, undefined when unconditional
  at::Tensor real_targets;  // [N, 1] float
  at::Tensor fake_targets;  // [N, 1] float
  FakeInputs fakes = {};
  at::Tensor mixture = {};  // [N, 1, 1, 1] float 0..1, share of the fake in mixtures; undefined when no term has any
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
  at::Tensor penalty;   ///< sum of the means of the terms (regularizers.h) of the step; 0 without
  at::Tensor sign_sum;  ///< sum over the reals of the signs of their logits
};
struct GeneratorFigures {
  at::Tensor loss, grad_norm;
  at::Tensor path_length = {};  ///< of regularize_generator() after the same step; undefined without
};

/// Both networks stay in training mode: batch norm uses the statistics of the batch, and reals and fakes pass the
/// discriminator as separate batches (one joint batch when the recipe says so). Pictures are -1..1 here always; a
/// network that was published on 0..1 converts inside. Not thread-safe.
///
/// A batch may be cut (set_split): the parts pass one after another, or on other ranks, and their gradients add up to
/// those of the whole batch; sums differ in their last digits, for floats are added in another order.
///
/// A step that runs out of memory throws OutOfMemory before any optimiser moves, on all ranks together; it can be done
/// again with the same inputs in smaller parts once the caller has put the buffers of the networks back.
class GanStep {
 public:
  /// Draws what the discriminator sees instead of the pictures of a batch of these sizes. Called once a batch, in a
  /// fixed order.
  using Augment = std::function<BatchAugmentation(at::IntArrayRef sizes)>;

  GanStep(LossSpec loss, const optim::OptimizerSpec& g_optimizer, const optim::OptimizerSpec& d_optimizer,
          models::GeneratorPtr generator, models::DiscriminatorPtr discriminator);

  /// Weights of terms, targets, penalties and rates for the steps to come; kinds and intervals stay.
  void set_loss(const LossSpec& loss, const optim::OptimizerSpec& g_optimizer, const optim::OptimizerSpec& d_optimizer);

  /// Empty: the pictures themselves.
  void set_augment(Augment augment) { augment_ = std::move(augment); }

  /// How batches are cut from now on. Throws Error, and changes nothing, for micro-batches of networks whose layers
  /// couple the pictures of a batch (batch norm): a part would be normed by itself, which is other mathematics.
  void set_split(Split split);
  [[nodiscard]] const Split& split() const { return split_; }
  /// Throws Error, naming the batches that fit, when a batch cannot be cut so.
  void check_batch(std::int64_t batch, const Split& split) const;
  /// Of the whole batch, the rows that a rank shows as reals; undefined with one rank. [N / ranks] int64 on the CPU.
  [[nodiscard]] at::Tensor rows_of_rank(std::int64_t batch) const;
  /// Tests only: called with the number of pictures before each part of a batch.
  void set_probe(std::function<void(std::int64_t pictures)> probe) { probe_ = std::move(probe); }

  /// Clips the critic if asked, then one optimiser step of the discriminator, the terms of each step included.
  DiscriminatorFigures train_discriminator(const DiscriminatorInputs& inputs);
  /// One optimiser step of the generator; the discriminator's weights stay (its batch norm statistics move, as in the
  /// public programs).
  GeneratorFigures train_generator(const GeneratorInputs& inputs);

  /// A step of lazy R1: the penalty alone, times its interval. reals as in DiscriminatorInputs. -> the mean penalty.
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
  /// One part of a batch; undefined rows: all.
  struct Part {
    at::Tensor rows;      // of the whole batch
    at::Tensor own_rows;  // of this rank's rows
    double weight = 1;    // of the part's mean in the batch's
  };
  /// Styles of a whole batch. Parts run backwards into `leaf`, and its gradient once into the mapping network.
  struct Styles {
    at::Tensor w, leaf;  // [N, num_ws, w_dim]; one tensor where the batch is whole
  };
  /// Fakes with their graph, between the two halves of a step that re-uses them.
  struct Reused {
    at::Tensor z, c;
    FakeInputs inputs;
    Styles styles;
    std::vector<at::Tensor> fakes;  // one a part; empty: to be made anew
  };

  [[nodiscard]] std::int64_t real_group(std::int64_t batch) const;
  [[nodiscard]] std::vector<Part> parts_of(std::int64_t batch, std::int64_t group) const;
  void accumulate(std::int64_t batch, const std::function<void()>& body);
  void reduce(const torch::nn::Module& network, const std::vector<at::Tensor*>& figures);
  static void update(torch::optim::Optimizer& optimizer);

  at::Tensor make_styles(const at::Tensor& z, const at::Tensor& c, const FakeInputs& inputs, bool update_average);
  [[nodiscard]] Styles cut_styles(const at::Tensor& w) const;
  static void finish_styles(const Styles& styles);
  at::Tensor make_pictures(const at::Tensor& w, const FakeInputs& inputs, const Part& part, bool update_average);
  std::vector<at::Tensor> make_fakes(const DiscriminatorInputs& inputs, const std::vector<Part>& parts);
  void make_reused(const std::vector<Part>& parts, bool update_average);

  [[nodiscard]] BatchAugmentation draw(std::int64_t batch) const;
  at::Tensor judge(const at::Tensor& pictures, const at::Tensor& c, const BatchAugmentation& drawn,
                   const at::Tensor& rows);
  DiscriminatorFigures separate_batches(const DiscriminatorInputs& inputs, const std::vector<Part>& parts,
                                        const std::vector<at::Tensor>& fakes);
  DiscriminatorFigures joint_batch(const DiscriminatorInputs& inputs, const std::vector<Part>& parts,
                                   const std::vector<at::Tensor>& fakes);
  at::Tensor terms_on_mixtures(const DiscriminatorInputs& inputs, const std::vector<Part>& parts,
                               const std::vector<at::Tensor>& fakes);
  at::Tensor regularize_in_parts(const PathInputs& inputs);

  LossSpec loss_;
  models::GeneratorPtr generator_;
  models::DiscriminatorPtr discriminator_;
  Split split_;
  Augment augment_;
  std::function<void(std::int64_t)> probe_;
  std::unique_ptr<torch::optim::Optimizer> g_optimizer_;
  std::unique_ptr<torch::optim::Optimizer> d_optimizer_;
  std::optional<Reused> reused_;
  at::Tensor path_mean_;
};

/// Critic steps of generator step `step` (0 the first): the recipe's, or more while it warms up.
int critic_steps(const LossSpec& loss, std::int64_t step);

}  // namespace ganvas::train
