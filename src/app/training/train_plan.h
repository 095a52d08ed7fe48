#pragma once
// What a choice of recipe, data and overrides amounts to, before training starts. Any thread but the UI's.

#include <cstddef>
#include <string>
#include <utility>
#include <vector>

#include "app/document/state.h"
#include "train/recipe/recipe.h"

namespace ganvas::app {

struct TrainPlan {
  std::vector<std::string> recipes;  ///< built-in names
  std::string title;
  std::vector<std::pair<std::string, std::string>> values;  ///< key -> JSON text, after overrides
  std::vector<std::string> overridden;                      ///< keys that differ from the recipe's file
  std::string problem;                                      ///< why it cannot be used; empty: fine
  std::size_t peak_memory = 0;                              ///< estimated bytes
};

/// A recipe for networks of that family: `recipe` where it is one, else the first built-in one, those of starter models
/// before others; `recipe` where none has the family.
std::string recipe_for_family(const std::string& recipe, const std::string& family);

/// The recipe with the data and overrides of the controls, and the networks of the file that it begins with. Throws
/// Error for what does not fit.
train::Recipe chosen_recipe(const TrainControls& controls);

/// Never throws: what does not fit becomes the plan's problem.
TrainPlan plan_training(const TrainControls& controls);

}  // namespace ganvas::app
