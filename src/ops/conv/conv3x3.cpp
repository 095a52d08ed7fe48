#include "ops/conv/conv3x3.h"

#include <torch/csrc/autograd/custom_function.h>

#include "ops/conv/winograd.h"
#include "ops/vector/scratch.h"

namespace ganvas::ops {
namespace {

constexpr int packed_slot = 3;

/// The convolution, or `mirrored`: its transpose, from what has the size of its result to what has that of its input.
at::Tensor run(const at::Tensor& x, const at::Tensor& weight, bool mirrored) {
  const at::Tensor from = x.contiguous(at::MemoryFormat::ChannelsLast);
  const auto to = weight.size(mirrored ? 1 : 0);
  const winograd::Shape shape{from.size(0), from.size(2), from.size(3), from.size(1), to};
  at::Tensor out = at::empty({shape.pictures, to, shape.height, shape.width},
                             from.options().memory_format(at::MemoryFormat::ChannelsLast));
  float* packed = scratch(packed_slot, winograd::packed_size(shape.from, to));
  const WeightSteps steps{weight.stride(mirrored ? 1 : 0), weight.stride(mirrored ? 0 : 1), weight.stride(2),
                          weight.stride(3)};
  winograd::pack(weight.const_data_ptr<float>(), steps, shape.from, to, mirrored, packed);
  winograd::convolve(shape, from.const_data_ptr<float>(), nullptr, packed, {}, out.mutable_data_ptr<float>());
  return out;
}

struct Conv3x3 : torch::autograd::Function<Conv3x3> {
  static at::Tensor forward(torch::autograd::AutogradContext* context, const at::Tensor& x, const at::Tensor& weight,
                            bool mirrored) {
    context->save_for_backward({x, weight});
    context->saved_data["mirrored"] = mirrored;
    return run(x, weight, mirrored);
  }
  static torch::autograd::variable_list backward(torch::autograd::AutogradContext* context,
                                                 const torch::autograd::variable_list& gradients);
};

/// The gradient of the convolution in its weight, bilinear in x and the result's gradient dy.
struct Conv3x3Weight : torch::autograd::Function<Conv3x3Weight> {
  static at::Tensor forward(torch::autograd::AutogradContext* context, const at::Tensor& x, const at::Tensor& dy) {
    context->save_for_backward({x, dy});
    const at::Tensor from = x.contiguous(at::MemoryFormat::ChannelsLast);
    const at::Tensor to = dy.contiguous(at::MemoryFormat::ChannelsLast);
    at::Tensor gradient = at::empty({to.size(1), from.size(1), 3, 3}, from.options());
    const winograd::Shape shape{from.size(0), from.size(2), from.size(3), from.size(1), to.size(1)};
    winograd::weight_gradient(shape, from.const_data_ptr<float>(), to.const_data_ptr<float>(),
                              gradient.mutable_data_ptr<float>());
    return gradient;
  }
  static torch::autograd::variable_list backward(torch::autograd::AutogradContext* context,
                                                 const torch::autograd::variable_list& gradients) {
    const auto saved = context->get_saved_variables();
    at::Tensor dx, ddy;
    if (context->needs_input_grad(0)) dx = Conv3x3::apply(saved[1], gradients[0], true);
    if (context->needs_input_grad(1)) ddy = Conv3x3::apply(saved[0], gradients[0], false);
    return {dx, ddy};
  }
};

torch::autograd::variable_list Conv3x3::backward(torch::autograd::AutogradContext* context,
                                                 const torch::autograd::variable_list& gradients) {
  const auto saved = context->get_saved_variables();
  const at::Tensor &x = saved[0], &weight = saved[1], &dy = gradients[0];
  const bool mirrored = context->saved_data["mirrored"].toBool();
  at::Tensor dx, dw;
  if (context->needs_input_grad(0)) dx = Conv3x3::apply(dy, weight, !mirrored);
  if (context->needs_input_grad(1)) dw = mirrored ? Conv3x3Weight::apply(dy, x) : Conv3x3Weight::apply(x, dy);
  return {dx, dw, {}};
}

}  // namespace

at::Tensor in_fast_layout(const at::Tensor& x) {
  const bool known = has_vector_unit() && x.is_cpu() && x.scalar_type() == at::kFloat;
  return known ? x.contiguous(at::MemoryFormat::ChannelsLast) : x;
}

bool conv3x3_takes(const at::Tensor& x, const at::Tensor& weight) {
  return has_vector_unit() && x.is_cpu() && x.scalar_type() == at::kFloat && weight.scalar_type() == at::kFloat &&
         weight.size(2) == 3 && weight.size(3) == 3 && winograd::takes(weight.size(1), weight.size(0)) &&
         weight.size(0) >= 32 && weight.size(1) >= 32 && x.size(1) == weight.size(1) &&
         x.is_contiguous(at::MemoryFormat::ChannelsLast);
}

at::Tensor conv3x3(const at::Tensor& x, const at::Tensor& weight) {
  return Conv3x3::apply(x, weight, false);
}

}  // namespace ganvas::ops
