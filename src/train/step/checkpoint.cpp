#include "train/step/checkpoint.h"

#include <torch/nn/module.h>

#include "core/error.h"
#include "core/hash.h"
#include "core/json_text.h"
#include "core/library_error.h"
#include "io/safetensors.h"
#include "optim/optimizers.h"

namespace ganvas::train {
namespace {

void append(const torch::nn::Module& network, const std::string& prefix, io::WeightSet& out) {
  const io::WeightSet weights = models::weights_of(network);  // outlives the loop over its items
  for (const auto& [name, tensor] : weights.items()) out.set(prefix + name, tensor);
}

/// The tensors whose names start with `prefix`, without it.
io::WeightSet under(const io::WeightSet& weights, const std::string& prefix) {
  io::WeightSet part;
  for (const auto& [name, tensor] : weights.items()) {
    if (name.starts_with(prefix)) part.set(name.substr(prefix.size()), tensor);
  }
  return part;
}

/// A metadata entry that is a JSON text.
Json entry(const io::WeightSet& weights, const char* key, const std::string& file) {
  const auto found = weights.metadata.find(key);
  require(found != weights.metadata.end() && found->is_string(),
          "{} is not a training checkpoint of ganvas: it has no \"{}\".", file, key);
  return parse_json(found->get<std::string>(), fmt::format("\"{}\" of {}", key, file));
}

/// Over the texts and the tensors.
std::string checksum_of(const io::WeightSet& weights) {
  std::string text = weights.hash();
  for (const char* key : {"ganvas.checkpoint", "ganvas.recipe", "ganvas.state", "ganvas.notes"})
    text.append("\n").append(weights.metadata.value(key, std::string()));
  return sha256_of(text.data(), text.size());
}

/// A checkpoint whose checksum is right. Files of before there were any have none.
io::WeightSet read_whole(const std::filesystem::path& file) {
  io::WeightSet weights = io::read_safetensors(file);
  const auto sum = weights.metadata.find("ganvas.sha256");
  require(sum == weights.metadata.end() || (sum->is_string() && sum->get<std::string>() == checksum_of(weights)),
          "{} is damaged: its checksum is wrong. Go on from an earlier checkpoint of the run.", file.string());
  return weights;
}

CheckpointState read_checkpoint_state(const io::WeightSet& weights, const std::filesystem::path& file,
                                      const Recipe& recipe, const CheckpointParts& parts) {
  const Json json = entry(weights, "ganvas.state", file.string());
  const Recipe saved = recipe_from_json(entry(weights, "ganvas.recipe", file.string()), file.string());
  require(to_json(saved.network) == to_json(recipe.network),
          "{} was trained with other networks than the recipe {} has; resume with the recipe of its own run.",
          file.string(), recipe.name);
  require(saved.g_optimizer.kind == recipe.g_optimizer.kind && saved.d_optimizer.kind == recipe.d_optimizer.kind,
          "{} was trained with other optimisers than the recipe {} has; resume with the recipe of its own run.",
          file.string(), recipe.name);
  CheckpointState state{.steps = get_required<std::int64_t>(json, "steps"),
                        .images = get_required<std::int64_t>(json, "images"),
                        .sampler_position = get_required<std::int64_t>(json, "sampler_position"),
                        .data_size = get_or(json, "data_size", std::int64_t{0}),
                        .fork = get_or(json, "fork", std::uint64_t{0}),
                        .streams = json,
                        .adaptation = json.value("adaptation", Json::object()),
                        .phase_images = json.value("phase_images", std::int64_t{0})};
  for (const std::int64_t count :
       {state.steps, state.images, state.sampler_position, state.data_size, state.phase_images})
    require(count >= 0, "{} counts {} pictures or steps. Go on from an earlier checkpoint of the run.", file.string(),
            count);
  require(state.adaptation.is_object(), "\"adaptation\" of {} is no object.", file.string());
  if (weights.metadata.contains("ganvas.notes")) state.notes = entry(weights, "ganvas.notes", file.string());
  if (parts.path_mean.defined()) at::Tensor(parts.path_mean).copy_(weights.at("path_mean"));
  models::load_weights(parts.generator, under(weights, "g."));
  models::load_weights(parts.discriminator, under(weights, "d."));
  models::load_weights(parts.ema, under(weights, "ema."));
  optim::restore_state(parts.g_optimizer, parts.generator, "g_optimizer.", weights);
  optim::restore_state(parts.d_optimizer, parts.discriminator, "d_optimizer.", weights);
  return state;
}

}  // namespace

io::WeightSet checkpoint_weights(const CheckpointParts& parts) {
  io::WeightSet weights;
  append(parts.generator, "g.", weights);
  append(parts.discriminator, "d.", weights);
  append(parts.ema, "ema.", weights);
  optim::append_state(parts.g_optimizer, parts.generator, "g_optimizer.", weights);
  optim::append_state(parts.d_optimizer, parts.discriminator, "d_optimizer.", weights);
  if (parts.path_mean.defined()) weights.set("path_mean", parts.path_mean.detach().to(at::kCPU, false, true));
  return weights;
}

io::WeightSet checkpoint_of(const Recipe& recipe, const CheckpointParts& parts, const CheckpointState& state) {
  io::WeightSet weights = checkpoint_weights(parts);
  Json json{{"steps", state.steps},
            {"images", state.images},
            {"sampler_position", state.sampler_position},
            {"data_size", state.data_size},
            {"fork", state.fork},
            {"adaptation", state.adaptation},
            {"phase_images", state.phase_images}};
  json.update(state.streams);
  weights.metadata["ganvas.checkpoint"] = "1";
  weights.metadata["ganvas.recipe"] = json_text(to_json(recipe));
  weights.metadata["ganvas.state"] = json_text(json);
  weights.metadata["ganvas.notes"] = json_text(state.notes);
  return weights;
}

void write_checkpoint(const std::filesystem::path& file, io::WeightSet checkpoint) {
  checkpoint.metadata["ganvas.sha256"] = checksum_of(checkpoint);
  io::write_safetensors(file, checkpoint);
}

CheckpointState read_checkpoint(const std::filesystem::path& file, const Recipe& recipe, const CheckpointParts& parts) {
  return guarded(file.string(), "go on from an earlier checkpoint of the run",
                 [&] { return read_checkpoint_state(read_whole(file), file, recipe, parts); });
}

std::string checkpoint_damage(const std::filesystem::path& file) {
  try {
    read_whole(file);
    return {};
  } catch (const Error& error) {
    return error.what();
  }
}

Recipe recipe_of_checkpoint(const std::filesystem::path& file) {
  return recipe_from_json(entry(io::read_safetensors(file), "ganvas.recipe", file.string()), file.string());
}

}  // namespace ganvas::train
