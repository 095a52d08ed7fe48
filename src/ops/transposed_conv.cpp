#include "ops/transposed_conv.h"

#include <ATen/core/grad_mode.h>

#include "ops/conv/direct.h"
#include "ops/vector/library_only.h"

namespace ganvas::ops {
namespace {

enum Order { by_phase, as_columns };

direct::Shape transposed_shape(const at::Tensor& x, const at::Tensor& weight, const TransposedConvOptions& options) {
  const int kernel = static_cast<int>(weight.size(2));
  const auto grown = [&](std::int64_t side) { return (side - 1) * options.stride + kernel - 2 * options.padding; };
  return {.pictures = x.size(0),
          .from = x.size(1),
          .to = weight.size(1),
          .in_height = x.size(2),
          .in_width = x.size(3),
          .out_height = grown(x.size(2)),
          .out_width = grown(x.size(3)),
          .kernel_height = kernel,
          .kernel_width = kernel,
          .stride = options.stride,
          .pad_y = options.padding,
          .pad_x = options.padding,
          .transposed = true};
}

at::Tensor packed_by(const direct::Shape& shape, const at::Tensor& weight, const WeightSteps& steps) {
  at::Tensor packed = at::empty({direct::packed_size(shape)}, weight.options());
  direct::pack(shape, weight.const_data_ptr<float>(), steps, packed.mutable_data_ptr<float>());
  return packed;
}

}  // namespace

bool TransposedConv::takes(const at::Tensor& x, const at::Tensor& weight) {
  const bool learns = at::GradMode::is_enabled() && (x.requires_grad() || weight.requires_grad());
  return !learns && has_own_kernels() && x.is_cpu() && x.scalar_type() == at::kFloat &&
         weight.scalar_type() == at::kFloat && !weight.is_inference() && weight.size(2) == weight.size(3);
}

at::Tensor TransposedConv::by_columns(const at::Tensor& x, const at::Tensor& weight,
                                      const TransposedConvOptions& options) {
  const auto kernel = weight.size(2), columns = weight.size(1) * kernel * kernel, pixels = x.size(2) * x.size(3);
  const direct::Shape shape{.pictures = x.size(0),
                            .from = x.size(1),
                            .to = columns,
                            .in_height = x.size(2),
                            .in_width = x.size(3),
                            .out_height = x.size(2),
                            .out_width = x.size(3)};
  const at::Tensor& packed = kernel_.of(weight, as_columns, [&](const at::Tensor& w) {
    return packed_by(shape, w.contiguous(), {.to = 1, .from = columns});
  });
  at::Tensor products = at::empty({x.size(0), pixels, columns}, x.options());
  direct::convolve(shape, x.const_data_ptr<float>(), packed.const_data_ptr<float>(), {},
                   products.mutable_data_ptr<float>());
  if (pixels == 1 && options.padding == 0) return products.view({x.size(0), weight.size(1), kernel, kernel});
  const direct::Shape whole = transposed_shape(x, weight, options);
  return at::col2im(products.transpose(1, 2).contiguous(), {whole.out_height, whole.out_width}, {kernel, kernel},
                    {1, 1}, {options.padding, options.padding}, {options.stride, options.stride});
}

at::Tensor TransposedConv::run(const at::Tensor& input, const at::Tensor& weight, const at::Tensor& scale,
                               const at::Tensor& shift, const TransposedConvOptions& options) {
  const at::NoGradGuard no_grad;
  const at::Tensor x = input.contiguous(at::MemoryFormat::ChannelsLast);
  // One pixel meets each tap once, and few channels would leave most of a panel empty: products first, their sums
  // after.
  if (x.size(2) * x.size(3) == 1 || weight.size(1) < 8) {
    at::Tensor y = by_columns(x, weight, options);
    if (scale.defined()) y.mul_(scale.view({-1, 1, 1}));
    if (shift.defined()) y.add_(shift.view({-1, 1, 1}));
    return options.slope == 1 ? y : at::leaky_relu_(y, options.slope);
  }
  const direct::Shape shape = transposed_shape(x, weight, options);
  const at::Tensor& packed = kernel_.of(weight, by_phase, [&](const at::Tensor& w) {
    return packed_by(shape, w, {w.stride(1), w.stride(0), w.stride(2), w.stride(3)});
  });
  const at::Tensor scales = scale.defined() ? scale.expand({x.size(0), shape.to}).contiguous() : scale;
  const at::Tensor shifts = shift.defined() ? shift.contiguous() : shift;
  Epilogue end;
  if (scales.defined()) end.scale = scales.const_data_ptr<float>();
  if (shifts.defined()) end.bias = shifts.const_data_ptr<float>();
  end.alpha = static_cast<float>(options.slope);
  at::Tensor out = at::empty({shape.pictures, shape.to, shape.out_height, shape.out_width},
                             x.options().memory_format(at::MemoryFormat::ChannelsLast));
  direct::convolve(shape, x.const_data_ptr<float>(), packed.const_data_ptr<float>(), end,
                   out.mutable_data_ptr<float>());
  return out;
}

}  // namespace ganvas::ops
