#include "models/kept_choices.h"

#include "core/error.h"
#include "core/files.h"

namespace ganvas::models {

namespace fs = std::filesystem;

fs::path KeptChoices::file_of(const fs::path& model) {
  return model.string() + ".ganvas.json";
}

KeptChoices::KeptChoices(const fs::path& model) : file_(file_of(model)) {
  std::error_code error;
  if (!fs::exists(file_, error)) return;
  const Json json = read_json(file_);
  try {
    require_known_keys(json, {"networks"}, "It");
    networks_ = get_required<Json>(json, "networks");
    require(networks_.is_object(), "\"networks\" must be an object.");
    for (const auto& [name, values] : networks_.items()) {
      require(values.is_object(), "\"{}\" must be an object.", name);
      for (const auto& [key, value] : values.items()) require(value.is_string(), "\"{}\" must be a text.", key);
    }
  } catch (const Error& error) {
    fail("{} holds no choices: {}", file_.string(), error.what());
  }
}

std::vector<std::string> KeptChoices::of(const std::string& network) const {
  std::vector<std::string> assignments;
  const Json values = networks_.value(network, Json::object());
  for (const auto& [key, value] : values.items()) assignments.push_back(key + "=" + value.get<std::string>());
  return assignments;
}

void KeptChoices::set(const std::string& network, const std::vector<std::string>& assignments) {
  Json& values = networks_[network];
  if (!values.is_object()) values = Json::object();
  for (const std::string& assignment : assignments) {
    const auto equals = assignment.find('=');
    require(equals != std::string::npos, "\"{}\" is no LAYER.VALUE=NEW, such as net.2.kind=leaky_relu.", assignment);
    const std::string key = assignment.substr(0, equals), value = assignment.substr(equals + 1);
    // Another kind of layer has a slope of its own.
    if (key.ends_with(".kind")) values.erase(key.substr(0, key.size() - 4) + "slope");
    value.empty() ? static_cast<void>(values.erase(key)) : static_cast<void>(values[key] = value);
  }
  if (values.empty()) networks_.erase(network);
}

void KeptChoices::write() const {
  std::error_code error;
  if (networks_.empty()) {
    fs::remove(file_, error);
    return;
  }
  write_json(file_, Json{{"networks", networks_}});
}

std::string set_kept_choices(NetworkInFile& network, const fs::path& model) {
  try {
    set_values(network, KeptChoices(model).of(network.name));
    return {};
  } catch (const Error& error) {
    return fmt::format("{} is not used: {}", KeptChoices::file_of(model).string(), error.what());
  }
}

}  // namespace ganvas::models
