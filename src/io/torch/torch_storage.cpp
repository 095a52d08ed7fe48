#include "io/torch/torch_storage.h"

#include <algorithm>
#include <array>

#include "core/error.h"
#include "core/outside/limits.h"
#include "core/outside/printable.h"
#include "io/pickle/pickle_data.h"
#include "io/shape.h"

namespace ganvas::io {
namespace {

struct StorageType {
  const char* name;
  at::ScalarType type;
};
constexpr std::array<StorageType, 11> storage_types{{{"torch.FloatStorage", at::kFloat},
                                                     {"torch.DoubleStorage", at::kDouble},
                                                     {"torch.HalfStorage", at::kHalf},
                                                     {"torch.BFloat16Storage", at::kBFloat16},
                                                     {"torch.LongStorage", at::kLong},
                                                     {"torch.IntStorage", at::kInt},
                                                     {"torch.ShortStorage", at::kShort},
                                                     {"torch.CharStorage", at::kChar},
                                                     {"torch.ByteStorage", at::kByte},
                                                     {"torch.BoolStorage", at::kBool},
                                                     {"torch.storage.UntypedStorage", at::kByte}}};

std::vector<std::int64_t> sizes_of(const PickleTree& tree, PickleHandle handle) {
  const PickleValue* value = &tree.at(handle);
  if (value->kind == PickleKind::object && tree.type_of(*value) == "torch.Size") {
    const auto& arguments = tree.at(value->arguments).items;
    require(arguments.size() == 1, "it has a broken size");
    value = &tree.at(arguments[0]);
  }
  require((value->kind == PickleKind::tuple || value->kind == PickleKind::list) &&
              value->items.size() <= limits::dimensions,
          "it has a broken size");
  std::vector<std::int64_t> sizes;
  for (const PickleHandle item : value->items) {
    require(tree.at(item).kind == PickleKind::integer && tree.at(item).integer >= 0,
            "it has a tensor of negative or broken size or stride");
    sizes.push_back(tree.at(item).integer);
  }
  return sizes;
}

}  // namespace

bool allowed_in_torch_file(const std::string& global) {
  for (const StorageType& entry : storage_types) {
    if (global == entry.name) return true;
  }
  for (const char* name :
       {"collections.OrderedDict", "torch._utils._rebuild_tensor_v2", "torch._utils._rebuild_tensor",
        "torch._utils._rebuild_parameter", "torch.Size", "torch.device", "argparse.Namespace",
        "torch.nn.parameter.Parameter", "torch_utils.persistence._reconstruct_persistent_obj",
        // What people keep beside weights: plain data, which stays closed.
        "collections.Counter", "collections.defaultdict", "collections.deque", "datetime.datetime", "datetime.date",
        "datetime.timedelta", "pathlib.PosixPath", "pathlib.WindowsPath", "pathlib.PurePosixPath",
        "pathlib.PureWindowsPath", "builtins.complex", "__builtin__.complex", "builtins.slice", "__builtin__.slice",
        "builtins.set", "__builtin__.set", "builtins.frozenset", "builtins.range", "builtins.bytearray",
        "torch.nn.backends.thnn._get_thnn_function_backend", "numpy.random._pickle.__randomstate_ctor",
        "numpy.random._pickle.__bit_generator_ctor", "torch._C.Generator"}) {
    if (global == name) return true;
  }
  return is_numpy_global(global);
}

bool is_class_id(const PickleTree& tree, const PickleValue& persistent) {
  const PickleValue& id = tree.at(persistent.callable);
  return id.kind == PickleKind::tuple && !id.items.empty() && tree.at(id.items[0]).text == "module";
}

StorageId storage_id(const PickleTree& tree, const PickleValue& persistent) {
  require(persistent.kind == PickleKind::persistent, "it has a tensor without a storage");
  const PickleValue& id = tree.at(persistent.callable);
  require(id.kind == PickleKind::tuple && id.items.size() >= 5 && tree.at(id.items[0]).text == "storage",
          "it refers to a storage in an unknown way");
  const PickleValue& type = tree.at(id.items[1]);
  const PickleValue& key = tree.at(id.items[2]);
  const PickleValue& count = tree.at(id.items[4]);
  require(type.kind == PickleKind::global, "it has a storage of no known type");
  require((key.kind == PickleKind::text || key.kind == PickleKind::bytes) && !key.text.empty() &&
              key.text.size() < 64 &&
              key.text.find_first_not_of("0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_") ==
                  std::string::npos,
          "it has a storage with a name that no program writes");
  require(count.kind == PickleKind::integer && count.integer >= 0 && count.integer < (std::int64_t{1} << 40),
          "it has a storage of impossible size");
  for (const StorageType& entry : storage_types) {
    if (type.text == entry.name) return {key.text, entry.type, static_cast<std::uint64_t>(count.integer)};
  }
  fail("it has a storage of the unknown type {}", printable(type.text, 80));
}

at::Tensor tensor_over(const PickleTree& tree, const std::vector<PickleHandle>& arguments, const StorageId& id,
                       const at::Tensor& storage) {
  require(arguments.size() >= 4 && tree.at(arguments[1]).kind == PickleKind::integer,
          "it has a tensor with broken arguments");
  const std::int64_t offset = tree.at(arguments[1]).integer;
  const std::vector<std::int64_t> sizes = sizes_of(tree, arguments[2]), strides = sizes_of(tree, arguments[3]);
  require(sizes.size() == strides.size(), "it has a tensor with as many strides as it has not sizes");
  const auto limit = static_cast<std::int64_t>(id.count);
  require(offset >= 0 && offset <= limit, "it has a tensor that begins outside its storage");
  if (checked_values(sizes) == 0) return at::empty(sizes, id.type);
  std::int64_t count = 1, last = offset;
  for (std::size_t i = 0; i < sizes.size(); ++i) {
    require(count <= limit / sizes[i], "it has a tensor larger than its storage");
    count *= sizes[i];
    if (sizes[i] > 1) {
      require(strides[i] <= limit && sizes[i] - 1 <= (limit - last) / std::max<std::int64_t>(strides[i], 1),
              "it has a tensor that leaves its storage");
      last += (sizes[i] - 1) * strides[i];
    }
  }
  require(last < limit, "it has a tensor that leaves its storage");
  at::Tensor tensor = at::empty({0}, id.type);
  tensor.set_(storage.storage(), offset, sizes, strides);
  return tensor.is_contiguous() && count == limit ? tensor : tensor.contiguous().clone();
}

bool is_torch_tensor(const PickleTree& tree, const PickleValue& value) {
  const std::string_view type = tree.type_of(value);
  return type == "torch._utils._rebuild_tensor_v2" || type == "torch._utils._rebuild_tensor" ||
         type == "torch._utils._rebuild_parameter";
}

void StoredTensors::keep(WeightSet& weights, const std::string& name, const PickleValue& value) {
  at::Tensor kept = tensor(value);
  reading_.keep(name, kept.nbytes());
  weights.set(name, std::move(kept));
}

at::Tensor StoredTensors::tensor(const PickleValue& value) {
  if (!is_torch_tensor(tree_, value)) return numpy_tensor(tree_, value);
  const auto& arguments = tree_.at(value.arguments).items;
  if (tree_.type_of(value) == "torch._utils._rebuild_parameter") {
    require(!arguments.empty() && is_torch_tensor(tree_, tree_.at(arguments[0])) && &tree_.at(arguments[0]) != &value,
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

}  // namespace ganvas::io
