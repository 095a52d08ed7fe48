#include "ops/conv2d_resample.h"

#include <algorithm>
#include <cmath>

#include "core/error.h"
#include "ops/conv/conv2d.h"
#include "ops/finished_conv.h"
#include "ops/upfirdn2d/upfirdn2d.h"

namespace ganvas::ops {
namespace {

struct ConvStep {
  int stride = 1;
  int pad_x = 0, pad_y = 0;
  int groups = 1;
};

/// What follows the last convolution.
struct Finish {
  at::Tensor bias;
  BiasActOptions act;
};

/// A convolution, by our own kernels where they are; `correlate` false mirrors the kernel.
at::Tensor convolution(const at::Tensor& x, const at::Tensor& weight, bool correlate, const ConvStep& step,
                       const Finish* finish = nullptr) {
  const at::Tensor kernel = correlate || weight.size(2) * weight.size(3) == 1 ? weight : weight.flip({2, 3});
  const bool own = step.pad_x == step.pad_y && step.groups == 1 && conv2d_takes(x, kernel);
  const ConvSteps steps{step.stride, step.pad_x};
  if (own && finish != nullptr) {
    const FinishedConvOptions options{.steps = steps, .act = finish->act};
    if (finished_conv_takes(x, kernel, options))
      return finished_conv({.x = x, .weight = kernel, .bias = finish->bias}, options);
  }
  const at::Tensor y = own ? conv2d(x, kernel, steps)
                           : at::conv2d(x, kernel, {}, at::IntArrayRef{step.stride},
                                        at::IntArrayRef{step.pad_y, step.pad_x}, at::IntArrayRef{1}, step.groups);
  return finish == nullptr ? y : bias_act(y, finish->bias, finish->act);
}

/// Zeros between the samples, then the convolution, over the whole extent: what a transposed convolution does, with the
/// kernel mirrored.
at::Tensor spread(const at::Tensor& x, const at::Tensor& weight, bool correlate, const ConvStep& step) {
  const auto groups = step.groups, out = static_cast<int>(weight.size(0)), in = static_cast<int>(weight.size(1));
  at::Tensor kernel = correlate ? weight.flip({2, 3}) : weight;
  const auto height = weight.size(2), width = weight.size(3);
  if (groups == 1) {
    kernel = kernel.transpose(0, 1);
  } else {
    kernel = kernel.reshape({groups, out / groups, in, height, width})
                 .transpose(1, 2)
                 .reshape({groups * in, out / groups, height, width});
  }
  if (step.pad_x == step.pad_y && groups == 1 && conv2d_takes(x, kernel)) {
    const auto grown = [&](std::int64_t side) { return (side - 1) * step.stride + height - 2 * step.pad_y; };
    return conv_transpose2d(x, kernel, {step.stride, step.pad_x}, grown(x.size(2)), grown(x.size(3)));
  }
  return at::conv_transpose2d(x, kernel, {}, at::IntArrayRef{step.stride}, at::IntArrayRef{step.pad_y, step.pad_x},
                              at::IntArrayRef{0}, groups);
}

/// conv2d_resample(), and conv2d_resample_act() where there is a finish.
at::Tensor resampled(const at::Tensor& x, const at::Tensor& weight, const at::Tensor& filter,
                     const ResampleConvOptions& options, const Finish* finish) {
  const auto finished = [&](const at::Tensor& y) {
    return finish == nullptr ? y : bias_act(y, finish->bias, finish->act);
  };
  const int up = options.up, down = options.down;
  require(up >= 1 && down >= 1, "Resampling factors are at least 1, not {} and {}.", up, down);
  const auto [fw, fh] = filter_size(filter);
  const auto kh = static_cast<int>(weight.size(2)), kw = static_cast<int>(weight.size(3));
  auto [x0, x1, y0, y1] = options.padding;
  const auto centre = [](int taps, int factor, bool upsampling, int& before, int& after) {
    before += floor_half(taps + (upsampling ? factor - 1 : 1 - factor));
    after += floor_half(taps - factor);
  };
  if (up > 1) centre(fw, up, true, x0, x1), centre(fh, up, true, y0, y1);
  if (down > 1) centre(fw, down, false, x0, x1), centre(fh, down, false, y0, y1);

  UpfirdnOptions resample{.padding = {x0, x1, y0, y1}, .flip_filter = options.flip_filter};
  ConvStep step{.groups = options.groups};
  const bool pointwise = kh == 1 && kw == 1;
  if (pointwise && down > 1 && up == 1) {  // thin out first: the convolution sees few pixels
    resample.down = {down, down};
    return convolution(upfirdn2d(x, filter, resample), weight, options.flip_weight, step, finish);
  }
  if (pointwise && up > 1 && down == 1) {
    resample.up = {up, up};
    resample.gain = up * up;
    return finished(upfirdn2d(convolution(x, weight, options.flip_weight, step), filter, resample));
  }
  if (down > 1 && up == 1) {  // filters commute, so the stride goes into the convolution
    step.stride = down;
    return convolution(upfirdn2d(x, filter, resample), weight, options.flip_weight, step, finish);
  }
  if (up > 1) {
    // The kernel commutes with the filter, too: a transposed convolution sees no inserted zeros. What it would give
    // beyond the crop of both sides is left out at once.
    x0 -= kw - 1;
    x1 -= kw - up;
    y0 -= kh - 1;
    y1 -= kh - up;
    step.stride = up;
    step.pad_x = std::max(std::min(-x0, -x1), 0);
    step.pad_y = std::max(std::min(-y0, -y1), 0);
    resample.padding = {x0 + step.pad_x, x1 + step.pad_x, y0 + step.pad_y, y1 + step.pad_y};
    resample.gain = up * up;
    at::Tensor y = upfirdn2d(spread(x, weight, options.flip_weight, step), filter, resample);
    if (down == 1) return finished(y);
    return finished(upfirdn2d(y, filter, {.down = {down, down}, .flip_filter = options.flip_filter}));
  }
  if (x0 == x1 && y0 == y1 && x0 >= 0 && y0 >= 0) {
    step.pad_x = x0;
    step.pad_y = y0;
    return convolution(x, weight, options.flip_weight, step, finish);
  }
  return convolution(upfirdn2d(x, {}, resample), weight, options.flip_weight, step, finish);
}

}  // namespace

at::Tensor conv2d_resample(const at::Tensor& x, const at::Tensor& weight, const at::Tensor& filter,
                           const ResampleConvOptions& options) {
  return resampled(x, weight, filter, options, nullptr);
}

at::Tensor conv2d_resample_act(const at::Tensor& x, const at::Tensor& weight, const at::Tensor& bias,
                               const at::Tensor& filter, const ResampleConvOptions& options,
                               const BiasActOptions& act) {
  const Finish finish{bias, act};
  return resampled(x, weight, filter, options, &finish);
}

at::Tensor modulated_conv2d(const at::Tensor& x, const at::Tensor& weight, const at::Tensor& styles,
                            const at::Tensor& filter, const ModulatedConvOptions& options) {
  const auto n = x.size(0), out = weight.size(0), in = weight.size(1), taps = weight.size(2) * weight.size(3);
  at::Tensor w = weight, s = styles;
  const int padding = options.padding;
  const ResampleConvOptions conv{
      .up = options.up, .padding = {padding, padding, padding, padding}, .flip_weight = options.flip_weight};
  if (x.scalar_type() == at::kHalf && options.demodulate) {
    w = w * (w.abs().amax({1, 2, 3}, true).reciprocal() / std::sqrt(static_cast<double>(in * taps)));
    s = s / s.abs().amax({1}, true);
  }
  at::Tensor norm;  // [N, O], of the kernels of each picture
  if (options.demodulate) norm = (at::mm(s.square(), w.square().sum({2, 3}).t()) + 1e-8).rsqrt();

  // One picture may scale the kernel instead of its pixels, whichever are fewer.
  if (n == 1 && x.size(2) * x.size(3) * (in + (norm.defined() ? out : 0)) > out * in * taps) {
    at::Tensor scale = s.view({1, in, 1, 1});
    if (norm.defined()) scale = scale * norm.view({out, 1, 1, 1});
    return conv2d_resample(x, (w * scale).to(x.scalar_type()), filter, conv);
  }
  at::Tensor y = x * s.to(x.scalar_type()).view({n, in, 1, 1});
  y = conv2d_resample(y, w.to(x.scalar_type()), filter, conv);
  return norm.defined() ? y * norm.to(x.scalar_type()).view({n, out, 1, 1}) : y;
}

}  // namespace ganvas::ops
