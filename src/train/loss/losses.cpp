#include "train/loss/losses.h"

#include "core/error.h"

namespace ganvas::train {
namespace {

using at::Tensor;

constexpr AdversarialLoss losses[] = {
    // Goodfellow et al. 2014 with label targets; the generator's is the non-saturating form.
    {.name = "bce",
     .real = logit_cross_entropy,
     .fake = logit_cross_entropy,
     .generator = logit_cross_entropy,
     .probabilities = true,
     .targets = true},
    // Arjovsky et al. 2017.
    {.name = "wasserstein",
     .real = [](const Tensor& logits, const Tensor&) { return -logits.mean(); },
     .fake = [](const Tensor& logits, const Tensor&) { return logits.mean(); },
     .generator = [](const Tensor& logits, const Tensor&) { return -logits.mean(); }},
    // Goodfellow et al. 2014 as StyleGAN has it; the generator's is the non-saturating form.
    {.name = "logistic",
     .real = [](const Tensor& logits, const Tensor&) { return at::softplus(-logits).mean(); },
     .fake = [](const Tensor& logits, const Tensor&) { return at::softplus(logits).mean(); },
     .generator = [](const Tensor& logits, const Tensor&) { return at::softplus(-logits).mean(); },
     .probabilities = true},
    // Lim & Ye 2017.
    {.name = "hinge",
     .real = [](const Tensor& logits, const Tensor&) { return at::relu(1 - logits).mean(); },
     .fake = [](const Tensor& logits, const Tensor&) { return at::relu(1 + logits).mean(); },
     .generator = [](const Tensor& logits, const Tensor&) { return -logits.mean(); }},
};

}  // namespace

std::span<const AdversarialLoss> adversarial_losses() {
  return losses;
}

std::vector<std::string> adversarial_loss_names() {
  std::vector<std::string> names;
  for (const AdversarialLoss& loss : losses) names.emplace_back(loss.name);
  return names;
}

const AdversarialLoss& adversarial_loss(const std::string& name) {
  for (const AdversarialLoss& loss : losses) {
    if (loss.name == name) return loss;
  }
  fail("There is no loss \"{}\"; choose one of {}.", name, fmt::join(adversarial_loss_names(), ", "));
}

Tensor draw_targets(const LabelRange& range, std::int64_t count, RandomStream& random) {
  Tensor targets = at::full({count, 1}, range.low, at::kFloat);
  if (range.low == range.high) return targets;
  float* values = targets.data_ptr<float>();
  for (std::int64_t i = 0; i < count; ++i) values[i] = static_cast<float>(random.uniform(range.low, range.high));
  return targets;
}

Tensor logit_cross_entropy(const Tensor& logits, const Tensor& targets) {
  return at::binary_cross_entropy_with_logits(logits, targets);
}

Tensor real_loss(const LossSpec& loss, const Tensor& logits, const Tensor& targets) {
  return adversarial_loss(loss.kind).real(logits, targets) * loss.d_real_weight;
}

Tensor fake_loss(const LossSpec& loss, const Tensor& logits, const Tensor& targets) {
  return adversarial_loss(loss.kind).fake(logits, targets) * loss.d_fake_weight;
}

Tensor generator_loss(const LossSpec& loss, const Tensor& logits, const Tensor& targets) {
  return adversarial_loss(loss.kind).generator(logits, targets) * loss.g_weight;
}

Tensor mean_score(const LossSpec& loss, const Tensor& logits) {
  return (adversarial_loss(loss.kind).probabilities ? logits.sigmoid() : logits).mean();
}

}  // namespace ganvas::train
