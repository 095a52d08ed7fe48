#include "train/gan_step.h"

#include "core/error.h"
#include "train/losses.h"
#include "train/optimizers.h"

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

GanStep::GanStep(LossSpec loss, const OptimizerSpec& g_optimizer, const OptimizerSpec& d_optimizer,
                 GeneratorPtr generator, DiscriminatorPtr discriminator)
    : loss_(std::move(loss)),
      generator_(std::move(generator)),
      discriminator_(std::move(discriminator)),
      g_optimizer_(make_optimizer(g_optimizer, *generator_)),
      d_optimizer_(make_optimizer(d_optimizer, *discriminator_)) {}

at::Tensor GanStep::make_fakes(const at::Tensor& z, const at::Tensor& c) {
  const at::Tensor w = generator_->map(z, c, {.update_average = true});
  return generator_->synthesize(w, {.noise_mode = "random"});
}

DiscriminatorFigures GanStep::train_discriminator(const DiscriminatorInputs& inputs) {
  if (loss_.weight_clip > 0) clip_weights(*discriminator_, loss_.weight_clip);
  d_optimizer_->zero_grad();
  at::Tensor fakes;
  if (loss_.fresh_latents) {
    const torch::NoGradGuard no_grad;
    fakes = make_fakes(inputs.z, inputs.c);
  } else {
    reused_fakes_ = make_fakes(inputs.z, inputs.c);
    fakes = reused_fakes_.detach();
  }
  DiscriminatorFigures figures = loss_.joint_batches ? joint_batch(inputs, fakes) : separate_batches(inputs, fakes);
  figures.grad_norm = gradient_norm(*discriminator_);
  d_optimizer_->step();
  return figures;
}

DiscriminatorFigures GanStep::separate_batches(const DiscriminatorInputs& inputs, const at::Tensor& fakes) {
  DiscriminatorFigures figures;
  const auto pass = [&](const at::Tensor& pictures, bool real) {
    const at::Tensor logits = discriminator_->forward(pictures, inputs.c);
    const at::Tensor loss =
        real ? real_loss(loss_, logits, inputs.real_targets) : fake_loss(loss_, logits, inputs.fake_targets);
    loss.backward();  // one graph at a time: half the memory of a joint backward, the same sum of gradients
    figures.loss = real ? loss.detach() : figures.loss + loss.detach();
    (real ? figures.real_score : figures.fake_score) = mean_score(loss_, logits.detach());
  };
  pass(inputs.reals, true);
  pass(fakes, false);
  return figures;
}

DiscriminatorFigures GanStep::joint_batch(const DiscriminatorInputs& inputs, const at::Tensor& fakes) {
  const at::Tensor c = inputs.c.defined() ? at::cat({inputs.c, inputs.c}) : inputs.c;
  const at::Tensor logits = discriminator_->forward(at::cat({inputs.reals, fakes}), c);
  const at::Tensor real = logits.narrow(0, 0, inputs.reals.size(0));
  const at::Tensor fake = logits.narrow(0, inputs.reals.size(0), fakes.size(0));
  const at::Tensor loss = real_loss(loss_, real, inputs.real_targets) + fake_loss(loss_, fake, inputs.fake_targets);
  loss.backward();
  return {loss.detach(), mean_score(loss_, real.detach()), mean_score(loss_, fake.detach()), {}};
}

GeneratorFigures GanStep::train_generator(const GeneratorInputs& inputs) {
  const Frozen frozen(*discriminator_);
  g_optimizer_->zero_grad();
  require(loss_.fresh_latents || reused_fakes_.defined(), "A generator step needs a discriminator step before it.");
  const at::Tensor fakes = loss_.fresh_latents ? make_fakes(inputs.z, inputs.c) : std::exchange(reused_fakes_, {});
  const at::Tensor loss = generator_loss(loss_, discriminator_->forward(fakes, inputs.c), inputs.targets);
  loss.backward();
  GeneratorFigures figures{loss.detach(), gradient_norm(*generator_)};
  g_optimizer_->step();
  return figures;
}

}  // namespace ganvas
