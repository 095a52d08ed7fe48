#pragma once
// A graph of operators, named as in ONNX, while it becomes layers: what its values are, and the layers so far.

#include <map>
#include <set>
#include <string>
#include <vector>

#include "models/generator.h"
#include "models/layered/layers/kinds.h"

namespace ganvas::models {

/// What a value of the graph is: a tensor that is known, or what a layer here makes.
struct GraphValue {
  at::Tensor constant;
  std::string layer;  ///< or an input of the network: "z", "label"
  Sizes sizes;        ///< as the layers here have them, without the batch
  int ones = 0;       ///< dimensions of size 1 behind them, which the graph has and the layers do not need
};

struct GraphNode {
  std::string op, name;
  std::vector<std::string> inputs, outputs;
  Json attributes;

  // Attributes.
  [[nodiscard]] std::int64_t integer(const char* key, std::int64_t otherwise) const {
    return get_or(attributes, key, otherwise);
  }
  [[nodiscard]] double number(const char* key, double otherwise) const { return get_or(attributes, key, otherwise); }
  [[nodiscard]] std::vector<int> integers(const char* key, std::vector<int> otherwise) const {
    return get_or(attributes, key, otherwise);
  }
  [[nodiscard]] std::string text(const char* key, const char* otherwise) const {
    return get_or<std::string>(attributes, key, otherwise);
  }
  [[nodiscard]] std::string shown() const { return name.empty() ? op : fmt::format("{} ({})", op, name); }
};

/// All that is asked of a node throws Error with a clause where the node does not have it.
class LayerGraph {
 public:
  /// `weights` outlive it; their names are values of the graph. `inputs`: [{"name", "type", "shape"}] as ONNX has them.
  /// Throws Error where they are no latent and label.
  LayerGraph(const io::WeightSet& weights, const Json& inputs);

  [[nodiscard]] static bool has(const GraphNode& node, std::size_t index) {
    return index < node.inputs.size() && !node.inputs[index].empty();
  }
  const GraphValue& value(const GraphNode& node, std::size_t index);
  /// What a layer makes.
  const GraphValue& data(const GraphNode& node, std::size_t index = 0);
  at::Tensor constant(const GraphNode& node, std::size_t index);
  /// A constant that is a shape.
  std::vector<std::int64_t> whole(const GraphNode& node, std::size_t index);
  /// The node's value.
  void give(const GraphNode& node, GraphValue value);

  /// For a layer out of this node: that of its tensors in the program that the graph comes from, where it tells.
  std::string free_name(const GraphNode& node, const char* role = "");
  /// Puts the layer behind those values, and gives what it makes as the node's.
  void layer(const GraphNode& node, Layer layer, const std::vector<GraphValue>& from, const char* role = "");
  /// A layer that takes the node's first input and has nothing but its kind and maybe a slope.
  void simple(const GraphNode& node, const char* kind, double slope = 0.2);
  void weight(const std::string& layer, const char* name, const at::Tensor& values);
  /// [values] as [values, 1, 1].
  GraphValue as_pixels(const GraphNode& node, const GraphValue& given);

  /// The layer that was made last, and makes this value; null where another does.
  Layer* last_layer(const GraphValue& value);
  /// Classes of the label; 0: not known yet.
  int& classes() { return c_dim_; }

  /// Ends the network with what the graph gives.
  void finish(const std::string& output);
  [[nodiscard]] Recognised recognised() const;
  [[nodiscard]] const io::WeightSet& plain() const { return plain_; }

 private:
  void find_inputs(const Json& list);

  const io::WeightSet& weights_;
  std::map<std::string, GraphValue> values_;
  std::vector<Layer> layers_;
  io::WeightSet plain_;
  std::set<std::string> names_{"z", "label", "picture"};
  std::string last_;
  int z_dim_ = 0, c_dim_ = 0;
};

}  // namespace ganvas::models
