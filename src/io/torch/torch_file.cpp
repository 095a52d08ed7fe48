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
#include "io/torch/torch_legacy.h"
#include "io/torch/torch_modules.h"
#include "io/torch/torch_storage.h"
#include "io/torch/torch_writer.h"

namespace ganvas::io {
namespace {

namespace fs = std::filesystem;

constexpr std::uint64_t most_metadata_bytes = 1u << 20;

using Networks = std::vector<std::pair<std::string, WeightSet>>;
constexpr std::size_t most_in_a_list = 64;  // of state dicts

using ReadStorage = std::function<at::Tensor(const StorageId&)>;

/// Walks the known shapes of a state dict and collects its tensors.
class Collector {
 public:
  Collector(const PickleTree& tree, ReadStorage read, Reading& reading)
      : tree_(tree), read_(std::move(read)), reading_(reading) {}

  Networks collect() {
    const PickleValue& root = tree_.root();
    WeightSet own;
    const auto take = [&](const std::string& key, const PickleValue& value) {
      if (is_weight(value)) {
        keep(own, key, value);
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
  ReadStorage read_;
  Reading& reading_;
  Networks networks_;
  std::map<std::string, std::pair<StorageId, at::Tensor>> storages_;

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
  [[nodiscard]] bool is_tensor(const PickleValue& value) const {
    const std::string_view type = tree_.type_of(value);
    return type == "torch._utils._rebuild_tensor_v2" || type == "torch._utils._rebuild_tensor" ||
           type == "torch._utils._rebuild_parameter";
  }
  /// A tensor, or an array of NumPy with dimensions, as some people keep them.
  [[nodiscard]] bool is_weight(const PickleValue& value) const {
    return is_tensor(value) || (is_numpy_value(tree_, value) && !tree_.type_of(value).ends_with(".scalar"));
  }

  /// A state dict, or that of a whole module with what the module says of its layers.
  WeightSet inside(const PickleValue& value) {
    WeightSet weights;
    if (!is_torch_module(tree_, value)) {
      gather(value, "", weights, 0);
      return weights;
    }
    each_tensor_of_module(tree_, value, reading_, [&](const std::string& name, const PickleValue& tensor) {
      if (is_tensor(tensor)) keep(weights, name, tensor);
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
        keep(out, prefix + key, value);
      } else if (is_dictionary(value)) {
        gather(value, prefix + key + ".", out, depth + 1);
      }
    });
  }

  void keep(WeightSet& weights, const std::string& name, const PickleValue& value) {
    at::Tensor kept = tensor(value);
    reading_.keep(name, kept.nbytes());
    weights.set(name, std::move(kept));
  }

  at::Tensor tensor(const PickleValue& value) {
    if (!is_tensor(value)) return numpy_tensor(tree_, value);
    const auto& arguments = tree_.at(value.arguments).items;
    if (tree_.type_of(value) == "torch._utils._rebuild_parameter") {
      require(!arguments.empty() && is_tensor(tree_.at(arguments[0])) && &tree_.at(arguments[0]) != &value,
              "it has a broken parameter");
      require(tree_.type_of(tree_.at(arguments[0])) != "torch._utils._rebuild_parameter", "it has a broken parameter");
      return tensor(tree_.at(arguments[0]));
    }
    require(!arguments.empty(), "it has a tensor with broken arguments");
    const StorageId id = storage_id(tree_, tree_.at(arguments[0]));
    auto found = storages_.find(id.key);
    if (found == storages_.end()) {
      found = storages_.emplace(id.key, std::pair(id, read_(id))).first;
      reading_.make(found->second.second.nbytes());
    }
    require(found->second.first.type == id.type && found->second.first.count == id.count,
            "it gives one storage two types or sizes");
    return tensor_over(tree_, arguments, id, found->second.second);
  }
};

std::uint64_t little_endian(std::string_view bytes, std::size_t at, std::size_t count) {
  std::uint64_t value = 0;
  for (std::size_t i = count; i-- > 0;) value = value << 8 | static_cast<unsigned char>(bytes[at + i]);
  return value;
}

/// libzip does not look at the end record of zip64 where the plain one says all, but other readers do: both must tell
/// the same (APPNOTE 4.3.14 to 4.3.16).
void check_zip64_end(std::string_view bytes) {
  constexpr std::size_t end_size = 22, locator_size = 20, record_size = 56;
  const std::size_t end = bytes.rfind("PK\x05\x06");
  require(end != std::string_view::npos && bytes.size() - end >= end_size,
          "its end is missing, only {} are there; copy or download it again", human_bytes(bytes.size()));
  if (end < locator_size || bytes.substr(end - locator_size, 4) != "PK\x06\x07") return;
  const std::size_t locator = end - locator_size;
  const std::uint64_t record = little_endian(bytes, locator + 8, 8);
  const bool inside = locator >= record_size && record <= locator - record_size;
  require(inside && bytes.substr(record, 4) == "PK\x06\x06", "its zip directory is broken");
  const std::uint64_t count = little_endian(bytes, record + 32, 8), size = little_endian(bytes, record + 40, 8),
                      start = little_endian(bytes, record + 48, 8);
  const auto same = [&](std::size_t at, std::size_t width, std::uint64_t value) {
    const std::uint64_t plain = little_endian(bytes, end + at, width), all = (std::uint64_t{1} << (8 * width)) - 1;
    return plain == all || plain == value;
  };
  const bool one_disk = little_endian(bytes, record + 16, 8) == 0;
  require(one_disk && little_endian(bytes, record + 4, 8) == locator - record - 12 &&
              count == little_endian(bytes, record + 24, 8) && start <= record && size <= record - start &&
              same(10, 2, count) && same(12, 4, size) && same(16, 4, start),
          "the two end records of its zip directory contradict each other");
}

/// A zip archive, closed with the object.
class Archive {
 public:
  explicit Archive(const fs::path& path) {
    check_zip64_end(MappedFile(path).bytes());
    int error = 0;
    zip_.reset(zip_open(path.c_str(), ZIP_RDONLY | ZIP_CHECKCONS, &error));
    require(zip_ != nullptr, "its zip directory is broken");
    const zip_int64_t count = zip_get_num_entries(zip_.get(), 0);
    require(count > 0 && std::cmp_less_equal(count, limits::entries),
            "its zip directory has an impossible number of entries");
    std::set<std::string> seen;
    std::string model;  // that somebody packed
    bool found = false, arrays = true;
    for (zip_int64_t i = 0; i < count; ++i) {
      const char* name = zip_get_name(zip_.get(), static_cast<zip_uint64_t>(i), 0);
      require(name != nullptr && seen.insert(name).second, "it has an entry without a name or twice");
      require(std::strstr(name, "..") == nullptr && name[0] != '/', "it has an entry whose name leaves the archive");
      const std::string text(name);
      arrays = arrays && text.ends_with(".npy");
      for (const char* kind : {".pth", ".pt", ".pkl", ".ckpt", ".safetensors", ".h5", ".keras"})
        if (model.empty() && text.ends_with(kind)) model = text;
      if (text == "data.pkl" || text.ends_with("/data.pkl")) {  // the first of people who pack the parts again
        require(!found, "it has two pickles");
        found = true;
        root_ = text.substr(0, text.size() - 8);
      }
    }
    require(found || model.empty(), "it is an archive with {} in it; unpack it, and open that", printable(model, 80));
    require(
        !arrays,
        "it is an archive of NumPy arrays; write them as a state dict by torch.save({{k: torch.from_numpy(v) for k, v "
        "in numpy.load(FILE).items()}}, \"model.pth\"), and open that");
    require(found, "it is a zip file without the data.pkl of a model");
    require(!seen.contains(root_ + "constants.pkl"),
            "it is a TorchScript program, which has to be executed to be used; if you trust who made it, start ganvas "
            "with --allow-torchscript");
  }

  [[nodiscard]] bool contains(const std::string& name) const {
    return zip_name_locate(zip_.get(), (root_ + name).c_str(), 0) >= 0;
  }

  /// The bytes of one entry; `expected` is its size where that is known.
  void read(const std::string& name, std::uint64_t most, const std::function<char*(std::uint64_t)>& room) {
    const zip_int64_t index = zip_name_locate(zip_.get(), (root_ + name).c_str(), 0);
    require(index >= 0, "its entry {} is missing", printable(name, 80));
    zip_stat_t stat;
    zip_stat_init(&stat);
    require(zip_stat_index(zip_.get(), static_cast<zip_uint64_t>(index), 0, &stat) == 0 &&
                (stat.valid & ZIP_STAT_SIZE) != 0,
            "its entry {} cannot be read", name);
    // PyTorch stores; people who pack the parts again compress.
    const bool stored = stat.comp_method == ZIP_CM_STORE && stat.comp_size == stat.size;
    const bool packed =
        stat.comp_method == ZIP_CM_DEFLATE &&
        stat.size / limits::unpacked_ratio <= stat.comp_size + limits::entry_bytes_free / limits::unpacked_ratio;
    require(stored || packed, "its entry {} is compressed from {} to {}, which is more than tensors can be", name,
            human_bytes(stat.size), human_bytes(stat.comp_size));
    require(stat.size <= most, "its entry {} has {} bytes instead of at most {}", name, stat.size, most);
    char* to = room(stat.size);
    zip_file_t* file = zip_fopen_index(zip_.get(), static_cast<zip_uint64_t>(index), 0);
    require(file != nullptr, "its entry {} cannot be read", name);
    std::uint64_t done = 0;
    while (done < stat.size) {
      const zip_int64_t count = zip_fread(file, to + done, stat.size - done);
      if (count <= 0) break;
      done += static_cast<std::uint64_t>(count);
    }
    char extra = 0;
    const bool good = done == stat.size && zip_fread(file, &extra, 1) == 0;  // reading to the end checks the CRC
    zip_fclose(file);
    require(good, "its entry {} is damaged", name);
  }

 private:
  struct Discard {
    void operator()(zip_t* zip) const { zip_discard(zip); }
  };
  std::unique_ptr<zip_t, Discard> zip_;  // closed also when the constructor refuses what it opened
  std::string root_;
};

std::string text_of(Archive& archive, const std::string& name, std::uint64_t most) {
  std::string text;
  archive.read(name, most, [&](std::uint64_t size) {
    text.resize(size);
    return text.data();
  });
  return text;
}

/// What write_torch_state_dict kept beside the tensors: an object of texts.
Json metadata_of(Archive& archive) {
  const Json metadata =
      parse_json(text_of(archive, torch_metadata_entry, most_metadata_bytes), "The metadata of the model file");
  require(metadata.is_object(), "its metadata is not an object");
  for (const auto& [key, value] : metadata.items()) require(value.is_string(), "its metadata {} is no text", key);
  return metadata;
}

Networks read_zip(const fs::path& path, Reading& reading) {
  Archive archive(path);
  const std::string pickle = text_of(archive, "data.pkl", limits::pickle_bytes);
  std::size_t consumed = 0;
  const PickleTree tree = parse_pickle(pickle, allowed_in_torch_file, consumed, reading, Classes::any);
  const auto read_storage = [&](const StorageId& id) {
    at::Tensor storage;
    const std::uint64_t bytes = id.count * c10::elementSize(id.type);
    archive.read("data/" + id.key, bytes, [&](std::uint64_t size) {
      require(size == bytes, "its storage {} has {} bytes instead of {}", id.key, size, bytes);
      storage = at::empty({static_cast<std::int64_t>(size)}, at::kByte);
      return static_cast<char*>(storage.mutable_data_ptr());
    });
    reading.advance(bytes);
    return storage;
  };
  Networks networks = Collector(tree, read_storage, reading).collect();
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
    for (auto& [name, weights] : networks)
      weights.provenance = {.file = path.string(), .format = zip ? "torch zip" : "torch legacy"};
    return networks;
  } catch (const Error& error) {
    fail("{} is not a usable PyTorch file: {}.", path.string(), printable(error.what()));
  }
}

}  // namespace ganvas::io
