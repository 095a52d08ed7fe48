#include "ops/styled_conv.h"

#include <ATen/core/grad_mode.h>

#include "ops/conv/direct.h"
#include "ops/conv/winograd.h"
#include "ops/upfirdn2d/upfirdn2d.h"

namespace ganvas::ops {
namespace {

/// The convolution without its resampling filter.
direct::Shape direct_shape(const at::Tensor& x, const at::Tensor& weight, int up) {
  const int kernel = static_cast<int>(weight.size(2));
  direct::Shape shape{.pictures = x.size(0),
                      .from = weight.size(1),
                      .to = weight.size(0),
                      .in_height = x.size(2),
                      .in_width = x.size(3),
                      .out_height = x.size(2),
                      .out_width = x.size(3),
                      .kernel_height = kernel,
                      .kernel_width = kernel};
  if (up == 1) {
    shape.pad_y = shape.pad_x = kernel / 2;
  } else {
    shape.transposed = true;
    shape.stride = up;
    shape.out_height = (shape.in_height - 1) * up + kernel;
    shape.out_width = (shape.in_width - 1) * up + kernel;
  }
  return shape;
}

bool by_winograd(const at::Tensor& weight, int up) {
  return up == 1 && weight.size(2) == 3 && winograd::takes(weight.size(1), weight.size(0));
}

at::Tensor packed_for(const at::Tensor& weight, int up) {
  const auto to = weight.size(0), from = weight.size(1);
  const WeightSteps steps{weight.stride(0), weight.stride(1), weight.stride(2), weight.stride(3)};
  const float* values = weight.const_data_ptr<float>();
  if (by_winograd(weight, up)) {
    at::Tensor packed = at::empty({winograd::packed_size(from, to)}, weight.options());
    winograd::pack(values, steps, from, to, false, packed.mutable_data_ptr<float>());
    return packed;
  }
  const direct::Shape shape = direct_shape(at::empty({1, from, 1, 1}), weight, up);
  at::Tensor packed = at::empty({direct::packed_size(shape)}, weight.options());
  direct::pack(shape, values, steps, packed.mutable_data_ptr<float>());
  return packed;
}

at::Tensor channels_last(std::int64_t n, std::int64_t c, std::int64_t h, std::int64_t w, const at::Tensor& like) {
  return at::empty({n, c, h, w}, like.options().memory_format(at::MemoryFormat::ChannelsLast));
}

}  // namespace

bool StyledConv::takes(const at::Tensor& x, const at::Tensor& weight, const at::Tensor& styles,
                       const StyledConvOptions& options) {
  const bool learns =
      at::GradMode::is_enabled() && (x.requires_grad() || weight.requires_grad() || styles.requires_grad());
  const Activation act = options.act.activation;
  const bool known = act == Activation::linear || act == Activation::relu || act == Activation::lrelu;
  return !learns && has_vector_unit() && x.is_cpu() && x.scalar_type() == at::kFloat &&
         weight.scalar_type() == at::kFloat && styles.scalar_type() == at::kFloat && !weight.is_inference() && known &&
         options.act.alpha >= 0 && options.act.alpha <= 1 &&
         (options.up == 1 || (options.up == 2 && weight.size(2) == 3 && weight.size(0) % 8 == 0 &&
                              options.filter.defined() && upfirdn2d_finishes(options.filter)));
}

at::Tensor StyledConv::run(const at::Tensor& input, const at::Tensor& weight, const at::Tensor& styles,
                           const at::Tensor& noise, const at::Tensor& bias, const StyledConvOptions& options) {
  const at::NoGradGuard no_grad;
  const at::Tensor& kernel =
      kernel_.of(weight, options.up, [&](const at::Tensor& w) { return packed_for(w, options.up); });
  const at::Tensor& squares = squares_.of(weight, 0, [](const at::Tensor& w) {
    return w.square().sum({2, 3}).t().contiguous();
  });
  const at::Tensor x = input.contiguous(at::MemoryFormat::ChannelsLast), style = styles.contiguous();
  const auto n = x.size(0), to = weight.size(0), height = x.size(2) * options.up, width = x.size(3) * options.up;
  const at::Tensor norm = options.demodulate ? (at::mm(style.square(), squares) + 1e-8).rsqrt() : at::Tensor();
  const at::Tensor plane = noise.defined() ? noise.contiguous() : noise, shift = bias.contiguous();
  const Activation act = options.act.activation;

  Epilogue end;
  if (norm.defined()) end.scale = norm.const_data_ptr<float>();
  if (plane.defined()) {
    end.noise = plane.const_data_ptr<float>();
    end.noise_step = plane.numel() == height * width ? 0 : height * width;
  }
  end.bias = shift.const_data_ptr<float>();
  end.alpha = act == Activation::linear ? 1 : (act == Activation::relu ? 0 : static_cast<float>(options.act.alpha));
  end.gain = static_cast<float>(options.act.gain.value_or(activation_gain(act)));
  end.clamp = static_cast<float>(options.act.clamp.value_or(-1));

  const float* packed = kernel.const_data_ptr<float>();
  if (by_winograd(weight, options.up)) {
    at::Tensor out = channels_last(n, to, height, width, x);
    winograd::convolve({n, height, width, x.size(1), to}, x.const_data_ptr<float>(), style.const_data_ptr<float>(),
                       packed, end, out.mutable_data_ptr<float>());
    return out;
  }
  const at::Tensor scaled = x * style.view({n, x.size(1), 1, 1});
  const direct::Shape shape = direct_shape(x, weight, options.up);
  at::Tensor out = channels_last(n, to, shape.out_height, shape.out_width, x);
  direct::convolve(shape, scaled.const_data_ptr<float>(), packed, options.up == 1 ? end : Epilogue{},
                   out.mutable_data_ptr<float>());
  if (options.up == 1) return out;
  // The transposed convolution is one pixel larger than twice the input, and the filter of four taps leaves twice of
  // it.
  const auto [taps, unused] = filter_size(options.filter);
  const int before = floor_half(taps + 1) + 1 - 2, after = floor_half(taps - 2) + 1 - 1;
  return upfirdn2d_finished(out, options.filter, {.padding = {before, after, before, after}, .gain = 4}, end);
}

}  // namespace ganvas::ops
