#include <algorithm>
#include <regex>

#include "core/error.h"
#include "models/family.h"
#include "models/stylegan/stylegan.h"

namespace ganvas::models {
namespace {

bool has_slashes(const io::WeightSet& weights) {
  return std::any_of(weights.items().begin(), weights.items().end(),
                     [](const auto& item) { return item.first.find('/') != std::string::npos; });
}

bool is_generator(const io::WeightSet& weights) {
  return std::any_of(weights.items().begin(), weights.items().end(),
                     [](const auto& item) { return item.first.find("StyleMod") != std::string::npos; });
}

/// A name of the TensorFlow file as our generator has it: "4x4/Conv/weight" or "synthesis/4x4/Conv/weight" becomes
/// "synthesis.4x4.Conv.weight".
std::string generator_name(std::string name) {
  for (const std::string_view part : {"G_synthesis/", "synthesis/", "G_mapping/", "mapping/"}) {
    if (name.starts_with(part)) name.erase(0, part.size());
  }
  if (name == "dlatent_avg") return name;
  return (name.starts_with("Dense") || name.starts_with("LabelConcat") ? "mapping." : "synthesis.") + name;
}

/// TensorFlow keeps convolutions [k, k, in, out] and matrices [in, out]; the weights' dimensions are reversed in pairs.
at::Tensor torch_layout(const std::string& name, const at::Tensor& tensor) {
  if (!name.ends_with("/weight")) return tensor;
  if (tensor.dim() == 4) return tensor.permute({3, 2, 0, 1});
  return tensor.dim() == 2 ? tensor.t() : tensor;
}

/// The tensors under the names and in the layout of our networks. A file of the TensorFlow program is told by the
/// slashes in its names; any other has our names already.
io::WeightSet to_network(const io::WeightSet& weights) {
  if (!has_slashes(weights)) return weights;
  const bool generator = is_generator(weights);
  io::WeightSet renamed;
  for (const auto& [name, tensor] : weights.items()) {
    // The synthesis network's own lod is a copy that the whole network's lod overwrites on each use.
    if (name.ends_with("/lod") && weights.contains("lod")) continue;
    std::string own = generator ? generator_name(name) : name;
    std::replace(own.begin(), own.end(), '/', '.');
    renamed.set(own, torch_layout(name, tensor));
  }
  return renamed;
}

/// Settings of the TensorFlow program that are not visible in the tensors.
void read_static_settings(const Json& metadata, StyleganSettings& settings) {
  const auto found = metadata.find("static_kwargs");
  if (found == metadata.end() || !found->is_object()) return;
  const Json& json = *found;
  settings.mapping_lr = get_or(json, "mapping_lrmul", settings.mapping_lr);
  settings.normalize_z = get_or(json, "normalize_latents", settings.normalize_z);
  settings.mbstd_group = std::max(get_or(json, "mbstd_group_size", settings.mbstd_group), 0);
  settings.mbstd_features = get_or(json, "mbstd_num_features", settings.mbstd_features);
  if (const auto fused = json.find("fused_scale"); fused != json.end() && fused->is_boolean())
    settings.fused_scale = fused->get<bool>() ? "on" : "off";
  if (const auto taps = json.find("blur_filter"); taps != json.end())
    settings.blur = taps->is_array() ? taps->get<std::vector<int>>() : std::vector<int>{};
  settings.pixel_norm = get_or(json, "use_pixel_norm", settings.pixel_norm);
  settings.instance_norm = get_or(json, "use_instance_norm", settings.instance_norm);
  settings.activation = get_or(json, "nonlinearity", settings.activation);
  settings.mapping_activation = get_or(json, "mapping_nonlinearity", settings.mapping_activation);
  for (const auto& [key, value] : std::initializer_list<std::pair<const char*, Json>>{
           {"use_wscale", true}, {"use_noise", true}, {"use_styles", true}, {"const_input_layer", true}}) {
    require(!json.contains(key) || json[key] == value,
            "The StyleGAN file has \"{}\" set to {}, but only {} is supported; open another model.", key,
            json.contains(key) ? json[key].dump() : "", value.dump());
  }
}

std::int64_t size_of(const io::WeightSet& weights, const std::string& name, std::int64_t dimension) {
  const at::Tensor* tensor = weights.find(name);
  return tensor != nullptr && tensor->dim() > dimension ? tensor->size(dimension) : 0;
}

int levels_of(const io::WeightSet& weights, const std::string& start) {
  int levels = 0;
  while (weights.contains(fmt::format("{}{}.weight", start, levels))) ++levels;
  return levels;
}

Recognised recognise_generator(const io::WeightSet& weights, StyleganSettings settings) {
  Recognised found;
  const int levels = levels_of(weights, "synthesis.ToRGB_lod");
  settings.channels.clear();
  for (int level = 0; level < levels; ++level) {
    const std::string rgb = fmt::format("synthesis.ToRGB_lod{}.weight", levels - 1 - level);
    settings.channels.push_back(static_cast<int>(size_of(weights, rgb, 1)));
  }
  settings.mapping_layers = 0;
  while (weights.contains(fmt::format("mapping.Dense{}.weight", settings.mapping_layers))) ++settings.mapping_layers;
  settings.mapping_channels = static_cast<int>(size_of(weights, "mapping.Dense0.weight", 0));
  const bool labels = weights.contains("mapping.LabelConcat.weight");
  found.spec.resolution = 4 << (levels - 1);
  found.spec.image_channels = static_cast<int>(size_of(weights, "synthesis.ToRGB_lod0.weight", 0));
  found.spec.z_dim = static_cast<int>(size_of(weights, "mapping.Dense0.weight", 1)) / (labels ? 2 : 1);
  found.spec.w_dim = static_cast<int>(size_of(weights, "synthesis.4x4.Const.StyleMod.weight", 1));
  found.spec.c_dim = static_cast<int>(size_of(weights, "mapping.LabelConcat.weight", 1));
  found.spec.num_ws = 2 * levels;
  found.spec.extra = to_json(settings);
  return found;
}

Recognised recognise_discriminator(const io::WeightSet& weights, StyleganSettings settings) {
  Recognised found;
  found.role = Role::discriminator;
  const int levels = levels_of(weights, "FromRGB_lod");
  settings.channels.clear();
  for (int level = 0; level < levels; ++level) {
    const std::string rgb = fmt::format("FromRGB_lod{}.weight", levels - 1 - level);
    settings.channels.push_back(static_cast<int>(size_of(weights, rgb, 0)));
  }
  settings.d_dense = static_cast<int>(size_of(weights, "4x4.Dense0.weight", 0));
  settings.mbstd_features = static_cast<int>(size_of(weights, "4x4.Conv.weight", 1)) - settings.channels.front();
  if (settings.mbstd_features <= 0) settings.mbstd_features = 1, settings.mbstd_group = 0;
  const auto scores = static_cast<int>(size_of(weights, "4x4.Dense1.weight", 0));
  found.spec.resolution = 4 << (levels - 1);
  found.spec.image_channels = static_cast<int>(size_of(weights, "FromRGB_lod0.weight", 1));
  found.spec.c_dim = scores > 1 ? scores : 0;
  found.spec.num_ws = 2 * levels;
  found.spec.extra = to_json(settings);
  return found;
}

std::optional<Recognised> recognise(const io::WeightSet& file) {
  const io::WeightSet weights = to_network(file);
  const bool generator =
      weights.contains("synthesis.4x4.Const.StyleMod.weight") && weights.contains("synthesis.ToRGB_lod0.weight");
  const bool discriminator = weights.contains("FromRGB_lod0.weight") && weights.contains("4x4.Dense1.weight");
  if (!generator && !discriminator) return std::nullopt;
  if (levels_of(weights, generator ? "synthesis.ToRGB_lod" : "FromRGB_lod") > 9) return std::nullopt;
  StyleganSettings settings;
  read_static_settings(file.metadata, settings);
  Recognised found = generator ? recognise_generator(weights, settings) : recognise_discriminator(weights, settings);
  found.spec.family = "stylegan";
  return found;
}

GeneratorPtr new_generator(const NetworkSpec& spec, at::Generator random) {
  return std::make_shared<StyleganGenerator>(spec, random);
}

DiscriminatorPtr new_discriminator(const NetworkSpec& spec, at::Generator random) {
  return std::make_shared<StyleganDiscriminator>(spec, random);
}

std::size_t activation_elements(const NetworkSpec& spec) {
  // Each of the two layers of a resolution keeps about ten tensors: convolution, blur, noise, bias, activation, four of
  // the instance norm, style.
  std::size_t elements = 0;
  std::size_t side = 4;
  for (const int channels : stylegan_settings(spec).channels) {
    elements += side * side * (static_cast<std::size_t>(channels) * 20 + spec.image_channels);
    side *= 2;
  }
  return elements;
}

Json settings_of_pair(const NetworkSpec& g, const NetworkSpec& d) {
  StyleganSettings both = stylegan_settings(g);
  const StyleganSettings own = stylegan_settings(d);
  both.d_dense = own.d_dense;
  both.mbstd_group = own.mbstd_group;
  both.mbstd_features = own.mbstd_features;
  return to_json(both);
}

std::vector<int> widths(const NetworkSpec& spec, Role role) {
  const StyleganSettings settings = stylegan_settings(spec);
  std::vector<int> sizes = settings.channels;
  if (role == Role::discriminator) sizes.push_back(settings.d_dense);
  if (role == Role::generator && settings.mapping_layers > 1) sizes.push_back(settings.mapping_channels);
  return sizes;
}

/// "synthesis.16x16.Conv0_up.weight", "synthesis.ToRGB_lod2.weight".
int resolution_of(const std::string& tensor, const NetworkSpec& spec) {
  static const std::regex side(R"((\d+)x\d+\.)"), to_rgb(R"(ToRGB_lod(\d+))");
  std::smatch part;
  if (std::regex_search(tensor, part, side)) return std::stoi(part[1]);
  return std::regex_search(tensor, part, to_rgb) ? spec.resolution >> std::stoi(part[1]) : 4;
}

}  // namespace

Family stylegan_family() {
  return {.name = "stylegan",
          .traits = {.grows = true, .equalized = true, .style_weights = ".StyleMod.weight"},
          .make_generator = new_generator,
          .make_discriminator = new_discriminator,
          .recognise = recognise,
          .to_network = to_network,
          .settings_of_pair = settings_of_pair,
          .widths = widths,
          .activation_elements = activation_elements,
          .layer_resolution = resolution_of};
}

}  // namespace ganvas::models
