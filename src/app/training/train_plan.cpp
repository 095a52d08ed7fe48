#include "app/training/train_plan.h"

#include <algorithm>
#include <filesystem>
#include <map>

#include "core/error.h"
#include "core/json_text.h"
#include "core/sentence.h"
#include "train/transfer/start_model.h"

namespace ganvas::app {

namespace {

/// Every leaf of a recipe's JSON as "loss.d_steps" -> "1". Names and notes are no settings.
void flatten(const Json& json, const std::string& prefix, std::vector<std::pair<std::string, std::string>>& out) {
  for (const auto& [key, value] : json.items()) {
    if (prefix.empty() && (key == "name" || key == "title" || key == "notes")) continue;
    if (value.is_object()) {
      flatten(value, prefix + key + ".", out);
    } else {
      out.emplace_back(prefix + key, json_text(value));
    }
  }
}

void check_data(const std::string& source) {
  if (source == "faces") return;
  std::error_code problem;
  require(std::filesystem::exists(source, problem), "There is no folder {} with pictures; check the path.", source);
}

}  // namespace

std::string recipe_for_family(const std::string& recipe, const std::string& family) {
  const auto suits = [&](const std::string& name) {
    try {
      return train::load_recipe(name).network.family == family;
    } catch (const Error&) {
      return false;  // a recipe file of the person's that is gone
    }
  };
  if (suits(recipe)) return recipe;
  std::vector<std::string> names = train::recipe_names();
  std::ranges::stable_partition(names, [](const std::string& name) { return name.starts_with("starter-"); });
  const auto found = std::ranges::find_if(names, suits);
  return found == names.end() ? recipe : *found;
}

train::Recipe chosen_recipe(const TrainControls& controls) {
  train::Recipe recipe = train::load_recipe(controls.recipe);
  if (!controls.data.empty()) recipe.data.source = controls.data;
  for (const auto& [key, value] : controls.overrides) train::set_recipe_value(recipe, key + "=" + value);
  if (!controls.from.empty()) train::begin_with(recipe, controls.from, controls.freeze_d);
  return recipe;
}

TrainPlan plan_training(const TrainControls& controls) {
  TrainPlan plan;
  try {
    plan.recipes = train::recipe_names();
    train::Recipe recipe = train::load_recipe(controls.recipe);
    plan.title = recipe.title;
    std::vector<std::pair<std::string, std::string>> published;
    flatten(to_json(recipe), "", published);
    plan.values = published;
    recipe = chosen_recipe(controls);
    plan.values.clear();
    flatten(to_json(recipe), "", plan.values);
    const std::map<std::string, std::string> before(published.begin(), published.end());
    for (const auto& [key, value] : plan.values) {
      const auto found = before.find(key);
      if (found == before.end() || found->second != value) plan.overridden.push_back(key);
    }
    check_data(recipe.data.source);
    plan.peak_memory = train::peak_memory_bytes(recipe);
  } catch (const std::exception& error) {
    plan.problem = sentence_of(error);
  }
  return plan;
}

}  // namespace ganvas::app
