#include "metrics/distances/inception_score.h"

#include <vector>

#include "core/error.h"

namespace ganvas::metrics {

InceptionScore inception_score(const at::Tensor& probabilities, int parts) {
  require(probabilities.dim() == 2 && parts >= 1 && probabilities.size(0) >= parts,
          "An Inception Score over {} parts needs as many pictures.", parts);
  const at::NoGradGuard no_grad;
  const std::int64_t count = probabilities.size(0);
  std::vector<at::Tensor> scores;
  for (std::int64_t i = 0; i < parts; ++i) {
    const at::Tensor part = probabilities.slice(0, i * count / parts, (i + 1) * count / parts);
    const at::Tensor divergence = part * (part.log() - part.mean(0, true).log());
    scores.push_back(divergence.sum(1).mean().exp());
  }
  const at::Tensor all = at::stack(scores);
  return {all.mean().item<double>(), all.std(std::vector<std::int64_t>{0}, /*unbiased=*/false).item<double>()};
}

}  // namespace ganvas::metrics
