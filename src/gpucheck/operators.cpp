// Own kernels against the CPU, which shares the arithmetic of each element: values and derivatives.
#include "core/error.h"

#include <torch/csrc/autograd/autograd.h>
#include "gpucheck/guard.h"
#include "ops/bias_act/bias_act.h"
#include "ops/to_rgba8/to_rgba8.h"
#include "ops/upfirdn2d/upfirdn2d.h"

namespace ganvas::gpucheck {
namespace {

std::pair<bool, std::string> to_rgba8_agrees() {
  std::int64_t pixels = 0, differing = 0;
  for (const int channels : {1, 3}) {
    for (const int side : {5, 64, 512}) {
      for (const int count : {1, 6}) {
        const at::Tensor pictures = at::randn({count, channels, side, side});
        at::Tensor on_cpu, on_gpu_bytes;
        ops::to_rgba8(pictures, 4, on_cpu);
        ops::to_rgba8(pictures.to(at::kCUDA), 4, on_gpu_bytes);
        differing += (on_gpu_bytes.cpu() != on_cpu).sum().item<std::int64_t>();
        pixels += on_cpu.numel() / 4;
      }
    }
  }
  // The GPU may fuse the multiply and the add; a value on the edge between two bytes may then fall on either side.
  return {differing <= pixels / 10000, fmt::format("{} of {} pixels differ in a byte", differing, pixels)};
}

/// An operator of one or two tensors, and what it is tried on.
using Operator = std::function<at::Tensor(const std::vector<at::Tensor>&)>;

/// Value, gradients and gradients of a gradient penalty, all on the device and in the type of `inputs`.
std::vector<at::Tensor> through_twice(const Operator& apply, std::vector<at::Tensor> inputs) {
  for (at::Tensor& input : inputs) input = input.detach().requires_grad_();
  const at::Tensor value = apply(inputs);
  const at::Tensor weights =
      at::linspace(-1, 1, value.numel(), value.device()).reshape(value.sizes()).to(value.scalar_type());
  const std::vector<at::Tensor> slopes =
      torch::autograd::grad({(value * weights).sum()}, inputs, {}, true, /*create_graph=*/true);
  std::vector<at::Tensor> results{value.detach()};
  at::Tensor penalty = at::zeros({}, value.options());
  for (const at::Tensor& slope : slopes) {
    results.push_back(slope.detach());
    penalty = penalty + slope.square().mean();
  }
  if (!penalty.requires_grad()) return results;
  for (const at::Tensor& curvature : torch::autograd::grad({penalty}, inputs, {}, true, false, true)) {
    if (curvature.defined()) results.push_back(curvature.detach());
  }
  return results;
}

/// Largest |difference| between the GPU's results and the CPU's in double, as a part of the largest |value|.
double worst(const Operator& apply, const std::vector<at::Tensor>& inputs, at::ScalarType type) {
  std::vector<at::Tensor> exact, on_gpu;
  for (const at::Tensor& input : inputs) {
    exact.push_back(input.to(type).to(at::kDouble));  // the same rounded numbers on both sides
    on_gpu.push_back(input.to(at::kCUDA, type));
  }
  const std::vector<at::Tensor> expected = through_twice(apply, exact), actual = through_twice(apply, on_gpu);
  require(expected.size() == actual.size(), "The GPU gave {} results, the CPU {}.", actual.size(), expected.size());
  double largest = 0;
  for (std::size_t i = 0; i < expected.size(); ++i) {
    const at::Tensor got = actual[i].cpu().to(at::kDouble);
    const double difference = (got - expected[i]).abs().max().item<double>();
    largest = std::max(largest, difference / std::max(1e-3, expected[i].abs().max().item<double>()));
    if (!got.isfinite().all().item<bool>()) return std::numeric_limits<double>::infinity();
  }
  return largest;
}

struct Agreement {
  int cases = 0;
  double single = 0, half = 0;  ///< worst of all cases in that type
  void add(const Operator& apply, const std::vector<at::Tensor>& inputs) {
    ++cases;
    single = std::max(single, worst(apply, inputs, at::kFloat));
    half = std::max(half, worst(apply, inputs, at::kHalf));
  }
  [[nodiscard]] std::pair<bool, std::string> verdict() const {
    return {single <= 1e-5 && half <= 1e-2,
            fmt::format("{} cases with first and second derivatives against the CPU in double, relative: float {:.1e}, "
                        "half {:.1e}",
                        cases, single, half)};
  }
};

std::pair<bool, std::string> bias_act_agrees() {
  Agreement agreement;
  for (const char* name : {"linear", "relu", "lrelu", "tanh", "sigmoid", "elu", "selu", "softplus", "swish"}) {
    for (const bool clamped : {false, true}) {
      for (const bool last : {false, true}) {
        ops::BiasActOptions options{.activation = ops::activation_of(name)};
        if (clamped) options.clamp = 0.7;
        const at::Tensor x = at::randn({3, 7, 9, 5});
        at::Tensor input = last ? x.contiguous(at::MemoryFormat::ChannelsLast) : x;
        agreement.add([&](const std::vector<at::Tensor>& t) { return ops::bias_act(t[0], t[1], options); },
                      {input, at::randn({7})});
      }
    }
  }
  return agreement.verdict();
}

std::pair<bool, std::string> upfirdn2d_agrees() {
  Agreement agreement;
  const at::Tensor wide = ops::make_filter(at::tensor({1.0, 3.0, 3.0, 1.0}));
  const at::Tensor axes = ops::make_filter(at::tensor({1.0, 2.0, 5.0, 3.0, 1.0}), {.separable = true});
  for (const at::Tensor& filter : {wide, axes}) {
    for (const int up : {1, 2}) {
      for (const int down : {1, 2}) {
        for (const int side : {7, 64}) {
          const ops::UpfirdnOptions options{
              .up = {up, up}, .down = {down, down}, .padding = {2, 1, 3, -1}, .gain = 1.5};
          agreement.add(
              [&](const std::vector<at::Tensor>& t) {
                return ops::upfirdn2d(t[0], filter.to(t[0].device()), options).square() * 0.5;
              },
              {at::randn({2, 5, side, side + 3})});
        }
      }
    }
  }
  return agreement.verdict();
}

}  // namespace

void check_operators(Checklist& checks) {
  checks.on_gpu("to_rgba8: CUDA kernel against the CPU loop", to_rgba8_agrees);
  checks.on_gpu("bias_act: CUDA kernel against the CPU", bias_act_agrees);
  checks.on_gpu("upfirdn2d: CUDA kernel against the CPU", upfirdn2d_agrees);
}

}  // namespace ganvas::gpucheck
