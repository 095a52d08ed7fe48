#include "ops/styled_conv.h"

#include <ATen/core/grad_mode.h>

#include "ops/finished_conv.h"

namespace ganvas::ops {
namespace {

FinishedConvOptions finishing(const at::Tensor& weight, const StyledConvOptions& options) {
  return {.steps = {.padding = static_cast<int>(weight.size(2)) / 2},
          .up = options.up,
          .filter = options.filter,
          .act = options.act};
}

/// [C, O], sums over the taps.
at::Tensor squared(const at::Tensor& weight) {
  return weight.square().sum({2, 3}).t().contiguous();
}

}  // namespace

bool StyledConv::takes(const at::Tensor& x, const at::Tensor& weight, const StyledConvOptions& options) {
  return finished_conv_takes(x, weight, finishing(weight, options));
}

at::Tensor StyledConv::run(const at::Tensor& x, const at::Tensor& weight, const at::Tensor& styles,
                           const at::Tensor& noise, const at::Tensor& bias, const StyledConvOptions& options) {
  const FinishedConvOptions finish = finishing(weight, options);
  const auto norm = [&](const at::Tensor& squares) {
    return options.demodulate ? (at::mm(styles.square(), squares) + 1e-8).rsqrt() : at::Tensor();
  };
  const bool learns = at::GradMode::is_enabled() &&
                      (x.requires_grad() || weight.requires_grad() || styles.requires_grad() || bias.requires_grad());
  if (learns || weight.is_inference())
    return finished_conv({x, weight, styles, norm(squared(weight)), noise, bias}, finish);
  const at::NoGradGuard no_grad;
  const at::Tensor& packed =
      kernel_.of(weight, options.up, [&](const at::Tensor& w) { return packed_for_finished_conv(w, finish); });
  const at::Tensor& squares = squares_.of(weight, 0, [](const at::Tensor& w) { return squared(w); });
  return finished_conv_packed({x, weight, styles, norm(squares), noise, bias}, packed, finish);
}

}  // namespace ganvas::ops
