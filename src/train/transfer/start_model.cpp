#include "train/transfer/start_model.h"

#include <algorithm>
#include <optional>
#include <vector>

#include "core/error.h"
#include "core/log.h"
#include "io/open/open_model_file.h"
#include "models/kept_choices.h"
#include "models/networks_in_file.h"
#include "models/traits.h"

namespace ganvas::train {
namespace {

using models::NetworkInFile;

/// A trained discriminator overfits from the first hour on: augmentation shall follow as fast (Karras et al. 2020's
/// program does so).
constexpr double adaptation_kimg = 100;

/// The generator in training beside its average: another generator with the same description.
const NetworkInFile& trained_beside(const std::vector<NetworkInFile>& networks, const NetworkInFile& average) {
  const Json spec = to_json(average.found->spec);
  const auto found = std::find_if(networks.begin(), networks.end(), [&](const NetworkInFile& network) {
    return &network != &average && network.is_generator() && to_json(network.found->spec) == spec;
  });
  return found == networks.end() ? average : *found;
}

io::WeightSet generator_weights(const NetworkInFile& network) {
  return models::weights_of(*models::generator_of(network.found->spec, network.weights, at::kCPU));
}

/// The first discriminator that goes with the generator, or the reason why there is none.
void find_discriminator(const std::vector<NetworkInFile>& networks, StartModel& model) {
  model.note = "the file has no discriminator; a fresh one begins to learn";
  for (const NetworkInFile& network : networks) {
    if (!network.found || network.found->role != models::Role::discriminator) continue;
    const models::NetworkSpec& own = network.found->spec;
    if (own.resolution != model.spec.resolution || models::picture_width(own) != models::picture_width(model.spec))
      continue;
    if (own.image_channels != model.spec.image_channels) continue;
    try {
      models::NetworkSpec pair = own.family == model.spec.family ? models::spec_of_pair(model.spec, own) : model.spec;
      const io::WeightSet read = models::weights_of(*models::discriminator_of(own, network.weights, at::kCPU));
      const io::WeightSet wanted = models::weights_of(*models::empty_discriminator(pair));
      const auto fits = [&](const auto& item) {
        const at::Tensor* tensor = read.find(item.first);
        return tensor != nullptr && tensor->sizes() == item.second.sizes();
      };
      if (!std::all_of(wanted.items().begin(), wanted.items().end(), fits)) continue;
      model.spec = std::move(pair);
      model.discriminator = read;
      model.note.clear();
      return;
    } catch (const Error& error) {
      model.note =
          fmt::format("the file's discriminator cannot be used ({}); a fresh one begins to learn", error.what());
    }
  }
}

}  // namespace

StartModel read_start_model(const std::filesystem::path& file) {
  std::vector<NetworkInFile> networks = models::networks_in(io::open_model_file(file));
  for (NetworkInFile& network : networks) {
    if (!network.found) continue;
    if (const std::string remark = models::set_kept_choices(network, file); !remark.empty()) log::warn("{}", remark);
  }
  const NetworkInFile& average = models::choose_network(networks, "", file.string());
  require(average.is_generator(), "{} holds a discriminator alone; begin with the file of a generator.", file.string());
  StartModel model{.spec = average.found->spec};
  const NetworkInFile& trained = trained_beside(networks, average);
  model.average = generator_weights(average);
  model.generator = &trained == &average ? model.average : generator_weights(trained);
  find_discriminator(networks, model);
  return model;
}

void begin_with(Recipe& recipe, const std::filesystem::path& file, int freeze_d) {
  models::NetworkSpec spec = read_start_model(file).spec;
  if (spec.family == recipe.network.family) {
    if (const auto other = models::at_resolution(spec, recipe.network.resolution)) {
      spec = *other;
      spec.image_channels = recipe.network.image_channels;
      spec.c_dim = recipe.network.c_dim;
    }
  }
  if (freeze_d >= 0) {
    require(spec.extra.contains("freeze_layers"),
            "The discriminator of the family {} has no layers to freeze; leave --freeze-d out.", spec.family);
    spec.extra["freeze_layers"] = freeze_d;
  }
  recipe.start.from = std::filesystem::absolute(file).string();
  recipe.ema_ramp = 0;  // the average of the file is worth more than the first steps
  recipe.augment.adaptation.kimg = std::min(recipe.augment.adaptation.kimg, adaptation_kimg);
  Json json = to_json(recipe);
  json["network"] = to_json(spec);
  recipe = recipe_from_json(json, fmt::format("recipe {} with the networks of {}", recipe.name, file.string()));
}

}  // namespace ganvas::train
