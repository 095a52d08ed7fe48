#include "models/layers/style_space.h"

#include <algorithm>

namespace ganvas::models {

at::Tensor unit_rows(const at::Tensor& x) {
  return x * (x.square().mean(1, true) + 1e-8).rsqrt();
}

at::Tensor style_rows(const at::Tensor& w, const at::Tensor& w_avg, int num_ws, const MapOptions& options) {
  const at::Tensor rows = w.unsqueeze(1).expand({w.size(0), num_ws, w.size(1)});
  const int cutoff = options.truncation_cutoff < 0 ? num_ws : std::min(options.truncation_cutoff, num_ws);
  if (options.truncation_psi == 1.0 || cutoff == 0) return rows.contiguous();
  const at::Tensor truncated = at::lerp(w_avg, rows.narrow(1, 0, cutoff), options.truncation_psi);
  return at::cat({truncated, rows.narrow(1, cutoff, num_ws - cutoff)}, 1);
}

void update_average(at::Tensor& w_avg, const at::Tensor& w, double beta) {
  const at::NoGradGuard no_grad;
  w_avg.copy_(at::lerp(w.detach().mean(0), w_avg, beta));
}

}  // namespace ganvas::models
