#include "ops/bias_act/bias_act.h"

#include <torch/csrc/autograd/custom_function.h>

#include <cmath>

#include "core/error.h"
#include "ops/bias_act/bias_act_device.h"
#include "ops/vector/library_only.h"
#include "ops/vector/parallel.h"

namespace ganvas::ops {
namespace {

bool is_piecewise_linear(Activation activation) {
  return activation == Activation::linear || activation == Activation::relu || activation == Activation::lrelu;
}

/// One run of elements that share a bias (bias_step 0) or have one each (1).
template <typename T>
struct Line {
  const T *x, *bias, *dy, *ddx;
  T* out;
  std::int64_t count;
};

template <Activation A, BiasActOrder Order, typename T, int BiasStep>
void run_line(const BiasActScale<T>& scale, const Line<T>& line) {
  const BiasActScale<T> s = scale;
  for (std::int64_t i = 0; i < line.count; ++i) {
    const T v = line.x[i] + line.bias[BiasStep * i];
    const T dy = Order == BiasActOrder::value ? T(0) : line.dy[i];
    const T ddx = Order == BiasActOrder::curvature ? line.ddx[i] : T(0);
    line.out[i] = bias_act_element<A, Order>(s, v, dy, ddx);
  }
}

template <typename T>
struct CpuRun {
  const BiasActShape& shape;
  const BiasActTensors& tensors;

  template <Activation A>
  void operator()() const {
    switch (shape.order) {
      case BiasActOrder::value:
        return lines<A, BiasActOrder::value>();
      case BiasActOrder::slope:
        return lines<A, BiasActOrder::slope>();
      case BiasActOrder::curvature:
        return lines<A, BiasActOrder::curvature>();
    }
  }

  template <Activation A, BiasActOrder Order>
  void lines() const {
    const auto address = [](const at::Tensor& tensor) -> const T* {
      return tensor.defined() ? tensor.const_data_ptr<T>() : nullptr;
    };
    const BiasActScale<T> scale{static_cast<T>(shape.alpha), static_cast<T>(shape.gain), static_cast<T>(shape.clamp)};
    const T none = 0;
    const Line<T> all{address(tensors.x),
                      address(tensors.bias),
                      address(tensors.dy),
                      address(tensors.ddx),
                      tensors.out.mutable_data_ptr<T>(),
                      0};
    // With nothing behind the bias's dimension a line holds all channels, else one.
    const bool across = all.bias != nullptr && shape.inner == 1;
    const std::int64_t length = across ? shape.channels : (all.bias == nullptr ? 4096 : shape.inner);
    const std::int64_t count = (shape.count + length - 1) / length;
    parallel_for(0, count, std::max<std::int64_t>(1, 16384 / length), [&](std::int64_t begin, std::int64_t end) {
      for (std::int64_t i = begin; i < end; ++i) {
        const std::int64_t start = i * length;
        Line<T> line = all;
        line.count = std::min(length, shape.count - start);
        line.x += start;
        line.out += start;
        if (Order != BiasActOrder::value) line.dy += start;
        if (Order == BiasActOrder::curvature) line.ddx += start;
        if (across) {
          run_line<A, Order, T, 1>(scale, line);
        } else {
          line.bias = all.bias == nullptr ? &none : all.bias + i % shape.channels;
          run_line<A, Order, T, 0>(scale, line);
        }
      }
    });
  }
};

bool is_channels_last(const at::Tensor& x, int dim) {
  return x.dim() == 4 && dim == 1 && !x.is_contiguous() && x.is_contiguous(at::MemoryFormat::ChannelsLast);
}

/// One of value, slope, curvature over whole tensors.
at::Tensor compute(const BiasActOptions& options, BiasActOrder order, BiasActTensors tensors) {
  const at::Tensor x = tensors.x;
  if (!x.is_cuda() && (x.scalar_type() == at::kHalf || x.scalar_type() == at::kBFloat16)) {
    for (at::Tensor* tensor : {&tensors.x, &tensors.bias, &tensors.dy, &tensors.ddx})
      if (tensor->defined()) *tensor = tensor->to(at::kFloat);
    return compute(options, order, tensors).to(x.scalar_type());
  }
  BiasActShape shape;
  const bool channels_last = is_channels_last(x, options.dim);
  const auto format = channels_last ? at::MemoryFormat::ChannelsLast : at::MemoryFormat::Contiguous;
  for (at::Tensor* tensor : {&tensors.x, &tensors.dy, &tensors.ddx})
    if (tensor->defined()) *tensor = tensor->contiguous(format);
  if (tensors.bias.defined()) tensors.bias = tensors.bias.to(x.scalar_type()).contiguous();
  tensors.out = at::empty_like(tensors.x);
  shape.count = x.numel();
  shape.channels = x.dim() > options.dim ? x.size(options.dim) : 1;
  if (!channels_last)
    for (std::int64_t i = options.dim + 1; i < x.dim(); ++i) shape.inner *= x.size(i);
  shape.activation = options.activation;
  shape.order = order;
  shape.alpha = options.alpha;
  shape.gain = options.gain.value_or(activation_gain(options.activation));
  shape.clamp = options.clamp.value_or(-1);
  if (x.is_cuda()) {
    bias_act_on_device(shape, tensors);
  } else if (x.scalar_type() == at::kDouble) {
    with_activation(shape.activation, CpuRun<double>{shape, tensors});
  } else {
    with_activation(shape.activation, CpuRun<float>{shape, tensors});
  }
  return tensors.out;
}

/// Sum over all dimensions but the bias's; undefined without a bias.
at::Tensor bias_gradient(const at::Tensor& dx, const at::Tensor& bias, int dim) {
  if (!bias.defined()) return {};
  std::vector<std::int64_t> others;
  for (std::int64_t i = 0; i < dx.dim(); ++i)
    if (i != dim) others.push_back(i);
  return others.empty() ? dx : dx.sum(others);
}

/// How autograd functions take a tensor that may be undefined.
using MaybeTensor = std::optional<at::Tensor>;

struct BiasActSlope : torch::autograd::Function<BiasActSlope> {
  static at::Tensor forward(torch::autograd::AutogradContext* context, const at::Tensor& dy, const at::Tensor& x,
                            const MaybeTensor& bias, const BiasActOptions& options);
  static torch::autograd::variable_list backward(torch::autograd::AutogradContext* context,
                                                 const torch::autograd::variable_list& gradients);
};

void save_options(torch::autograd::AutogradContext* context, const BiasActOptions& options) {
  context->saved_data["activation"] = static_cast<std::int64_t>(options.activation);
  context->saved_data["dim"] = static_cast<std::int64_t>(options.dim);
  context->saved_data["scale"] = std::vector<double>{
      options.alpha, options.gain.value_or(activation_gain(options.activation)), options.clamp.value_or(-1)};
}

BiasActOptions saved_options(torch::autograd::AutogradContext* context) {
  const auto scale = context->saved_data["scale"].toDoubleVector();
  BiasActOptions options;
  options.activation = static_cast<Activation>(context->saved_data["activation"].toInt());
  options.dim = static_cast<int>(context->saved_data["dim"].toInt());
  options.alpha = scale[0];
  options.gain = scale[1];
  if (scale[2] >= 0) options.clamp = scale[2];
  return options;
}

struct BiasActValue : torch::autograd::Function<BiasActValue> {
  static at::Tensor forward(torch::autograd::AutogradContext* context, const at::Tensor& x, const MaybeTensor& bias,
                            const BiasActOptions& options) {
    context->save_for_backward({x, *bias});
    save_options(context, options);
    return compute(options, BiasActOrder::value, {.x = x, .bias = *bias});
  }

  static torch::autograd::variable_list backward(torch::autograd::AutogradContext* context,
                                                 const torch::autograd::variable_list& gradients) {
    const auto saved = context->get_saved_variables();
    const BiasActOptions options = saved_options(context);
    const at::Tensor dx = BiasActSlope::apply(gradients[0], saved[0], MaybeTensor(saved[1]), options);
    return {dx, bias_gradient(dx, saved[1], options.dim), {}};
  }
};

at::Tensor BiasActSlope::forward(torch::autograd::AutogradContext* context, const at::Tensor& dy, const at::Tensor& x,
                                 const MaybeTensor& bias, const BiasActOptions& options) {
  context->save_for_backward({dy, x, *bias});
  save_options(context, options);
  return compute(options, BiasActOrder::slope, {.x = x, .bias = *bias, .dy = dy});
}

torch::autograd::variable_list BiasActSlope::backward(torch::autograd::AutogradContext* context,
                                                      const torch::autograd::variable_list& gradients) {
  const auto saved = context->get_saved_variables();
  const at::Tensor &dy = saved[0], &x = saved[1], &bias = saved[2], &ddx = gradients[0];
  const BiasActOptions options = saved_options(context);
  const at::Tensor d_dy = BiasActSlope::apply(ddx, x, MaybeTensor(bias), options);
  if (is_piecewise_linear(options.activation)) return {d_dy, {}, {}, {}};
  require(!at::GradMode::is_enabled(), "A third derivative of bias_act exists for linear, relu and lrelu only.");
  const at::Tensor d_x = compute(options, BiasActOrder::curvature, {.x = x, .bias = bias, .dy = dy, .ddx = ddx});
  return {d_dy, d_x, bias_gradient(d_x, bias, options.dim), {}};
}

/// The same out of LibTorch's operators.
at::Tensor composed(const at::Tensor& x, const at::Tensor& bias, const BiasActOptions& options) {
  at::Tensor y = x;
  if (bias.defined()) {
    std::vector<std::int64_t> sizes(static_cast<std::size_t>(x.dim()), 1);
    sizes[static_cast<std::size_t>(options.dim)] = bias.size(0);
    y = y + bias.to(x.scalar_type()).view(sizes);
  }
  switch (options.activation) {
    case Activation::linear:
      break;
    case Activation::relu:
      y = at::relu(y);
      break;
    case Activation::lrelu:
      y = at::leaky_relu(y, options.alpha);
      break;
    case Activation::tanh:
      y = at::tanh(y);
      break;
    case Activation::sigmoid:
      y = at::sigmoid(y);
      break;
    case Activation::elu:
      y = at::elu(y);
      break;
    case Activation::selu:
      y = at::selu(y);
      break;
    case Activation::softplus:
      y = at::softplus(y);
      break;
    case Activation::swish:
      y = y * at::sigmoid(y);
      break;
  }
  const double gain = options.gain.value_or(activation_gain(options.activation));
  if (gain != 1) y = y * gain;
  return options.clamp && *options.clamp >= 0 ? at::clamp(y, -*options.clamp, *options.clamp) : y;
}

constexpr std::array<const char*, 9> names{"linear", "relu", "lrelu",    "tanh", "sigmoid",
                                           "elu",    "selu", "softplus", "swish"};

}  // namespace

Activation activation_of(const std::string& name) {
  for (std::size_t i = 0; i < names.size(); ++i)
    if (name == names[i]) return static_cast<Activation>(i);
  fail("There is no activation \"{}\"; choose one of {}.", name, fmt::join(names, ", "));
}

double activation_gain(Activation activation) {
  const bool halves =
      activation == Activation::relu || activation == Activation::lrelu || activation == Activation::swish;
  return halves ? std::sqrt(2.0) : 1.0;
}

at::Tensor bias_act(const at::Tensor& x, const at::Tensor& bias, const BiasActOptions& options) {
  require(!bias.defined() ||
              (options.dim >= 0 && options.dim < x.dim() && bias.dim() == 1 && bias.size(0) == x.size(options.dim)),
          "The bias of bias_act must be one value for each element of dimension {}.", options.dim);
  if (LibraryOnly::on()) return composed(x, bias, options);
  return BiasActValue::apply(x, MaybeTensor(bias), options);
}

}  // namespace ganvas::ops
