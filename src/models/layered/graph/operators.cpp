#include "models/layered/graph/operators.h"

#include <algorithm>

#include "core/error.h"

namespace ganvas::models {
namespace {

using Rule = void (*)(LayerGraph& g, const GraphNode& n);

std::vector<int> padding(const GraphNode& node, std::vector<int> otherwise) {
  const std::string automatic = node.text("auto_pad", "NOTSET");
  require(automatic == "NOTSET" || automatic == "VALID", "it pads by {}", automatic);
  std::vector<int> pads = node.integers("pads", std::move(otherwise));
  if (pads.size() == 4 && pads[0] == pads[2] && pads[1] == pads[3]) pads.resize(2);
  return pads;
}

at::Tensor folded(const std::string& op, const at::Tensor& a, const at::Tensor& b) {
  require(a.numel() <= 64 && b.numel() <= 64, "its constants are no shapes");
  if (op == "Add") return a + b;
  if (op == "Sub") return a - b;
  if (op == "Mul") return a * b;
  if (op == "Mod") return at::remainder(a, b);
  return a.is_floating_point() ? a / b : at::div(a, b, "floor");
}

void linear(LayerGraph& g, const GraphNode& node, const at::Tensor& matrix, const at::Tensor& bias) {
  require(matrix.dim() == 2, "its weight has {} dimensions", matrix.dim());
  Layer dense{.name = g.free_name(node),
              .kind = "linear",
              .in = static_cast<int>(matrix.size(1)),
              .out = static_cast<int>(matrix.size(0)),
              .bias = bias.defined()};
  g.weight(dense.name, "weight", matrix);
  if (bias.defined()) g.weight(dense.name, "bias", bias.flatten());
  g.layer(node, dense, {g.data(node)});
}

void add_convolution(LayerGraph& g, const GraphNode& node, bool up) {
  const at::Tensor kernel = g.constant(node, 1);
  require(kernel.dim() == 4, "its kernel has {} dimensions", kernel.dim());
  const GraphValue from = g.as_pixels(node, g.data(node));
  const int groups = static_cast<int>(std::clamp<std::int64_t>(node.integer("group", 1), 1, 1 << 20));
  Layer conv{.name = g.free_name(node), .kind = up ? "transposed_convolution" : "convolution", .groups = groups};
  conv.in = static_cast<int>(up ? kernel.size(0) : kernel.size(1) * groups);
  conv.out = static_cast<int>(up ? kernel.size(1) * groups : kernel.size(0));
  conv.kernel = {static_cast<int>(kernel.size(2)), static_cast<int>(kernel.size(3))};
  conv.stride = node.integers("strides", {1, 1});
  conv.dilation = node.integers("dilations", {1, 1});
  conv.output_padding = node.integers("output_padding", {0, 0});
  conv.padding = padding(node, {0, 0, 0, 0});
  require(!node.attributes.contains("output_shape"), "it is told the size of its output");
  conv.bias = g.has(node, 2);
  g.weight(conv.name, "weight", kernel);
  if (conv.bias) g.weight(conv.name, "bias", g.constant(node, 2));
  g.layer(node, conv, {from});
}
void norm(LayerGraph& g, const GraphNode& node, const char* kind) {
  const at::Tensor gain = g.constant(node, 1);
  Layer norm{.name = g.free_name(node), .kind = kind, .in = static_cast<int>(gain.numel())};
  norm.eps = node.number("epsilon", 1e-5);
  const GraphValue from = g.data(node);
  g.weight(norm.name, "weight", gain);
  g.weight(norm.name, "bias", g.constant(node, 2));
  if (norm.kind == "batch_norm") {
    norm.momentum = std::clamp(1 - node.number("momentum", 0.9), 0.0, 1.0);
    g.weight(norm.name, "running_mean", g.constant(node, 3));
    g.weight(norm.name, "running_var", g.constant(node, 4));
  }
  g.layer(node, norm, {from});
}

void reshape(LayerGraph& g, const GraphNode& node, std::vector<std::int64_t> shape) {
  if (const at::Tensor known = g.value(node, 0).constant; known.defined()) {
    require(known.numel() <= 64, "it changes a weight");
    return g.give(node, {.constant = known.reshape(shape)});
  }
  const GraphValue from = g.data(node);
  require(shape.size() > 1, "it makes one list of all pictures");
  // What follows the batch; ones behind a vector change nothing.
  std::vector<int> wanted;
  for (std::size_t i = 1; i < shape.size(); ++i) {
    if (shape[i] == 0) shape[i] = i - 1 < from.sizes.size() ? from.sizes[i - 1] : 1;
    require(shape[i] >= -1 && shape[i] < (1 << 24), "it makes a size of {}", shape[i]);
    wanted.push_back(static_cast<int>(shape[i]));
  }
  if (from.sizes.size() == 1 && (wanted[0] == from.sizes[0] || wanted[0] == -1) &&
      std::all_of(wanted.begin() + 1, wanted.end(), [](int size) { return size == 1; })) {
    GraphValue same = from;
    same.ones = static_cast<int>(wanted.size()) - 1;
    return g.give(node, same);
  }
  if (wanted.size() == 1) return g.layer(node, {.kind = "flatten"}, {from});
  g.layer(node, {.kind = "reshape", .shape = wanted}, {from});
}

void enlarge(LayerGraph& g, const GraphNode& node) {
  const GraphValue from = g.data(node);
  require(from.sizes.size() == 3, "it enlarges no pixels");
  std::vector<double> scales;
  for (const std::size_t index : {std::size_t{2}, std::size_t{1}}) {
    if (!scales.empty() || !g.has(node, index) || (index == 1 && node.op == "Resize")) continue;
    const at::Tensor given = g.constant(node, index).to(at::kDouble).flatten().contiguous();
    scales.assign(given.const_data_ptr<double>(), given.const_data_ptr<double>() + given.numel());
  }
  if (scales.empty() && node.attributes.contains("scales"))
    scales = node.attributes["scales"].get<std::vector<double>>();
  if (scales.empty() && g.has(node, 3)) {
    const std::vector<std::int64_t> sizes = g.whole(node, 3);
    require(sizes.size() == 4, "it makes {} dimensions", sizes.size());
    scales = {1, 1, static_cast<double>(sizes[2]) / static_cast<double>(from.sizes[1]),
              static_cast<double>(sizes[3]) / static_cast<double>(from.sizes[2])};
  }
  require(scales.size() == 4 && scales[0] == 1 && scales[1] == 1, "it does not enlarge pixels alone");
  Layer up{.kind = "upsample", .scale = {static_cast<int>(scales[2]), static_cast<int>(scales[3])}};
  require(up.scale[0] == scales[2] && up.scale[1] == scales[3] && up.scale[0] > 0, "it enlarges by {} x {}", scales[2],
          scales[3]);
  const std::string mode = node.text("mode", "nearest");
  const std::string places = node.text("coordinate_transformation_mode", "half_pixel");
  require(mode == "nearest" || mode == "linear", "it enlarges by {}", mode);
  if (mode == "linear") {
    up.mode = "bilinear";
    up.align_corners = places == "align_corners";
    require(up.align_corners || places == "half_pixel" || places == "pytorch_half_pixel", "it places pixels by {}",
            places);
  }
  g.layer(node, up, {from});
}

void pool(LayerGraph& g, const GraphNode& node, const char* kind) {
  Layer pool{.kind = kind, .kernel = node.integers("kernel_shape", {})};
  pool.stride = node.integers("strides", {1, 1});
  pool.padding = padding(node, {0, 0});
  require(node.integer("ceil_mode", 0) == 0, "it rounds up");
  require(pool.padding == std::vector<int>({0, 0}) || kind[0] == 'm' || node.integer("count_include_pad", 0) == 1,
          "it leaves out what it pads");
  g.layer(node, pool, {g.data(node)});
}

/// Of two layers; a number with each value of one; or what stands behind a dense layer that has no offsets.
void arithmetic(LayerGraph& g, const GraphNode& node, const char* kind) {
  const GraphValue a = g.value(node, 0), b = g.value(node, 1);
  if (a.constant.defined() && b.constant.defined())
    return g.give(node, {.constant = folded(node.op, a.constant, b.constant)});
  require(node.op != "Mod", "it is known for shapes alone");
  if (!a.constant.defined() && !b.constant.defined()) {
    require(*kind != '\0', "only numbers can be taken away or divided by");
    return g.layer(node, {.kind = kind}, {a, b});
  }
  const GraphValue& from = a.constant.defined() ? b : a;
  const at::Tensor by = a.constant.defined() ? a.constant : b.constant;
  const bool turned = a.constant.defined();
  Layer* before = g.last_layer(from);
  if (node.op == "Add" && before != nullptr && before->kind == "linear" && !before->bias && by.numel() == before->out) {
    before->bias = true;
    g.weight(from.layer, "bias", by.flatten());
    return g.give(node, from);
  }
  require(by.numel() == 1, "its constant has {} values", by.numel());
  const auto number = by.to(at::kDouble).item<double>();
  Layer scale{.kind = "rescale"};
  if (node.op == "Mul") scale.factor = number;
  if (node.op == "Add") scale.plus = number;
  if (node.op == "Sub") scale.factor = turned ? -1 : 1, scale.plus = turned ? number : -number;
  require(node.op != "Div" || (!turned && number != 0), "it divides by what it gets");
  if (node.op == "Div") scale.factor = 1 / number;
  g.layer(node, scale, {from});
}
void gather(LayerGraph& g, const GraphNode& node) {
  const GraphValue& index = g.value(node, 1);
  const at::Tensor table = g.value(node, 0).constant;
  require(table.defined(), "it looks things up in what a layer makes");
  if (index.constant.defined()) {
    require(table.dim() == 1 && index.constant.numel() <= 64, "it looks up a part of a weight");
    return g.give(
        node,
        {.constant = table.index_select(0, index.constant.to(at::kLong).flatten()).reshape(index.constant.sizes())});
  }
  require(index.layer == "label" && table.dim() == 2 && g.classes() == 0, "it looks things up by what is no label");
  g.classes() = static_cast<int>(table.size(0));
  Layer embedding{.name = node.inputs[0].ends_with(".weight") ? node.inputs[0].substr(0, node.inputs[0].size() - 7)
                                                              : g.free_name(node),
                  .kind = "embedding",
                  .in = g.classes(),
                  .out = static_cast<int>(table.size(1))};
  g.weight(embedding.name, "weight", table);
  g.layer(node, embedding, {{.layer = "label", .sizes = {g.classes()}}});
}

/// Dimensions of size 1 that come or go.
void squeeze(LayerGraph& g, const GraphNode& node, bool away) {
  const GraphValue given = g.value(node, 0);
  std::vector<std::int64_t> axes;
  if (g.has(node, 1)) axes = g.whole(node, 1);
  for (const int axis : node.integers("axes", {})) axes.push_back(axis);
  if (given.constant.defined()) {
    at::Tensor x = given.constant;
    require(x.numel() <= 64 && axes.size() < 8, "its constant is no shape");
    for (const std::int64_t axis : axes) x = away ? x.squeeze(axis) : x.unsqueeze(axis);
    return g.give(node, {.constant = axes.empty() && away ? x.squeeze() : x});
  }
  require(given.sizes.size() == 1, "it changes the dimensions of pixels");
  GraphValue same = given;
  same.ones = away ? (axes.empty() ? 0 : given.ones - static_cast<int>(axes.size()))
                   : given.ones + static_cast<int>(axes.size());
  require(same.ones >= 0 && same.ones < 8, "it takes away dimensions that are not there");
  g.give(node, same);
}

void shape(LayerGraph& g, const GraphNode& node) {
  const GraphValue& from = g.data(node);
  std::vector<std::int64_t> sizes{-1};  // of the batch, whatever it is
  sizes.insert(sizes.end(), from.sizes.begin(), from.sizes.end());
  for (int i = 0; i < from.ones; ++i) sizes.push_back(1);
  g.give(node, {.constant = at::tensor(sizes, at::kLong)});
}

void concatenate(LayerGraph& g, const GraphNode& node) {
  std::vector<GraphValue> all;
  for (std::size_t i = 0; i < node.inputs.size(); ++i) all.push_back(g.value(node, i));
  require(!all.empty(), "it joins nothing");
  if (all[0].constant.defined()) {
    std::vector<at::Tensor> parts;
    for (const GraphValue& one : all) {
      require(one.constant.defined() && one.constant.numel() <= 64, "it joins constants and others");
      parts.push_back(one.constant.flatten().to(all[0].constant.scalar_type()));
    }
    return g.give(node, {.constant = at::cat(parts)});
  }
  require(node.integer("axis", 1) == 1 || (node.integer("axis", 1) == -1 && all[0].sizes.size() == 1),
          "it joins along the dimension {}", node.integer("axis", 1));
  g.layer(node, {.kind = "concatenate"}, all);
}

void clip(LayerGraph& g, const GraphNode& node) {
  const double none = 1e6;
  Layer cut{.kind = "hardtanh", .low = node.number("min", -none), .high = node.number("max", none)};
  if (g.has(node, 1)) cut.low = g.constant(node, 1).to(at::kDouble).item<double>();
  if (g.has(node, 2)) cut.high = g.constant(node, 2).to(at::kDouble).item<double>();
  g.layer(node, cut, {g.data(node)});
}

void transpose(LayerGraph& g, const GraphNode& node) {
  const std::vector<int> order = node.integers("perm", {});
  const GraphValue from = g.value(node, 0);
  if (from.constant.defined()) {
    require(from.constant.dim() == 2, "it turns a weight of {} dimensions", from.constant.dim());
    return g.give(node, {.constant = from.constant.t()});
  }
  const bool last = order == std::vector<int>{0, 2, 3, 1}, first = order == std::vector<int>{0, 3, 1, 2};
  require(last || first, "it orders dimensions in no known way");
  g.layer(node, {.kind = last ? "channels_last" : "channels_first"}, {from});
}

void slice(LayerGraph& g, const GraphNode& node) {
  const at::Tensor from = g.constant(node, 0);
  const std::vector<std::int64_t> begin = g.whole(node, 1), end = g.whole(node, 2);
  const std::int64_t step = g.has(node, 4) ? g.whole(node, 4).at(0) : 1;
  require(from.dim() == 1 && begin.size() == 1 && end.size() == 1 && step == 1, "it cuts no shape");
  g.give(node, {.constant = from.slice(0, begin[0], end[0])});
}

const std::map<std::string, Rule>& operators() {
  static const std::map<std::string, Rule> table{
      {"Gemm",
       [](LayerGraph& g, const GraphNode& n) {
         require(n.number("alpha", 1) == 1 && n.number("beta", 1) == 1 && n.integer("transA", 0) == 0,
                 "it scales or turns what it gets");
         const at::Tensor matrix = g.constant(n, 1);
         require(matrix.dim() == 2, "its weight has {} dimensions", matrix.dim());
         linear(g, n, n.integer("transB", 0) == 1 ? matrix : matrix.t(), g.has(n, 2) ? g.constant(n, 2) : at::Tensor());
       }},
      {"MatMul",
       [](LayerGraph& g, const GraphNode& n) {
         const at::Tensor matrix = g.constant(n, 1);
         require(matrix.dim() == 2, "its weight has {} dimensions", matrix.dim());
         linear(g, n, matrix.t(), {});
       }},
      {"Conv", [](LayerGraph& g, const GraphNode& n) { add_convolution(g, n, false); }},
      {"ConvTranspose", [](LayerGraph& g, const GraphNode& n) { add_convolution(g, n, true); }},
      {"BatchNormalization", [](LayerGraph& g, const GraphNode& n) { norm(g, n, "batch_norm"); }},
      {"InstanceNormalization", [](LayerGraph& g, const GraphNode& n) { norm(g, n, "instance_norm"); }},
      {"Relu", [](LayerGraph& g, const GraphNode& n) { g.simple(n, "relu"); }},
      {"LeakyRelu", [](LayerGraph& g, const GraphNode& n) { g.simple(n, "leaky_relu", n.number("alpha", 0.01)); }},
      {"Elu", [](LayerGraph& g, const GraphNode& n) { g.simple(n, "elu", n.number("alpha", 1)); }},
      {"Selu", [](LayerGraph& g, const GraphNode& n) { g.simple(n, "selu"); }},
      {"Gelu",
       [](LayerGraph& g, const GraphNode& n) {
         g.layer(n, {.kind = "gelu", .mode = n.text("approximate", "none")}, {g.data(n)});
       }},
      {"PRelu",
       [](LayerGraph& g, const GraphNode& n) {
         const at::Tensor slopes = g.constant(n, 1);
         Layer prelu{.name = g.free_name(n), .kind = "prelu", .in = static_cast<int>(slopes.numel())};
         g.weight(prelu.name, "weight", slopes.flatten());
         g.layer(n, prelu, {g.data(n)});
       }},
      {"Tanh", [](LayerGraph& g, const GraphNode& n) { g.simple(n, "tanh"); }},
      {"Sigmoid", [](LayerGraph& g, const GraphNode& n) { g.simple(n, "sigmoid"); }},
      {"Softplus", [](LayerGraph& g, const GraphNode& n) { g.simple(n, "softplus"); }},
      {"Clip", [](LayerGraph& g, const GraphNode& n) { clip(g, n); }},
      {"Identity", [](LayerGraph& g, const GraphNode& n) { g.give(n, g.value(n, 0)); }},
      {"Dropout", [](LayerGraph& g, const GraphNode& n) { g.give(n, g.value(n, 0)); }},
      {"Cast", [](LayerGraph& g, const GraphNode& n) { g.give(n, g.value(n, 0)); }},
      {"Reshape", [](LayerGraph& g, const GraphNode& n) { reshape(g, n, g.whole(n, 1)); }},
      {"Flatten",
       [](LayerGraph& g, const GraphNode& n) {
         require(n.integer("axis", 1) == 1, "it flattens from the dimension {}", n.integer("axis", 1));
         reshape(g, n, {-1, -1});
       }},
      {"Squeeze", [](LayerGraph& g, const GraphNode& n) { squeeze(g, n, true); }},
      {"Unsqueeze", [](LayerGraph& g, const GraphNode& n) { squeeze(g, n, false); }},
      {"Transpose", [](LayerGraph& g, const GraphNode& n) { transpose(g, n); }},
      {"Shape", [](LayerGraph& g, const GraphNode& n) { shape(g, n); }},
      {"Gather", [](LayerGraph& g, const GraphNode& n) { gather(g, n); }},
      {"Slice", [](LayerGraph& g, const GraphNode& n) { slice(g, n); }},
      {"Concat", [](LayerGraph& g, const GraphNode& n) { concatenate(g, n); }},
      {"Resize", [](LayerGraph& g, const GraphNode& n) { enlarge(g, n); }},
      {"Upsample", [](LayerGraph& g, const GraphNode& n) { enlarge(g, n); }},
      {"DepthToSpace",
       [](LayerGraph& g, const GraphNode& n) {
         require(n.text("mode", "DCR") == "CRD", "it orders channels by {}", n.text("mode", "DCR"));
         const int size = static_cast<int>(std::clamp<std::int64_t>(n.integer("blocksize", 2), 1, 64));
         g.layer(n, {.kind = "pixel_shuffle", .scale = {size, size}}, {g.data(n)});
       }},
      {"AveragePool", [](LayerGraph& g, const GraphNode& n) { pool(g, n, "average_pool"); }},
      {"MaxPool", [](LayerGraph& g, const GraphNode& n) { pool(g, n, "max_pool"); }},
      {"Add", [](LayerGraph& g, const GraphNode& n) { arithmetic(g, n, "add"); }},
      {"Mul", [](LayerGraph& g, const GraphNode& n) { arithmetic(g, n, "multiply"); }},
      {"Sub", [](LayerGraph& g, const GraphNode& n) { arithmetic(g, n, ""); }},
      {"Div", [](LayerGraph& g, const GraphNode& n) { arithmetic(g, n, ""); }},
      {"Mod", [](LayerGraph& g, const GraphNode& n) { arithmetic(g, n, ""); }},
  };
  return table;
}

}  // namespace

void add_operator(LayerGraph& g, const GraphNode& node) {
  const auto rule = operators().find(node.op);
  std::string known;
  for (const auto& [name, unused] : operators()) known += (known.empty() ? "" : ", ") + name;
  require(rule != operators().end(), "there is no layer like it; known are {}", known);
  rule->second(g, node);
}

}  // namespace ganvas::models
