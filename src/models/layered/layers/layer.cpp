#include "models/layered/layers/layer.h"

#include "core/error.h"

namespace ganvas::models {

Json to_json(const std::vector<Layer>& layers) {
  const Json defaults = fields::to_json(Layer{});
  Json list = Json::array();
  for (const Layer& layer : layers) {
    const Json all = fields::to_json(layer);
    Json one = Json::object();
    for (const auto& [key, value] : all.items())
      if (value != defaults[key]) one[key] = value;
    list.push_back(std::move(one));
  }
  return list;
}

std::vector<Layer> layers_from_json(const Json& json, const std::string& what) {
  constexpr std::size_t most_layers = 4096;
  require(json.is_array() && json.size() <= most_layers, "{} must be a list of at most {} layers.", what, most_layers);
  std::vector<Layer> layers;
  for (const Json& one : json) {
    const bool named = one.is_object() && one.contains("name") && one["name"].is_string();
    const std::string name = named ? one["name"].get<std::string>() : std::to_string(layers.size());
    fields::from_json(one, fmt::format("layer \"{}\" of {}", name, what), layers.emplace_back());
  }
  return layers;
}

Layer checked_layer(const Layer& layer) {
  try {
    return layers_from_json(to_json(std::vector<Layer>{layer}), "the network").front();
  } catch (const Error& error) {
    std::string clause = error.what();
    while (clause.ends_with('.')) clause.pop_back();
    fail("{}", clause);
  }
}

}  // namespace ganvas::models
