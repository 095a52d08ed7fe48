#pragma once
// What comes from outside the program.

#include <string>

namespace ganvas::inputs {

/// Something moved.
struct InputEvent {
  std::string source;  ///< "osc /fader/1", "midi 1 cc 7", "audio low"
  double value = 0;    ///< 0..1
  bool operator==(const InputEvent&) const = default;
};

}  // namespace ganvas::inputs
