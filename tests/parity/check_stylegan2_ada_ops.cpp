// The operators of StyleGAN2-ADA, called as the case's list says: values and first gradients, second ones of bias_act.
#include <gtest/gtest.h>
#include <torch/csrc/autograd/autograd.h>

#include "core/error.h"
#include "ops/bias_act/bias_act.h"
#include "ops/conv2d_resample.h"
#include "ops/upfirdn2d/upfirdn2d.h"
#include "parity/reference.h"

namespace ganvas::parity {
namespace {

/// "up": 2 or [2, 1].
std::array<int, 2> pair_of(const Json& call, const char* key) {
  const Json value = call.value(key, Json(1));
  if (value.is_number()) return {value.get<int>(), value.get<int>()};
  return {value.at(0).get<int>(), value.at(1).get<int>()};
}

/// "padding": 1, [x, y] or [left, right, top, bottom].
std::array<int, 4> padding_of(const Json& call) {
  const Json value = call.value("padding", Json(0));
  if (value.is_number()) {
    const int all = value.get<int>();
    return {all, all, all, all};
  }
  const auto list = value.get<std::vector<int>>();
  if (list.size() == 2) return {list[0], list[0], list[1], list[1]};
  return {list.at(0), list.at(1), list.at(2), list.at(3)};
}

at::Tensor filter_of(const Case& subject, const Json& call) {
  return call.contains("f") && call["f"].is_string() ? subject.input(call["f"].get<std::string>()) : at::Tensor();
}

at::Tensor ramp_like(const at::Tensor& y) {
  return at::linspace(-1, 1, y.numel(), y.options()).view(y.sizes());
}

void compare_if_asked(const Case& subject, Comparison& comparison, const std::string& key, const at::Tensor& actual) {
  if (!subject.tensors.contains(key)) return;
  at::Tensor part = actual;
  const at::Tensor& expected = subject.values.at(key);
  for (std::int64_t i = 0; i < expected.dim() && expected.dim() == part.dim(); ++i)
    part = part.narrow(i, 0, std::min(expected.size(i), part.size(i)));
  comparison.compare(key, part);
}

void check_resampling(const Case& subject, Comparison& comparison, const Json& call, const std::string& prefix) {
  const at::Tensor x = subject.input(call.at("x").get<std::string>()).clone().requires_grad_();
  const at::Tensor f = filter_of(subject, call);
  const ops::UpfirdnOptions options{.up = pair_of(call, "up"),
                                    .down = pair_of(call, "down"),
                                    .padding = padding_of(call),
                                    .flip_filter = call.value("flip_filter", false),
                                    .gain = call.value("gain", 1.0)};
  const auto op = call.at("op").get<std::string>();
  const at::Tensor y = op == "upfirdn2d"    ? ops::upfirdn2d(x, f, options)
                       : op == "filter2d"   ? ops::filter2d(x, f, options)
                       : op == "upsample2d" ? ops::upsample2d(x, f, options)
                                            : ops::downsample2d(x, f, options);
  compare_if_asked(subject, comparison, prefix + "y", y);
  compare_if_asked(subject, comparison, prefix + "dx", torch::autograd::grad({(y * ramp_like(y)).sum()}, {x})[0]);
}

void check_bias_act(const Case& subject, Comparison& comparison, const Json& call, const std::string& prefix) {
  ops::BiasActOptions options;
  options.activation = ops::activation_of(call.at("act").get<std::string>());
  options.dim = call.value("dim", options.dim);
  options.alpha = call.value("alpha", options.alpha);
  if (call.contains("gain")) options.gain = call["gain"].get<double>();
  if (call.contains("clamp")) options.clamp = call["clamp"].get<double>();
  const at::Tensor x = subject.input("ba.x").clone().requires_grad_();
  const at::Tensor b = subject.input(options.dim == 1 ? "ba.b" : "ba.b_last").clone().requires_grad_();
  const at::Tensor y = ops::bias_act(x, b, options);
  compare_if_asked(subject, comparison, prefix + "y", y);
  const auto first = torch::autograd::grad({(y * subject.input("ba.dy")).sum()}, {x, b}, {}, true, true);
  compare_if_asked(subject, comparison, prefix + "dx", first[0]);
  compare_if_asked(subject, comparison, prefix + "db", first[1]);
  if (!subject.tensors.contains(prefix + "d2x")) return;
  const auto second =
      torch::autograd::grad({(first[0] * subject.input("ba.v")).sum()}, {x}, {}, std::nullopt, false, true);
  comparison.compare(prefix + "d2x", second[0].defined() ? second[0] : at::zeros_like(x));
}

void check_convolution(const Case& subject, Comparison& comparison, const Json& call, const std::string& prefix) {
  const at::Tensor x = subject.input(call.at("x").get<std::string>()).clone().requires_grad_();
  const at::Tensor w = subject.input("cr." + call.at("w").get<std::string>()).clone().requires_grad_();
  const at::Tensor y = ops::conv2d_resample(x, w, filter_of(subject, call),
                                            {.up = call.value("up", 1),
                                             .down = call.value("down", 1),
                                             .padding = padding_of(call),
                                             .groups = call.value("groups", 1),
                                             .flip_weight = call.value("flip_weight", true),
                                             .flip_filter = call.value("flip_filter", false)});
  compare_if_asked(subject, comparison, prefix + "y", y);
  const auto gradients = torch::autograd::grad({(y * ramp_like(y)).sum()}, {x, w});
  compare_if_asked(subject, comparison, prefix + "dx", gradients[0]);
  compare_if_asked(subject, comparison, prefix + "dw", gradients[1]);
}

}  // namespace

void check_stylegan2_ada_ops(const Case& subject, Comparison& comparison) {
  for (const Json& call : subject.config.at("list")) {
    const auto op = call.at("op").get<std::string>();
    const std::string prefix = op + "." + call.at("id").get<std::string>() + ".";
    if (op == "bias_act") {
      check_bias_act(subject, comparison, call, prefix);
    } else if (op == "conv2d_resample") {
      check_convolution(subject, comparison, call, prefix);
    } else {
      check_resampling(subject, comparison, call, prefix);
    }
  }
}

}  // namespace ganvas::parity
