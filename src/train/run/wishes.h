#pragma once
// What the owner of a session has asked of it and it has not yet done.

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "core/json.h"

namespace ganvas::train {

/// A later message replaces an earlier one of its kind, so a storm of them costs nothing; edits are all made, in order.
struct Wishes {
  bool pause = false;
  bool save = false;
  bool stop = false;
  bool roll_back = false;
  bool gentler = false;
  std::optional<std::int64_t> pause_at;
  std::optional<bool> in_training;  ///< whether somebody looks at the weights in training, from now on
  std::vector<std::pair<std::string, Json>> edits;

  /// Something to do even while paused.
  [[nodiscard]] bool urgent() const { return save || stop || roll_back || in_training || !edits.empty(); }
};

}  // namespace ganvas::train
