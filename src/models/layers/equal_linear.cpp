#include "models/layers/equal_linear.h"

#include <torch/nn/module.h>

#include <cmath>

#include "models/fresh.h"

namespace ganvas::models {

EqualLinearImpl::EqualLinearImpl(int from, int to, Equalised scale, at::Generator& random, bool bias) : scale_(scale) {
  weight_ = register_parameter("weight", fresh_normal({to, from}, random, 0, 1 / scale.lr));
  if (bias) bias_ = register_parameter("bias", at::zeros({to}));
}

at::Tensor EqualLinearImpl::forward(const at::Tensor& x) {
  const double gain = scale_.gain * scale_.lr / std::sqrt(static_cast<double>(weight_.size(1)));
  return at::linear(x, weight_ * gain, bias_.defined() && scale_.lr != 1 ? bias_ * scale_.lr : bias_);
}

void EqualLinearImpl::fill_bias(at::ArrayRef<float> values) {
  const at::NoGradGuard no_grad;
  bias_.copy_(at::tensor(values) / scale_.lr);
}

}  // namespace ganvas::models
