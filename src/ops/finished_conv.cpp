#include "ops/finished_conv.h"

#include <torch/csrc/autograd/autograd.h>
#include <torch/csrc/autograd/custom_function.h>

#include "ops/conv/conv2d.h"
#include "ops/conv/epilogue_gradient.h"
#include "ops/upfirdn2d/upfirdn2d.h"

namespace ganvas::ops {
namespace {

using torch::autograd::AutogradContext;
using torch::autograd::variable_list;
using MaybeTensor = std::optional<at::Tensor>;

constexpr auto channels_last = at::MemoryFormat::ChannelsLast;

/// What upsampling does after its convolution, which is one pixel larger than twice the input.
UpfirdnOptions smoothing(const at::Tensor& filter, int up) {
  const int taps = filter_size(filter)[0];
  const int before = floor_half(taps + up - 1) - 1, after = floor_half(taps - up);
  return {.padding = {before, after, before, after}, .gain = static_cast<double>(up) * up};
}

/// The convolution alone.
direct::Shape shape_of(const at::Tensor& x, const at::Tensor& weight, const FinishedConvOptions& options) {
  if (options.up == 1) return convolution_shape(x.sizes(), weight, options.steps);
  const auto kernel = weight.size(2);
  const std::vector<std::int64_t> grown{x.size(0), weight.size(0), (x.size(2) - 1) * options.up + kernel,
                                        (x.size(3) - 1) * options.up + kernel};
  return transposed(convolution_shape(grown, weight.transpose(0, 1), {.stride = options.up}));
}

/// As the shape's functions take it.
at::Tensor oriented(const at::Tensor& weight, const FinishedConvOptions& options) {
  return options.up == 1 ? weight : weight.transpose(0, 1);
}

/// Keeps the tensors that an epilogue points to.
struct HeldEpilogue {
  at::Tensor scale, noise, bias;
  Epilogue end;

  HeldEpilogue(const FinishedConvTensors& t, std::int64_t pixels, const BiasActOptions& act) {
    const auto hold = [](const at::Tensor& from, at::Tensor& to) -> const float* {
      if (!from.defined()) return nullptr;
      to = from.detach().contiguous();
      return to.const_data_ptr<float>();
    };
    end.scale = hold(t.scale, scale);
    end.noise = hold(t.noise, noise);
    end.noise_step = noise.defined() && noise.numel() != pixels ? pixels : 0;
    end.bias = hold(t.bias, bias);
    const Activation kind = act.activation;
    end.alpha = kind == Activation::linear ? 1 : (kind == Activation::relu ? 0 : static_cast<float>(act.alpha));
    end.gain = static_cast<float>(act.gain.value_or(activation_gain(kind)));
    end.clamp = static_cast<float>(act.clamp.value_or(-1));
  }
};

at::Tensor styled(const at::Tensor& x, const at::Tensor& style) {
  return style.defined() ? x * style.view({style.size(0), style.size(1), 1, 1}) : x;
}

/// The same out of operators that are differentiable any number of times.
at::Tensor composed(const FinishedConvTensors& t, const FinishedConvOptions& options) {
  at::Tensor y = styled(t.x, t.style);
  if (options.up == 1) {
    y = conv2d(y, t.weight, options.steps);
  } else {
    const direct::Shape shape = shape_of(y, t.weight, options);
    y = conv_transpose2d(y, t.weight.transpose(0, 1), {.stride = options.up}, shape.out_height, shape.out_width);
    y = upfirdn2d(y, options.filter, smoothing(options.filter, options.up));
  }
  y = styled(y, t.scale);
  if (t.noise.defined()) y = y + t.noise;
  return bias_act(y, t.bias, options.act);
}

struct FinishedConv : torch::autograd::Function<FinishedConv> {
  static at::Tensor forward(AutogradContext* context, const at::Tensor& x, const at::Tensor& weight,
                            const MaybeTensor& style, const MaybeTensor& scale, const MaybeTensor& noise,
                            const MaybeTensor& bias, const FinishedConvOptions& options) {
    const FinishedConvTensors t{x, weight, *style, *scale, *noise, *bias};
    const at::Tensor y = finished_conv_packed(t, packed_for_finished_conv(weight, options), options);
    context->save_for_backward({t.x, t.weight, t.style, t.scale, t.noise, t.bias, y});
    save(context, options);
    return y;
  }

  static variable_list backward(AutogradContext* context, const variable_list& gradients) {
    const variable_list saved = context->get_saved_variables();
    const FinishedConvTensors t{saved[0], saved[1], saved[2], saved[3], saved[4], saved[5]};
    const FinishedConvOptions options = saved_options(context);
    std::array<bool, tensors> wanted{};
    std::size_t edge = 0;
    for (std::size_t i = 0; i < tensors; ++i) wanted[i] = saved[i].defined() && context->needs_input_grad(edge++);
    variable_list result = at::GradMode::is_enabled() ? differentiable(t, options, gradients[0], wanted)
                                                      : computed(t, options, saved.back(), gradients[0], wanted);
    result.emplace_back();  // of the options
    return result;
  }

 private:
  static constexpr std::size_t tensors = 6;

  /// Gradients that have gradients themselves. The tensors may depend on one another (a norm on its style), so each
  /// takes part under another name, behind which nothing is differentiated here.
  static variable_list differentiable(const FinishedConvTensors& t, const FinishedConvOptions& options,
                                      const at::Tensor& dy, const std::array<bool, tensors>& wanted) {
    FinishedConvTensors own = t;
    variable_list of;
    std::size_t i = 0;
    for (at::Tensor* tensor : {&own.x, &own.weight, &own.style, &own.scale, &own.noise, &own.bias}) {
      if (tensor->defined()) *tensor = at::alias(*tensor);
      if (wanted[i++]) of.push_back(*tensor);
    }
    const variable_list found = torch::autograd::grad({composed(own, options)}, of, {dy}, true, true);
    variable_list result(tensors);
    auto next = found.begin();
    for (i = 0; i < tensors; ++i)
      if (wanted[i]) result[i] = *next++;
    return result;
  }

  static variable_list computed(const FinishedConvTensors& t, const FinishedConvOptions& options, const at::Tensor& y,
                                const at::Tensor& gradient, const std::array<bool, tensors>& wanted) {
    const at::Tensor dy = gradient.contiguous(channels_last);
    const std::int64_t n = y.size(0), pixels = y.size(2) * y.size(3);
    const HeldEpilogue held(t, pixels, options.act);
    const auto sums = [&](bool want, at::IntArrayRef sizes) {
      return want ? at::empty(sizes, y.options()) : at::Tensor();
    };
    const auto address = [](const at::Tensor& to) { return to.defined() ? to.mutable_data_ptr<float>() : nullptr; };
    at::Tensor dscale = sums(wanted[3], {n, y.size(1)}), dnoise = sums(wanted[4], {n, 1, y.size(2), y.size(3)});
    at::Tensor dbias = sums(wanted[5], {n, y.size(1)}), dz = at::empty_like(y);
    epilogue_gradient({n, pixels, y.size(1)}, held.end, y.const_data_ptr<float>(), dy.const_data_ptr<float>(),
                      dz.mutable_data_ptr<float>(),
                      {.scale = address(dscale), .bias = address(dbias), .noise = address(dnoise)});
    if (dbias.defined()) dbias = dbias.sum(0);
    if (dnoise.defined()) dnoise = dnoise.sum_to_size(t.noise.sizes());
    const direct::Shape shape = shape_of(t.x, t.weight, options);
    if (options.up > 1)
      dz = upfirdn2d_transposed(dz, options.filter, smoothing(options.filter, options.up), shape.out_height,
                                shape.out_width);
    const at::Tensor weight = oriented(t.weight, options), style = t.style.defined() ? t.style.contiguous() : t.style;
    at::Tensor dx, dweight, dstyle;
    if (wanted[1]) {
      dweight = options.up == 1 ? weight_gradient(shape, t.x, style, dz)
                                : weight_gradient(transposed(shape), dz, {}, styled(t.x, style)).transpose(0, 1);
    }
    if (wanted[0] || wanted[2]) {
      const direct::Shape back = transposed(shape);
      dx = convolve(back, dz, {}, packed_weight(back, weight), {});
      if (style.defined()) {
        dstyle = at::empty_like(style);
        style_gradient({n, t.x.size(2) * t.x.size(3), t.x.size(1)}, t.x.const_data_ptr<float>(),
                       style.const_data_ptr<float>(), dx.mutable_data_ptr<float>(), dstyle.mutable_data_ptr<float>());
      }
    }
    return {dx, dweight, dstyle, dscale, dnoise, dbias};
  }

  static void save(AutogradContext* context, const FinishedConvOptions& options) {
    auto& saved = context->saved_data;
    saved["numbers"] = std::vector<std::int64_t>{options.steps.stride, options.steps.padding, options.up,
                                                 static_cast<std::int64_t>(options.act.activation)};
    saved["act"] =
        std::vector<double>{options.act.alpha, options.act.gain.value_or(activation_gain(options.act.activation)),
                            options.act.clamp.value_or(-1)};
    saved["filter"] = options.filter;
  }

  static FinishedConvOptions saved_options(AutogradContext* context) {
    const auto numbers = context->saved_data["numbers"].toIntVector();
    const auto act = context->saved_data["act"].toDoubleVector();
    FinishedConvOptions options{
        .steps = {static_cast<int>(numbers[0]), static_cast<int>(numbers[1])},
        .up = static_cast<int>(numbers[2]),
        .filter = context->saved_data["filter"].toTensor(),
        .act = {.activation = static_cast<Activation>(numbers[3]), .alpha = act[0], .gain = act[1]}};
    if (act[2] >= 0) options.act.clamp = act[2];
    return options;
  }
};

}  // namespace

bool finished_conv_takes(const at::Tensor& x, const at::Tensor& weight, const FinishedConvOptions& options) {
  const Activation act = options.act.activation;
  const bool known = act == Activation::linear || act == Activation::relu || act == Activation::lrelu;
  const bool keeps = options.up == 1, doubles = options.up == 2 && weight.size(2) == 3 && weight.size(0) % 8 == 0 &&
                                                options.filter.defined() && upfirdn2d_finishes(options.filter);
  return convolution_takes(x, weight) && known && options.act.alpha >= 0 && options.act.alpha <= 1 &&
         (keeps || doubles);
}

at::Tensor finished_conv(const FinishedConvTensors& t, const FinishedConvOptions& options) {
  // Laid out here, where it is part of the graph.
  return FinishedConv::apply(t.x.contiguous(channels_last), t.weight, MaybeTensor(t.style), MaybeTensor(t.scale),
                             MaybeTensor(t.noise), MaybeTensor(t.bias), options);
}

at::Tensor packed_for_finished_conv(const at::Tensor& weight, const FinishedConvOptions& options) {
  return packed_weight(shape_of(at::empty({1, weight.size(1), 4, 4}), weight, options), oriented(weight, options));
}

at::Tensor finished_conv_packed(const FinishedConvTensors& t, const at::Tensor& packed,
                                const FinishedConvOptions& options) {
  const at::NoGradGuard no_grad;
  const at::Tensor x = t.x.contiguous(channels_last), style = t.style.defined() ? t.style.contiguous() : t.style;
  const direct::Shape shape = shape_of(x, t.weight, options);
  const std::int64_t pixels =
      options.up == 1 ? shape.out_height * shape.out_width : x.size(2) * x.size(3) * options.up * options.up;
  const HeldEpilogue held(t, pixels, options.act);
  if (options.up == 1) return convolve(shape, x, style, packed, held.end);
  return upfirdn2d_finished(convolve(shape, x, style, packed, {}), options.filter,
                            smoothing(options.filter, options.up), held.end);
}

}  // namespace ganvas::ops
