// How GanStep cuts batches, and the one term whose parts know of one another.

#include "core/error.h"

#include <torch/nn/module.h>
#include <torch/optim/optimizer.h>
#include "models/batch_sharing.h"
#include "models/traits.h"
#include "optim/optimizers.h"
#include "train/loss/regularizers.h"
#include "train/step/gan_step.h"
#include "train/step/gradients.h"

namespace ganvas::train {

void GanStep::set_split(Split split) {
  require(split.ranks >= 1 && split.micro >= 1 && split.rank >= 0 && split.rank < split.ranks,
          "There is no rank {} of {} with {} micro-batches.", split.rank, split.ranks, split.micro);
  require(split.ranks == 1 || (split.all_reduce && split.any), "Several ranks need a way to add up their gradients.");
  require(split.micro == 1 || !(models::couples_batch(*generator_) || models::couples_batch(*discriminator_)),
          "These networks norm each picture by the others of its batch (batch norm), so a batch cannot be taken in {} "
          "micro-batches: that would be other mathematics. Use a smaller batch, or networks without batch norm.",
          split.micro);
  split_ = std::move(split);
  const models::BatchShare share{split_.ranks, split_.all_reduce};
  models::share_batch(*generator_, share);
  models::share_batch(*discriminator_, share);
  if (!reused_) return;
  reused_->styles = {};
  reused_->fakes.clear();  // they are cut as before
}

void GanStep::check_batch(std::int64_t batch, const Split& split) const {
  const std::int64_t group = discriminator_->pictures_in_group(batch);
  check_parts(batch, group, split.parts());
  if (split.parts() == 1 || !loss_.joint_batches) return;
  const std::int64_t joint = discriminator_->pictures_in_group(2 * batch);
  if (joint == 1) return;
  // A joint batch has its groups half of reals and half of fakes, which are other groups than those of the reals alone.
  require(
      joint % 2 == 0 && !has_terms(loss_) && loss_.fresh_latents,
      "With a minibatch deviation, joint batches can be cut only where its groups are even, without R1 and gradient "
      "penalty, and with fresh latents; set loss.joint_batches=false.");
  check_parts(batch, joint / 2, split.parts());
}

std::int64_t GanStep::real_group(std::int64_t batch) const {
  if (!loss_.joint_batches) return discriminator_->pictures_in_group(batch);
  return std::max<std::int64_t>(discriminator_->pictures_in_group(2 * batch) / 2, 1);
}

at::Tensor GanStep::rows_of_rank(std::int64_t batch) const {
  return split_.ranks == 1 ? at::Tensor() : shard_rows(batch, real_group(batch), split_.ranks, split_.rank);
}

std::vector<GanStep::Part> GanStep::parts_of(std::int64_t batch, std::int64_t group) const {
  if (split_.parts() == 1) return {Part{}};
  check_batch(batch, split_);
  std::vector<Part> parts;
  for (int i = 0; i < split_.micro; ++i) {
    Part part{.rows = shard_rows(batch, group, split_.parts(), split_.rank * split_.micro + i),
              .weight = 1.0 / split_.parts()};
    if (split_.micro > 1) part.own_rows = shard_rows(batch / split_.ranks, group, split_.micro, i);
    parts.push_back(part);
  }
  return parts;
}

/// Other ranks wait in the sum of the gradients for one that has run out of memory, so all ask each other first. Where
/// layers couple the batch they may wait inside a network already: there the rank just ends, and the others see that.
void GanStep::accumulate(std::int64_t batch, const std::function<void()>& body) {
  bool failed = false;
  try {
    body();
  } catch (const std::exception& error) {
    if (!tells_of_memory(error)) throw;
    failed = true;
  }
  const bool coupled = models::couples_batch(*generator_) || models::couples_batch(*discriminator_);
  const bool asks = split_.ranks > 1 && !(failed && coupled);
  if (!asks && !failed) return;
  if (asks && !split_.any(failed)) return;
  throw OutOfMemory(
      fmt::format("The memory for a training step of {} pictures in {} parts is not there.", batch, split_.parts()));
}

void GanStep::reduce(const torch::nn::Module& network, const std::vector<at::Tensor*>& figures) {
  if (split_.ranks > 1) sum_over_ranks(network, figures, split_.all_reduce);
}

void GanStep::update(torch::optim::Optimizer& optimizer) {
  try {
    optim::take_step(optimizer);
  } catch (const std::exception& error) {
    if (!tells_of_memory(error)) throw;
    fail("Out of memory for the averages of the optimiser; use a smaller network, or --set batch= a smaller number.");
  }
}

BatchAugmentation GanStep::draw(std::int64_t batch) const {
  const models::NetworkSpec& spec = discriminator_->spec();
  return augment_ ? augment_({batch, spec.image_channels, spec.resolution, models::picture_width(spec)})
                  : BatchAugmentation{};
}

GanStep::Styles GanStep::cut_styles(const at::Tensor& w) const {
  if (split_.parts() == 1) return {w, w};
  return {w, w.detach().requires_grad_(w.requires_grad())};
}

void GanStep::finish_styles(const Styles& styles) {
  if (styles.leaf.is_same(styles.w) || !styles.w.requires_grad() || !styles.leaf.grad().defined()) return;
  styles.w.backward(styles.leaf.grad());
}

/// The moved average of the lengths depends on the whole batch: its mean is found first, then each part goes through
/// again with it as a constant (path_penalty_of_part). A rank with one part keeps that part's graph instead.
at::Tensor GanStep::regularize_in_parts(const PathInputs& inputs) {
  const std::int64_t batch = inputs.z.size(0);
  const double weight = loss_.path_weight * loss_.path_interval / static_cast<double>(batch);
  struct Pass {
    at::Tensor pictures, lengths;
  };
  Styles styles;
  const auto run = [&](int index, bool differentiable) -> Pass {
    // Smaller than the batch and without the discriminator, so it may be cut unevenly; some parts may be empty.
    const std::int64_t part = split_.rank * split_.micro + index;
    const std::int64_t from = batch * part / split_.parts(), to = batch * (part + 1) / split_.parts();
    if (from == to) return {};
    if (probe_) probe_(to - from);
    const at::Tensor rows = at::arange(from, to);
    const at::Tensor w = take_rows(styles.leaf, rows);
    Pass pass;
    pass.pictures = generator_->synthesize(w, {.noise_mode = inputs.fakes.noise_mode,
                                               .noise_seed = inputs.fakes.noise_seed,
                                               .noise_rows = rows,
                                               .noise_batch = batch});
    pass.lengths =
        path_lengths({.pictures = pass.pictures, .w = w, .noise = take_rows(inputs.noise, rows)}, differentiable);
    return pass;
  };

  Pass kept;
  at::Tensor mean = at::zeros_like(path_mean_);
  accumulate(batch, [&] {
    styles = cut_styles(make_styles(inputs.z, inputs.c, inputs.fakes, true));
    for (int i = 0; i < split_.micro; ++i) {
      Pass pass = run(i, split_.micro == 1);
      if (pass.lengths.defined()) mean = mean + pass.lengths.detach().sum() / batch;
      if (split_.micro == 1) kept = std::move(pass);
    }
  });
  if (split_.ranks > 1) split_.all_reduce(mean);
  const at::Tensor moved = at::lerp(path_mean_, mean, loss_.path_decay);
  accumulate(batch, [&] {
    for (int i = 0; i < split_.micro; ++i) {
      const Pass pass = split_.micro == 1 ? std::exchange(kept, {}) : run(i, true);
      if (!pass.lengths.defined()) continue;
      const at::Tensor penalty = path_penalty_of_part(pass.lengths, moved, mean, loss_.path_decay);
      (penalty * weight + pass.pictures.sum() * 0).backward();
    }
    finish_styles(styles);
  });
  reduce(*generator_, {});
  path_mean_.copy_(moved);
  update(*g_optimizer_);
  return mean;
}

}  // namespace ganvas::train
