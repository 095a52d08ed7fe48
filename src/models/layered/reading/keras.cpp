#include "models/layered/reading/keras.h"

#include <algorithm>
#include <cctype>
#include <cmath>
#include <map>

#include "core/error.h"
#include "models/layered/layers/chain.h"
#include "models/layered/layers/settings.h"

namespace ganvas::models {
namespace {

constexpr int most_nested_models = 8;

/// One layer of Keras: where its arrays lie, and what they are called.
struct KerasLayer {
  std::string name;       ///< ours, unique
  std::string container;  ///< in a .keras file, "dense_1"
  std::string class_name;
  Json config;
  std::vector<std::string> inputs;  ///< ours
};

std::string snake(const std::string& class_name) {
  std::string name;
  for (std::size_t i = 0; i < class_name.size(); ++i) {
    const char c = class_name[i];
    const bool upper = std::isupper(static_cast<unsigned char>(c)) != 0;
    const bool after_small = i > 0 && std::isupper(static_cast<unsigned char>(class_name[i - 1])) == 0;
    const bool before_small =
        i + 1 < class_name.size() && std::islower(static_cast<unsigned char>(class_name[i + 1])) != 0;
    if (upper && i > 0 && (after_small || before_small) &&
        std::isdigit(static_cast<unsigned char>(class_name[i - 1])) == 0)
      name += '_';
    name += static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  }
  return name;
}

bool is_model(const std::string& class_name) {
  return class_name == "Sequential" || class_name == "Functional" || class_name == "Model";
}

/// Names of the layers that a node of the graph takes: Keras 2 has [["a", 0, 0, {}], ...], Keras 3 tensors with their
/// history.
std::vector<std::string> sources_of_node(const Json& node) {
  std::vector<std::string> names;
  const auto history = [&](const auto& self, const Json& value, int level) -> void {
    if (level > 16) return;
    if (value.is_object() && value.contains("keras_history")) {
      names.push_back(value["keras_history"].at(0).get<std::string>());
    } else if (value.is_object() && value.contains("config")) {
      self(self, value["config"], level + 1);
    } else if (value.is_array()) {
      for (const Json& item : value) self(self, item, level + 1);
    }
  };
  if (node.is_object()) {
    history(history, node.value("args", Json::array()), 0);
    return names;
  }
  for (const Json& source : node)
    if (source.is_array() && !source.empty() && source[0].is_string()) names.push_back(source[0].get<std::string>());
  return names;
}

/// The layers of the model in their order, models within it laid open.
class Unfolder {
 public:
  std::vector<KerasLayer> layers(const Json& model) {
    open(model, {}, 0);
    return std::move(out_);
  }

 private:
  std::vector<KerasLayer> out_;
  std::map<std::string, int> classes_;  // how often each was seen, as .keras numbers them

  std::string container_of(const std::string& class_name) {
    const int number = classes_[class_name]++;
    return snake(class_name) + (number == 0 ? "" : "_" + std::to_string(number));
  }

  /// Returns the name of the last layer.
  std::string open(const Json& model, const std::string& input, int level) {
    require(level < most_nested_models, "its models are nested deeper than in any generator");
    const Json& config = model.at("config");
    const Json& list = config.is_array() ? config : config.at("layers");
    require(list.is_array() && list.size() <= 4096, "its configuration has no list of layers");
    std::map<std::string, std::string> outputs;  // of Keras's names
    std::string last = input;
    for (const Json& one : list) {
      const auto class_name = get_required<std::string>(one, "class_name");
      const Json inner = one.value("config", Json::object());
      std::string name = inner.is_object() ? inner.value("name", one.value("name", std::string())) : std::string();
      if (name.empty()) name = snake(class_name) + std::to_string(out_.size());
      std::vector<std::string> sources = inputs_of(one, outputs);
      if (sources.empty() && !last.empty() && class_name != "InputLayer") sources = {last};
      if (class_name == "InputLayer" && !input.empty()) {
        outputs[name] = input;
        continue;
      }
      if (is_model(class_name)) {
        last = outputs[name] = open(one, sources.empty() ? "" : sources[0], level + 1);
        continue;
      }
      KerasLayer layer{.name = name,
                       .container = container_of(class_name),
                       .class_name = class_name,
                       .config = inner,
                       .inputs = std::move(sources)};
      std::replace(layer.name.begin(), layer.name.end(), '/', '_');
      std::replace(layer.name.begin(), layer.name.end(), '.', '_');
      last = outputs[name] = layer.name;
      out_.push_back(std::move(layer));
    }
    return last;
  }

  static std::vector<std::string> inputs_of(const Json& layer, const std::map<std::string, std::string>& outputs) {
    std::vector<std::string> sources;
    const Json nodes = layer.value("inbound_nodes", Json::array());
    if (!nodes.is_array() || nodes.empty()) return sources;
    require(nodes.size() == 1, "one of its layers is used {} times", nodes.size());
    for (const std::string& name : sources_of_node(nodes[0])) {
      const auto found = outputs.find(name);
      require(found != outputs.end(), "its layers are not in their order");
      sources.push_back(found->second);
    }
    return sources;
  }
};

std::vector<int> pair(const Json& config, const char* key, int otherwise) {
  const Json value = config.value(key, Json());
  if (value.is_null()) return {otherwise, otherwise};
  if (value.is_number_integer()) return {value.get<int>(), value.get<int>()};
  require(value.is_array() && value.size() == 2 && value[0].is_number_integer() && value[1].is_number_integer(),
          "a layer has the {} {}", key, value.dump());
  return {value[0].get<int>(), value[1].get<int>()};
}

class Translator {
 public:
  explicit Translator(std::vector<KerasLayer> layers) : keras_(std::move(layers)) {}

  Recognised translate() {
    find_inputs();
    for (const KerasLayer& layer : keras_) add(layer);
    require(!layers_.empty(), "it has no layers");
    const Sizes made = sizes_of(layers_, inputs_).back();
    if (made.size() == 1) {  // a dense layer whose values the program itself puts into a picture
      const auto side = static_cast<int>(std::llround(std::sqrt(static_cast<double>(made[0]))));
      require(std::int64_t{side} * side == made[0] && side >= 8, "it makes {} values, which are no picture", made[0]);
      layers_.push_back({.name = "picture", .kind = "reshape", .shape = {1, side, side}});
    }
    return {layered_spec({.generator = layers_}, sizes_of(layers_, inputs_).back(), z_dim_, c_dim_), Role::generator};
  }

 private:
  std::vector<KerasLayer> keras_;
  std::vector<Layer> layers_;
  std::vector<std::pair<std::string, Sizes>> inputs_;
  std::map<std::string, std::string> outputs_;  ///< of each Keras layer, the layer here that makes it
  int z_dim_ = 0, c_dim_ = 0;

  void find_inputs() {
    std::vector<const KerasLayer*> given;
    for (const KerasLayer& layer : keras_)
      if (layer.class_name == "InputLayer") given.push_back(&layer);
    require(given.size() <= 2, "it takes {} inputs", given.size());
    if (given.empty()) {
      z_dim_ = width_of(keras_.front());
    } else {
      for (const KerasLayer* input : given) {
        const bool label = given.size() == 2 && embeds(*input);
        const KerasLayer& other = *given[input == given.back() ? 0 : given.size() - 1];
        // Without an embedding the label is the narrower of two.
        if (label || (given.size() == 2 && !embeds(other) && width_of(*input) < width_of(other))) {
          c_dim_ = label ? taker_of(*input)->config.at("input_dim").get<int>() : width_of(*input);
          outputs_[input->name] = "label";
        } else {
          z_dim_ = width_of(*input);
          outputs_[input->name] = "z";
        }
      }
    }
    require(z_dim_ > 0, "it takes no latent");
    inputs_ = {{"z", {z_dim_}}};
    if (c_dim_ > 0) inputs_.push_back({"label", {c_dim_}});
  }

  /// The layer that takes this input alone; null: none does.
  [[nodiscard]] const KerasLayer* taker_of(const KerasLayer& input) const {
    const auto taker = std::find_if(keras_.begin(), keras_.end(), [&](const KerasLayer& layer) {
      return layer.inputs == std::vector<std::string>{input.name};
    });
    return taker == keras_.end() ? nullptr : &*taker;
  }
  [[nodiscard]] bool embeds(const KerasLayer& input) const {
    const KerasLayer* taker = taker_of(input);
    return taker != nullptr && taker->class_name == "Embedding";
  }

  static int width_of(const KerasLayer& layer) {
    for (const char* key : {"batch_input_shape", "batch_shape", "input_shape", "shape"}) {
      const Json shape = layer.config.value(key, Json());
      if (!shape.is_array() || shape.empty()) continue;
      require(shape.back().is_number_integer() && shape.size() <= 2, "its input has the shape {}, which is no latent",
              shape.dump());
      return shape.back().get<int>();
    }
    fail("nothing says how many values its input {} has", layer.name);
  }

  [[nodiscard]] Sizes sizes_at(const std::string& name) const {
    if (name == "z") return {z_dim_};
    if (name == "label") return {c_dim_};
    const std::vector<Sizes> all = sizes_of(layers_, inputs_);
    for (std::size_t i = 0; i < layers_.size(); ++i)
      if (layers_[i].name == name) return all[i];
    fail("there is no layer {}", name);
  }

  void push(Layer layer, const std::vector<std::string>& inputs) {
    layer.inputs = inputs;
    layers_.push_back(checked_layer(layer));
  }

  /// The layer, and what stands for the activation in it.
  void add(const KerasLayer& keras) {
    if (keras.class_name == "InputLayer") return;
    std::vector<std::string> inputs;
    for (const std::string& name : keras.inputs) inputs.push_back(outputs_.at(name));
    if (inputs.empty()) inputs = {"z"};
    std::string last = body(keras, inputs);
    const Json activation = keras.config.value("activation", Json());
    if (activation.is_string() && activation != "linear") {
      Layer act = activation_of(activation.get<std::string>(), keras.name);
      act.name = keras.name == last ? keras.name + ":act" : keras.name;
      push(act, {last});
      last = act.name;
    } else {
      require(activation.is_string() || activation.is_null(), "the layer {} has an activation of its own", keras.name);
    }
    outputs_[keras.name] = last;
  }

  static Layer activation_of(const std::string& name, const std::string& layer) {
    static const std::map<std::string, const char*> known{{"relu", "relu"},       {"tanh", "tanh"},
                                                          {"sigmoid", "sigmoid"}, {"selu", "selu"},
                                                          {"elu", "elu"},         {"softplus", "softplus"},
                                                          {"gelu", "gelu"},       {"swish", "silu"},
                                                          {"silu", "silu"},       {"leaky_relu", "leaky_relu"}};
    const auto found = known.find(name);
    require(found != known.end(), "the layer {} has the activation {}, which ganvas does not know", layer, name);
    Layer act{.kind = found->second};
    act.slope = name == "elu" ? 1.0 : 0.2;
    return act;
  }

  /// Returns the name of the layer that gives its result; that of its own input where it does nothing.
  std::string body(const KerasLayer& keras, const std::vector<std::string>& in) {
    const std::string& kind = keras.class_name;
    const Json& config = keras.config;
    Layer layer{.name = keras.name};
    const Sizes sizes = sizes_at(in[0]);
    if (kind == "Activation" || kind.ends_with("Dropout") || kind == "Dropout" || kind == "GaussianNoise") return in[0];
    if (kind == "Dense") {
      require(sizes.size() == 1, "the dense layer {} works on pixels", keras.name);
      layer.kind = "linear";
      layer.in = static_cast<int>(sizes[0]);
      layer.out = get_required<int>(config, "units");
      layer.bias = get_or(config, "use_bias", true);
    } else if (kind == "Conv2D" || kind == "Conv2DTranspose") {
      convolution(layer, keras, sizes);
    } else if (kind == "BatchNormalization") {
      layer.kind = "batch_norm";
      layer.in = static_cast<int>(sizes[0]);
      layer.eps = get_or(config, "epsilon", 1e-3);
      layer.momentum = 1 - get_or(config, "momentum", 0.99);
    } else if (kind == "Embedding") {
      layer.kind = "embedding";
      layer.in = get_required<int>(config, "input_dim");
      layer.out = get_required<int>(config, "output_dim");
    } else if (kind == "Reshape") {
      return reshape(keras, in[0], sizes);
    } else if (kind == "Flatten") {
      if (sizes.size() == 1) return in[0];
      push({.name = keras.name + ":last", .kind = "channels_last"}, in);
      push({.name = keras.name, .kind = "flatten"}, {keras.name + ":last"});
      return keras.name;
    } else if (kind == "UpSampling2D") {
      layer.kind = "upsample";
      layer.scale = pair(config, "size", 2);
      layer.mode = config.value("interpolation", std::string("nearest"));
      require(layer.mode == "nearest" || layer.mode == "bilinear", "the layer {} enlarges by {}", keras.name,
              layer.mode);
    } else if (kind == "Concatenate" || kind == "Add" || kind == "Multiply") {
      layer.kind = kind == "Concatenate" ? "concatenate" : kind == "Add" ? "add" : "multiply";
    } else if (kind == "ZeroPadding2D") {
      layer.kind = "pad";
      layer.mode = "zeros";
      layer.padding = sides_of(config);
    } else {
      plain(layer, keras);
    }
    push(layer, in);
    return layer.name;
  }

  /// Top, left, bottom, right.
  static std::vector<int> sides_of(const Json& config) {
    const Json padding = config.value("padding", Json());
    if (!padding.is_array() || padding.empty() || !padding[0].is_array()) return pair(config, "padding", 1);
    return {padding.at(0).at(0).get<int>(), padding.at(1).at(0).get<int>(), padding.at(0).at(1).get<int>(),
            padding.at(1).at(1).get<int>()};
  }

  static void plain(Layer& layer, const KerasLayer& keras) {
    const Json& config = keras.config;
    const auto slope = [&](double otherwise) {
      for (const char* key : {"negative_slope", "alpha"}) {
        const Json value = config.value(key, Json());
        if (value.is_number()) return value.get<double>();
        if (value.is_object() && value.contains("config")) return value["config"].value("value", otherwise);
      }
      return otherwise;
    };
    if (keras.class_name == "ReLU") {
      layer.kind = "relu";
      require(config.value("max_value", Json()).is_null(), "the layer {} cuts off above", keras.name);
    } else if (keras.class_name == "LeakyReLU") {
      layer.kind = "leaky_relu";
      layer.slope = slope(0.3);
    } else if (keras.class_name == "ELU") {
      layer.kind = "elu";
      layer.slope = slope(1.0);
    } else {
      fail("its layer {} is of the kind {}, which ganvas does not know", keras.name, keras.class_name);
    }
  }

  static void convolution(Layer& layer, const KerasLayer& keras, const Sizes& sizes) {
    const Json& config = keras.config;
    const bool up = keras.class_name == "Conv2DTranspose";
    require(sizes.size() == 3, "the layer {} gets no pixels", keras.name);
    require(config.value("data_format", std::string("channels_last")) == "channels_last",
            "the layer {} has its channels first", keras.name);
    layer.kind = up ? "transposed_convolution" : "convolution";
    layer.in = static_cast<int>(sizes[0]);
    layer.out = get_required<int>(config, "filters");
    layer.kernel = pair(config, "kernel_size", 3);
    layer.stride = pair(config, "strides", 1);
    layer.dilation = pair(config, "dilation_rate", 1);
    layer.groups = get_or(config, "groups", 1);
    layer.bias = get_or(config, "use_bias", true);
    require(config.value("output_padding", Json()).is_null(), "the layer {} pads its output", keras.name);
    const auto padding = config.value("padding", std::string("valid"));
    require(padding == "same" || padding == "valid", "the layer {} pads by {}", keras.name, padding);
    // As TensorFlow: what is left over of an odd padding goes to the bottom and the right.
    layer.padding = {0, 0, 0, 0};
    for (std::size_t axis = 0; axis < 2; ++axis) {
      const std::int64_t in = sizes[axis + 1], stride = layer.stride[axis];
      const std::int64_t reach = std::int64_t{layer.dilation[axis]} * (layer.kernel[axis] - 1) + 1;
      if (up && reach < stride) layer.output_padding[axis] = static_cast<int>(stride - reach);
      if (padding == "valid") continue;
      const std::int64_t out = (in + stride - 1) / stride;
      const std::int64_t total = std::max<std::int64_t>(up ? reach - stride : (out - 1) * stride + reach - in, 0);
      layer.padding[axis] = static_cast<int>(total / 2);
      layer.padding[axis + 2] = static_cast<int>(total - total / 2);
    }
  }

  std::string reshape(const KerasLayer& keras, const std::string& from, const Sizes& sizes) {
    const auto shape = get_required<std::vector<int>>(keras.config, "target_shape");
    std::string flat = from;
    if (sizes.size() == 3) {
      push({.name = keras.name + ":last", .kind = "channels_last"}, {from});
      push({.name = keras.name + ":flat", .kind = "flatten"}, {keras.name + ":last"});
      flat = keras.name + ":flat";
    }
    if (shape.size() == 1) {
      push({.name = keras.name, .kind = "reshape", .shape = shape}, {flat});
      return keras.name;
    }
    require(shape.size() == 2 || shape.size() == 3, "the layer {} makes {} dimensions", keras.name, shape.size());
    push({.name = keras.name + ":grid",
          .kind = "reshape",
          .shape = shape.size() == 3 ? shape : std::vector<int>{shape[0], shape[1], 1}},
         {flat});
    push({.name = keras.name, .kind = "channels_first"}, {keras.name + ":grid"});
    return keras.name;
  }
};

std::vector<KerasLayer> keras_layers(const Json& config) {
  try {
    return Unfolder().layers(config);
  } catch (const nlohmann::json::exception&) {
    fail("its configuration is not as Keras writes it");
  }
}

}  // namespace

std::optional<Recognised> recognise_keras(const io::WeightSet& weights) {
  const auto config = weights.metadata.find("keras.config");
  if (config == weights.metadata.end()) return std::nullopt;
  try {
    return Translator(keras_layers(*config)).translate();
  } catch (const nlohmann::json::exception&) {
    fail("its configuration is not as Keras writes it");
  }
}

io::WeightSet plain_keras_weights(const io::WeightSet& weights) {
  io::WeightSet plain;
  plain.provenance = weights.provenance;
  for (const KerasLayer& layer : keras_layers(weights.metadata.at("keras.config"))) {
    const std::string& kind = layer.class_name;
    // In the order in which a .keras file numbers them.
    std::vector<std::string> names;
    if (kind == "BatchNormalization") {
      if (layer.config.value("scale", true)) names.push_back("gamma");
      if (layer.config.value("center", true)) names.push_back("beta");
      names.insert(names.end(), {"moving_mean", "moving_variance"});
    } else if (kind == "Embedding") {
      names = {"embeddings"};
    } else if (kind == "Dense" || kind.starts_with("Conv2D")) {
      names = {"kernel", "bias"};
    }
    for (std::size_t i = 0; i < names.size(); ++i) {
      const at::Tensor* found = weights.find(layer.name + "/" + names[i]);
      if (found == nullptr) found = weights.find(layer.container + "/" + std::to_string(i));
      if (found == nullptr) continue;
      static const std::map<std::string, const char*> ours{{"kernel", "weight"},
                                                           {"bias", "bias"},
                                                           {"gamma", "weight"},
                                                           {"beta", "bias"},
                                                           {"moving_mean", "running_mean"},
                                                           {"moving_variance", "running_var"},
                                                           {"embeddings", "weight"}};
      at::Tensor values = *found;
      if (names[i] == "kernel" && values.dim() == 2) values = values.t().contiguous();
      if (names[i] == "kernel" && values.dim() == 4) values = values.permute({3, 2, 0, 1}).contiguous();
      plain.set(layer.name + "." + ours.at(names[i]), values);
    }
    if (kind == "BatchNormalization") {
      const at::Tensor* mean = plain.find(layer.name + ".running_mean");
      if (mean != nullptr && !plain.contains(layer.name + ".weight"))
        plain.set(layer.name + ".weight", at::ones_like(*mean));
      if (mean != nullptr && !plain.contains(layer.name + ".bias"))
        plain.set(layer.name + ".bias", at::zeros_like(*mean));
    }
  }
  return plain;
}

}  // namespace ganvas::models
