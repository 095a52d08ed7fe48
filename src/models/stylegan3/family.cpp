#include <algorithm>
#include <cstdio>
#include <regex>

#include "models/family.h"
#include "models/stylegan3/stylegan3.h"

namespace ganvas::models {
namespace {

/// The generator's tensors; a file may hold them under a prefix of data-parallel training.
io::WeightSet to_network(const io::WeightSet& weights) {
  io::WeightSet renamed;
  for (const auto& [name, tensor] : weights.items())
    renamed.set(name.starts_with("module.") ? name.substr(7) : name, tensor);
  return renamed;
}

/// "synthesis.L3_52_13.weight" -> 3, 52, 13; nothing for other names.
struct LayerName {
  int index = 0, size = 0, channels = 0;
};

std::optional<LayerName> layer_name(const std::string& name) {
  LayerName layer;
  int end = 0;
  const int read =
      std::sscanf(name.c_str(), "synthesis.L%d_%d_%d.weight%n", &layer.index, &layer.size, &layer.channels, &end);
  if (read != 3 || end != static_cast<int>(name.size())) return std::nullopt;
  return layer;
}

/// Settings of the authors' program that are not visible in the tensors, from the arguments that the network was made
/// with.
void read_arguments(const Json& metadata, Stylegan3Settings& settings) {
  const auto found = metadata.find("init_kwargs");
  if (found == metadata.end() || !found->is_object()) return;
  const Json& json = *found;
  settings.critical_layers = get_or(json, "num_critical", settings.critical_layers);
  settings.first_cutoff = get_or(json, "first_cutoff", settings.first_cutoff);
  settings.first_stopband = get_or(json, "first_stopband", settings.first_stopband);
  settings.last_stopband_rel = get_or(json, "last_stopband_rel", settings.last_stopband_rel);
  settings.margin = get_or(json, "margin_size", settings.margin);
  settings.filter_taps = get_or(json, "filter_size", settings.filter_taps);
  settings.lrelu_upsampling = get_or(json, "lrelu_upsampling", settings.lrelu_upsampling);
  settings.fp16_resolutions = get_or(json, "num_fp16_res", settings.fp16_resolutions);
  settings.output_scale = get_or(json, "output_scale", settings.output_scale);
  settings.magnitude_beta = get_or(json, "magnitude_ema_beta", settings.magnitude_beta);
  settings.radial_filters = get_or(json, "use_radial_filters", settings.radial_filters);
  if (const auto clamp = json.find("conv_clamp"); clamp != json.end())
    settings.clamp = clamp->is_number() ? clamp->get<double>() : -1;
  Json mapping = json.contains("mapping_kwargs") ? json["mapping_kwargs"] : Json();
  // Its place in Generator(z_dim, c_dim, w_dim, img_resolution, img_channels, mapping_kwargs), where it has no name.
  constexpr std::size_t place = 5;
  const auto placed = metadata.find("init_args");
  if (placed != metadata.end() && placed->is_array() && placed->size() > place) mapping = (*placed)[place];
  if (mapping.is_object()) settings.mapping_lr = get_or(mapping, "lr_multiplier", settings.mapping_lr);
}

std::optional<Recognised> recognise(const io::WeightSet& file) {
  const io::WeightSet weights = to_network(file);
  const at::Tensor* freqs = weights.find("synthesis.input.freqs");
  const at::Tensor* affine = weights.find("synthesis.input.affine.weight");
  const at::Tensor* first = weights.find("mapping.fc0.weight");
  if (freqs == nullptr || affine == nullptr || affine->dim() != 2 || first == nullptr || first->dim() != 2)
    return std::nullopt;
  Recognised found;
  found.spec.family = "stylegan3";
  Stylegan3Settings settings;
  read_arguments(file.metadata, settings);
  std::map<int, LayerName> layers;
  for (const auto& [name, tensor] : weights.items()) {
    if (const auto layer = layer_name(name)) {
      layers.emplace(layer->index, *layer);
      if (layer->index == 0 && tensor.dim() == 4) settings.conv_kernel = static_cast<int>(tensor.size(3));
    }
    if (name.ends_with(".down_filter") && tensor.dim() == 2) settings.radial_filters = true;
  }
  if (layers.size() < 2 || layers.rbegin()->first + 1 != static_cast<int>(layers.size())) return std::nullopt;
  for (const auto& [index, layer] : layers) settings.channels.push_back(layer.channels);
  found.spec.image_channels = settings.channels.back();
  found.spec.resolution = layers.rbegin()->second.size;
  settings.channels.pop_back();
  settings.mapping_layers = 1;
  while (weights.contains(fmt::format("mapping.fc{}.weight", settings.mapping_layers))) ++settings.mapping_layers;

  found.spec.w_dim = static_cast<int>(affine->size(1));
  found.spec.z_dim = static_cast<int>(first->size(1));
  if (const at::Tensor* embed = weights.find("mapping.embed.weight"); embed != nullptr && embed->dim() == 2) {
    found.spec.c_dim = static_cast<int>(embed->size(1));
    found.spec.z_dim -= found.spec.w_dim;
  }
  found.spec.num_ws = static_cast<int>(settings.channels.size()) + 2;
  found.spec.extra = to_json(settings);
  return found;
}

GeneratorPtr new_generator(const NetworkSpec& spec, at::Generator random) {
  return std::make_shared<Stylegan3Generator>(spec, random);
}

/// StyleGAN3 is trained against the discriminator of StyleGAN2: 512 channels at most, or as many as a narrower
/// generator has.
DiscriminatorPtr new_discriminator(const NetworkSpec& spec, at::Generator random) {
  const std::vector<int> channels = stylegan3_settings(spec).channels;
  const int widest = std::min(*std::max_element(channels.begin(), channels.end()), 512);
  NetworkSpec critic = spec;
  critic.family = "stylegan2";
  critic.extra = {{"channel_base", 64 * widest}, {"channel_max", widest}, {"conv_clamp", 256}, {"fp16_resolutions", 4}};
  return find_family(critic.family)->make_discriminator(critic, random);
}

std::size_t activation_elements(const NetworkSpec& spec) {
  const Stylegan3Plan plan = plan_stylegan3(spec);
  std::size_t elements = static_cast<std::size_t>(plan.input_size) * plan.input_size * 4 *
                         static_cast<std::size_t>(plan.layers.front().in_channels);
  for (const LayerPlan& layer : plan.layers) {
    // The convolution and bias at the input's size, three steps at the inner rate, two at the output's size.
    const auto inner = static_cast<std::size_t>(layer.out_size) * layer.down;
    const auto area = 2 * static_cast<std::size_t>(layer.in_size) * layer.in_size + 3 * inner * inner +
                      2 * static_cast<std::size_t>(layer.out_size) * layer.out_size;
    elements += area * static_cast<std::size_t>(layer.out_channels);
  }
  return elements;
}

std::vector<int> widths(const NetworkSpec& spec, Role role) {
  std::vector<int> channels = stylegan3_settings(spec).channels;
  for (int& count : channels) count = role == Role::generator ? count : std::min(count, 512);
  return channels;
}

/// "synthesis.L3_52_512.weight".
int resolution_of(const std::string& tensor, const NetworkSpec&) {
  static const std::regex layer(R"(L\d+_(\d+)_)");
  std::smatch part;
  return std::regex_search(tensor, part, layer) ? std::stoi(part[1]) : 4;
}

}  // namespace

Family stylegan3_family() {
  return {.name = "stylegan3",
          .traits = {.placeable = true, .equalized = true, .style_weights = ".affine.weight"},
          .make_generator = new_generator,
          .make_discriminator = new_discriminator,
          .recognise = recognise,
          .to_network = to_network,
          .widths = widths,
          .activation_elements = activation_elements,
          .layer_resolution = resolution_of};
}

}  // namespace ganvas::models
