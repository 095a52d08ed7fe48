#include "train/step/take_start.h"

#include <filesystem>
#include <utility>

#include "core/error.h"
#include "io/open/open_model_file.h"
#include "io/safetensors.h"
#include "optim/optimizers.h"
#include "train/transfer/start_model.h"
#include "train/transfer/take_over.h"

namespace ganvas::train {
namespace {

bool has_all_of(const io::WeightSet& weights, const std::string& prefix, const torch::nn::Module& network) {
  for (const auto& item : network.named_parameters()) {
    const at::Tensor* saved = weights.find(prefix + item.key());
    if (saved == nullptr || saved->sizes() != item.value().sizes()) return false;
  }
  return true;
}

/// Optimisers of a checkpoint go with the very networks that it has.
std::string take_optimizers(const Recipe& recipe, const CheckpointParts& parts) {
  const std::filesystem::path from = recipe.start.from;
  const std::filesystem::path file = std::filesystem::is_directory(from) ? io::model_in_folder(from) : from;
  const std::string fresh = "optimisers: fresh";
  if (file.extension() != ".safetensors") return fresh;
  const io::WeightSet weights = io::read_safetensors(file);
  if (!weights.metadata.contains("ganvas.checkpoint")) return fresh;
  const Recipe saved = recipe_of_checkpoint(file);
  const auto kinds = [](const Recipe& r) { return std::pair(r.g_optimizer.kind, r.d_optimizer.kind); };
  if (kinds(saved) != kinds(recipe)) return fresh;
  if (!has_all_of(weights, "g.", parts.generator) || !has_all_of(weights, "d.", parts.discriminator)) return fresh;
  optim::restore_state(parts.g_optimizer, parts.generator, "g_optimizer.", weights);
  optim::restore_state(parts.d_optimizer, parts.discriminator, "d_optimizer.", weights);
  const at::Tensor* path_mean = weights.find("path_mean");
  if (parts.path_mean.defined() && path_mean != nullptr) at::Tensor(parts.path_mean).copy_(*path_mean);
  return "optimisers: taken from the checkpoint";
}

}  // namespace

std::vector<std::string> take_start(const Recipe& recipe, const CheckpointParts& parts) {
  const StartModel model = read_start_model(recipe.start.from);
  require(model.spec.family == recipe.network.family,
          "{} has networks of the family {}, but the recipe's are of the family {}; write a new recipe with "
          "ganvas train --from.",
          recipe.start.from, model.spec.family, recipe.network.family);
  std::vector<std::string> lines =
      lines_of("generator", take_over(parts.generator, recipe.network, models::Role::generator, model.generator));
  take_over(parts.ema, recipe.network, models::Role::generator, model.average);
  if (model.discriminator.size() == 0) {
    lines.push_back("discriminator: " + model.note);
  } else {
    const std::vector<std::string> more =
        lines_of("discriminator",
                 take_over(parts.discriminator, recipe.network, models::Role::discriminator, model.discriminator));
    lines.insert(lines.end(), more.begin(), more.end());
  }
  lines.push_back(take_optimizers(recipe, parts));
  return lines;
}

}  // namespace ganvas::train
