#include "train/losses.h"

namespace ganvas {

at::Tensor draw_targets(const LabelRange& range, std::int64_t count, RandomStream& random) {
  at::Tensor targets = at::full({count, 1}, range.low, at::kFloat);
  if (range.low == range.high) return targets;
  float* values = targets.data_ptr<float>();
  for (std::int64_t i = 0; i < count; ++i) values[i] = static_cast<float>(random.uniform(range.low, range.high));
  return targets;
}

at::Tensor logit_cross_entropy(const at::Tensor& logits, const at::Tensor& targets) {
  return at::binary_cross_entropy_with_logits(logits, targets);
}

at::Tensor real_loss(const LossSpec& loss, const at::Tensor& logits, const at::Tensor& targets) {
  const bool critic = loss.kind == "wasserstein";
  return (critic ? -logits.mean() : logit_cross_entropy(logits, targets)) * loss.d_real_weight;
}

at::Tensor fake_loss(const LossSpec& loss, const at::Tensor& logits, const at::Tensor& targets) {
  const bool critic = loss.kind == "wasserstein";
  return (critic ? logits.mean() : logit_cross_entropy(logits, targets)) * loss.d_fake_weight;
}

at::Tensor generator_loss(const LossSpec& loss, const at::Tensor& logits, const at::Tensor& targets) {
  const bool critic = loss.kind == "wasserstein";
  return (critic ? -logits.mean() : logit_cross_entropy(logits, targets)) * loss.g_weight;
}

at::Tensor mean_score(const LossSpec& loss, const at::Tensor& logits) {
  return loss.kind == "wasserstein" ? logits.mean() : logits.sigmoid().mean();
}

}  // namespace ganvas
