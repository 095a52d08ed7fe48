#include "ops/bias_act/bias_act.h"

#include <torch/csrc/autograd/autograd.h>

#include <gtest/gtest.h>

#include "core/error.h"
#include "ops/support.h"

namespace ganvas::ops {
namespace {

const std::vector<const char*> names{"linear", "relu", "lrelu", "tanh", "sigmoid", "elu", "selu", "softplus", "swish"};

at::Tensor plain(at::Tensor x, const at::Tensor& bias, const char* name, const BiasActOptions& options) {
  if (bias.defined()) {
    std::vector<std::int64_t> shape(static_cast<std::size_t>(x.dim()), 1);
    shape[static_cast<std::size_t>(options.dim)] = bias.numel();
    x = x + bias.view(shape);
  }
  const std::string act = name;
  if (act == "relu") x = at::relu(x);
  if (act == "lrelu") x = at::leaky_relu(x, options.alpha);
  if (act == "tanh") x = at::tanh(x);
  if (act == "sigmoid") x = at::sigmoid(x);
  if (act == "elu") x = at::elu(x);
  if (act == "selu") x = at::selu(x);
  if (act == "softplus") x = at::softplus(x);
  if (act == "swish") x = x * at::sigmoid(x);
  x = x * options.gain.value_or(activation_gain(options.activation));
  return options.clamp ? x.clamp(-*options.clamp, *options.clamp) : x;
}

TEST(BiasAct, EqualsThePlainFormulation) {
  at::manual_seed(1);
  const at::Tensor x = at::randn({3, 5, 4, 6}) * 2;
  for (const char* name : names) {
    for (const int dim : {0, 1, 3}) {
      for (const bool limited : {false, true}) {
        BiasActOptions options{.activation = activation_of(name), .dim = dim, .alpha = 0.3};
        if (limited) options.clamp = 0.7;
        for (const at::Tensor& bias : {at::randn({x.size(dim)}), at::Tensor()}) {
          const at::Tensor expected = plain(x, bias, name, options);
          EXPECT_TRUE(at::allclose(bias_act(x, bias, options), expected, 1e-5, 1e-6)) << name << " " << dim;
          const at::Tensor last = bias_act(x.contiguous(at::MemoryFormat::ChannelsLast), bias, options);
          EXPECT_TRUE(at::allclose(last, expected, 1e-5, 1e-6)) << name << " " << dim;
          EXPECT_EQ(last.is_contiguous(at::MemoryFormat::ChannelsLast), dim == 1);
        }
      }
    }
  }
}

TEST(BiasAct, DerivativesAreNumericOnes) {
  at::manual_seed(2);
  const at::Tensor x = at::randn({2, 3, 4}, at::kDouble), bias = at::randn({3}, at::kDouble);
  for (const char* name : names) {
    for (const bool limited : {false, true}) {
      BiasActOptions options{.activation = activation_of(name), .gain = 1.7};
      if (limited) options.clamp = 1.1;
      const Operator op = [&](const auto& in) { return bias_act(in[0], in[1], options); };
      EXPECT_LT(gradient_error(op, {x, bias}), 1e-7) << name;
      EXPECT_LT(second_gradient_error(op, {x, bias}), 1e-6) << name;
    }
  }
}

TEST(BiasAct, WorksWithoutABiasAndInHalfPrecision) {
  const at::Tensor x = at::randn({2, 3}, at::kDouble).requires_grad_();
  const at::Tensor y = bias_act(x, {}, {.activation = Activation::lrelu, .gain = 1.0});
  const auto slope = torch::autograd::grad({y.sum()}, {x})[0];
  EXPECT_TRUE(at::allclose(slope, at::where(x > 0, 1.0, 0.2).to(at::kDouble)));
  const at::Tensor half = bias_act(x.detach().to(at::kHalf), {}, {.activation = Activation::relu});
  EXPECT_EQ(half.scalar_type(), at::kHalf);
}

TEST(BiasAct, RefusesUnknownNamesAndOtherBiases) {
  EXPECT_THROW(activation_of("gelu"), Error);
  EXPECT_THROW(bias_act(at::zeros({2, 3}), at::zeros({2})), Error);
}

}  // namespace
}  // namespace ganvas::ops
