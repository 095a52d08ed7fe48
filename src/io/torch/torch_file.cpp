#include "io/torch/torch_file.h"

#include <zip.h>

#include <cstring>
#include <fstream>
#include <map>
#include <memory>
#include <set>
#include <utility>

#include "core/error.h"
#include "core/files.h"
#include "core/outside/limits.h"
#include "core/outside/printable.h"
#include "io/mapped_file.h"
#include "io/pickle/pickle_data.h"
#include "io/torch/torch_archive.h"
#include "io/torch/torch_legacy.h"
#include "io/torch/torch_modules.h"
#include "io/torch/torch_storage.h"
#include "io/torch/torch_writer.h"
#include "io/torch/torchscript_file.h"

namespace ganvas::io {
namespace {

namespace fs = std::filesystem;

constexpr std::uint64_t most_metadata_bytes = 1u << 20;

using Networks = std::vector<std::pair<std::string, WeightSet>>;
constexpr std::size_t most_in_a_list = 64;  // of state dicts

/// Walks the known shapes of a state dict and collects its tensors.
class Collector {
 public:
  Collector(const PickleTree& tree, ReadStorage read, Reading& reading)
      : tree_(tree), reading_(reading), tensors_(tree, std::move(read), reading) {}

  Networks collect() {
    const PickleValue& root = tree_.root();
    WeightSet own;
    const auto take = [&](const std::string& key, const PickleValue& value) {
      if (is_weight(value)) {
        tensors_.keep(own, key, value);
      } else if (is_dictionary(value) || is_torch_module(tree_, value)) {
        WeightSet inner = inside(value);
        if (inner.size() > 0) networks_.emplace_back(key, std::move(inner));
      }
    };
    if (is_torch_module(tree_, root)) {
      take("model", root);
    } else if (root.kind == PickleKind::list || root.kind == PickleKind::tuple) {
      for (std::size_t i = 0; i < root.items.size() && i < most_in_a_list; ++i)
        take(std::to_string(i), tree_.at(root.items[i]));
    } else {
      require(is_dictionary(root), "it holds no dictionary of tensors");
      for_each(root, take);
    }
    if (!networks_.empty()) {
      share(own);
    } else if (own.size() > 0) {
      networks_.emplace_back("model", std::move(own));
    }
    require(!networks_.empty(), "it holds no tensors");
    return std::move(networks_);
  }

 private:
  const PickleTree& tree_;
  Reading& reading_;
  StoredTensors tensors_;
  Networks networks_;

  /// What stands beside the networks belongs to them: StyleGAN2's mean style to the generators, single numbers (the
  /// probability of augmentation, say) to all as metadata. More than that would be a network of its own.
  void share(WeightSet& beside) {
    WeightSet rest;
    for (const auto& [key, value] : beside.items()) {
      if (key != "latent_avg" && value.numel() != 1) rest.set(key, value);
      for (auto& [name, weights] : networks_) {
        const bool generator = name.starts_with("g") && !name.ends_with("optim");
        if (key == "latent_avg" && generator) weights.set(key, value);
        if (value.numel() == 1) weights.metadata[key] = fmt::format("{}", value.item<double>());
      }
    }
    if (rest.size() > 0) networks_.insert(networks_.begin(), {"model", std::move(rest)});
  }

  [[nodiscard]] bool is_dictionary(const PickleValue& value) const {
    return value.kind == PickleKind::dict || tree_.type_of(value) == "collections.OrderedDict";
  }
  /// A tensor, or an array of NumPy with dimensions, as some people keep them.
  [[nodiscard]] bool is_weight(const PickleValue& value) const {
    return is_torch_tensor(tree_, value) ||
           (is_numpy_value(tree_, value) && !tree_.type_of(value).ends_with(".scalar"));
  }

  /// A state dict, or that of a whole module with what the module says of its layers.
  WeightSet inside(const PickleValue& value) {
    WeightSet weights;
    if (!is_torch_module(tree_, value)) {
      gather(value, "", weights, 0);
      return weights;
    }
    each_tensor_of_module(tree_, value, reading_, [&](const std::string& name, const PickleValue& tensor) {
      if (is_torch_tensor(tree_, tensor)) tensors_.keep(weights, name, tensor);
    });
    if (Json made = persistent_description(tree_, value); !made.is_null()) {
      weights.metadata = std::move(made);
    } else {
      weights.metadata["torch.modules"] = modules_within(tree_, value, reading_);
    }
    return weights;
  }

  template <typename Visit>
  void for_each(const PickleValue& dictionary, const Visit& visit) {
    const auto& pairs = dictionary.kind == PickleKind::dict ? dictionary.items : dictionary.entries;
    for (std::size_t i = 0; i + 1 < pairs.size(); i += 2) {
      reading_.step();
      const PickleValue& key = tree_.at(pairs[i]);
      if (key.kind == PickleKind::text || key.kind == PickleKind::bytes) visit(key.text, tree_.at(pairs[i + 1]));
    }
  }

  void gather(const PickleValue& dictionary, const std::string& prefix, WeightSet& out, int depth) {
    constexpr int deepest = 8;
    require(depth < deepest && prefix.size() <= limits::name_bytes,
            "its dictionaries are nested deeper than in any model");
    for_each(dictionary, [&](const std::string& key, const PickleValue& value) {
      if (is_weight(value)) {
        tensors_.keep(out, prefix + key, value);
      } else if (is_dictionary(value)) {
        gather(value, prefix + key + ".", out, depth + 1);
      }
    });
  }
};

/// What write_torch_state_dict kept beside the tensors: an object of texts.
Json metadata_of(TorchArchive& archive) {
  const Json metadata =
      parse_json(archive.text(torch_metadata_entry, most_metadata_bytes), "The metadata of the model file");
  require(metadata.is_object(), "its metadata is not an object");
  for (const auto& [key, value] : metadata.items()) require(value.is_string(), "its metadata {} is no text", key);
  return metadata;
}

Networks read_zip(const fs::path& path, Reading& reading) {
  TorchArchive archive(path);
  if (archive.contains("constants.pkl")) return {{"model", read_torchscript(archive, reading)}};
  const std::string pickle = archive.text("data.pkl", limits::pickle_bytes);
  std::size_t consumed = 0;
  const PickleTree tree = parse_pickle(pickle, allowed_in_torch_file, consumed, reading, Classes::any);
  Networks networks = Collector(tree, storages_within(archive, "data/", reading), reading).collect();
  if (archive.contains(torch_metadata_entry)) networks.front().second.metadata = metadata_of(archive);
  return networks;
}

Networks read_legacy(const fs::path& path, Reading& reading) {
  const MappedFile file(path);
  const LegacyTorch legacy(file.bytes(), allowed_in_torch_file, reading);
  const auto read = [&](const StorageId& id) {
    const std::string_view bytes = legacy.storage(id);
    at::Tensor storage = copy_bytes(bytes);
    file.forget(bytes);
    reading.advance(bytes.size());
    return storage;
  };
  return Collector(legacy.tree(), read, reading).collect();
}

std::string first_bytes(const fs::path& path, std::size_t count) {
  std::ifstream file = open_regular_file(path);
  std::string bytes(count, '\0');
  file.read(bytes.data(), static_cast<std::streamsize>(count));
  bytes.resize(static_cast<std::size_t>(file.gcount()));
  return bytes;
}

}  // namespace

bool looks_like_torch_file(const fs::path& path) {
  const std::string start = first_bytes(path, 15);
  return start.starts_with("PK\x03\x04") || is_legacy_torch(start);
}

bool looks_like_torchscript(const fs::path& path) {
  int error = 0;
  zip_t* zip = first_bytes(path, 4).starts_with("PK\x03\x04") ? zip_open(path.c_str(), ZIP_RDONLY, &error) : nullptr;
  if (zip == nullptr) return false;
  bool found = false;
  const zip_int64_t count = zip_get_num_entries(zip, 0);
  for (zip_int64_t i = 0; i < count && !found; ++i) {
    const char* name = zip_get_name(zip, static_cast<zip_uint64_t>(i), 0);
    found = name != nullptr && std::string_view(name).ends_with("/constants.pkl");
  }
  zip_discard(zip);
  return found;
}

Networks read_torch_file(const fs::path& path, Reading* reading) {
  try {
    const bool zip = first_bytes(path, 4).starts_with("PK");
    std::error_code error;
    Watch watch(reading, fs::file_size(path, error));
    Networks networks = zip ? read_zip(path, *watch) : read_legacy(path, *watch);
    for (auto& [name, weights] : networks) {
      const char* format = weights.metadata.contains("torchscript") ? "TorchScript"
                           : zip                                    ? "torch zip"
                                                                    : "torch legacy";
      weights.provenance = {.file = path.string(), .format = format};
    }
    return networks;
  } catch (const Error& error) {
    fail("{} is not a usable PyTorch file: {}.", path.string(), printable(error.what()));
  }
}

}  // namespace ganvas::io
