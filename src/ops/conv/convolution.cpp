#include "ops/conv/convolution.h"

#include <utility>

#include "ops/conv/winograd.h"
#include "ops/vector/library_only.h"

namespace ganvas::ops {
namespace {

bool by_winograd(const direct::Shape& s) {
  return s.kernel_height == 3 && s.kernel_width == 3 && s.stride == 1 && s.pad_y == 1 && s.pad_x == 1 &&
         winograd::takes(s.from, s.to);
}

winograd::Shape tiled(const direct::Shape& s) {
  return {s.pictures, s.in_height, s.in_width, s.from, s.to};
}

at::Tensor styled(const at::Tensor& x, const at::Tensor& style) {
  return style.defined() ? x * style.view({x.size(0), x.size(1), 1, 1}) : x;
}

}  // namespace

bool convolution_takes(const at::Tensor& x, const at::Tensor& weight) {
  return has_own_kernels() && x.is_cpu() && weight.is_cpu() && x.scalar_type() == at::kFloat &&
         weight.scalar_type() == at::kFloat && weight.size(2) == weight.size(3);
}

direct::Shape convolution_shape(at::IntArrayRef pictures, const at::Tensor& weight, const ConvSteps& steps) {
  const int kernel = static_cast<int>(weight.size(2));
  const auto left = [&](std::int64_t side) { return (side + 2 * steps.padding - kernel) / steps.stride + 1; };
  return {.pictures = pictures[0],
          .from = weight.size(1),
          .to = weight.size(0),
          .in_height = pictures[2],
          .in_width = pictures[3],
          .out_height = left(pictures[2]),
          .out_width = left(pictures[3]),
          .kernel_height = kernel,
          .kernel_width = kernel,
          .stride = steps.stride,
          .pad_y = steps.padding,
          .pad_x = steps.padding};
}

direct::Shape transposed(const direct::Shape& shape) {
  direct::Shape back = shape;
  std::swap(back.from, back.to);
  std::swap(back.in_height, back.out_height);
  std::swap(back.in_width, back.out_width);
  back.transposed = !shape.transposed;
  return back;
}

at::Tensor packed_weight(const direct::Shape& s, const at::Tensor& weight) {
  const std::int64_t to = weight.stride(0), from = weight.stride(1);
  const WeightSteps steps{s.transposed ? from : to, s.transposed ? to : from, weight.stride(2), weight.stride(3)};
  const float* values = weight.const_data_ptr<float>();
  const bool tiles = by_winograd(s);
  at::Tensor packed = at::empty({tiles ? winograd::packed_size(s.from, s.to) : direct::packed_size(s)},
                                weight.options().requires_grad(false));
  if (tiles) {
    winograd::pack(values, steps, s.from, s.to, s.transposed, packed.mutable_data_ptr<float>());
  } else {
    direct::pack(s, values, steps, packed.mutable_data_ptr<float>());
  }
  return packed;
}

at::Tensor convolve(const direct::Shape& s, const at::Tensor& x, const at::Tensor& style, const at::Tensor& packed,
                    const Epilogue& end) {
  at::Tensor out = at::empty({s.pictures, s.to, s.out_height, s.out_width},
                             x.options().requires_grad(false).memory_format(at::MemoryFormat::ChannelsLast));
  const float* weights = packed.const_data_ptr<float>();
  if (by_winograd(s)) {
    winograd::convolve(tiled(s), x.const_data_ptr<float>(), style.defined() ? style.const_data_ptr<float>() : nullptr,
                       weights, end, out.mutable_data_ptr<float>());
  } else {
    const at::Tensor scaled = styled(x, style);
    direct::convolve(s, scaled.const_data_ptr<float>(), weights, end, out.mutable_data_ptr<float>());
  }
  return out;
}

at::Tensor weight_gradient(const direct::Shape& s, const at::Tensor& x, const at::Tensor& style, const at::Tensor& dy) {
  const auto options = x.options().requires_grad(false);
  if (by_winograd(s)) {
    at::Tensor gradient = at::empty({s.to, s.from, 3, 3}, options);
    winograd::weight_gradient(tiled(s), x.const_data_ptr<float>(),
                              style.defined() ? style.const_data_ptr<float>() : nullptr, dy.const_data_ptr<float>(),
                              gradient.mutable_data_ptr<float>());
    return gradient;
  }
  const at::Tensor scaled = styled(x, style);
  at::Tensor gradient = at::empty({s.kernel_height, s.kernel_width, s.from, s.to}, options);
  direct::weight_gradient(s, scaled.const_data_ptr<float>(), dy.const_data_ptr<float>(),
                          gradient.mutable_data_ptr<float>());
  return gradient.permute({3, 2, 0, 1}).contiguous();
}

}  // namespace ganvas::ops
