#include "io/nvidia/nvidia_networks.h"

#include <unordered_map>

#include "core/error.h"
#include "core/outside/limits.h"
#include "io/pickle/pickle_data.h"
#include "io/torch/torch_legacy.h"
#include "io/torch/torch_modules.h"
#include "io/torch/torch_storage.h"

namespace ganvas::io {
namespace {

const PickleValue* find_in(const PickleTree& tree, const PickleValue* dictionary, std::string_view key) {
  return dictionary == nullptr ? nullptr : tree.find(*dictionary, key);
}

Json json_of(const PickleTree& tree, const PickleValue* value) {
  return value == nullptr ? Json() : plain_json(tree, *value);
}

/// Walks dictionaries, each entry a step of the reading.
class Walker {
 public:
  Walker(const PickleTree& tree, Reading& reading) : tree_(tree), reading_(reading) {}

  /// Calls visit(name, value) for the pairs whose keys are texts.
  template <typename Visit>
  void for_each(const PickleValue* dictionary, const Visit& visit) {
    if (dictionary == nullptr) return;
    const auto& pairs = dictionary->kind == PickleKind::dict ? dictionary->items : dictionary->entries;
    count(pairs.size());
    for (std::size_t i = 0; i + 1 < pairs.size(); i += 2) {
      if (tree_.at(pairs[i]).kind == PickleKind::text) visit(tree_.at(pairs[i]).text, tree_.at(pairs[i + 1]));
    }
  }
  void count(std::size_t steps) { reading_.step(steps + 1); }
  void enter(const PickleValue* state, int level) {
    require(level < static_cast<int>(limits::levels), "its parts are nested deeper than in any model");
    if (state != nullptr) count(state->items.size() + state->entries.size());
  }

 private:
  const PickleTree& tree_;
  Reading& reading_;
};

/// The description of a persistent module: type, class_name, state.
const PickleValue* description_of(const PickleTree& tree, const PickleValue& value) {
  if (tree.type_of(value) != persistent_module) return nullptr;
  const auto& arguments = tree.at(value.arguments).items;
  return arguments.size() == 1 ? &tree.at(arguments[0]) : nullptr;
}

std::string_view nested_bytes(const PickleTree& tree, const PickleValue& storage) {
  const auto& arguments = tree.at(storage.arguments).items;
  require(arguments.size() == 1 && tree.at(arguments[0]).kind == PickleKind::bytes, "it has a broken storage");
  return tree.at(arguments[0]).view;
}

class ModuleReader {
 public:
  ModuleReader(const PickleTree& tree, const MappedFile& file, Reading& reading)
      : tree_(tree), file_(file), reading_(reading), walker_(tree, reading) {}

  WeightSet read(const PickleValue& module) {
    const PickleValue* description = description_of(tree_, module);
    const PickleValue* state = state_of(module);
    weights_.metadata["class_name"] = json_of(tree_, find_in(tree_, description, "class_name"));
    weights_.metadata["init_args"] = json_of(tree_, find_in(tree_, state, "_init_args"));
    weights_.metadata["init_kwargs"] = json_of(tree_, find_in(tree_, state, "_init_kwargs"));
    if (description == nullptr) weights_.metadata = {{"torch.modules", modules_within(tree_, module, reading_)}};
    gather(module, "", 0);
    return std::move(weights_);
  }
  WeightSet read_state(const PickleValue& dictionary) {
    walker_.for_each(&dictionary, [&](const std::string& name, const PickleValue& value) {
      const std::string_view type = tree_.type_of(value);
      const bool array = is_numpy_value(tree_, value) && !type.ends_with(".scalar");
      if (!array && !type.starts_with("torch._utils._rebuild_")) return;
      const at::Tensor kept = array ? numpy_tensor(tree_, value) : tensor(value);
      reading_.keep(name, kept.nbytes());
      weights_.set(name, kept);
    });
    return std::move(weights_);
  }

 private:
  const PickleTree& tree_;
  const MappedFile& file_;
  Reading& reading_;
  Walker walker_;
  WeightSet weights_;
  std::unordered_map<PickleHandle, std::pair<StorageId, at::Tensor>> storages_;

  /// The attributes of a module: NVIDIA's keep them in their description, PyTorch's are the state of the object.
  const PickleValue* state_of(const PickleValue& module) const {
    if (const PickleValue* description = description_of(tree_, module)) return tree_.find(*description, "state");
    return module.kind == PickleKind::object && module.state != no_value ? &tree_.at(module.state) : nullptr;
  }

  void gather(const PickleValue& module, const std::string& prefix, int level) {
    const PickleValue* state = state_of(module);
    walker_.enter(state, level);
    const PickleValue* unsaved = find_in(tree_, state, "_non_persistent_buffers_set");
    for (const char* kind : {"_parameters", "_buffers"}) {
      walker_.for_each(find_in(tree_, state, kind), [&](const std::string& name, const PickleValue& value) {
        if (value.kind == PickleKind::none || is_in(unsaved, name)) return;
        const at::Tensor kept = tensor(value);
        reading_.keep(prefix + name, kept.nbytes());
        weights_.set(prefix + name, kept);
      });
    }
    walker_.for_each(find_in(tree_, state, "_modules"), [&](const std::string& name, const PickleValue& value) {
      if (value.kind == PickleKind::object) gather(value, prefix + name + ".", level + 1);
    });
  }

  bool is_in(const PickleValue* set, const std::string& name) {
    if (set == nullptr) return false;
    const std::vector<PickleHandle>* items = &set->items;
    if (set->kind == PickleKind::object) {  // set([...]) of older protocols
      const auto& arguments = tree_.at(set->arguments).items;
      if (arguments.empty()) return false;
      items = &tree_.at(arguments[0]).items;
    }
    walker_.count(items->size());
    for (const PickleHandle item : *items) {
      if (tree_.at(item).text == name) return true;
    }
    return false;
  }

  at::Tensor tensor(const PickleValue& value) {
    const std::string_view type = tree_.type_of(value);
    const auto& arguments = value.kind == PickleKind::object ? tree_.at(value.arguments).items : value.items;
    if (type == "torch._utils._rebuild_parameter") {
      require(!arguments.empty() && tree_.type_of(tree_.at(arguments[0])) == "torch._utils._rebuild_tensor_v2",
              "it has a broken parameter");
      return tensor(tree_.at(arguments[0]));
    }
    require(type == "torch._utils._rebuild_tensor_v2" && !arguments.empty(), "it has a broken tensor");
    const auto& [id, storage] = storage_of(arguments[0]);
    return tensor_over(tree_, arguments, id, storage);
  }

  const std::pair<StorageId, at::Tensor>& storage_of(PickleHandle handle) {
    const auto found = storages_.find(handle);
    if (found != storages_.end()) return found->second;
    const PickleValue& value = tree_.at(handle);
    require(is_nested_storage(tree_, value), "it has a tensor without a storage");
    const std::string_view bytes = nested_bytes(tree_, value);
    const LegacyTorch inner(bytes, allowed_in_torch_file, reading_);
    const StorageId id = storage_id(inner.tree(), inner.tree().root());
    reading_.make(inner.storage(id).size());
    auto entry = storages_.emplace(handle, std::pair(id, copy_bytes(inner.storage(id)))).first;
    file_.forget(bytes);
    reading_.advance(bytes.size());
    return entry->second;
  }
};

class NetworkReader {
 public:
  NetworkReader(const PickleTree& tree, Reading& reading) : tree_(tree), reading_(reading), walker_(tree, reading) {}

  WeightSet read(const PickleValue& network) {
    Json description = visit(network, "", 0);
    weights_.metadata = std::move(description);
    return std::move(weights_);
  }

 private:
  const PickleTree& tree_;
  Reading& reading_;
  Walker walker_;
  WeightSet weights_;

  /// Collects the variables and returns what the network was made with.
  Json visit(const PickleValue& network, const std::string& prefix, int level) {
    require(network.state != no_value, "it has a network without a state");
    const PickleValue& state = tree_.at(network.state);
    walker_.enter(&state, level);
    const PickleValue* version = tree_.find(state, "version");
    require(version != nullptr && version->integer >= 3 && version->integer <= 5,
            "it has a TensorFlow network of a version that is not supported (3 to 5 are)");
    if (const PickleValue* variables = tree_.find(state, "variables")) {
      walker_.count(variables->items.size());
      for (const PickleHandle handle : variables->items) variable(tree_.at(handle), prefix);
    }
    Json out = {{"tf_version", version->integer}};
    for (const char* key : {"name", "build_func_name", "static_kwargs"})
      out[key] = json_of(tree_, tree_.find(state, key));
    Json components = Json::object();
    walker_.for_each(tree_.find(state, "components"), [&](const std::string& name, const PickleValue& value) {
      if (is_nvidia_network(tree_, value)) components[name] = visit(value, prefix + name + "/", level + 1);
    });
    out["components"] = std::move(components);
    return out;
  }

  void variable(const PickleValue& pair, const std::string& prefix) {
    require((pair.kind == PickleKind::tuple || pair.kind == PickleKind::list) && pair.items.size() == 2 &&
                is_numpy_value(tree_, tree_.at(pair.items[1])),
            "it has a variable that is no NumPy array");
    const PickleValue& array = tree_.at(pair.items[1]);
    const std::string name = prefix + tree_.at(pair.items[0]).text;
    reading_.keep(name, numpy_bytes(tree_, array));
    const at::Tensor tensor = numpy_tensor(tree_, array);
    weights_.set(name, tensor);
    reading_.advance(tensor.nbytes());
  }
};

}  // namespace

bool is_nested_storage(const PickleTree& tree, const PickleValue& value) {
  return tree.type_of(value) == "torch.storage._load_from_bytes";
}

void check_nested_storage(const PickleTree& tree, const PickleValue& value, Reading& reading) {
  const LegacyTorch inner(nested_bytes(tree, value), allowed_in_torch_file, reading);
  storage_id(inner.tree(), inner.tree().root());
}

bool is_nvidia_module(const PickleTree& tree, const PickleValue& value) {
  return is_torch_module(tree, value);
}

WeightSet read_nvidia_module(const PickleTree& tree, const PickleValue& value, const MappedFile& file,
                             Reading& reading) {
  return ModuleReader(tree, file, reading).read(value);
}

WeightSet read_pickled_state(const PickleTree& tree, const PickleValue& value, const MappedFile& file,
                             Reading& reading) {
  const bool dictionary = value.kind == PickleKind::dict || tree.type_of(value) == "collections.OrderedDict";
  return dictionary ? ModuleReader(tree, file, reading).read_state(value) : WeightSet();
}

bool is_nvidia_network(const PickleTree& tree, const PickleValue& value) {
  return tree.type_of(value) == "dnnlib.tflib.network.Network";
}

WeightSet read_nvidia_network(const PickleTree& tree, const PickleValue& value, Reading& reading) {
  return NetworkReader(tree, reading).read(value);
}

}  // namespace ganvas::io
