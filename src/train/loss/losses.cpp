#include "train/loss/losses.h"

namespace ganvas::train {

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
  const at::Tensor value = loss.kind == "wasserstein" ? -logits.mean()
                           : loss.kind == "logistic"  ? at::softplus(-logits).mean()
                           : loss.kind == "hinge"     ? at::relu(1 - logits).mean()
                                                      : logit_cross_entropy(logits, targets);
  return value * loss.d_real_weight;
}

at::Tensor fake_loss(const LossSpec& loss, const at::Tensor& logits, const at::Tensor& targets) {
  const at::Tensor value = loss.kind == "wasserstein" ? logits.mean()
                           : loss.kind == "logistic"  ? at::softplus(logits).mean()
                           : loss.kind == "hinge"     ? at::relu(1 + logits).mean()
                                                      : logit_cross_entropy(logits, targets);
  return value * loss.d_fake_weight;
}

at::Tensor generator_loss(const LossSpec& loss, const at::Tensor& logits, const at::Tensor& targets) {
  const at::Tensor value = loss.kind == "bce"        ? logit_cross_entropy(logits, targets)
                           : loss.kind == "logistic" ? at::softplus(-logits).mean()
                                                     : -logits.mean();
  return value * loss.g_weight;
}

at::Tensor mean_score(const LossSpec& loss, const at::Tensor& logits) {
  const bool probability = loss.kind == "bce" || loss.kind == "logistic";
  return (probability ? logits.sigmoid() : logits).mean();
}

}  // namespace ganvas::train
