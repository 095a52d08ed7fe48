#pragma once
// Fully connected layers with equalised learning rate (Karras et al. 2017, section 4.1).

#include <ATen/ATen.h>
#include <torch/nn/module.h>
#include <torch/nn/pimpl.h>

namespace ganvas::models {

/// What makes a layer's weights equal in size: they are N(0, 1 / lr) and multiplied by lr * gain / sqrt(fan in) on use;
/// biases are multiplied by lr.
struct Equalised {
  double gain = 1.0;
  double lr = 1.0;
};

/// weight [out, in], bias [out] (fresh: 0) unless off.
class EqualLinearImpl final : public torch::nn::Module {
 public:
  EqualLinearImpl(int from, int to, Equalised scale, at::Generator& random, bool bias = true);
  at::Tensor forward(const at::Tensor& x);     ///< [..., in] -> [..., out]
  void fill_bias(at::ArrayRef<float> values);  ///< fresh biases, as they act (after the scaling); one value fills all

 private:
  Equalised scale_;
  at::Tensor weight_, bias_;
};
TORCH_MODULE(EqualLinear);

}  // namespace ganvas::models
