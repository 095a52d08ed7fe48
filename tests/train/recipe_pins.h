#pragma once
// What the write-ups and the public systems fix, written down from them and not from the recipe files.

#include <map>
#include <string>

#include "core/json.h"

namespace ganvas::test {

/// "key.path" in a recipe's JSON -> what must stand there; null: nothing.
using Pins = std::map<std::string, Json>;

/// Recipe -> its pins.
const std::map<std::string, Pins>& recipe_pins();

}  // namespace ganvas::test
