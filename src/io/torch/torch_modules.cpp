#include "io/torch/torch_modules.h"

#include "core/error.h"
#include "core/outside/limits.h"
#include "core/outside/printable.h"
#include "io/pickle/pickle_data.h"

namespace ganvas::io {
namespace {

/// The argument of a persistent module: type, class_name, state.
const PickleValue* description_of(const PickleTree& tree, const PickleValue& module) {
  if (tree.type_of(module) != persistent_module || module.arguments == no_value) return nullptr;
  const auto& arguments = tree.at(module.arguments).items;
  return arguments.size() == 1 ? &tree.at(arguments[0]) : nullptr;
}

const PickleValue* state_of(const PickleTree& tree, const PickleValue& module) {
  if (const PickleValue* description = description_of(tree, module)) return tree.find(*description, "state");
  if (module.kind != PickleKind::object || module.state == no_value) return nullptr;
  const PickleValue& state = tree.at(module.state);
  return state.kind == PickleKind::dict ? &state : nullptr;
}

const PickleValue* find_in(const PickleTree& tree, const PickleValue* dictionary, std::string_view key) {
  return dictionary == nullptr ? nullptr : tree.find(*dictionary, key);
}

template <typename Visit>
void each_entry(const PickleTree& tree, const PickleValue* dictionary, Reading& reading, const Visit& visit) {
  if (dictionary == nullptr) return;
  const auto& pairs = dictionary->kind == PickleKind::dict ? dictionary->items : dictionary->entries;
  for (std::size_t i = 0; i + 1 < pairs.size(); i += 2) {
    reading.step();
    const PickleValue& key = tree.at(pairs[i]);
    if (key.kind == PickleKind::text) visit(key.text, tree.at(pairs[i + 1]));
  }
}

void check_depth(const std::string& prefix, std::size_t level) {
  require(level < limits::levels && prefix.size() <= limits::name_bytes,
          "its modules are nested deeper than in any model");
}

bool is_in(const PickleTree& tree, const PickleValue* set, const std::string& name, Reading& reading) {
  if (set == nullptr) return false;
  const std::vector<PickleHandle>* items = &set->items;
  if (set->kind == PickleKind::object) {  // set([...]) of older protocols
    const auto& arguments = tree.at(set->arguments).items;
    if (arguments.empty()) return false;
    items = &tree.at(arguments[0]).items;
  }
  reading.step(items->size());
  for (const PickleHandle item : *items)
    if (tree.at(item).text == name) return true;
  return false;
}

void walk_tensors(const PickleTree& tree, const PickleValue& module, Reading& reading, const std::string& prefix,
                  std::size_t level, const std::function<void(const std::string&, const PickleValue&)>& visit) {
  check_depth(prefix, level);
  const PickleValue* state = state_of(tree, module);
  const PickleValue* unsaved = find_in(tree, state, "_non_persistent_buffers_set");
  for (const char* kind : {"_parameters", "_buffers"}) {
    each_entry(tree, find_in(tree, state, kind), reading, [&](const std::string& name, const PickleValue& value) {
      if (value.kind != PickleKind::none && !is_in(tree, unsaved, name, reading)) visit(prefix + name, value);
    });
  }
  each_entry(tree, find_in(tree, state, "_modules"), reading, [&](const std::string& name, const PickleValue& child) {
    walk_tensors(tree, child, reading, prefix + name + ".", level + 1, visit);
  });
}

/// Numbers, truth, short texts, and short lists of numbers; nothing for the rest.
Json plain(const PickleTree& tree, const PickleValue& value) {
  constexpr std::size_t longest_text = 64, longest_list = 8;
  switch (value.kind) {
    case PickleKind::boolean:
      return value.integer != 0;
    case PickleKind::integer:
      return value.integer;
    case PickleKind::real:
      return value.real;
    case PickleKind::text:
      return value.text.size() <= longest_text ? Json(printable(value.text)) : Json();
    case PickleKind::list:
    case PickleKind::tuple: {
      if (value.items.size() > longest_list) return {};
      Json list = Json::array();
      for (const PickleHandle handle : value.items) {
        const PickleValue& item = tree.at(handle);
        if (item.kind == PickleKind::integer) list.push_back(item.integer);
        if (item.kind == PickleKind::real) list.push_back(item.real);
      }
      return list.size() == value.items.size() ? list : Json();
    }
    case PickleKind::object:  // torch.Size
      if (tree.type_of(value) == "torch.Size" && value.arguments != no_value &&
          tree.at(value.arguments).items.size() == 1) {
        const PickleValue& inner = tree.at(tree.at(value.arguments).items[0]);
        return inner.kind == PickleKind::tuple || inner.kind == PickleKind::list ? plain(tree, inner) : Json();
      }
      return {};
    default:
      return {};
  }
}

void walk_modules(const PickleTree& tree, const PickleValue& module, Reading& reading, const std::string& prefix,
                  std::size_t level, Json& list) {
  check_depth(prefix, level);
  const PickleValue* state = state_of(tree, module);
  bool leaf = true;
  each_entry(tree, find_in(tree, state, "_modules"), reading, [&](const std::string& name, const PickleValue& child) {
    leaf = false;
    walk_modules(tree, child, reading, prefix.empty() ? name : prefix + "." + name, level + 1, list);
  });
  if (!leaf || state == nullptr) return;
  reading.keep(prefix, 0);
  Json one{{"name", printable(prefix)}, {"class", printable(std::string(tree.type_of(module)))}};
  each_entry(tree, state, reading, [&](const std::string& name, const PickleValue& value) {
    if (name.starts_with("_") || name == "training" || one.contains(name)) return;
    if (Json simple = plain(tree, value); !simple.is_null()) one[printable(name)] = std::move(simple);
  });
  list.push_back(std::move(one));
}

}  // namespace

bool is_torch_module(const PickleTree& tree, const PickleValue& value) {
  const PickleValue* state = state_of(tree, value);
  return state != nullptr && tree.find(*state, "_modules") != nullptr && tree.find(*state, "_parameters") != nullptr;
}

void each_tensor_of_module(const PickleTree& tree, const PickleValue& module, Reading& reading,
                           const std::function<void(const std::string&, const PickleValue&)>& visit) {
  walk_tensors(tree, module, reading, "", 0, visit);
}

Json modules_within(const PickleTree& tree, const PickleValue& module, Reading& reading) {
  Json list = Json::array();
  walk_modules(tree, module, reading, "", 0, list);
  return list;
}

Json persistent_description(const PickleTree& tree, const PickleValue& module) {
  const PickleValue* description = description_of(tree, module);
  if (description == nullptr) return {};
  const PickleValue* state = state_of(tree, module);
  const auto of = [&](const PickleValue* value) { return value == nullptr ? Json() : plain_json(tree, *value); };
  return {{"class_name", of(find_in(tree, description, "class_name"))},
          {"init_args", of(find_in(tree, state, "_init_args"))},
          {"init_kwargs", of(find_in(tree, state, "_init_kwargs"))}};
}

}  // namespace ganvas::io
