#include "io/torch/torchscript_file.h"

#include <algorithm>

#include "core/error.h"
#include "core/json.h"
#include "core/outside/limits.h"
#include "core/outside/printable.h"

namespace ganvas::io {
namespace {

constexpr std::size_t most_in_an_attribute = 64;

bool allowed(const std::string& global) {
  return global.starts_with("__torch__.") || global.starts_with("torch.jit._pickle.") || allowed_in_torch_file(global);
}

/// Lists of one type are written as a call around them.
const PickleValue& list_of(const PickleTree& tree, const PickleValue& value) {
  if (!tree.type_of(value).starts_with("torch.jit._pickle.build_") || value.arguments == no_value) return value;
  const auto& arguments = tree.at(value.arguments).items;
  return arguments.empty() ? value : tree.at(arguments[0]);
}

/// Nothing for what is not plain.
std::optional<Json> plain_value(const PickleTree& tree, const PickleValue& given, int level = 0) {
  const PickleValue& value = list_of(tree, given);
  if (value.kind == PickleKind::none) return Json();
  if (value.kind == PickleKind::boolean) return Json(value.integer != 0);
  if (value.kind == PickleKind::integer) return Json(value.integer);
  if (value.kind == PickleKind::real) return Json(value.real);
  if (value.kind == PickleKind::text && value.text.size() <= limits::setting_text) return Json(value.text);
  if ((value.kind != PickleKind::list && value.kind != PickleKind::tuple) ||
      value.items.size() > most_in_an_attribute || level > 1)
    return std::nullopt;
  Json list = Json::array();
  for (const PickleHandle item : value.items) {
    std::optional<Json> one = plain_value(tree, tree.at(item), level + 1);
    if (!one) return std::nullopt;
    list.push_back(std::move(*one));
  }
  return list;
}

bool is_object(const PickleTree& tree, const PickleValue& value) {
  return value.kind == PickleKind::object && tree.type_of(value).starts_with("__torch__.");
}

/// Walks the tree of objects from the program on; one that hangs in two places is read in each.
class Objects {
 public:
  Objects(const PickleTree& tree, StoredTensors& tensors, Reading& reading, WeightSet& weights)
      : tree_(tree), tensors_(tensors), reading_(reading), weights_(weights) {}

  Json read() {
    visit(tree_.root(), "", 0);
    return std::move(objects_);
  }

 private:
  const PickleTree& tree_;
  StoredTensors& tensors_;
  Reading& reading_;
  WeightSet& weights_;
  Json objects_ = Json::object();

  void visit(const PickleValue& object, const std::string& path, std::size_t level) {
    require(is_object(tree_, object), "it holds no module");
    require(level < limits::levels && path.size() <= limits::name_bytes,
            "its modules are nested deeper than in any model");
    Json attributes = Json::object();
    const PickleValue* state = object.state == no_value ? nullptr : &tree_.at(object.state);
    const std::size_t count = state != nullptr && state->kind == PickleKind::dict ? state->items.size() : 0;
    for (std::size_t i = 0; i + 1 < count; i += 2) {
      reading_.step();
      const PickleValue &key = tree_.at(state->items[i]), &value = tree_.at(state->items[i + 1]);
      if (key.kind != PickleKind::text) continue;
      const std::string name = path.empty() ? key.text : path + "." + key.text;
      if (is_torch_tensor(tree_, value)) {
        tensors_.keep(weights_, name, value);
      } else if (is_object(tree_, value)) {
        visit(value, name, level + 1);
      } else if (auto plain = plain_value(tree_, value); plain && attributes.size() < limits::settings_in_one) {
        attributes[key.text] = std::move(*plain);
      }
    }
    require(objects_.size() < limits::tensors, "it has more than {} modules", limits::tensors);
    objects_[path] = {{"class", std::string(tree_.type_of(object))}, {"attributes", std::move(attributes)}};
  }
};

Json code_of(TorchArchive& archive, Reading& reading) {
  Json code = Json::object();
  std::uint64_t bytes = 0;
  for (const std::string& entry : archive.names("code/", ".py")) {
    std::string text = archive.text(entry, limits::program_bytes);
    reading.step(text.size() / 16 + 1);
    bytes += text.size();
    require(bytes <= limits::program_bytes, "its program is longer than {}", human_bytes(limits::program_bytes));
    std::string name = entry.substr(5, entry.size() - 8);  // without "code/" and ".py"
    std::replace(name.begin(), name.end(), '/', '.');
    require(is_utf8(text) && is_utf8(name), "its program is no text");
    code[name] = std::move(text);
  }
  require(!code.empty(), "it is a TorchScript program without its text");
  return code;
}

}  // namespace

WeightSet read_torchscript(TorchArchive& archive, Reading& reading) {
  WeightSet weights;
  Json& about = weights.metadata["torchscript"];
  about["code"] = code_of(archive, reading);
  std::size_t consumed = 0;
  {
    const std::string pickle = archive.text("data.pkl", limits::pickle_bytes);
    const PickleTree tree = parse_pickle(pickle, allowed, consumed, reading, Classes::any);
    StoredTensors tensors(tree, storages_within(archive, "data/", reading), reading);
    about["objects"] = Objects(tree, tensors, reading, weights).read();
  }
  const std::string pickle = archive.text("constants.pkl", limits::pickle_bytes);
  const PickleTree tree = parse_pickle(pickle, allowed, consumed, reading, Classes::any);
  StoredTensors tensors(tree, storages_within(archive, "constants/", reading), reading);
  int number = 0;
  for (const PickleHandle item : tree.root().items) {
    reading.step();
    const std::string name = "CONSTANTS.c" + std::to_string(number++);
    if (is_torch_tensor(tree, tree.at(item))) tensors.keep(weights, name, tree.at(item));
  }
  require(weights.size() > 0, "it is a TorchScript program that holds no tensors");
  return weights;
}

}  // namespace ganvas::io
