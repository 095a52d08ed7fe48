#include "ops/conv/conv2d.h"

#include <torch/csrc/autograd/custom_function.h>

#include "ops/vector/library_only.h"

namespace ganvas::ops {
namespace {

constexpr auto channels_last = at::MemoryFormat::ChannelsLast;

/// The convolution of `shape`, which is transposed or not.
at::Tensor run(const direct::Shape& shape, const at::Tensor& x, const at::Tensor& weight) {
  return convolve(shape, x.contiguous(channels_last), {}, packed_weight(shape, weight), {});
}

using torch::autograd::AutogradContext;
using torch::autograd::variable_list;

void save(AutogradContext* context, const direct::Shape& s) {
  context->saved_data["shape"] = std::vector<std::int64_t>{
      s.pictures,      s.from,         s.to,     s.in_height, s.in_width, s.out_height,        s.out_width,
      s.kernel_height, s.kernel_width, s.stride, s.pad_y,     s.pad_x,    s.transposed ? 1 : 0};
}

direct::Shape saved_shape(AutogradContext* context) {
  const auto n = context->saved_data["shape"].toIntVector();
  const auto small = [&](std::size_t i) { return static_cast<int>(n[i]); };
  return {n[0], n[1], n[2], n[3], n[4], n[5], n[6], small(7), small(8), small(9), small(10), small(11), n[12] != 0};
}

struct Convolve : torch::autograd::Function<Convolve> {
  static at::Tensor forward(AutogradContext* context, const at::Tensor& x, const at::Tensor& weight,
                            const direct::Shape& shape) {
    context->save_for_backward({x, weight});
    save(context, shape);
    return run(shape, x, weight);
  }
  static variable_list backward(AutogradContext* context, const variable_list& gradients);
};

/// The gradient of a convolution in its weight, bilinear in x and the result's gradient dy.
struct WeightGradient : torch::autograd::Function<WeightGradient> {
  static at::Tensor forward(AutogradContext* context, const at::Tensor& x, const at::Tensor& dy,
                            const direct::Shape& shape) {
    context->save_for_backward({x, dy});
    save(context, shape);
    return weight_gradient(shape, x.contiguous(channels_last), {}, dy.contiguous(channels_last));
  }
  static variable_list backward(AutogradContext* context, const variable_list& gradients) {
    const auto saved = context->get_saved_variables();
    const direct::Shape shape = saved_shape(context);
    at::Tensor dx, ddy;
    if (context->needs_input_grad(0)) dx = Convolve::apply(saved[1], gradients[0], transposed(shape));
    if (context->needs_input_grad(1)) ddy = Convolve::apply(saved[0], gradients[0], shape);
    return {dx, ddy, {}};
  }
};

variable_list Convolve::backward(AutogradContext* context, const variable_list& gradients) {
  const auto saved = context->get_saved_variables();
  const direct::Shape shape = saved_shape(context);
  const at::Tensor &x = saved[0], &weight = saved[1], &dy = gradients[0];
  at::Tensor dx, dw;
  if (context->needs_input_grad(0)) dx = Convolve::apply(dy, weight, transposed(shape));
  if (context->needs_input_grad(1))
    dw = shape.transposed ? WeightGradient::apply(dy, x, transposed(shape)) : WeightGradient::apply(x, dy, shape);
  return {dx, dw, {}};
}

}  // namespace

at::Tensor in_fast_layout(const at::Tensor& x) {
  const bool known = has_own_kernels() && x.is_cpu() && x.scalar_type() == at::kFloat;
  return known ? x.contiguous(channels_last) : x;
}

bool conv2d_takes(const at::Tensor& x, const at::Tensor& weight) {
  return convolution_takes(x, weight) && x.is_contiguous(channels_last);
}

at::Tensor conv2d(const at::Tensor& x, const at::Tensor& weight, const ConvSteps& steps) {
  return Convolve::apply(x, weight, convolution_shape(x.sizes(), weight, steps));
}

at::Tensor conv_transpose2d(const at::Tensor& x, const at::Tensor& weight, const ConvSteps& steps, std::int64_t height,
                            std::int64_t width) {
  const auto shape = convolution_shape({x.size(0), weight.size(1), height, width}, weight, steps);
  return Convolve::apply(x, weight, transposed(shape));
}

}  // namespace ganvas::ops
