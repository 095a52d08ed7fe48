#include "io/nvidia/nvidia_pickle.h"

#include <algorithm>
#include <fstream>

#include "core/error.h"
#include "core/files.h"
#include "core/outside/printable.h"
#include "io/mapped_file.h"
#include "io/nvidia/nvidia_networks.h"
#include "io/pickle/pickle_data.h"
#include "io/torch/torch_storage.h"

namespace ganvas::io {
namespace {

namespace fs = std::filesystem;

using Networks = std::vector<std::pair<std::string, WeightSet>>;

bool allowed(const std::string& global) {
  // Modules of PyTorch itself stand between NVIDIA's own; only their tensors are looked at.
  constexpr std::string_view modules = "torch.nn.modules.";
  if (global.starts_with(modules)) return global.find_first_of("\r\n \t()") == std::string::npos;
  for (const char* name : {"torch_utils.persistence._reconstruct_persistent_obj", "dnnlib.tflib.network.Network",
                           "dnnlib.util.EasyDict", "dnnlib.EasyDict", "torch.storage._load_from_bytes", "builtins.set",
                           "__builtin__.set", "torch.float32", "torch.float16", "torch.float64"}) {
    if (global == name) return true;
  }
  return is_numpy_global(global) || allowed_in_torch_file(global);
}

/// The classes of what lies in a file without a network, as the end of a sentence: ", but ...".
std::string what_else(const PickleTree& tree, const PickleValue& root) {
  std::vector<std::string_view> classes;
  const auto look = [&](const PickleValue& value) {
    const std::string_view name = tree.type_of(value);
    const bool seen = std::find(classes.begin(), classes.end(), name) != classes.end();
    if (value.kind == PickleKind::object && !name.empty() && !seen && classes.size() < 3) classes.push_back(name);
  };
  look(root);
  for (const PickleHandle item : root.items) look(tree.at(item));
  if (classes.empty()) return {};
  const bool of_2018 = std::find(classes.begin(), classes.end(), "tfutil.Network") != classes.end();
  return fmt::format(
      ", but {}{}; export the generator's state dict with the program that wrote the file, and open that",
      fmt::join(classes, ", "), of_2018 ? " of the Progressive GAN's program of 2018" : "");
}

Networks networks_of(const PickleTree& tree, const MappedFile& file, Reading& reading) {
  const PickleValue& root = tree.root();
  Networks networks;
  const auto take = [&](const PickleValue& value, std::string name) {
    WeightSet weights = is_nvidia_module(tree, value)    ? read_nvidia_module(tree, value, file, reading)
                        : is_nvidia_network(tree, value) ? read_nvidia_network(tree, value, reading)
                                                         : read_pickled_state(tree, value, file, reading);
    if (weights.size() > 0) networks.emplace_back(std::move(name), std::move(weights));
  };
  // Another program's network beside the generator may have tensors of any kind; the generator opens without it.
  const auto take_beside = [&](const PickleValue& value, const std::string& name) {
    try {
      take(value, name);
    } catch (const Error&) {
      if (networks.empty()) throw;
    }
  };
  if (root.kind == PickleKind::dict) {
    for (const char* name : {"G_ema", "g_ema", "G", "generator", "model", "D"}) {
      if (const PickleValue* value = tree.find(root, name)) take_beside(*value, name);
    }
  } else if ((root.kind == PickleKind::tuple || root.kind == PickleKind::list) && root.items.size() == 3) {
    take(tree.at(root.items[2]), "G_ema");
    take_beside(tree.at(root.items[0]), "G");
    take_beside(tree.at(root.items[1]), "D");
  }
  if (networks.empty()) take(root, "model");
  require(root.kind != PickleKind::integer && root.kind != PickleKind::big_integer,
          "it begins like an old PyTorch file but with the wrong magic number");
  // A stream within the pickle may be the reason, and a better one.
  if (networks.empty() && is_nested_storage(tree, root)) check_nested_storage(tree, root, reading);
  require(!networks.empty(), "no known network is in it{}", what_else(tree, root));
  return networks;
}

}  // namespace

bool looks_like_pickle(const fs::path& path) {
  std::ifstream file = open_regular_file(path);
  char start[2] = {};
  file.read(start, sizeof start);
  return path.extension() == ".pkl" || (file.gcount() == sizeof start && start[0] == '\x80' && start[1] <= 5);
}

Networks read_nvidia_pickle(const fs::path& path, Reading* reading) {
  try {
    const MappedFile file(path);
    require(!file.bytes().empty(), "it is empty");
    Watch watch(reading, file.bytes().size());
    std::size_t consumed = 0;
    const PickleTree tree = parse_pickle(file.bytes(), allowed, consumed, *watch, Classes::any);
    Networks networks = networks_of(tree, file, *watch);
    for (auto& [name, weights] : networks) {
      const bool tensorflow = weights.metadata.contains("tf_version");
      weights.provenance.file = path.string();
      weights.provenance.format = tensorflow ? "NVIDIA TensorFlow snapshot" : "NVIDIA PyTorch snapshot";
    }
    return networks;
  } catch (const Error& error) {
    fail("{} is not a usable network pickle: {}.", path.string(), printable(error.what()));
  }
}

}  // namespace ganvas::io
