#include "train/step/gan_step.h"

#include <torch/nn/module.h>

#include "core/error.h"
#include "optim/optimizers.h"
#include "train/loss/losses.h"
#include "train/loss/regularizers.h"
#include "train/step/gradients.h"

namespace ganvas::train {
namespace {

using Pictures = DiscriminatorTerm::Pictures;

void clip_weights(const torch::nn::Module& network, double limit) {
  const at::NoGradGuard no_grad;
  for (at::Tensor parameter : network.parameters()) parameter.clamp_(-limit, limit);
}

/// Every how many steps a network has a step of lazy regularisation; 1: never.
int generator_interval(const LossSpec& loss) {
  return loss.path_weight > 0 ? loss.path_interval : 1;
}
int discriminator_interval(const LossSpec& loss) {
  return loss.r1_gamma > 0 ? loss.r1_interval : 1;
}

/// While it lives, no gradients are computed for the parameters of a network that a loss only passes through.
class Frozen {
 public:
  explicit Frozen(const torch::nn::Module& network) : parameters_(network.parameters()) { set(false); }
  ~Frozen() { set(true); }
  Frozen(const Frozen&) = delete;
  Frozen& operator=(const Frozen&) = delete;

 private:
  void set(bool on) {
    for (at::Tensor& parameter : parameters_) parameter.set_requires_grad(on);
  }
  std::vector<at::Tensor> parameters_;
};

/// A term of a figure of the batch.
void add(at::Tensor& sum, const at::Tensor& term) {
  sum = sum.defined() ? sum + term : term;
}

}  // namespace

int critic_steps(const LossSpec& loss, std::int64_t step) {
  const CriticWarmup& warmup = loss.warmup;
  const bool more = step < warmup.first || (warmup.every > 0 && step % warmup.every == 0);
  return warmup.d_steps > 0 && more ? warmup.d_steps : loss.d_steps;
}

GanStep::GanStep(LossSpec loss, const optim::OptimizerSpec& g_optimizer, const optim::OptimizerSpec& d_optimizer,
                 models::GeneratorPtr generator, models::DiscriminatorPtr discriminator)
    : loss_(std::move(loss)),
      generator_(std::move(generator)),
      discriminator_(std::move(discriminator)),
      g_optimizer_(optim::make_optimizer(g_optimizer, *generator_, generator_interval(loss_))),
      d_optimizer_(optim::make_optimizer(d_optimizer, *discriminator_, discriminator_interval(loss_))),
      path_mean_(at::zeros({}, generator_->parameters().front().options().requires_grad(false))) {}

void GanStep::set_loss(const LossSpec& loss, const optim::OptimizerSpec& g_optimizer,
                       const optim::OptimizerSpec& d_optimizer) {
  loss_ = loss;
  optim::set_rates(*g_optimizer_, g_optimizer, generator_interval(loss_));
  optim::set_rates(*d_optimizer_, d_optimizer, discriminator_interval(loss_));
}

at::Tensor GanStep::make_styles(const at::Tensor& z, const at::Tensor& c, const FakeInputs& inputs,
                                bool update_average) {
  const at::Tensor w = generator_->map(z, c, {.update_average = update_average});
  if (inputs.crossover <= 0 || inputs.crossover >= w.size(1)) return w;
  const at::Tensor other = generator_->map(inputs.mixed_z, c, {});
  return at::cat({w.narrow(1, 0, inputs.crossover), other.narrow(1, inputs.crossover, w.size(1) - inputs.crossover)},
                 1);
}

at::Tensor GanStep::make_pictures(const at::Tensor& w, const FakeInputs& inputs, const Part& part,
                                  bool update_average) {
  return generator_->synthesize(take_rows(w, part.rows), {.noise_mode = inputs.noise_mode,
                                                          .noise_seed = inputs.noise_seed,
                                                          .noise_rows = part.rows,
                                                          .noise_batch = w.size(0),
                                                          .update_average = update_average});
}

at::Tensor GanStep::judge(const at::Tensor& pictures, const at::Tensor& c, const BatchAugmentation& drawn,
                          const at::Tensor& rows) {
  if (probe_) probe_(pictures.size(0));
  return discriminator_->forward(apply_augmentation(pictures, drawn, rows), take_rows(c, rows));
}

DiscriminatorFigures GanStep::train_discriminator(const DiscriminatorInputs& inputs) {
  if (loss_.weight_clip > 0) clip_weights(*discriminator_, loss_.weight_clip);
  d_optimizer_->zero_grad();
  DiscriminatorFigures figures;
  const std::int64_t batch = inputs.z.size(0);
  accumulate(batch, [&] {
    const std::vector<Part> parts = parts_of(batch, real_group(batch));
    const std::vector<at::Tensor> fakes = make_fakes(inputs, parts);
    figures = loss_.joint_batches ? joint_batch(inputs, parts, fakes) : separate_batches(inputs, parts, fakes);
    if (const at::Tensor mean = terms_on_mixtures(inputs, parts, fakes); mean.defined()) add(figures.penalty, mean);
    if (!figures.penalty.defined()) figures.penalty = at::zeros_like(figures.loss);
  });
  reduce(*discriminator_,
         {&figures.loss, &figures.real_score, &figures.fake_score, &figures.penalty, &figures.sign_sum});
  figures.grad_norm = gradient_norm(*discriminator_);
  update(*d_optimizer_);
  return figures;
}

std::vector<at::Tensor> GanStep::make_fakes(const DiscriminatorInputs& inputs, const std::vector<Part>& parts) {
  std::vector<at::Tensor> fakes;
  if (!loss_.fresh_latents) {
    reused_ = Reused{.z = inputs.z, .c = inputs.c, .inputs = inputs.fakes};
    make_reused(parts, true);
    for (const at::Tensor& pictures : reused_->fakes) fakes.push_back(pictures.detach());
    return fakes;
  }
  const at::NoGradGuard no_grad;
  const at::Tensor w = make_styles(inputs.z, inputs.c, inputs.fakes, true);
  for (const Part& part : parts) fakes.push_back(make_pictures(w, inputs.fakes, part, true));
  return fakes;
}

void GanStep::make_reused(const std::vector<Part>& parts, bool update_average) {
  reused_->styles = cut_styles(make_styles(reused_->z, reused_->c, reused_->inputs, update_average));
  for (const Part& part : parts)
    reused_->fakes.push_back(make_pictures(reused_->styles.leaf, reused_->inputs, part, update_average));
}

DiscriminatorFigures GanStep::separate_batches(const DiscriminatorInputs& inputs, const std::vector<Part>& parts,
                                               const std::vector<at::Tensor>& fakes) {
  DiscriminatorFigures figures;
  const auto pass = [&](const Part& part, const at::Tensor& pictures, const BatchAugmentation& drawn, bool real) {
    const auto terms = terms_of_each_step(loss_, real ? Pictures::reals : Pictures::fakes);
    const at::Tensor seen = terms.empty() ? pictures : pictures.detach().requires_grad_();
    const at::Tensor logits = judge(seen, inputs.c, drawn, part.rows);
    at::Tensor loss = real ? real_loss(loss_, logits, take_rows(inputs.real_targets, part.rows))
                           : fake_loss(loss_, logits, take_rows(inputs.fake_targets, part.rows));
    add(figures.loss, loss.detach() * part.weight);
    for (const DiscriminatorTerm* term : terms) {
      const at::Tensor penalty = term->mean(logits, seen);
      add(figures.penalty, penalty.detach() * part.weight);
      loss = loss + penalty * (loss_.*term->weight * term->scale);
    }
    // One graph at a time: half the memory of a joint backward, the same sum of gradients.
    (loss * part.weight).backward();
    add(real ? figures.real_score : figures.fake_score, mean_score(loss_, logits.detach()) * part.weight);
    if (real) add(figures.sign_sum, logits.detach().sign().sum());
  };
  BatchAugmentation drawn = draw(inputs.z.size(0));
  for (const Part& part : parts) pass(part, take_rows(inputs.reals, part.own_rows), drawn, true);
  drawn = draw(inputs.z.size(0));
  for (std::size_t i = 0; i < parts.size(); ++i) pass(parts[i], fakes[i], drawn, false);
  return figures;
}

DiscriminatorFigures GanStep::joint_batch(const DiscriminatorInputs& inputs, const std::vector<Part>& parts,
                                          const std::vector<at::Tensor>& fakes) {
  DiscriminatorFigures figures;
  const std::int64_t batch = inputs.z.size(0);
  const BatchAugmentation drawn = draw(2 * batch);
  at::Tensor c = inputs.c;
  if (c.defined()) c = at::cat({c, c});
  for (std::size_t i = 0; i < parts.size(); ++i) {
    const Part& part = parts[i];
    const at::Tensor reals = take_rows(inputs.reals, part.own_rows);
    const at::Tensor rows = part.rows.defined() ? at::cat({part.rows, part.rows + batch}) : at::Tensor();
    const at::Tensor logits = judge(at::cat({reals, fakes[i]}), c, drawn, rows);
    const at::Tensor real = logits.narrow(0, 0, reals.size(0));
    const at::Tensor fake = logits.narrow(0, reals.size(0), fakes[i].size(0));
    const at::Tensor loss = real_loss(loss_, real, take_rows(inputs.real_targets, part.rows)) +
                            fake_loss(loss_, fake, take_rows(inputs.fake_targets, part.rows));
    (loss * part.weight).backward();
    add(figures.loss, loss.detach() * part.weight);
    add(figures.real_score, mean_score(loss_, real.detach()) * part.weight);
    add(figures.fake_score, mean_score(loss_, fake.detach()) * part.weight);
    add(figures.sign_sum, real.detach().sign().sum());
  }
  return figures;
}

/// -> the sum of their means; undefined when there are none.
at::Tensor GanStep::terms_on_mixtures(const DiscriminatorInputs& inputs, const std::vector<Part>& parts,
                                      const std::vector<at::Tensor>& fakes) {
  const auto terms = terms_of_each_step(loss_, Pictures::mixtures);
  if (terms.empty()) return {};
  require(inputs.mixture.defined(), "The {} needs the shares of its mixtures.", terms.front()->name);
  const BatchAugmentation drawn = draw(inputs.z.size(0));
  at::Tensor sum;
  for (std::size_t i = 0; i < parts.size(); ++i) {
    const at::Tensor reals = take_rows(inputs.reals, parts[i].own_rows);
    const at::Tensor mixture = take_rows(inputs.mixture, parts[i].rows);
    const at::Tensor mixed = (reals + mixture * (fakes[i] - reals)).detach().requires_grad_();
    const at::Tensor logits = judge(mixed, inputs.c, drawn, parts[i].rows);
    at::Tensor loss;
    for (const DiscriminatorTerm* term : terms) {
      const at::Tensor penalty = term->mean(logits, mixed);
      add(loss, penalty * (loss_.*term->weight * term->scale) * parts[i].weight);
      add(sum, penalty.detach() * parts[i].weight);
    }
    loss.backward();
  }
  return sum;
}

GeneratorFigures GanStep::train_generator(const GeneratorInputs& inputs) {
  const Frozen frozen(*discriminator_);
  g_optimizer_->zero_grad();
  require(loss_.fresh_latents || reused_.has_value(), "A generator step needs a discriminator step before it.");
  const std::int64_t batch = inputs.targets.size(0);
  GeneratorFigures figures;
  accumulate(batch, [&] {
    const std::vector<Part> parts = parts_of(batch, discriminator_->pictures_in_group(batch));
    if (reused_ && reused_->fakes.empty()) make_reused(parts, false);
    const Styles styles = reused_ ? reused_->styles : cut_styles(make_styles(inputs.z, inputs.c, inputs.fakes, true));
    const BatchAugmentation drawn = draw(batch);
    for (std::size_t i = 0; i < parts.size(); ++i) {
      const Part& part = parts[i];
      const at::Tensor fakes =
          reused_ ? std::exchange(reused_->fakes[i], {}) : make_pictures(styles.leaf, inputs.fakes, part, true);
      const at::Tensor logits = judge(fakes, inputs.c, drawn, part.rows);
      const at::Tensor loss = generator_loss(loss_, logits, take_rows(inputs.targets, part.rows)) * part.weight;
      loss.backward();
      add(figures.loss, loss.detach());
    }
    finish_styles(styles);
  });
  reused_.reset();
  reduce(*generator_, {&figures.loss});
  figures.grad_norm = gradient_norm(*generator_);
  update(*g_optimizer_);
  return figures;
}

at::Tensor GanStep::regularize_discriminator(const at::Tensor& reals, const at::Tensor& c) {
  d_optimizer_->zero_grad();
  const std::int64_t batch = reals.size(0) * split_.ranks;
  at::Tensor mean;
  accumulate(batch, [&] {
    const BatchAugmentation drawn = draw(batch);
    for (const Part& part : parts_of(batch, discriminator_->pictures_in_group(batch))) {
      const at::Tensor seen = take_rows(reals, part.own_rows).detach().requires_grad_();
      const at::Tensor logits = judge(seen, c, drawn, part.rows);
      const at::Tensor penalty = r1_penalty(logits, seen).mean() * part.weight;
      // Parameters that the penalty does not reach take part with a gradient of 0, so that Adam counts this step for
      // all.
      (penalty * (loss_.r1_gamma / 2 * loss_.r1_interval) + logits.sum() * 0).backward();
      add(mean, penalty.detach());
    }
  });
  reduce(*discriminator_, {&mean});
  update(*d_optimizer_);
  return mean;
}

at::Tensor GanStep::regularize_generator(const PathInputs& inputs) {
  g_optimizer_->zero_grad();
  if (split_.parts() > 1) return regularize_in_parts(inputs);
  PathLength path;
  accumulate(inputs.z.size(0), [&] {
    if (probe_) probe_(inputs.z.size(0));
    const at::Tensor w = make_styles(inputs.z, inputs.c, inputs.fakes, true);
    const at::Tensor pictures = make_pictures(w, inputs.fakes, {}, false);
    path = path_length(
        {.pictures = pictures, .w = w, .noise = inputs.noise, .mean = path_mean_, .decay = loss_.path_decay});
    (path.penalty.mean() * (loss_.path_weight * loss_.path_interval) + pictures.sum() * 0).backward();
  });
  path_mean_.copy_(path.mean);
  update(*g_optimizer_);
  return path.lengths.detach().mean();
}

}  // namespace ganvas::train
