#include "io/open_model_file.h"

#include <cerrno>
#include <cstring>
#include <fstream>

#include "core/error.h"
#include "io/nvidia_pickle.h"
#include "io/safetensors.h"
#include "io/torch_file.h"

namespace ganvas {
namespace {

/// safetensors has no magic number: a plausible header length, then an opening brace.
bool looks_like_safetensors(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  char start[9] = {};
  file.read(start, sizeof start);
  return file.gcount() == sizeof start && start[8] == '{' && start[7] == 0 && start[6] == 0 && start[5] == 0;
}

}  // namespace

ModelFile open_model_file(const std::filesystem::path& path) {
  std::error_code error;
  require(!std::filesystem::is_directory(path, error), "{} is a folder; give the model file in it.", path.string());
  require(std::ifstream(path).is_open(), "The model {} cannot be opened: {}.", path.string(), std::strerror(errno));
  ModelFile file;
  // The torch containers have magic numbers, so they come first.
  if (looks_like_torch_file(path)) {
    for (auto& [name, weights] : read_torch_file(path)) file.networks.push_back({name, std::move(weights)});
    file.format = file.networks.front().weights.provenance.format;
    return file;
  }
  if (looks_like_safetensors(path) || path.extension() == ".safetensors") {
    file.networks.push_back({"model", read_safetensors(path)});
    file.format = "safetensors";
    return file;
  }
  // Last, because an old PyTorch file is a pickle too.
  if (looks_like_pickle(path)) {
    for (auto& [name, weights] : read_nvidia_pickle(path)) file.networks.push_back({name, std::move(weights)});
    file.format = file.networks.front().weights.provenance.format;
    return file;
  }
  fail(
      "{} is no model file that ganvas knows: it is neither safetensors, nor a PyTorch .pt or .pth file, nor a "
      "network pickle of NVIDIA's programs.",
      path.string());
}

}  // namespace ganvas
