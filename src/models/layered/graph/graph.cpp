#include "models/layered/graph/graph.h"

#include <algorithm>

#include "core/error.h"
#include "models/layered/layers/settings.h"

namespace ganvas::models {

LayerGraph::LayerGraph(const io::WeightSet& weights, const Json& inputs) : weights_(weights) {
  find_inputs(inputs);
}

void LayerGraph::find_inputs(const Json& list) {
  require(!list.empty() && list.size() <= 2, "it takes {} inputs", list.size());
  for (const Json& input : list) {
    Sizes sizes;
    for (const Json& size : input.at("shape")) sizes.push_back(size.get<std::int64_t>());
    const auto name = input.at("name").get<std::string>();
    const int type = input.at("type").get<int>();
    const bool label = z_dim_ > 0 || type == 6 || type == 7;
    GraphValue value{.layer = label ? "label" : "z"};
    if (sizes.size() > 1) value.sizes = {sizes[1]};
    for (std::size_t i = 2; i < sizes.size(); ++i) {
      require(sizes[i] == 1, "its input {} takes pictures", name);
      ++value.ones;
    }
    if (!label) {
      require(sizes.size() > 1 && sizes[1] > 0 && sizes[1] < (1 << 24), "nothing says how many values its input has");
      z_dim_ = static_cast<int>(sizes[1]);
    } else if (type != 6 && type != 7) {
      require(sizes.size() > 1 && sizes[1] > 0 && sizes[1] < (1 << 24), "nothing says how many classes it has");
      c_dim_ = static_cast<int>(sizes[1]);
    }
    values_[name] = value;
  }
  require(z_dim_ > 0, "it takes no latent");
}

const GraphValue& LayerGraph::value(const GraphNode& node, std::size_t index) {
  require(has(node, index), "it has {} inputs", node.inputs.size());
  const std::string& name = node.inputs[index];
  if (const at::Tensor* known = weights_.find(name); known != nullptr && !values_.contains(name))
    values_[name] = {.constant = *known};
  const auto found = values_.find(name);
  require(found != values_.end(), "nothing makes its input {}", name);
  return found->second;
}

const GraphValue& LayerGraph::data(const GraphNode& node, std::size_t index) {
  const GraphValue& given = value(node, index);
  require(!given.constant.defined(), "its input {} is a constant", node.inputs[index]);
  return given;
}

at::Tensor LayerGraph::constant(const GraphNode& node, std::size_t index) {
  const GraphValue& given = value(node, index);
  require(given.constant.defined(), "its input {} is no constant", node.inputs[index]);
  return given.constant;
}

std::vector<std::int64_t> LayerGraph::whole(const GraphNode& node, std::size_t index) {
  const at::Tensor flat = constant(node, index).to(at::kLong).flatten().contiguous();
  require(flat.numel() <= 64, "its input {} is no shape", node.inputs[index]);
  return {flat.const_data_ptr<std::int64_t>(), flat.const_data_ptr<std::int64_t>() + flat.numel()};
}

void LayerGraph::give(const GraphNode& node, GraphValue value) {
  require(!node.outputs.empty(), "it gives nothing");
  values_[node.outputs[0]] = std::move(value);
}

std::string LayerGraph::free_name(const GraphNode& node, const char* role) {
  // "net.0.weight" makes a layer "net.0".
  std::string name;
  if (has(node, 1) && node.inputs[1].ends_with(".weight")) name = node.inputs[1].substr(0, node.inputs[1].size() - 7);
  if (name.empty()) name = node.name.empty() ? node.op + std::to_string(layers_.size()) : node.name;
  std::replace(name.begin(), name.end(), '/', '_');
  while (name.starts_with('_') || name.starts_with('.')) name.erase(0, 1);
  while (name.ends_with('.')) name.pop_back();
  if (name.empty()) name = "layer";
  name += role;
  std::string free = name;
  for (int i = 2; !names_.insert(free).second; ++i) free = fmt::format("{}_{}", name, i);
  return free;
}

void LayerGraph::layer(const GraphNode& node, Layer layer, const std::vector<GraphValue>& from, const char* role) {
  std::vector<Sizes> sizes;
  for (const GraphValue& one : from) {
    layer.inputs.push_back(one.layer);
    sizes.push_back(one.sizes);
  }
  if (layer.name.empty()) layer.name = free_name(node, role);
  layer = checked_layer(layer);
  const Sizes made = layer_kind(layer.kind).sizes(layer, sizes);
  layers_.push_back(layer);
  give(node, {.layer = layer.name, .sizes = made, .ones = made.size() == 1 ? from[0].ones : 0});
}

void LayerGraph::simple(const GraphNode& node, const char* kind, double slope) {
  layer(node, {.kind = kind, .slope = slope}, {data(node)});
}

void LayerGraph::weight(const std::string& layer, const char* name, const at::Tensor& values) {
  plain_.set(layer + "." + name, values.to(at::kFloat).contiguous());
}

GraphValue LayerGraph::as_pixels(const GraphNode& node, const GraphValue& given) {
  if (given.sizes.size() == 3) return given;
  require(given.sizes.size() == 1, "it gets no pixels");
  layer(node, {.kind = "reshape", .shape = {static_cast<int>(given.sizes[0]), 1, 1}}, {given}, ":pixel");
  return values_.at(node.outputs[0]);
}

Layer* LayerGraph::last_layer(const GraphValue& value) {
  return !layers_.empty() && layers_.back().name == value.layer ? &layers_.back() : nullptr;
}

void LayerGraph::finish(const std::string& output) {
  const auto found = values_.find(output);
  require(found != values_.end() && !found->second.constant.defined(), "nothing makes its output");
  require(!layers_.empty() && layers_.size() <= 4096, "it has {} layers", layers_.size());
  GraphValue end = found->second;
  if (end.sizes.size() == 1) {
    std::int64_t side = 1;
    while (side * side < end.sizes[0] && side < 4096) ++side;
    require(side * side == end.sizes[0] && side >= 8, "it makes {} values, which are no picture", end.sizes[0]);
    const int pixels = static_cast<int>(side);
    layers_.push_back({.name = "picture", .kind = "reshape", .inputs = {end.layer}, .shape = {1, pixels, pixels}});
    end = {.layer = "picture", .sizes = {1, side, side}};
  }
  require(layers_.back().name == end.layer, "it has layers behind its picture");
  last_ = output;
  values_[output] = end;
}

Recognised LayerGraph::recognised() const {
  return {layered_spec({.generator = layers_}, values_.at(last_).sizes, z_dim_, c_dim_), Role::generator};
}

}  // namespace ganvas::models
