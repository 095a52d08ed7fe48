#include <algorithm>
#include <cmath>
#include <regex>
#include <utility>

#include "core/error.h"
#include "models/family.h"
#include "models/layers/levels.h"
#include "models/stylegan2/foreign_names.h"
#include "models/stylegan2/program_settings.h"
#include "models/stylegan2/stylegan2.h"

namespace ganvas::models {
namespace {

/// Layers that do not resample keep a filter too, which nobody reads: the program's usual one whatever the others are.
io::WeightSet with_one_filter(const io::WeightSet& weights) {
  const at::Tensor* filter = weights.find("synthesis.b8.resample_filter");
  if (filter == nullptr) filter = weights.find("b8.resample_filter");
  if (filter == nullptr) return weights;
  io::WeightSet uniform;
  uniform.metadata = weights.metadata;
  uniform.provenance = weights.provenance;
  for (const auto& [name, tensor] : weights.items())
    uniform.set(name, name.ends_with("resample_filter") ? *filter : tensor);
  return uniform;
}

io::WeightSet to_network(const io::WeightSet& weights) {
  if (is_rosinality_stylegan2(weights)) return from_rosinality_stylegan2(weights);
  if (is_tensorflow_stylegan2(weights)) return from_tensorflow_stylegan2(weights);
  return with_one_filter(weights);
}

int size_of(const io::WeightSet& weights, const std::string& name, std::int64_t dimension) {
  const at::Tensor* tensor = weights.find(name);
  return tensor != nullptr && tensor->dim() > dimension ? static_cast<int>(tensor->size(dimension)) : 0;
}

int layers_of(const io::WeightSet& weights) {
  int layers = 0;
  while (weights.contains(fmt::format("mapping.fc{}.weight", layers))) ++layers;
  return layers;
}

/// The taps whose outer product the buffer holds, the first being 1.
std::vector<double> taps_of(const at::Tensor& filter) {
  const at::Tensor line = filter.dim() == 2 ? filter.to(at::kDouble).sum(0) : filter.to(at::kDouble);
  const at::Tensor taps = (line / line[0]).contiguous();
  std::vector<double> values(taps.const_data_ptr<double>(), taps.const_data_ptr<double>() + taps.numel());
  for (double& value : values)  // as they were written, where the buffer's precision lost the last digits
    if (std::abs(value - std::round(value)) < 1e-5) value = std::round(value);
  return values;
}

int levels_of(const io::WeightSet& weights, const std::string& prefix) {
  int levels = 0;
  while (levels < 12 && weights.contains(fmt::format("{}b{}.conv1.weight", prefix, 8 << levels))) ++levels;
  return levels + 1;
}

Recognised recognise_generator(const io::WeightSet& weights, Stylegan2Settings settings) {
  Recognised found;
  NetworkSpec& spec = found.spec;
  const int levels = levels_of(weights, "synthesis.");
  settings.channels.clear();
  for (int level = 0; level < levels; ++level)
    settings.channels.push_back(size_of(weights, fmt::format("synthesis.b{}.conv1.weight", 4 << level), 0));
  const int high = size_of(weights, "synthesis.b4.const", 1), wide = size_of(weights, "synthesis.b4.const", 2);
  if (high > 0 && wide > 0) settings.start = {high, wide};
  spec.resolution = settings.height();
  spec.num_ws = 2 * levels;
  spec.w_dim = size_of(weights, "synthesis.b4.conv1.affine.weight", 1);
  spec.c_dim = size_of(weights, "mapping.embed.weight", 1);
  spec.image_channels = size_of(weights, fmt::format("synthesis.b{}.torgb.weight", settings.highest()), 0);
  const int embed = size_of(weights, "mapping.embed.weight", 0);
  spec.z_dim = size_of(weights, "mapping.fc0.weight", 1) - embed;
  settings.labels = spec.c_dim > 0 && !weights.contains("mapping.embed.bias") ? "concat" : "projection";
  if (embed != (settings.labels == "concat" ? spec.z_dim : spec.w_dim)) settings.embed_channels = embed;
  settings.mapping_layers = layers_of(weights);
  const int width = settings.mapping_layers > 1 ? size_of(weights, "mapping.fc0.weight", 0) : spec.w_dim;
  if (width != spec.w_dim) settings.mapping_channels = width;
  settings.g_architecture = weights.contains("synthesis.b8.skip.weight")    ? "resnet"
                            : weights.contains("synthesis.b4.torgb.weight") ? "skip"
                                                                            : "orig";
  settings.noise = weights.contains("synthesis.b4.conv1.noise_strength");
  if (const at::Tensor* filter = weights.find("synthesis.b8.resample_filter")) settings.filter = taps_of(*filter);
  spec.extra = to_json(settings);
  return found;
}

Recognised recognise_discriminator(const io::WeightSet& weights, Stylegan2Settings settings) {
  Recognised found;
  found.role = Role::discriminator;
  NetworkSpec& spec = found.spec;
  const int levels = levels_of(weights, "");
  settings.channels = {size_of(weights, "b4.conv.weight", 0)};
  for (int level = 1; level < levels; ++level)
    settings.channels.push_back(size_of(weights, fmt::format("b{}.conv0.weight", 4 << level), 0));
  // As many values as the start has; of what is not square, a discriminator alone does not say which way.
  const int area = size_of(weights, "b4.fc.weight", 1) / std::max(settings.channels[0], 1);
  if (area != 16 && area > 0 && area % 4 == 0 && area / 4 <= 64) settings.start = {4, area / 4};
  spec.resolution = settings.height();
  spec.num_ws = 2 * levels;
  spec.z_dim = spec.w_dim = 512;  // the file of a discriminator does not say
  spec.image_channels = size_of(weights, fmt::format("b{}.fromrgb.weight", settings.highest()), 1);
  spec.c_dim = size_of(weights, "mapping.embed.weight", 1);
  const int logits = size_of(weights, "b4.out.weight", 0);
  if (spec.c_dim > 0) {
    settings.d_mapping_layers = layers_of(weights);
    for (const auto& [name, argument] :
         {std::pair{"mapping.embed.weight", "embed_features"}, std::pair{"mapping.fc0.weight", "layer_features"}}) {
      require(size_of(weights, name, 0) == logits || (settings.d_mapping_layers == 1 && argument[0] == 'l'),
              "The StyleGAN2 file has \"{}\" of its discriminator set to {}, but only {}, as many as \"cmap_dim\", is "
              "supported; open another model.",
              argument, size_of(weights, name, 0), logits);
    }
    if (logits != settings.channels[0]) settings.cmap_channels = logits;
  } else if (logits > 1) {
    settings.labels = "concat";
    spec.c_dim = logits;
  }
  settings.d_architecture = weights.contains("b8.skip.weight")      ? "resnet"
                            : weights.contains("b4.fromrgb.weight") ? "skip"
                                                                    : "orig";
  settings.mbstd_channels = size_of(weights, "b4.conv.weight", 1) - settings.channels[0];
  if (const at::Tensor* filter = weights.find("b8.resample_filter")) settings.filter = taps_of(*filter);
  spec.extra = to_json(settings);
  return found;
}

std::optional<Recognised> recognise(const io::WeightSet& file) {
  const io::WeightSet weights = to_network(file);
  const bool generator = weights.contains("synthesis.b4.conv1.affine.weight") &&
                         weights.contains("synthesis.b8.conv0.weight") && weights.contains("mapping.fc0.weight");
  const bool discriminator = weights.contains("b4.conv.weight") && weights.contains("b8.conv0.weight") &&
                             weights.contains("b4.fc.weight") && weights.contains("b4.out.weight");
  if (!generator && !discriminator) return std::nullopt;
  Stylegan2Settings settings;
  read_program_settings(file, generator, settings);
  Recognised found = generator ? recognise_generator(weights, settings) : recognise_discriminator(weights, settings);
  found.spec.family = "stylegan2";
  return found;
}

GeneratorPtr new_generator(const NetworkSpec& spec, at::Generator random) {
  return std::make_shared<Stylegan2Generator>(spec, random);
}

DiscriminatorPtr new_discriminator(const NetworkSpec& spec, at::Generator random) {
  return std::make_shared<Stylegan2Discriminator>(spec, random);
}

std::size_t activation_elements(const NetworkSpec& spec) {
  // Each of the two layers of a resolution keeps about five tensors: modulated input, convolution, filter, demodulated,
  // activation.
  const Stylegan2Settings settings = stylegan2_settings(spec);
  std::size_t elements = 0, pixels = static_cast<std::size_t>(settings.start[0]) * settings.start[1];
  for (const int channels : settings.channels) {
    elements += pixels * (static_cast<std::size_t>(channels) * 10 + spec.image_channels * 3);
    pixels *= 4;
  }
  return elements;
}

std::vector<int> widths(const NetworkSpec& spec, Role role) {
  const Stylegan2Settings settings = stylegan2_settings(spec);
  std::vector<int> sizes = role == Role::generator ? settings.channels : settings.channels_of_d();
  if (role == Role::generator && settings.mapping_layers > 1) sizes.push_back(settings.mapping_channels);
  if (spec.c_dim > 0) sizes.push_back(role == Role::generator ? settings.embed_channels : settings.cmap_channels);
  return sizes;
}

Json settings_of_pair(const NetworkSpec& g, const NetworkSpec& d) {
  Stylegan2Settings both = stylegan2_settings(g);
  const Stylegan2Settings own = stylegan2_settings(d);
  both.d_channels = own.channels_of_d() == both.channels ? std::vector<int>() : own.channels_of_d();
  both.d_architecture = own.d_architecture;
  both.d_mapping_layers = own.d_mapping_layers;
  both.cmap_channels = own.cmap_channels;
  both.epilogue_activation = own.activation_of_epilogue() == both.activation ? "" : own.activation_of_epilogue();
  both.mbstd_group = own.mbstd_group;
  both.mbstd_channels = own.mbstd_channels;
  both.freeze_layers = own.freeze_layers;
  return to_json(both);
}

NetworkSpec at_resolution(const NetworkSpec& spec, int resolution) {
  require(stylegan2_settings(spec).start == Stylegan2Settings().start,
          "Networks of the family {} have another size only where their pictures are square.", spec.family);
  NetworkSpec other = with_levels_for(spec, resolution);
  for (const char* widths : {"channels", "d_channels"})
    if (other.extra.contains(widths))
      other.extra[widths] = widths_of_levels(other.extra[widths].get<std::vector<int>>(), levels_up_to(resolution));
  return other;
}

/// "synthesis.b16.conv0.weight".
int resolution_of(const std::string& tensor, const NetworkSpec&) {
  static const std::regex block(R"((?:^|\.)b(\d+)\.)");
  std::smatch part;
  return std::regex_search(tensor, part, block) ? std::stoi(part[1]) : 4;
}

}  // namespace

Family stylegan2_family() {
  return {.name = "stylegan2",
          .traits = {.equalized = true, .style_weights = ".affine.weight"},
          .make_generator = new_generator,
          .make_discriminator = new_discriminator,
          .recognise = recognise,
          .to_network = to_network,
          .settings_of_pair = settings_of_pair,
          .picture_width = [](const NetworkSpec& spec) { return stylegan2_settings(spec).width(); },
          .at_resolution = at_resolution,
          .widths = widths,
          .activation_elements = activation_elements,
          .layer_resolution = resolution_of,
          .other_layouts = {{.name = "rosinality",
                             .state_dict = to_rosinality_stylegan2,
                             .average = "g_ema",
                             .generator = "g",
                             .discriminator = "d",
                             .arguments = arguments_of_rosinality_stylegan2}}};
}

}  // namespace ganvas::models
