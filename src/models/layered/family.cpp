#include "models/family.h"

#include <algorithm>

#include "core/error.h"
#include "models/layered/fitted.h"
#include "models/layered/layered.h"
#include "models/layered/layers/settings.h"
#include "models/layered/reading/read_layers.h"

namespace ganvas::models {
namespace {

GeneratorPtr new_generator(const NetworkSpec& spec, at::Generator random) {
  return std::make_shared<LayeredGenerator>(spec, random);
}

DiscriminatorPtr new_discriminator(const NetworkSpec& spec, at::Generator random) {
  return std::make_shared<LayeredDiscriminator>(spec, random);
}

std::vector<Layer> generator_layers(const NetworkSpec& spec) {
  std::vector<Layer> layers = layered_settings(spec).generator;
  return layers.empty() ? fitted_generator(spec) : layers;
}

Json settings_of_pair(const NetworkSpec& g, const NetworkSpec& d) {
  LayeredSettings both = layered_settings(g);
  const LayeredSettings own = layered_settings(d);
  both.discriminator = own.discriminator;
  both.assumed.insert(both.assumed.end(), own.assumed.begin(), own.assumed.end());
  return to_json(both);
}

std::vector<int> widths(const NetworkSpec& spec, Role role) {
  const LayeredSettings settings = layered_settings(spec);
  std::vector<int> all;
  for (const Layer& layer : role == Role::generator ? settings.generator : settings.discriminator) {
    if (layer_kind(layer.kind).tensors(layer).empty() && layer.kind != "batch_norm") continue;
    all.push_back(layer.in / layer.groups);
    all.push_back(layer.out / layer.groups);
    all.insert(all.end(), layer.kernel.begin(), layer.kernel.end());
  }
  return all;
}

std::size_t values_of(const std::vector<Layer>& layers) {
  std::size_t values = 0;
  for (const Layer& layer : layers) {
    if (layer.kind == "batch_norm") values += (layer.affine ? 4 : 2) * static_cast<std::size_t>(layer.in) + 1;
    for (const auto& [name, sizes] : layer_kind(layer.kind).tensors(layer)) {
      double count = 1;  // a claim may be of any size
      for (const std::int64_t size : sizes) count *= static_cast<double>(std::max<std::int64_t>(size, 0));
      values += static_cast<std::size_t>(std::min(count, 1e15));
    }
  }
  return values;
}

WeightCount count_weights(const NetworkSpec& spec) {
  const LayeredSettings settings = layered_settings(spec);
  return {values_of(generator_layers(spec)),
          values_of(settings.discriminator.empty() ? fitted_discriminator(spec) : settings.discriminator)};
}

std::size_t activation_elements(const NetworkSpec& spec) {
  const LayeredGenerator network(spec, at::Generator());
  return network.chain().elements();
}

int resolution_of(const std::string& tensor, const NetworkSpec& spec) {
  const std::vector<Layer> layers = generator_layers(spec);
  const std::vector<Sizes> sizes = sizes_of(layers, generator_inputs(spec));
  for (std::size_t i = 0; i < layers.size(); ++i)
    if (tensor.starts_with(layers[i].name + ".") && sizes[i].size() == 3) return static_cast<int>(sizes[i][1]);
  return 4;
}

/// Kinds and modes as they are, all else as JSON.
Json json_of(const GivenValue& given) {
  if (given.key == "kind" || given.key == "mode") return given.value;
  const Json value = Json::parse(given.value, nullptr, false);
  require(!value.is_discarded(),
          "\"{}\" of {} is \"{}\", which is no number, no list such as [2,2], and not true or "
          "false.",
          given.key, given.layer, given.value);
  return value;
}

std::string text_of(const Json& value) {
  return value.is_string() ? value.get<std::string>() : value.dump();
}

void set_one(LayeredSettings& settings, std::vector<Layer>& layers, const GivenValue& given) {
  const auto found = std::find_if(layers.begin(), layers.end(), [&](const Layer& l) { return l.name == given.layer; });
  std::string names;
  for (const Layer& layer : layers) names += (names.empty() ? "" : ", ") + layer.name;
  require(found != layers.end(), "There is no layer \"{}\"; there are {}.", given.layer, names);
  require(given.key != "name", "A layer keeps its name, which is that of its tensors.");
  const Json before = fields::to_json(*found);
  Json after = to_json(std::vector<Layer>{*found});
  after[0][given.key] = json_of(given);
  if (given.key == "kind") after[0].erase("slope");
  *found = layers_from_json(after, "the layers").front();
  layer_kind(found->kind);
  if (given.key == "kind" && found->kind == "elu") found->slope = 1;

  Assumption said{given.layer, given.key, text_of(fields::to_json(*found)[given.key]), "as it was chosen"};
  for (std::vector<Assumption>* list : {&settings.assumed, &settings.given}) {
    std::erase_if(*list, [&](const Assumption& one) {
      if (one.layer != given.layer) return false;
      if (one.key == given.key) said.others = one.others;
      return one.key == given.key || (given.key == "kind" && one.key == "slope");
    });
  }
  said.others.insert(said.others.begin(), text_of(before[given.key]));
  std::erase(said.others, said.value);
  settings.given.push_back(std::move(said));
  if (given.key == "kind" && found->kind == "leaky_relu")
    settings.assumed.push_back({given.layer, "slope", text_of(found->slope), "what public networks have", {"0.01"}});
}

void set_values(NetworkSpec& spec, Role role, const std::vector<GivenValue>& values) {
  LayeredSettings settings = layered_settings(spec);
  const bool generator = role == Role::generator;
  std::vector<Layer>& layers = generator ? settings.generator : settings.discriminator;
  for (const GivenValue& given : values) set_one(settings, layers, given);
  spec.extra = to_json(settings);
  const std::vector<Sizes> sizes = sizes_of(layers, generator ? generator_inputs(spec) : discriminator_inputs(spec));
  if (!generator) return;
  const Sizes& made = sizes.back();
  require(made.size() == 3 && made[0] <= 4, "With it the layers make {}, which are no pictures.",
          fmt::format("{}", fmt::join(made, "x")));
  spec = layered_spec(std::move(settings), made, spec.z_dim, spec.c_dim);
}

std::vector<Assumption> assumptions(const NetworkSpec& spec) {
  const LayeredSettings settings = layered_settings(spec);
  std::vector<Assumption> all = settings.assumed;
  for (Assumption one : settings.given) {
    one.given = true;
    all.push_back(std::move(one));
  }
  // Those of the discriminator beside a generator are nothing to look at.
  const auto& layers = settings.generator.empty() ? settings.discriminator : settings.generator;
  const auto place = [&](const Assumption& one) {
    return std::find_if(layers.begin(), layers.end(), [&](const Layer& layer) { return layer.name == one.layer; });
  };
  std::erase_if(all, [&](const Assumption& one) { return place(one) == layers.end(); });
  std::stable_sort(all.begin(), all.end(),
                   [&](const Assumption& a, const Assumption& b) { return place(a) < place(b); });
  return all;
}

}  // namespace

Family layered_family() {
  return {.name = "layered",
          .make_generator = new_generator,
          .make_discriminator = new_discriminator,
          .recognise = recognise_layers,
          .described = says_its_layers,
          .to_network = network_weights,
          .settings_of_pair = settings_of_pair,
          .picture_width =
              [](const NetworkSpec& spec) {
                const int width = get_or(spec.extra, "width", 0);
                return width > 0 ? width : spec.resolution;
              },
          .widths = widths,
          .activation_elements = activation_elements,
          .weight_count = count_weights,
          .layer_resolution = resolution_of,
          .set_values = set_values,
          .assumptions = assumptions};
}

}  // namespace ganvas::models
