#include "models/layered/reading/modules.h"

#include <functional>

#include "core/error.h"

namespace ganvas::models {
namespace {

/// A number of the module, or one for each side.
std::vector<int> pair_of(const Json& module, const char* key, int otherwise) {
  const auto found = module.find(key);
  if (found == module.end()) return {otherwise, otherwise};
  const auto whole = [&](const Json& value) {
    require(value.is_number() && value.get<double>() == static_cast<double>(value.get<int>()),
            "{} has the {} {}, which is no whole number", module["name"].get<std::string>(), key, value.dump());
    return value.get<int>();
  };
  if (!found->is_array()) return {whole(*found), whole(*found)};
  require(found->size() == 1 || found->size() == 2, "{} has the {} {}", module["name"].get<std::string>(), key,
          found->dump());
  return {whole((*found)[0]), whole(found->back())};
}

void convolution(Layer& layer, const Json& module) {
  layer.in = get_required<int>(module, "in_channels");
  layer.out = get_required<int>(module, "out_channels");
  layer.kernel = pair_of(module, "kernel_size", 1);
  layer.stride = pair_of(module, "stride", 1);
  layer.dilation = pair_of(module, "dilation", 1);
  layer.output_padding = pair_of(module, "output_padding", 0);
  layer.groups = get_or(module, "groups", 1);
  const Json padding = module.value("padding", Json(0));
  if (padding == "same") {
    for (int i = 0; i < 2; ++i) {
      const int reach = layer.dilation[static_cast<std::size_t>(i)] * (layer.kernel[static_cast<std::size_t>(i)] - 1);
      require(reach % 2 == 0, "{} pads unevenly", layer.name);
      layer.padding[static_cast<std::size_t>(i)] = reach / 2;
    }
  } else if (padding != "valid") {
    layer.padding = pair_of(module, "padding", 0);
  }
  const std::string mode = module.value("padding_mode", std::string("zeros"));
  require(mode == "zeros", "{} pads by \"{}\"", layer.name, mode);
}

void batch_norm(Layer& layer, const Json& module) {
  layer.in = get_required<int>(module, "num_features");
  layer.eps = get_or(module, "eps", layer.eps);
  layer.momentum = module.contains("momentum") ? get_required<double>(module, "momentum") : layer.momentum;
  layer.affine = get_or(module, "affine", true);
}

void upsample(Layer& layer, const Json& module) {
  layer.scale = pair_of(module, "scale_factor", 2);
  require(module.contains("scale_factor"), "{} enlarges to a fixed size", layer.name);
  layer.mode = module.value("mode", std::string("nearest"));
  require(layer.mode == "nearest" || layer.mode == "bilinear", "{} enlarges by \"{}\"", layer.name, layer.mode);
  layer.align_corners =
      module.contains("align_corners") && module["align_corners"].is_boolean() && module["align_corners"].get<bool>();
}

struct Known {
  const char* name;  // of the class, behind its module
  const char* kind;
  std::function<void(Layer&, const Json&)> read = [](Layer&, const Json&) {};
};

const std::vector<Known>& known_classes() {
  static const std::vector<Known> table{
      {"Linear", "linear",
       [](Layer& l, const Json& m) {
         l.in = get_required<int>(m, "in_features");
         l.out = get_required<int>(m, "out_features");
       }},
      {"Conv2d", "convolution", convolution},
      {"ConvTranspose2d", "transposed_convolution", convolution},
      {"Embedding", "embedding",
       [](Layer& l, const Json& m) {
         l.in = get_required<int>(m, "num_embeddings");
         l.out = get_required<int>(m, "embedding_dim");
       }},
      {"BatchNorm1d", "batch_norm", batch_norm},
      {"BatchNorm2d", "batch_norm", batch_norm},
      {"SyncBatchNorm", "batch_norm", batch_norm},
      {"InstanceNorm2d", "instance_norm", batch_norm},
      {"GroupNorm", "group_norm",
       [](Layer& l, const Json& m) {
         l.in = get_required<int>(m, "num_channels");
         l.groups = get_required<int>(m, "num_groups");
         l.eps = get_or(m, "eps", l.eps);
         l.affine = get_or(m, "affine", true);
       }},
      {"LayerNorm", "layer_norm",
       [](Layer& l, const Json& m) {
         l.shape = get_required<std::vector<int>>(m, "normalized_shape");
         l.eps = get_or(m, "eps", l.eps);
         l.affine = get_or(m, "elementwise_affine", true);
       }},
      {"PReLU", "prelu", [](Layer& l, const Json& m) { l.in = get_or(m, "num_parameters", 1); }},
      {"ReLU", "relu"},
      {"ReLU6", "hardtanh", [](Layer& l, const Json&) { l.low = 0, l.high = 6; }},
      {"LeakyReLU", "leaky_relu", [](Layer& l, const Json& m) { l.slope = get_or(m, "negative_slope", 0.01); }},
      {"ELU", "elu", [](Layer& l, const Json& m) { l.slope = get_or(m, "alpha", 1.0); }},
      {"SELU", "selu"},
      {"SiLU", "silu"},
      {"GELU", "gelu", [](Layer& l, const Json& m) { l.mode = m.value("approximate", std::string("none")); }},
      {"Tanh", "tanh"},
      {"Sigmoid", "sigmoid"},
      {"Softplus", "softplus"},
      {"Hardtanh", "hardtanh",
       [](Layer& l, const Json& m) { l.low = get_or(m, "min_val", -1.0), l.high = get_or(m, "max_val", 1.0); }},
      {"Identity", "identity"},
      {"Dropout", "dropout"},
      {"Dropout2d", "dropout"},
      {"Upsample", "upsample", upsample},
      {"UpsamplingNearest2d", "upsample", upsample},
      {"UpsamplingBilinear2d", "upsample", upsample},
      {"PixelShuffle", "pixel_shuffle", [](Layer& l, const Json& m) { l.scale = pair_of(m, "upscale_factor", 2); }},
      {"Flatten", "flatten"},
      {"Unflatten", "reshape",
       [](Layer& l, const Json& m) { l.shape = get_required<std::vector<int>>(m, "unflattened_size"); }},
      {"AvgPool2d", "average_pool",
       [](Layer& l, const Json& m) {
         l.kernel = pair_of(m, "kernel_size", 2), l.stride = pair_of(m, "stride", l.kernel[0]);
         l.padding = pair_of(m, "padding", 0);
       }},
      {"MaxPool2d", "max_pool",
       [](Layer& l, const Json& m) {
         l.kernel = pair_of(m, "kernel_size", 2), l.stride = pair_of(m, "stride", l.kernel[0]);
         l.padding = pair_of(m, "padding", 0);
       }},
  };
  return table;
}

Sort sort_of_kind(const std::string& kind) {
  if (kind == "linear") return Sort::linear;
  if (kind.ends_with("convolution")) return Sort::convolution;
  if (kind == "embedding") return Sort::embedding;
  if (kind == "batch_norm") return Sort::batch_norm;
  if (kind == "prelu") return Sort::prelu;
  return kind.ends_with("_norm") ? Sort::affine_norm : Sort::plain;
}

}  // namespace

Layer layer_of_module(const Json& module, bool biased) {
  const auto path = get_required<std::string>(module, "class");
  const std::string name = path.substr(path.rfind('.') + 1);
  Layer layer{.name = get_required<std::string>(module, "name"), .bias = biased};
  for (const Known& known : known_classes()) {
    if (name != known.name || !path.starts_with("torch.nn.")) continue;
    layer.kind = known.kind;
    known.read(layer, module);
    return checked_layer(layer);
  }
  fail("{} is of the class {}, which ganvas does not know", layer.name, path);
}

std::vector<Draft> drafts_of_modules(const Json& modules, const io::WeightSet& weights) {
  std::vector<Draft> drafts;
  for (const Json& module : modules) {
    std::string name = get_required<std::string>(module, "name");
    while (name.starts_with("module.")) name.erase(0, 7);
    Json plain = module;
    plain["name"] = name;
    Draft draft{.name = name};
    for (const auto& [key, tensor] : weights.items()) {
      if (key.size() > name.size() + 1 && key.starts_with(name) && key[name.size()] == '.' &&
          !key.ends_with("num_batches_tracked"))
        draft.tensors[key.substr(name.size() + 1)] = tensor;
    }
    draft.known = layer_of_module(plain, draft.tensors.contains("bias"));
    draft.sort = sort_of_kind(draft.known->kind);
    // A batch norm that remembers nothing works on each picture alone, which is all that can be done with one.
    if (draft.sort == Sort::batch_norm && !draft.tensors.contains("running_mean")) draft.known->kind = "instance_norm";
    if (draft.known->kind != "identity" && draft.known->kind != "dropout") drafts.push_back(std::move(draft));
  }
  return drafts;
}

}  // namespace ganvas::models
