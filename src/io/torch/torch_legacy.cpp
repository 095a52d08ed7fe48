#include "io/torch/torch_legacy.h"

#include <cstring>

#include "core/error.h"

namespace ganvas::io {
namespace {

constexpr std::string_view magic("\x80\x02\x8a\x0a\x6c\xfc\x9c\x46\xf9\x20\x6a\xa8\x50\x19.", 15);

// The storages follow one another, each with its length; their types stand in the pickle.
std::map<std::string, StorageId> storage_ids(const PickleTree& tree) {
  std::map<std::string, StorageId> ids;
  for (PickleHandle i = 0;; ++i) {
    const PickleValue* value = tree.value_or_null(i);
    if (value == nullptr) return ids;
    if (value->kind != PickleKind::persistent || is_class_id(tree, *value)) continue;
    const StorageId id = storage_id(tree, *value);
    ids.insert_or_assign(id.key, id);
  }
}

}  // namespace

bool is_legacy_torch(std::string_view bytes) {
  return bytes.starts_with(magic);
}

LegacyTorch::LegacyTorch(std::string_view bytes, const AllowGlobal& allow, Reading& reading) {
  std::string_view rest = bytes;
  const auto next_pickle = [&] {
    std::size_t consumed = 0;
    PickleTree tree = parse_pickle(rest, allow, consumed, reading, Classes::any);
    rest.remove_prefix(consumed);
    return tree;
  };
  next_pickle();  // the magic number; what is hostile instead is named before what is only wrong
  require(is_legacy_torch(bytes), "it lacks the magic number of the old format");
  const PickleTree version = next_pickle();
  require(version.root().integer == 1001, "it is of an unknown version of the old format");
  next_pickle();  // about the machine that wrote it
  tree_ = next_pickle();
  const PickleTree keys = next_pickle();
  require(keys.root().kind == PickleKind::list, "its list of storages is broken");
  reading.step(keys.root().items.size());
  const std::map<std::string, StorageId> ids = storage_ids(tree_);
  constexpr const char* cut = "it ends before its storages do; copy or download it again";
  for (const PickleHandle handle : keys.root().items) {
    const std::string& key = keys.at(handle).text;
    const auto id = ids.find(key);
    require(id != ids.end(), "it has a storage that no tensor uses");
    require(rest.size() >= 8, "{}", cut);
    std::uint64_t count = 0;
    std::memcpy(&count, rest.data(), 8);
    rest.remove_prefix(8);
    require(count == id->second.count && count <= rest.size() / c10::elementSize(id->second.type), "{}", cut);
    const std::uint64_t size = count * c10::elementSize(id->second.type);
    storages_[key] = rest.substr(0, size);
    rest.remove_prefix(size);
  }
}

std::string_view LegacyTorch::storage(const StorageId& id) const {
  const auto found = storages_.find(id.key);
  require(found != storages_.end(), "its storage {} is missing", id.key);
  return found->second;
}

at::Tensor copy_bytes(std::string_view bytes) {
  at::Tensor copy = at::empty({static_cast<std::int64_t>(bytes.size())}, at::kByte);
  if (!bytes.empty()) std::memcpy(copy.mutable_data_ptr(), bytes.data(), bytes.size());
  return copy;
}

}  // namespace ganvas::io
