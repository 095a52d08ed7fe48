#include "io/open/open_model_file.h"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <fstream>

#include "core/error.h"
#include "core/files.h"
#include "core/library_error.h"
#include "core/outside/stand_in.h"
#include "io/keras/keras_file.h"
#include "io/nvidia/nvidia_pickle.h"
#include "io/onnx/onnx_file.h"
#include "io/safetensors.h"
#include "io/torch/torch_file.h"

namespace ganvas::io {
namespace {

namespace fs = std::filesystem;

/// safetensors has no magic number: a plausible header length, then an opening brace.
bool looks_like_safetensors(const fs::path& path) {
  std::ifstream file = open_regular_file(path);
  char start[9] = {};
  file.read(start, sizeof start);
  return file.gcount() == sizeof start && start[8] == '{' && start[7] == 0 && start[6] == 0 && start[5] == 0;
}

/// A training checkpoint of ours: the networks under their prefixes, each with the metadata that makes it a model.
std::vector<NamedNetwork> networks_of_checkpoint(const WeightSet& checkpoint) {
  struct Part {
    const char *name, *prefix, *role;
  };
  const auto text = [&](const char* key) {
    const auto found = checkpoint.metadata.find(key);
    return found != checkpoint.metadata.end() && found->is_string() ? found->get<std::string>() : std::string("{}");
  };
  const Json recipe = parse_json(text("ganvas.recipe"), "The recipe in the checkpoint");
  const Json state = parse_json(text("ganvas.state"), "The state in the checkpoint");
  std::vector<NamedNetwork> networks;
  for (const Part& part :
       {Part{"G_ema", "ema.", "generator"}, Part{"G", "g.", "generator"}, Part{"D", "d.", "discriminator"}}) {
    NamedNetwork network{.name = part.name};
    for (const auto& [name, tensor] : checkpoint.items()) {
      if (name.starts_with(part.prefix)) network.weights.set(name.substr(std::strlen(part.prefix)), tensor);
    }
    if (network.weights.size() == 0) continue;
    Json& metadata = network.weights.metadata;
    metadata["ganvas.role"] = part.role;
    if (recipe.contains("network")) metadata["ganvas.spec"] = recipe["network"].dump();
    if (state.contains("images") && state["images"].is_number())
      metadata["ganvas.kimg"] = fmt::format("{}", state["images"].get<double>() / 1000);
    if (state.contains("steps") && state["steps"].is_number_integer())
      metadata["ganvas.step"] = std::to_string(state["steps"].get<std::int64_t>());
    network.weights.provenance = checkpoint.provenance;
    networks.push_back(std::move(network));
  }
  require(!networks.empty(), "{} is a training checkpoint without networks.", checkpoint.provenance.file);
  return networks;
}

ModelFile from_safetensors(const fs::path& path, Reading* reading) {
  WeightSet weights = read_safetensors(path, reading);
  if (weights.metadata.contains("ganvas.checkpoint"))
    return {.format = "training checkpoint", .networks = networks_of_checkpoint(weights)};
  ModelFile file{.format = "safetensors"};
  file.networks.push_back({"model", std::move(weights)});
  return file;
}

/// What the readers of several networks give.
ModelFile named(std::vector<std::pair<std::string, WeightSet>> networks) {
  ModelFile file{.format = networks.front().second.provenance.format};
  for (auto& [name, weights] : networks) file.networks.push_back({name, std::move(weights)});
  return file;
}

std::string first_bytes(const fs::path& path) {
  std::ifstream file = open_regular_file(path);
  std::string bytes(stand_in_bytes, '\0');
  file.read(bytes.data(), static_cast<std::streamsize>(bytes.size()));
  bytes.resize(static_cast<std::size_t>(file.gcount()));
  return bytes;
}

ModelFile alone(WeightSet weights) {
  ModelFile file{.format = weights.provenance.format};
  file.networks.push_back({"model", std::move(weights)});
  return file;
}

ModelFile open_known_file(const fs::path& path, Reading* reading) {
  const std::string instead = empty_or_packed(first_bytes(path), "the model");
  require(instead.empty(), "{} {}.", path.string(), instead);
  // Before them, because a Keras model may be a zip too.
  if (looks_like_keras_file(path)) return alone(read_keras_file(path, reading));
  // The torch containers have magic numbers, so they come first.
  if (looks_like_torch_file(path)) return named(read_torch_file(path, reading));
  if (looks_like_safetensors(path) || path.extension() == ".safetensors") return from_safetensors(path, reading);
  if (looks_like_onnx_file(path)) return alone(read_onnx_file(path, reading));
  // Last, because an old PyTorch file is a pickle too.
  if (looks_like_pickle(path)) return named(read_nvidia_pickle(path, reading));
  fail(
      "{} is no model file that ganvas knows: it is neither safetensors, nor a PyTorch .pt or .pth file, nor a "
      "network pickle of NVIDIA's programs.",
      path.string());
}

/// A file of torch.save is an archive of one folder.
bool is_unpacked(const fs::path& folder) {
  std::error_code error;
  if (fs::exists(folder / "data.pkl", error)) return true;
  const auto has_pickle = [&](const auto& entry) { return fs::exists(entry.path() / "data.pkl", error); };
  const fs::directory_iterator entries(folder, error);
  return std::any_of(begin(entries), end(entries), has_pickle);
}

/// Downloads of browsers and other programs are called so until they are whole.
bool is_unfinished(const fs::path& path) {
  const std::string kind = path.extension().string();
  return kind == ".crdownload" || kind == ".part" || kind == ".partial" || kind == ".download" || kind == ".aria2";
}

}  // namespace

fs::path model_in_folder(const fs::path& folder) {
  if (fs::exists(folder / "model.safetensors")) return folder / "model.safetensors";
  fs::path newest;
  std::error_code error;
  for (const auto& entry : fs::directory_iterator(folder / "checkpoints", error)) {
    if (entry.path().extension() == ".safetensors") newest = std::max(newest, entry.path());
  }
  return newest;
}

ModelFile open_model_file(const fs::path& given, Reading* reading) {
  std::error_code error;
  const bool folder = fs::is_directory(given, error);
  const fs::path path = folder ? model_in_folder(given) : given;
  require(!folder || !is_unpacked(given),
          "{} is a PyTorch file that was unpacked into a folder; pack the folder as a zip archive, and open that.",
          given.string());
  require(!path.empty(), "{} is a folder without a training run; give a model file or a run folder.", given.string());
  return guarded("The model " + path.string(), "copy or download it again", [&] {
    require_regular_file(path);
    Watch watch(reading, fs::file_size(path));
    try {
      return open_known_file(path, &*watch);
    } catch (const Error&) {
      require(!is_unfinished(path),
              "{} is a download that has not ended, {} are there; wait for it, or start it again.", path.string(),
              human_bytes(fs::file_size(path)));
      throw;
    }
  });
}

}  // namespace ganvas::io
