#include "models/export/onnx_operators.h"

#include <algorithm>
#include <limits>
#include <numeric>
#include <utility>

#include "core/error.h"

namespace ganvas::models {
namespace {

using torch::jit::Node;
using Out = OnnxEmitter;
using Ints = std::vector<std::int64_t>;

std::string op_name(const Node* node) {
  return node->kind().toUnqualString();
}

std::int64_t dimension(const Node* node, std::size_t input, std::int64_t of) {
  const std::int64_t dim = Out::integer(node, input);
  return dim < 0 ? dim + of : dim;
}

std::int64_t rank(const Node* node, std::size_t input) {
  return static_cast<std::int64_t>(shape_of(node->input(input)).size());
}

/// Two dimensions change places.
std::string swapped(Out& out, const std::string& x, std::int64_t dims, std::int64_t a, std::int64_t b) {
  Ints order(static_cast<std::size_t>(dims));
  std::iota(order.begin(), order.end(), 0);
  std::swap(order[a], order[b]);
  return out.emit("Transpose", {x}, {{"perm", order}});
}

std::string times(Out& out, const std::string& x, double factor) {
  return factor == 1 ? x : out.emit("Mul", {x, out.number(factor)});
}

OnnxRule unary(const char* op) {
  return [op](Out& out, const Node* node) { return out.emit(op, {out.name_of(node->input(0))}); };
}
OnnxRule binary(const char* op) {
  return [op](Out& out, const Node* node) { return out.emit(op, {out.operand(node, 0), out.operand(node, 1)}); };
}

std::string same(Out& out, const Node* node) {
  return out.name_of(node->input(0));
}

/// Whatever makes the same values another shape.
std::string reshaped(Out& out, const Node* node) {
  return out.emit("Reshape", {out.name_of(node->input(0)), out.integers(shape_of(node->output()))});
}

/// a +- alpha b, or the other way round.
std::string sum(Out& out, const Node* node) {
  std::string a = out.operand(node, 0), b = out.operand(node, 1);
  const bool reversed = op_name(node).starts_with("rsub");
  std::string& scaled = reversed ? a : b;
  if (node->inputs().size() > 2) scaled = times(out, scaled, Out::real(node, 2));
  if (reversed) std::swap(a, b);
  return out.emit(op_name(node).starts_with("add") ? "Add" : "Sub", {a, b});
}

std::string clamped(Out& out, const Node* node) {
  const auto limit = [&](std::size_t i) {
    return Out::is_none(node, i) ? std::string() : out.number(Out::real(node, i));
  };
  return out.emit("Clip", {out.name_of(node->input(0)), limit(1), limit(2)});
}

std::string transposed(Out& out, const Node* node) {
  const std::int64_t dims = rank(node, 0);
  const std::string x = out.name_of(node->input(0));
  if (op_name(node) == "t") return swapped(out, x, dims, 0, 1);
  if (op_name(node) == "transpose") return swapped(out, x, dims, dimension(node, 1, dims), dimension(node, 2, dims));
  Ints order = Out::ints(node, 1);
  for (std::int64_t& dim : order) dim = dim < 0 ? dim + dims : dim;
  return out.emit("Transpose", {x}, {{"perm", order}});
}

std::string linear(Out& out, const Node* node) {
  const std::string weight = swapped(out, out.name_of(node->input(1)), 2, 0, 1);
  const std::string y = out.emit("MatMul", {out.name_of(node->input(0)), weight});
  const std::string bias = out.optional(node, 2);
  return bias.empty() ? y : out.emit("Add", {y, bias});
}

/// beta * input + alpha * (a b)
std::string addmm(Out& out, const Node* node) {
  const std::string product = out.emit("MatMul", {out.name_of(node->input(1)), out.name_of(node->input(2))});
  return out.emit(
      "Add", {times(out, out.name_of(node->input(0)), Out::real(node, 3)), times(out, product, Out::real(node, 4))});
}

struct ConvArguments {
  Ints stride, padding, dilation, output_padding;
  std::int64_t groups = 1;
  bool transposed = false;
};

std::string convolution(Out& out, const Node* node, const ConvArguments& arguments) {
  const std::size_t axes = shape_of(node->input(1)).size() - 2;
  const auto spread = [&](const Ints& values) { return values.size() == axes ? values : Ints(axes, values.at(0)); };
  Ints pads = spread(arguments.padding);
  const Ints half = pads;
  pads.insert(pads.end(), half.begin(), half.end());
  std::vector<std::pair<std::string, io::OnnxAttribute>> attributes{{"strides", spread(arguments.stride)},
                                                                    {"pads", pads},
                                                                    {"dilations", spread(arguments.dilation)},
                                                                    {"group", arguments.groups}};
  if (arguments.transposed) attributes.emplace_back("output_padding", spread(arguments.output_padding));
  return out.emit(arguments.transposed ? "ConvTranspose" : "Conv",
                  {out.name_of(node->input(0)), out.name_of(node->input(1)), out.optional(node, 2)}, attributes);
}

/// convolution(x, weight, bias, stride, padding, dilation, transposed, output_padding, groups, ...)
std::string general_convolution(Out& out, const Node* node) {
  return convolution(out, node,
                     {.stride = Out::ints(node, 3),
                      .padding = Out::ints(node, 4),
                      .dilation = Out::ints(node, 5),
                      .output_padding = Out::ints(node, 7),
                      .groups = Out::integer(node, 8),
                      .transposed = Out::flag(node, 6)});
}
/// conv2d(x, weight, bias, stride, padding, dilation, groups)
std::string plain_convolution(Out& out, const Node* node) {
  return convolution(out, node,
                     {.stride = Out::ints(node, 3),
                      .padding = Out::ints(node, 4),
                      .dilation = Out::ints(node, 5),
                      .groups = Out::integer(node, 6)});
}
/// conv_transpose2d(x, weight, bias, stride, padding, output_padding, groups, dilation)
std::string transposed_convolution(Out& out, const Node* node) {
  return convolution(out, node,
                     {.stride = Out::ints(node, 3),
                      .padding = Out::ints(node, 4),
                      .dilation = Out::ints(node, 7),
                      .output_padding = Out::ints(node, 5),
                      .groups = Out::integer(node, 6),
                      .transposed = true});
}

/// Sums, means and maxima over dimensions.
std::string reduced(Out& out, const Node* node) {
  const std::string kind = op_name(node), x = out.name_of(node->input(0));
  const std::int64_t dims = rank(node, 0);
  const bool over_some = node->inputs().size() > 2 && !Out::is_none(node, 1) && !Out::ints(node, 1).empty();
  Ints axes(static_cast<std::size_t>(dims));
  std::iota(axes.begin(), axes.end(), 0);
  if (over_some) axes = Out::ints(node, 1);
  const std::int64_t keep = over_some && Out::flag(node, 2) ? 1 : 0;
  if (kind == "sum") return out.emit("ReduceSum", {x, out.integers(axes)}, {{"keepdims", keep}});
  return out.emit(kind == "mean"   ? "ReduceMean"
                  : kind == "amax" ? "ReduceMax"
                                   : "ReduceMin",
                  {x}, {{"axes", axes}, {"keepdims", keep}});
}

std::string part(Out& out, const std::string& x, std::int64_t dim, const std::array<std::int64_t, 3>& range) {
  return out.emit(
      "Slice", {x, out.integers({range[0]}), out.integers({range[1]}), out.integers({dim}), out.integers({range[2]})});
}

/// slice(x, dim, start, end, step), narrow(x, dim, start, length), select(x, dim, index), flip(x, dims)
std::string taken(Out& out, const Node* node) {
  const std::string kind = op_name(node), x = out.name_of(node->input(0));
  const std::int64_t dims = rank(node, 0);
  if (kind == "flip") {
    std::string y = x;
    for (const std::int64_t dim : Out::ints(node, 1))
      y = part(out, y, dim < 0 ? dim + dims : dim, {-1, std::numeric_limits<std::int64_t>::min(), -1});
    return y;
  }
  const std::int64_t dim = dimension(node, 1, dims);
  if (kind == "select") {
    const std::int64_t index = Out::integer(node, 2);
    return out.emit("Gather", {x, out.constant(at::scalar_tensor(index, at::kLong))}, {{"axis", dim}});
  }
  const std::int64_t first = Out::is_none(node, 2) ? 0 : Out::integer(node, 2);
  if (kind == "narrow") return part(out, x, dim, {first, first + Out::integer(node, 3), 1});
  const std::int64_t end = Out::is_none(node, 3) ? std::numeric_limits<std::int64_t>::max() : Out::integer(node, 3);
  return part(out, x, dim, {first, end, Out::integer(node, 4)});
}

std::string joined(Out& out, const Node* node) {
  const bool stacks = op_name(node) == "stack";
  const Node* list = node->input(0)->node();
  require(list->kind() == torch::jit::prim::ListConstruct, "The operator {} joins a list that is not written out.",
          op_name(node));
  const std::int64_t dims = static_cast<std::int64_t>(shape_of(node->output()).size());
  const std::int64_t dim = dimension(node, 1, dims);
  std::vector<std::string> tensors;
  for (const auto* value : list->inputs()) {
    const std::string name = out.name_of(value);
    tensors.push_back(stacks ? out.emit("Unsqueeze", {name, out.integers({dim})}) : name);
  }
  return out.emit("Concat", tensors, {{"axis", dim}});
}

/// batch_norm(x, weight, bias, mean, variance, training, momentum, eps, ...)
std::string batch_norm(Out& out, const Node* node) {
  require(!Out::flag(node, 5), "A batch norm that looks at its batch is no fixed graph.");
  const std::int64_t channels = shape_of(node->input(0)).at(1);
  const auto of = [&](std::size_t i, double value) {
    const std::string given = out.optional(node, i);
    return given.empty() ? out.constant(at::full({channels}, value)) : given;
  };
  return out.emit("BatchNormalization", {out.name_of(node->input(0)), of(1, 1), of(2, 0), of(3, 0), of(4, 1)},
                  {{"epsilon", static_cast<float>(Out::real(node, 7))}});
}

/// instance_norm(x, weight, bias, mean, variance, use_input_stats, momentum, eps, ...)
std::string instance_norm(Out& out, const Node* node) {
  const std::int64_t channels = shape_of(node->input(0)).at(1);
  const auto of = [&](std::size_t i, double value) {
    const std::string given = out.optional(node, i);
    return given.empty() ? out.constant(at::full({channels}, value)) : given;
  };
  return out.emit("InstanceNormalization", {out.name_of(node->input(0)), of(1, 1), of(2, 0)},
                  {{"epsilon", static_cast<float>(Out::real(node, 7))}});
}

/// Pictures made larger or smaller to the size of the result.
OnnxRule resized(const char* mode) {
  return [mode](Out& out, const Node* node) {
    const bool corners = std::string(mode) == "linear" && node->inputs().size() > 2 && Out::flag(node, 2);
    return out.emit("Resize", {out.name_of(node->input(0)), "", "", out.integers(shape_of(node->output()))},
                    {{"mode", std::string(mode)},
                     {"coordinate_transformation_mode", std::string(std::string(mode) == "nearest" ? "asymmetric"
                                                                    : corners                      ? "align_corners"
                                                                                                   : "half_pixel")},
                     {"nearest_mode", std::string("floor")}});
  };
}

/// avg_pool2d(x, kernel, stride, padding, ceil_mode, count_include_pad, ...)
std::string average_pool(Out& out, const Node* node) {
  const Ints kernel = Out::ints(node, 1), stride = Out::ints(node, 2);
  Ints pads = Out::ints(node, 3);
  const Ints half = pads;
  pads.insert(pads.end(), half.begin(), half.end());
  return out.emit("AveragePool", {out.name_of(node->input(0))},
                  {{"kernel_shape", kernel},
                   {"strides", stride.empty() ? kernel : stride},
                   {"pads", pads},
                   {"ceil_mode", std::int64_t{Out::flag(node, 4) ? 1 : 0}},
                   {"count_include_pad", std::int64_t{Out::flag(node, 5) ? 1 : 0}}});
}

/// constant_pad_nd(x, pads, value): pads from the last dimension on, two each.
std::string padded(Out& out, const Node* node) {
  const auto dims = static_cast<std::size_t>(rank(node, 0));
  const Ints pads = Out::ints(node, 1);
  Ints ordered(2 * dims, 0);
  for (std::size_t i = 0; i < pads.size(); ++i) ordered[(i % 2) * dims + dims - 1 - i / 2] = pads[i];
  return out.emit("Pad", {out.name_of(node->input(0)), out.integers(ordered), out.number(Out::real(node, 2))});
}

std::string leaky(Out& out, const Node* node) {
  return out.emit("LeakyRelu", {out.name_of(node->input(0))}, {{"alpha", static_cast<float>(Out::real(node, 1))}});
}

std::string mixed(Out& out, const Node* node) {  // lerp(a, b, share)
  const std::string a = out.name_of(node->input(0));
  return out.emit("Add",
                  {a, out.emit("Mul", {out.emit("Sub", {out.name_of(node->input(1)), a}), out.operand(node, 2)})});
}

std::string expanded(Out& out, const Node* node) {
  return out.emit("Expand", {out.name_of(node->input(0)), out.integers(shape_of(node->output()))});
}

/// Tensors of one value: ones_like, full_like, ... Of an empty one only the shape counts: a traced copy expands to it.
std::string filled(Out& out, const Node* node) {
  const std::string kind = op_name(node);
  const double value = kind == "full_like" ? Out::real(node, 1) : kind == "ones_like" ? 1 : 0;
  return out.constant(at::full(shape_of(node->output()), value));
}

/// norm(x, p, dims, keepdim)
std::string norm(Out& out, const Node* node) {
  const double p = Out::real(node, 1);
  require(p == 1 || p == 2, "ONNX has the norms of order 1 and 2, not {}.", p);
  return out.emit(p == 1 ? "ReduceL1" : "ReduceL2", {out.name_of(node->input(0))},
                  {{"axes", Out::ints(node, 2)}, {"keepdims", std::int64_t{Out::flag(node, 3) ? 1 : 0}}});
}

std::string softmax(Out& out, const Node* node) {
  return out.emit("Softmax", {out.name_of(node->input(0))}, {{"axis", Out::integer(node, 1)}});
}

std::string pixel_shuffle(Out& out, const Node* node) {
  return out.emit("DepthToSpace", {out.name_of(node->input(0))},
                  {{"blocksize", Out::integer(node, 1)}, {"mode", std::string("CRD")}});
}

std::string squared(Out& out, const Node* node) {
  const std::string x = out.name_of(node->input(0));
  return out.emit("Mul", {x, x});
}

std::string swish(Out& out, const Node* node) {
  const std::string x = out.name_of(node->input(0));
  return out.emit("Mul", {x, out.emit("Sigmoid", {x})});
}

std::string inverse_root(Out& out, const Node* node) {
  return out.emit("Reciprocal", {out.emit("Sqrt", {out.name_of(node->input(0))})});
}

/// Of each value by itself.
const std::map<std::string, OnnxRule> rules_of_values{
    {"add", sum},
    {"sub", sum},
    {"rsub", sum},
    {"mul", binary("Mul")},
    {"div", binary("Div")},
    {"pow", binary("Pow")},
    {"matmul", binary("MatMul")},
    {"mm", binary("MatMul")},
    {"bmm", binary("MatMul")},
    {"maximum", binary("Max")},
    {"minimum", binary("Min")},
    {"abs", unary("Abs")},
    {"neg", unary("Neg")},
    {"exp", unary("Exp")},
    {"sin", unary("Sin")},
    {"cos", unary("Cos")},
    {"sqrt", unary("Sqrt")},
    {"reciprocal", unary("Reciprocal")},
    {"relu", unary("Relu")},
    {"tanh", unary("Tanh")},
    {"sigmoid", unary("Sigmoid")},
    {"softplus", unary("Softplus")},
    {"elu", unary("Elu")},
    {"selu", unary("Selu")},
    {"square", squared},
    {"rsqrt", inverse_root},
    {"silu", swish},
    {"leaky_relu", leaky},
    {"prelu", binary("PRelu")},
    {"clamp", clamped},
    {"hardtanh", clamped},
    {"softmax", softmax},
    {"lerp", mixed},
};

/// Of layers, sums and shapes.
const std::map<std::string, OnnxRule> rules_of_tensors{
    {"linear", linear},
    {"addmm", addmm},
    {"conv1d", plain_convolution},
    {"conv2d", plain_convolution},
    {"conv_transpose2d", transposed_convolution},
    {"convolution", general_convolution},
    {"_convolution", general_convolution},
    {"batch_norm", batch_norm},
    {"instance_norm", instance_norm},
    {"upsample_nearest2d", resized("nearest")},
    {"upsample_bilinear2d", resized("linear")},
    {"avg_pool2d", average_pool},
    {"pixel_shuffle", pixel_shuffle},
    {"constant_pad_nd", padded},
    {"pad", padded},
    {"sum", reduced},
    {"mean", reduced},
    {"amax", reduced},
    {"amin", reduced},
    {"norm", norm},
    {"ones_like", filled},
    {"zeros_like", filled},
    {"empty_like", filled},
    {"full_like", filled},
    {"t", transposed},
    {"transpose", transposed},
    {"permute", transposed},
    {"view", reshaped},
    {"reshape", reshaped},
    {"flatten", reshaped},
    {"unflatten", reshaped},
    {"squeeze", reshaped},
    {"unsqueeze", reshaped},
    {"_unsafe_view", reshaped},
    {"view_as", reshaped},
    {"expand", expanded},
    {"expand_as", expanded},
    {"slice", taken},
    {"narrow", taken},
    {"select", taken},
    {"flip", taken},
    {"cat", joined},
    {"stack", joined},
    {"unbind", same},  // see unpack_list()
    {"chunk", same},
    {"split", same},
    {"contiguous", same},
    {"detach", same},
    {"alias", same},
    {"clone", same},
    {"to", same},
    {"_to_copy", same},
};

}  // namespace

void unpack_list(OnnxEmitter& out, const torch::jit::Node* node) {
  const Node* list = node->input(0)->node();
  const std::string x = out.name_of(list->input(0));
  const bool unbinds = op_name(list) == "unbind";
  const std::int64_t dim = dimension(list, unbinds ? 1 : 2, rank(list, 0));
  std::int64_t first = 0;
  for (const auto* value : node->outputs()) {
    if (unbinds) {
      const std::string index = out.constant(at::scalar_tensor(first++, at::kLong));
      out.set_name(value, out.emit("Gather", {x, index}, {{"axis", dim}}));
    } else {
      const std::int64_t last = first + shape_of(value).at(dim);
      out.set_name(value, part(out, x, dim, {std::exchange(first, last), last, 1}));
    }
  }
}

const OnnxRule* onnx_rule(const std::string& op) {
  for (const auto* rules : {&rules_of_values, &rules_of_tensors})
    if (const auto found = rules->find(op); found != rules->end()) return &found->second;
  return nullptr;
}

}  // namespace ganvas::models
