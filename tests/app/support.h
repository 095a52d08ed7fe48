#pragma once
// A small random model on disk, and patience.

#include <torch/nn/module.h>
#include <unistd.h>

#include <chrono>
#include <filesystem>
#include <functional>
#include <string>
#include <thread>

#include "io/safetensors.h"
#include "models/generator.h"
#include "support/source_folder.h"
#include "support/temporary_folder.h"

namespace ganvas::test {

/// A temporary folder whose paths are strings, as commands have them.
class Folder : public TemporaryFolder {
 public:
  [[nodiscard]] std::string operator/(const std::string& name) const { return (path() / name).string(); }
};

inline models::NetworkSpec small_spec(int z_dim = 16) {
  models::NetworkSpec spec;
  spec.resolution = 32;
  spec.z_dim = spec.w_dim = z_dim;
  spec.extra["channels"] = {8, 8, 8};
  return spec;
}

/// Writes a model with fresh weights.
inline void write_model(const std::string& path, std::uint64_t seed, int z_dim = 16) {
  io::write_safetensors(path, models::model_file_of(*models::make_generator(small_spec(z_dim), at::kCPU, seed)));
}

/// Writes a checkpoint as training does, with three networks.
inline void write_checkpoint(const std::string& path) {
  const models::NetworkSpec spec = small_spec();
  io::WeightSet all;
  const auto add = [&all](const std::string& prefix, const torch::nn::Module& network) {
    const io::WeightSet weights = models::weights_of(network);
    for (const auto& [name, tensor] : weights.items()) all.set(prefix + name, tensor);
  };
  add("g.", *models::make_generator(spec, at::kCPU, 21));
  add("d.", *models::make_discriminator(spec, at::kCPU, 22));
  add("ema.", *models::make_generator(spec, at::kCPU, 23));
  all.metadata["ganvas.checkpoint"] = "1";
  all.metadata["ganvas.recipe"] = Json{{"network", models::to_json(spec)}}.dump();
  all.metadata["ganvas.state"] = "{}";
  io::write_safetensors(path, all);
}

/// A run folder with a recipe and one checkpoint; no model yet.
inline std::string write_run(const std::string& folder) {
  write_json(folder + "/recipe.json", Json::object());
  write_checkpoint(folder + "/checkpoints/step-00000120.safetensors");
  return folder;
}

/// A file of the reference set.
inline std::string reference(const std::string& name) {
  return test::source_folder() + "/tests/reference/" + name;
}

/// Repeats `step` until it returns true. False after two minutes: something hangs.
inline bool eventually(const std::function<bool()>& step) {
  for (const auto end = std::chrono::steady_clock::now() + std::chrono::minutes(2);
       std::chrono::steady_clock::now() < end; std::this_thread::sleep_for(std::chrono::milliseconds(1))) {
    if (step()) return true;
  }
  return false;
}

}  // namespace ganvas::test
