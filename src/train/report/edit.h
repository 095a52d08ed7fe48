#pragma once
// A change that is made to a run while it trains: plain data, no torch.

#include <cstdint>
#include <string>
#include <vector>

#include "core/json.h"

namespace ganvas::train {

/// A change between two generator steps. `key` is one of live_keys() with a value as in the recipe, or:
///   "one_step"  "discriminator" or "generator": a step of that network alone
///   "fork"      n >= 1: other random numbers and another order of the data from here on, different for each n
struct Edit {
  std::int64_t step = 0;  ///< generator steps done when it was made
  std::string key;
  Json value;
  bool operator==(const Edit&) const = default;
};

Json to_json(const Edit& edit);
/// Throws Error for what is no edit.
Edit edit_from_json(const Json& json, const std::string& what);

/// The keys of a recipe that may change while it trains, such as "g_optimizer.lr".
const std::vector<std::string>& live_keys();

}  // namespace ganvas::train
