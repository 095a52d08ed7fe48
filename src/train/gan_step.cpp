#include "train/gan_step.h"

#include "core/error.h"
#include "train/losses.h"
#include "train/optimizers.h"
#include "train/regularizers.h"

namespace ganvas {
namespace {

at::Tensor gradient_norm(const torch::nn::Module& network) {
  std::vector<at::Tensor> gradients;
  for (const at::Tensor& parameter : network.parameters()) {
    if (parameter.grad().defined()) gradients.push_back(parameter.grad());
  }
  return at::stack(at::_foreach_norm(gradients)).norm();
}

void clip_weights(const torch::nn::Module& network, double limit) {
  const torch::NoGradGuard no_grad;
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

}  // namespace

int critic_steps(const LossSpec& loss, std::int64_t step) {
  const CriticWarmup& warmup = loss.warmup;
  const bool more = step < warmup.first || (warmup.every > 0 && step % warmup.every == 0);
  return warmup.d_steps > 0 && more ? warmup.d_steps : loss.d_steps;
}

GanStep::GanStep(LossSpec loss, const OptimizerSpec& g_optimizer, const OptimizerSpec& d_optimizer,
                 GeneratorPtr generator, DiscriminatorPtr discriminator)
    : loss_(std::move(loss)),
      generator_(std::move(generator)),
      discriminator_(std::move(discriminator)),
      g_optimizer_(make_optimizer(g_optimizer, *generator_, generator_interval(loss_))),
      d_optimizer_(make_optimizer(d_optimizer, *discriminator_, discriminator_interval(loss_))),
      path_mean_(at::zeros({}, generator_->parameters().front().options().requires_grad(false))) {}

void GanStep::set_loss(const LossSpec& loss, const OptimizerSpec& g_optimizer, const OptimizerSpec& d_optimizer) {
  loss_ = loss;
  set_rates(*g_optimizer_, g_optimizer, generator_interval(loss_));
  set_rates(*d_optimizer_, d_optimizer, discriminator_interval(loss_));
}

at::Tensor GanStep::make_styles(const at::Tensor& z, const at::Tensor& c, const FakeInputs& inputs) {
  const at::Tensor w = generator_->map(z, c, {.update_average = true});
  if (inputs.crossover <= 0 || inputs.crossover >= w.size(1)) return w;
  const at::Tensor other = generator_->map(inputs.mixed_z, c, {});
  return at::cat({w.narrow(1, 0, inputs.crossover), other.narrow(1, inputs.crossover, w.size(1) - inputs.crossover)},
                 1);
}

at::Tensor GanStep::make_fakes(const at::Tensor& z, const at::Tensor& c, const FakeInputs& inputs) {
  return generator_->synthesize(
      make_styles(z, c, inputs),
      {.noise_mode = inputs.noise_mode, .noise_seed = inputs.noise_seed, .update_average = true});
}

at::Tensor GanStep::judge(const at::Tensor& pictures, const at::Tensor& c) {
  return discriminator_->forward(augment_ ? augment_(pictures) : pictures, c);
}

DiscriminatorFigures GanStep::train_discriminator(const DiscriminatorInputs& inputs) {
  if (loss_.weight_clip > 0) clip_weights(*discriminator_, loss_.weight_clip);
  d_optimizer_->zero_grad();
  at::Tensor fakes;
  if (loss_.fresh_latents) {
    const torch::NoGradGuard no_grad;
    fakes = make_fakes(inputs.z, inputs.c, inputs.fakes);
  } else {
    reused_fakes_ = make_fakes(inputs.z, inputs.c, inputs.fakes);
    fakes = reused_fakes_.detach();
  }
  DiscriminatorFigures figures = loss_.joint_batches ? joint_batch(inputs, fakes) : separate_batches(inputs, fakes);
  if (loss_.gradient_penalty > 0) figures.penalty = penalise_gradient(inputs, fakes);
  if (!figures.penalty.defined()) figures.penalty = at::zeros_like(figures.loss);
  figures.grad_norm = gradient_norm(*discriminator_);
  d_optimizer_->step();
  return figures;
}

DiscriminatorFigures GanStep::separate_batches(const DiscriminatorInputs& inputs, const at::Tensor& fakes) {
  DiscriminatorFigures figures;
  const bool with_r1 = loss_.r1_gamma > 0 && loss_.r1_interval == 1;
  const auto pass = [&](const at::Tensor& pictures, bool real) {
    const at::Tensor seen = real && with_r1 ? pictures.detach().requires_grad_() : pictures;
    const at::Tensor logits = judge(seen, inputs.c);
    at::Tensor loss =
        real ? real_loss(loss_, logits, inputs.real_targets) : fake_loss(loss_, logits, inputs.fake_targets);
    figures.loss = real ? loss.detach() : figures.loss + loss.detach();
    if (real && with_r1) {
      const at::Tensor penalty = r1_penalty(logits, seen).mean();
      figures.penalty = penalty.detach();
      loss = loss + penalty * (loss_.r1_gamma / 2);
    }
    loss.backward();  // one graph at a time: half the memory of a joint backward, the same sum of gradients
    (real ? figures.real_score : figures.fake_score) = mean_score(loss_, logits.detach());
    if (real) figures.sign_sum = logits.detach().sign().sum();
  };
  pass(inputs.reals, true);
  pass(fakes, false);
  return figures;
}

DiscriminatorFigures GanStep::joint_batch(const DiscriminatorInputs& inputs, const at::Tensor& fakes) {
  at::Tensor c = inputs.c;
  if (c.defined()) c = at::cat({c, c});
  const at::Tensor logits = judge(at::cat({inputs.reals, fakes}), c);
  const at::Tensor real = logits.narrow(0, 0, inputs.reals.size(0));
  const at::Tensor fake = logits.narrow(0, inputs.reals.size(0), fakes.size(0));
  const at::Tensor loss = real_loss(loss_, real, inputs.real_targets) + fake_loss(loss_, fake, inputs.fake_targets);
  loss.backward();
  DiscriminatorFigures figures;
  figures.loss = loss.detach();
  figures.real_score = mean_score(loss_, real.detach());
  figures.fake_score = mean_score(loss_, fake.detach());
  figures.sign_sum = real.detach().sign().sum();
  return figures;
}

at::Tensor GanStep::penalise_gradient(const DiscriminatorInputs& inputs, const at::Tensor& fakes) {
  require(inputs.mixture.defined(), "The gradient penalty needs the shares of its mixtures.");
  const at::Tensor mixed = (inputs.reals + inputs.mixture * (fakes - inputs.reals)).detach().requires_grad_();
  const at::Tensor penalty = gradient_penalty(judge(mixed, inputs.c), mixed);
  (penalty * loss_.gradient_penalty).backward();
  return penalty.detach();
}

GeneratorFigures GanStep::train_generator(const GeneratorInputs& inputs) {
  const Frozen frozen(*discriminator_);
  g_optimizer_->zero_grad();
  require(loss_.fresh_latents || reused_fakes_.defined(), "A generator step needs a discriminator step before it.");
  const at::Tensor fakes =
      loss_.fresh_latents ? make_fakes(inputs.z, inputs.c, inputs.fakes) : std::exchange(reused_fakes_, {});
  const at::Tensor loss = generator_loss(loss_, judge(fakes, inputs.c), inputs.targets);
  loss.backward();
  GeneratorFigures figures{loss.detach(), gradient_norm(*generator_)};
  g_optimizer_->step();
  return figures;
}

at::Tensor GanStep::regularize_discriminator(const at::Tensor& reals, const at::Tensor& c) {
  d_optimizer_->zero_grad();
  const at::Tensor seen = reals.detach().requires_grad_();
  const at::Tensor logits = judge(seen, c);
  const at::Tensor penalty = r1_penalty(logits, seen).mean();
  // Parameters that the penalty does not reach take part with a gradient of 0, so that Adam counts this step for all.
  (penalty * (loss_.r1_gamma / 2 * loss_.r1_interval) + logits.sum() * 0).backward();
  d_optimizer_->step();
  return penalty.detach();
}

at::Tensor GanStep::regularize_generator(const PathInputs& inputs) {
  g_optimizer_->zero_grad();
  const at::Tensor w = make_styles(inputs.z, inputs.c, inputs.fakes);
  const at::Tensor pictures =
      generator_->synthesize(w, {.noise_mode = inputs.fakes.noise_mode, .noise_seed = inputs.fakes.noise_seed});
  const PathLength path =
      path_length({.pictures = pictures, .w = w, .noise = inputs.noise, .mean = path_mean_, .decay = loss_.path_decay});
  (path.penalty.mean() * (loss_.path_weight * loss_.path_interval) + pictures.sum() * 0).backward();
  path_mean_.copy_(path.mean);
  g_optimizer_->step();
  return path.lengths.detach().mean();
}

}  // namespace ganvas
