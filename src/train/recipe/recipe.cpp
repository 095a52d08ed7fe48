#include "train/recipe/recipe.h"

#include <algorithm>

#include "core/error.h"
#include "core/files.h"
#include "core/json_text.h"
#include "models/traits.h"
#include "train/augment/augment.h"

namespace ganvas::train {
namespace {

namespace fs = std::filesystem;

std::string joined(const std::vector<std::string>& names) {
  std::string text;
  for (const std::string& name : names) text += (text.empty() ? "" : ", ") + name;
  return text;
}

}  // namespace

std::vector<std::string> augmentation_pipes() {
  std::vector<std::string> names = augment_presets();
  names.insert(names.begin(), "none");
  return names;
}

void check_recipe(const Recipe& recipe, const std::string& what) {
  require(!recipe.name.empty(), "\"name\" of {} is empty.", what);
  require(recipe.grow.start == 0 || models::traits_of(recipe.network).grows,
          "{}: networks of the family {} do not grow; set \"grow.start\" to 0.", what, recipe.network.family);
  require(
      recipe.film.empty() || (recipe.film.find('/') == std::string::npos && recipe.film.find('.') != std::string::npos),
      "{}: \"film\" is the name of a film in the run folder, such as samples.gif, not \"{}\".", what, recipe.film);
}

Json to_json(const Recipe& recipe) {
  return fields::to_json(recipe);
}

Recipe recipe_from_json(const Json& json, const std::string& what) {
  Recipe recipe;
  fields::from_json(json, what, recipe);
  recipe.data.resolution = recipe.network.resolution;
  recipe.data.width = models::picture_width(recipe.network);
  recipe.data.channels = recipe.network.image_channels;
  // A data set's labels may be broken where nobody needs them.
  if (!json.contains("data") || !json["data"].contains("labels")) recipe.data.labels = recipe.network.c_dim > 0;
  return recipe;
}

std::vector<std::string> recipe_names() {
  std::vector<std::string> names;
  for (const auto& entry : fs::directory_iterator(asset("recipes"))) {
    if (entry.path().extension() == ".json") names.push_back(entry.path().stem().string());
  }
  std::sort(names.begin(), names.end());
  return names;
}

Recipe load_recipe(const std::string& name_or_path) {
  const std::vector<std::string> names = recipe_names();
  if (std::find(names.begin(), names.end(), name_or_path) != names.end()) {
    const fs::path path = asset("recipes/" + name_or_path + ".json");
    return recipe_from_json(read_json(path), "recipe " + name_or_path);
  }
  std::error_code error;
  require(fs::is_regular_file(name_or_path, error), "There is no recipe \"{}\": neither a file nor one of {}.",
          name_or_path, joined(names));
  return recipe_from_json(read_json(name_or_path), "recipe " + name_or_path);
}

Json& recipe_place(Json& json, const std::string& key) {
  Json* place = &json;
  for (std::size_t start = 0; start <= key.size();) {
    const auto end = std::min(key.find('.', start), key.size());
    const std::string part = key.substr(start, end - start);
    std::vector<std::string> known;
    if (place->is_object()) {
      for (const auto& item : place->items()) known.push_back(item.key());
    }
    require(place->is_object() && place->contains(part), "A recipe has no \"{}\"; known here: {}.", key, joined(known));
    place = &(*place)[part];
    start = end + 1;
  }
  return *place;
}

void set_recipe_value(Recipe& recipe, const std::string& assignment) {
  const auto equals = assignment.find('=');
  require(equals != std::string::npos && equals > 0, "\"{}\" is no setting; write key=value, such as batch=64.",
          assignment);
  const std::string key = assignment.substr(0, equals);
  const std::string text = assignment.substr(equals + 1);
  Json json = to_json(recipe);
  Json& place = recipe_place(json, key);
  Json value = Json::parse(text, nullptr, /*allow_exceptions=*/false);
  place = value.is_discarded() || place.is_string() ? Json(text) : bytes_restored(value);
  recipe = recipe_from_json(json, "recipe " + recipe.name + " with " + assignment);
}

}  // namespace ganvas::train

namespace ganvas::fields {

models::NetworkSpec Codec<models::NetworkSpec>::read(const Json& json, const std::string& what) {
  require(json.is_object(), "{} must be a JSON object.", what);
  return models::network_spec_from_json(json);
}

}  // namespace ganvas::fields
