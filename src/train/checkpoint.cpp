#include "train/checkpoint.h"

#include "core/error.h"
#include "io/safetensors.h"
#include "train/optimizers.h"

namespace ganvas {
namespace {

void append(const torch::nn::Module& network, const std::string& prefix, WeightSet& out) {
  const WeightSet weights = weights_of(network);  // outlives the loop over its items
  for (const auto& [name, tensor] : weights.items()) out.set(prefix + name, tensor);
}

/// The tensors whose names start with `prefix`, without it.
WeightSet under(const WeightSet& weights, const std::string& prefix) {
  WeightSet part;
  for (const auto& [name, tensor] : weights.items()) {
    if (name.starts_with(prefix)) part.set(name.substr(prefix.size()), tensor);
  }
  return part;
}

Json to_json(const RandomStream::State& state) {
  return {{"seed", state.seed},
          {"stream", state.stream},
          {"position", state.position},
          {"has_spare", state.has_spare},
          {"spare", state.spare}};
}

RandomStream::State stream_from_json(const Json& json) {
  return {get_required<std::uint64_t>(json, "seed"), get_required<std::uint64_t>(json, "stream"),
          get_required<std::uint64_t>(json, "position"), get_required<bool>(json, "has_spare"),
          get_required<double>(json, "spare")};
}

/// A metadata entry that is a JSON text.
Json entry(const WeightSet& weights, const char* key, const std::string& file) {
  const auto found = weights.metadata.find(key);
  require(found != weights.metadata.end() && found->is_string(),
          "{} is not a training checkpoint of ganvas: it has no \"{}\".", file, key);
  return parse_json(found->get<std::string>(), fmt::format("\"{}\" of {}", key, file));
}

}  // namespace

WeightSet checkpoint_weights(const CheckpointParts& parts) {
  WeightSet weights;
  append(parts.generator, "g.", weights);
  append(parts.discriminator, "d.", weights);
  append(parts.ema, "ema.", weights);
  append_state(parts.g_optimizer, parts.generator, "g_optimizer.", weights);
  append_state(parts.d_optimizer, parts.discriminator, "d_optimizer.", weights);
  if (parts.path_mean.defined()) weights.set("path_mean", parts.path_mean.detach().to(at::kCPU, false, true));
  return weights;
}

void write_checkpoint(const std::filesystem::path& file, const Recipe& recipe, const CheckpointParts& parts,
                      const CheckpointState& state) {
  WeightSet weights = checkpoint_weights(parts);
  weights.metadata["ganvas.checkpoint"] = "1";
  weights.metadata["ganvas.recipe"] = ganvas::to_json(recipe).dump();
  weights.metadata["ganvas.state"] = Json{
      {"steps", state.steps},
      {"images", state.images},
      {"sampler_position", state.sampler_position},
      {"latents", to_json(state.latents)},
      {"labels", to_json(state.labels)},
      {"fakes", to_json(state.fakes)},
      {"augment", to_json(state.augment)},
      {"adaptation", state.adaptation},
      {"phase_images",
       state.phase_images}}.dump();
  write_safetensors(file, weights);
}

CheckpointState read_checkpoint(const std::filesystem::path& file, const Recipe& recipe, const CheckpointParts& parts) {
  const WeightSet weights = read_safetensors(file);
  const Json json = entry(weights, "ganvas.state", file.string());
  const Recipe saved = recipe_from_json(entry(weights, "ganvas.recipe", file.string()), file.string());
  require(ganvas::to_json(saved.network) == ganvas::to_json(recipe.network),
          "{} was trained with other networks than the recipe {} has; resume with the recipe of its own run.",
          file.string(), recipe.name);
  require(saved.g_optimizer.kind == recipe.g_optimizer.kind && saved.d_optimizer.kind == recipe.d_optimizer.kind,
          "{} was trained with other optimisers than the recipe {} has; resume with the recipe of its own run.",
          file.string(), recipe.name);
  CheckpointState state{.steps = get_required<std::int64_t>(json, "steps"),
                        .images = get_required<std::int64_t>(json, "images"),
                        .sampler_position = get_required<std::int64_t>(json, "sampler_position"),
                        .latents = stream_from_json(get_required<Json>(json, "latents")),
                        .labels = stream_from_json(get_required<Json>(json, "labels"))};
  if (json.contains("fakes")) state.fakes = stream_from_json(json["fakes"]);
  if (json.contains("augment")) state.augment = stream_from_json(json["augment"]);
  state.adaptation = json.value("adaptation", Json::object());
  state.phase_images = json.value("phase_images", std::int64_t{0});
  if (parts.path_mean.defined()) at::Tensor(parts.path_mean).copy_(weights.at("path_mean"));
  load_weights(parts.generator, under(weights, "g."));
  load_weights(parts.discriminator, under(weights, "d."));
  load_weights(parts.ema, under(weights, "ema."));
  restore_state(parts.g_optimizer, parts.generator, "g_optimizer.", weights);
  restore_state(parts.d_optimizer, parts.discriminator, "d_optimizer.", weights);
  return state;
}

Recipe recipe_of_checkpoint(const std::filesystem::path& file) {
  return recipe_from_json(entry(read_safetensors(file), "ganvas.recipe", file.string()), file.string());
}

}  // namespace ganvas
