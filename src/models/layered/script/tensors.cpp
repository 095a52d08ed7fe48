// Calls of torch on tensors, as layers. What ONNX has too goes by its names there.
#include <algorithm>

#include "core/error.h"
#include "models/layered/graph/operators.h"
#include "models/layered/script/run.h"

namespace ganvas::models {
namespace {

using Kind = ScriptValue::Kind;
using Call = ScriptCall;
using Run = ScriptRun;

/// The layers of one ONNX operator.
ScriptValue as_onnx(Run& run, const char* op, const std::vector<ScriptValue>& inputs, const Json& attributes = {}) {
  GraphNode node = run.node(op, inputs);
  if (!attributes.is_null()) node.attributes = attributes;
  add_operator(run.graph(), node);
  return Run::made(node);
}
/// One layer of its own.
ScriptValue as_layer(Run& run, const Call& call, Layer layer) {
  const GraphNode node = run.node(call.function, {call.argument(0)});
  run.graph().layer(node, std::move(layer), {run.graph().data(node)});
  return Run::made(node);
}

double number(const Call& call, std::size_t place, const char* keyword, double otherwise) {
  const ScriptValue value = call.argument(place, keyword);
  require(value.is(Kind::nothing) || value.is_number(), "its argument {} is no number", keyword);
  return value.is_number() ? value.number() : otherwise;
}
bool truth(const Call& call, std::size_t place, const char* keyword, bool otherwise) {
  return number(call, place, keyword, otherwise ? 1 : 0) != 0;
}
std::string text(const Call& call, std::size_t place, const char* keyword, const char* otherwise) {
  const ScriptValue value = call.argument(place, keyword);
  return value.is(Kind::text) ? *value.name : otherwise;
}

int whole(const ScriptValue& value) {
  require(value.is(Kind::whole) && std::abs(value.whole) < (1 << 24), "it is given what is no size");
  return static_cast<int>(value.whole);
}
/// One number for both directions, or a list.
std::vector<int> pair(const Call& call, std::size_t place, const char* keyword, std::vector<int> otherwise) {
  const ScriptValue value = call.argument(place, keyword);
  if (value.is(Kind::nothing) || (value.is(Kind::list) && value.list->empty())) return otherwise;
  std::vector<int> sizes;
  if (value.is(Kind::list)) {
    for (const ScriptValue& one : *value.list) sizes.push_back(whole(one));
  } else {
    sizes.push_back(whole(value));
  }
  require(sizes.size() <= 4, "it is given {} sizes", sizes.size());
  if (sizes.size() == 1) sizes.push_back(sizes[0]);
  return sizes;
}

/// Channels, or values, of what it gets.
int channels(Run& run, const Call& call) {
  const GraphValue& given = run.value(call.argument(0));
  require(!given.constant.defined() && !given.sizes.empty(), "it takes a constant");
  return static_cast<int>(given.sizes[0]);
}
/// Ones or zeros, where the program has no such weight.
ScriptValue weight_or(Run& run, const Call& call, std::size_t place, const char* keyword, std::int64_t count,
                      double otherwise) {
  return call.has(place, keyword) ? call.argument(place, keyword) : run.constant(at::full({count}, otherwise));
}

struct Convolution {
  std::vector<int> stride, padding, dilation, output_padding;
  int groups;
};

ScriptValue convolution(Run& run, const Call& call, bool up, const Convolution& how) {
  require(how.padding.size() == 2 || how.padding.size() == 4, "it pads {} sides", how.padding.size());
  std::vector<int> pads = how.padding;
  if (pads.size() == 2) pads.insert(pads.end(), how.padding.begin(), how.padding.end());
  Json attributes = {{"strides", how.stride}, {"pads", pads}, {"dilations", how.dilation}, {"group", how.groups}};
  if (up) attributes["output_padding"] = how.output_padding;
  std::vector<ScriptValue> inputs{call.argument(0, "input"), call.argument(1, "weight")};
  if (call.has(2, "bias")) inputs.push_back(call.argument(2, "bias"));
  return as_onnx(run, up ? "ConvTranspose" : "Conv", inputs, attributes);
}

/// padding "same": what is odd goes to the end.
std::vector<int> named_padding(Run& run, const Call& call, const std::string& name, const std::vector<int>& dilation) {
  if (name == "valid") return {0, 0};
  require(name == "same", "it pads by {}", name);
  const at::Tensor kernel = run.value(call.argument(1)).constant;
  require(kernel.defined() && kernel.dim() == 4, "its kernel is no weight of pixels");
  const int high = dilation[0] * static_cast<int>(kernel.size(2) - 1);
  const int wide = dilation[1] * static_cast<int>(kernel.size(3) - 1);
  return {high / 2, wide / 2, high - high / 2, wide - wide / 2};
}

ScriptValue conv2d(Run& run, const Call& call) {
  const std::vector<int> dilation = pair(call, 5, "dilation", {1, 1});
  const std::string named = text(call, 4, "padding", "");
  return convolution(
      run, call, false,
      {.stride = pair(call, 3, "stride", {1, 1}),
       .padding = named.empty() ? pair(call, 4, "padding", {0, 0}) : named_padding(run, call, named, dilation),
       .dilation = dilation,
       .output_padding = {0, 0},
       .groups = static_cast<int>(number(call, 6, "groups", 1))});
}
ScriptValue conv_transpose2d(Run& run, const Call& call) {
  return convolution(run, call, true,
                     {.stride = pair(call, 3, "stride", {1, 1}),
                      .padding = pair(call, 4, "padding", {0, 0}),
                      .dilation = pair(call, 7, "dilation", {1, 1}),
                      .output_padding = pair(call, 5, "output_padding", {0, 0}),
                      .groups = static_cast<int>(number(call, 6, "groups", 1))});
}
/// What a trace has for both.
ScriptValue any_convolution(Run& run, const Call& call) {
  return convolution(run, call, truth(call, 6, "transposed", false),
                     {.stride = pair(call, 3, "stride", {1, 1}),
                      .padding = pair(call, 4, "padding", {0, 0}),
                      .dilation = pair(call, 5, "dilation", {1, 1}),
                      .output_padding = pair(call, 7, "output_padding", {0, 0}),
                      .groups = static_cast<int>(number(call, 8, "groups", 1))});
}

ScriptValue linear(Run& run, const Call& call) {
  std::vector<ScriptValue> inputs{call.argument(0), call.argument(1)};
  if (call.has(2, "bias")) inputs.push_back(call.argument(2, "bias"));
  return as_onnx(run, "Gemm", inputs, {{"transB", 1}});
}
ScriptValue product(Run& run, const Call& call) {
  return as_onnx(run, "MatMul", {call.argument(0), call.argument(1)});
}
ScriptValue add_product(Run& run, const Call& call) {
  require(number(call, 9, "beta", 1) == 1 && number(call, 9, "alpha", 1) == 1, "it scales what it adds");
  return as_onnx(run, "Gemm", {call.argument(1), call.argument(2), call.argument(0)});
}

ScriptValue batch_norm(Run& run, const Call& call) {
  require(!truth(call, 5, "training", false),
          "its averages are those of the pictures beside it, because it was traced in training; call eval() before "
          "torch.jit.trace");
  require(call.has(3) && call.has(4), "it keeps no averages");
  const std::int64_t count = channels(run, call);
  return as_onnx(run, "BatchNormalization",
                 {call.argument(0), weight_or(run, call, 1, "weight", count, 1),
                  weight_or(run, call, 2, "bias", count, 0), call.argument(3), call.argument(4)},
                 {{"epsilon", number(call, 7, "eps", 1e-5)}, {"momentum", 1 - number(call, 6, "momentum", 0.1)}});
}
ScriptValue instance_norm(Run& run, const Call& call) {
  require(truth(call, 5, "use_input_stats", true), "it uses averages of its training");
  const std::int64_t count = channels(run, call);
  return as_onnx(
      run, "InstanceNormalization",
      {call.argument(0), weight_or(run, call, 1, "weight", count, 1), weight_or(run, call, 2, "bias", count, 0)},
      {{"epsilon", number(call, 7, "eps", 1e-5)}});
}
/// With gains and offsets of that shape.
ScriptValue own_norm(Run& run, const Call& call, Layer norm, const at::IntArrayRef& shape, std::size_t weights) {
  const GraphNode node = run.node(call.function, {call.argument(0), call.argument(weights, "weight")});
  norm.name = run.graph().free_name(node);
  norm.affine = true;
  const auto put = [&](std::size_t place, const char* name, double otherwise) {
    const ScriptValue given = call.argument(place, name);
    at::Tensor values = at::full(shape, otherwise);
    if (given.is(Kind::tensor)) {
      values = run.value(given).constant;
      require(values.defined() && values.numel() == c10::multiply_integers(shape), "its weight has another size");
      values = values.reshape(shape);
    }
    run.graph().weight(norm.name, name, values);
  };
  put(weights, "weight", 1);
  put(weights + 1, "bias", 0);
  run.graph().layer(node, norm, {run.graph().data(node)});
  return Run::made(node);
}
ScriptValue group_norm(Run& run, const Call& call) {
  const int count = channels(run, call);
  return own_norm(
      run, call,
      {.kind = "group_norm", .in = count, .groups = whole(call.argument(1)), .eps = number(call, 4, "eps", 1e-5)},
      {count}, 2);
}
ScriptValue layer_norm(Run& run, const Call& call) {
  const ScriptValue list = call.argument(1);
  require(list.is(Kind::list), "it is given no shape");
  std::vector<int> shape;
  for (const ScriptValue& one : *list.list) shape.push_back(whole(one));
  require(std::all_of(shape.begin(), shape.end(), [](int size) { return size > 0; }), "it is given no shape");
  return own_norm(run, call, {.kind = "layer_norm", .shape = shape, .eps = number(call, 4, "eps", 1e-5)},
                  std::vector<std::int64_t>(shape.begin(), shape.end()), 2);
}

ScriptValue clamp(Run& run, const Call& call) {
  return as_layer(run, call,
                  {.kind = "hardtanh", .low = number(call, 1, "min", -1e6), .high = number(call, 2, "max", 1e6)});
}

/// Of a tensor with the sizes after the number of pictures, which is the first.
ScriptValue shaped(Run& run, const Call& call, const std::vector<ScriptValue>& sizes) {
  require(sizes.size() > 1 && sizes.size() <= 8, "it makes one list of all pictures");
  std::vector<std::int64_t> shape{-1};
  require(sizes[0].is(Kind::pictures) || (sizes[0].is(Kind::whole) && (sizes[0].whole > 0 || sizes[0].whole == -1)),
          "it begins with what is no number of pictures");
  for (std::size_t i = 1; i < sizes.size(); ++i) {
    require(!sizes[i].is(Kind::pictures), "it puts pictures beside one another");
    shape.push_back(whole(sizes[i]));
    require(shape.back() != 0, "it makes a size of 0");
  }
  return as_onnx(run, "Reshape", {call.argument(0), run.constant(at::tensor(shape, at::kLong))});
}
ScriptValue view(Run& run, const Call& call) {
  const ScriptValue sizes = call.argument(1);
  require(sizes.is(Kind::list), "it is given no shape");
  return shaped(run, call, *sizes.list);
}
ScriptValue flatten(Run& run, const Call& call) {
  const double from = number(call, 1, "start_dim", 0), to = number(call, 2, "end_dim", -1);
  require(from == 1 && (to == -1 || to == 3), "it flattens the dimensions {} to {}", from, to);
  return as_onnx(run, "Flatten", {call.argument(0)});
}
ScriptValue unflatten(Run& run, const Call& call) {
  const ScriptValue sizes = call.argument(2);
  require(whole(call.argument(1)) == 1 && sizes.is(Kind::list), "it divides no channels");
  std::vector<ScriptValue> shape{script_whole(-1)};
  shape.insert(shape.end(), sizes.list->begin(), sizes.list->end());
  return shaped(run, call, shape);
}
/// Dimensions of one that come or go, of a list of values.
ScriptValue ones(Run& run, const Call& call, const char* op) {
  Json attributes = Json::object();
  if (call.has(1, "dim")) attributes["axes"] = {whole(call.argument(1, "dim"))};
  return as_onnx(run, op, {call.argument(0)}, attributes);
}
/// All of a dimension is what a program takes that writes z[:, :, None, None].
ScriptValue slice(Run&, const Call& call) {
  const ScriptValue from = call.argument(2), to = call.argument(3);
  const bool all = (from.is(Kind::nothing) || (from.is(Kind::whole) && from.whole == 0)) &&
                   (to.is(Kind::nothing) || (to.is(Kind::whole) && to.whole > (std::int64_t{1} << 40)));
  require(all && number(call, 4, "step", 1) == 1, "it takes a part");
  return call.argument(0);
}
ScriptValue permute(Run& run, const Call& call) {
  return as_onnx(run, "Transpose", {call.argument(0)}, {{"perm", pair(call, 1, "dims", {})}});
}

ScriptValue enlarged(Run& run, const Call& call, const char* mode, const ScriptValue& align,
                     const std::vector<ScriptValue>& factors) {
  const GraphValue given = run.value(call.argument(0));
  require(given.sizes.size() == 3, "it enlarges no pixels");
  std::vector<double> scales{1, 1};
  const ScriptValue size = call.argument(1, "output_size");
  for (std::size_t i = 0; i < 2; ++i) {
    const std::size_t last = factors.empty() ? 0 : factors.size() - 1;
    if (size.is(Kind::list) && size.list->size() == 2) {
      scales.push_back(static_cast<double>(whole((*size.list)[i])) / static_cast<double>(given.sizes[i + 1]));
    } else {
      require(!factors.empty() && factors[std::min(i, last)].is_number(), "nothing says by how much it enlarges");
      scales.push_back(factors[std::min(i, last)].number());
    }
  }
  Json attributes = {{"scales", scales}, {"mode", mode}};
  if (align.is_number() && align.number() != 0) attributes["coordinate_transformation_mode"] = "align_corners";
  return as_onnx(run, "Upsample", {call.argument(0)}, attributes);
}
/// Factors are a list, or one argument each.
std::vector<ScriptValue> factors(const Call& call, std::size_t place) {
  const ScriptValue first = call.argument(place, "scale_factors");
  if (first.is(Kind::list)) return *first.list;
  if (first.is(Kind::nothing)) return {};
  return {first, call.has(place + 1) ? call.argument(place + 1) : first};
}

ScriptValue concatenate(Run& run, const Call& call) {
  const ScriptValue list = call.argument(0, "tensors");
  require(list.is(Kind::list), "it joins no list");
  return as_onnx(run, "Concat", *list.list, {{"axis", static_cast<int>(number(call, 1, "dim", 0))}});
}

/// A number among the arguments is a constant.
ScriptValue operand(Run& run, const Call& call, std::size_t place) {
  const ScriptValue given = call.argument(place, place == 1 ? "other" : "");
  if (given.is(Kind::tensor)) return given;
  require(given.is_number(), "it reckons with what is no number");
  return run.constant(at::tensor(given.number(), at::kDouble));
}
ScriptValue arithmetic(Run& run, const Call& call, const char* op, bool turned = false) {
  require(number(call, 2, "alpha", 1) == 1 && text(call, 2, "rounding_mode", "").empty(), "it scales or rounds");
  std::vector<ScriptValue> both{operand(run, call, 0), operand(run, call, 1)};
  if (turned) std::swap(both[0], both[1]);
  return as_onnx(run, op, both);
}

ScriptValue pool(Run& run, const Call& call, const char* kind, std::size_t ceil) {
  require(!truth(call, ceil, "ceil_mode", false), "it rounds up");
  Layer pool{.kind = kind, .kernel = pair(call, 1, "kernel_size", {})};
  pool.stride = pair(call, 2, "stride", pool.kernel);
  pool.padding = pair(call, 3, "padding", {0, 0});
  const bool counts = kind[0] == 'm' || truth(call, 5, "count_include_pad", true);
  require(counts || pool.padding == std::vector<int>({0, 0}), "it leaves out what it pads");
  require(kind[0] != 'm' || pair(call, 4, "dilation", {1, 1}) == std::vector<int>({1, 1}), "it is dilated");
  return as_layer(run, call, pool);
}
ScriptValue pad(Run& run, const Call& call, const char* mode) {
  const std::vector<int> sides = pair(call, 1, "pad", {});
  require(sides.size() == 4, "it pads {} sides", sides.size());
  // Of PyTorch: left, right, top, bottom.
  return as_layer(run, call, {.kind = "pad", .padding = {sides[2], sides[0], sides[3], sides[1]}, .mode = mode});
}

ScriptValue label_as_classes(Run& run, const Call& call) {
  const GraphValue given = run.value(call.argument(0));
  const int count = whole(call.argument(1, "num_classes"));
  require(given.layer == "label" && count > 0 && count <= 32'768, "it spreads what is no label");
  const GraphNode node = run.node("one_hot", {call.argument(0)});
  require(run.graph().classes() == 0 || run.graph().classes() == count, "its label has {} classes here, {} elsewhere",
          count, run.graph().classes());
  run.graph().classes() = count;
  run.graph().give(node, {.layer = "label", .sizes = {count}});
  return Run::made(node);
}

ScriptValue size(Run& run, const Call& call) {
  const GraphValue given = run.value(call.argument(0));
  std::vector<ScriptValue> sizes;
  if (given.constant.defined()) {
    for (const std::int64_t one : given.constant.sizes()) sizes.push_back(script_whole(one));
  } else {
    sizes.push_back({.kind = Kind::pictures});
    for (const std::int64_t one : given.sizes) sizes.push_back(script_whole(one));
    for (int i = 0; i < given.ones; ++i) sizes.push_back(script_whole(1));
  }
  if (!call.has(1)) return script_list(std::move(sizes));
  const auto count = static_cast<std::int64_t>(sizes.size());
  const std::int64_t at = whole(call.argument(1)) + (whole(call.argument(1)) < 0 ? count : 0);
  require(at >= 0 && at < count, "it asks for the size {} of {}", at, count);
  return sizes[static_cast<std::size_t>(at)];
}
ScriptValue dimensions(Run& run, const Call& call) {
  const GraphValue& given = run.value(call.argument(0));
  if (given.constant.defined()) return script_whole(given.constant.dim());
  return script_whole(static_cast<std::int64_t>(1 + given.sizes.size()) + given.ones);
}

ScriptValue same(Run&, const Call& call) {
  return call.argument(0);
}

using TensorRule = ScriptValue (*)(Run& run, const Call& call);

ScriptValue plain(Run& run, const Call& call) {
  return as_layer(run, call, {.kind = call.function});
}

using TensorRules = std::map<std::string, TensorRule>;

const TensorRules& layers_with_weights() {
  static const TensorRules table{
      {"conv2d", conv2d},
      {"_convolution_mode", conv2d},
      {"conv_transpose2d", conv_transpose2d},
      {"_convolution", any_convolution},
      {"convolution", any_convolution},
      {"linear", linear},
      {"addmm", add_product},
      {"matmul", product},
      {"mm", product},
      {"t", [](Run& r, const Call& c) { return as_onnx(r, "Transpose", {c.argument(0)}); }},
      {"batch_norm", batch_norm},
      {"instance_norm", instance_norm},
      {"group_norm", group_norm},
      {"layer_norm", layer_norm},
  };
  return table;
}

const TensorRules& activations() {
  static const TensorRules table{
      {"relu", plain},
      {"tanh", plain},
      {"sigmoid", plain},
      {"selu", plain},
      {"silu", plain},
      {"relu6", [](Run& r, const Call& c) { return as_layer(r, c, {.kind = "hardtanh", .low = 0, .high = 6}); }},
      {"hardtanh",
       [](Run& r, const Call& c) {
         return as_layer(r, c,
                         {.kind = "hardtanh", .low = number(c, 1, "min_val", -1), .high = number(c, 2, "max_val", 1)});
       }},
      {"leaky_relu",
       [](Run& r, const Call& c) {
         return as_layer(r, c, {.kind = "leaky_relu", .slope = number(c, 1, "negative_slope", 0.01)});
       }},
      {"elu",
       [](Run& r, const Call& c) {
         require(number(c, 2, "scale", 1) == 1 && number(c, 3, "input_scale", 1) == 1, "it scales");
         return as_layer(r, c, {.kind = "elu", .slope = number(c, 1, "alpha", 1)});
       }},
      {"gelu",
       [](Run& r, const Call& c) {
         return as_layer(r, c, {.kind = "gelu", .mode = text(c, 1, "approximate", "none")});
       }},
      {"softplus",
       [](Run& r, const Call& c) {
         require(number(c, 1, "beta", 1) == 1 && number(c, 2, "threshold", 20) == 20, "it is stretched");
         return as_layer(r, c, {.kind = "softplus"});
       }},
      {"prelu",
       [](Run& r, const Call& c) {
         return as_onnx(r, "PRelu", {c.argument(0), c.argument(1)});
       }},
      {"clamp", clamp},
      {"clip", clamp},
  };
  return table;
}

const TensorRules& shapes_and_sums() {
  static const TensorRules table{
      {"dropout", same},
      {"dropout2d", same},
      {"feature_dropout", same},
      {"alpha_dropout", same},
      {"contiguous", same},
      {"detach", same},
      {"clone", same},
      {"alias", same},
      {"to", same},
      {"type_as", same},
      {"view", view},
      {"reshape", view},
      {"_unsafe_view", view},
      {"flatten", flatten},
      {"unflatten", unflatten},
      {"squeeze", [](Run& r, const Call& c) { return ones(r, c, "Squeeze"); }},
      {"unsqueeze", [](Run& r, const Call& c) { return ones(r, c, "Unsqueeze"); }},
      {"slice", slice},
      {"permute", permute},
      {"upsample_nearest2d", [](Run& r, const Call& c) { return enlarged(r, c, "nearest", {}, factors(c, 2)); }},
      {"upsample_bilinear2d",
       [](Run& r, const Call& c) { return enlarged(r, c, "linear", c.argument(2, "align_corners"), factors(c, 3)); }},
      {"pixel_shuffle",
       [](Run& r, const Call& c) {
         return as_layer(r, c, {.kind = "pixel_shuffle", .scale = {whole(c.argument(1)), whole(c.argument(1))}});
       }},
      {"max_pool2d", [](Run& r, const Call& c) { return pool(r, c, "max_pool", 5); }},
      {"avg_pool2d", [](Run& r, const Call& c) { return pool(r, c, "average_pool", 4); }},
      {"constant_pad_nd",
       [](Run& r, const Call& c) {
         require(number(c, 2, "value", 0) == 0, "it pads with {}", number(c, 2, "value", 0));
         return pad(r, c, "zeros");
       }},
      {"pad",
       [](Run& r, const Call& c) {
         const std::string mode = text(c, 2, "mode", "constant");
         require(number(c, 3, "value", 0) == 0, "it pads with {}", number(c, 3, "value", 0));
         require(mode == "constant" || mode == "reflect" || mode == "replicate", "it pads by {}", mode);
         return pad(r, c, mode == "constant" ? "zeros" : mode == "reflect" ? "reflect" : "replicate");
       }},
      {"reflection_pad2d", [](Run& r, const Call& c) { return pad(r, c, "reflect"); }},
      {"replication_pad2d", [](Run& r, const Call& c) { return pad(r, c, "replicate"); }},
      {"cat", concatenate},
      {"concat", concatenate},
      {"add", [](Run& r, const Call& c) { return arithmetic(r, c, "Add"); }},
      {"sub", [](Run& r, const Call& c) { return arithmetic(r, c, "Sub"); }},
      {"rsub", [](Run& r, const Call& c) { return arithmetic(r, c, "Sub", true); }},
      {"mul", [](Run& r, const Call& c) { return arithmetic(r, c, "Mul"); }},
      {"div", [](Run& r, const Call& c) { return arithmetic(r, c, "Div"); }},
      {"neg",
       [](Run& r, const Call& c) {
         return as_onnx(r, "Mul", {c.argument(0), r.constant(at::tensor(-1.0, at::kDouble))});
       }},
      {"embedding",
       [](Run& r, const Call& c) {
         return as_onnx(r, "Gather", {c.argument(0), c.argument(1)});
       }},
      {"one_hot", label_as_classes},
      {"size", size},
      {"dim", dimensions},
  };
  return table;
}

}  // namespace

std::optional<ScriptValue> operator_call(ScriptRun& run, const ScriptCall& call) {
  for (const TensorRules* table : {&layers_with_weights(), &activations(), &shapes_and_sums()})
    if (const auto rule = table->find(call.function); rule != table->end()) return rule->second(run, call);
  return std::nullopt;
}

}  // namespace ganvas::models
