#pragma once
// Sliders by name, for what moves them from outside. No torch.

#include <optional>
#include <string>

#include "app/document/command.h"

namespace ganvas::app {

/// Ends of a slider, for a new binding.
struct TargetRange {
  double low = 0;
  double high = 1;
};

/// "psi", "seed_x", "seed_y", "blend", "speed", "timeline" (a share of its length), "noise_phase", "coarse", "fine",
/// "dimension N", "move N", "bend N" -> the command that gives it a value; nothing for another name or one that the
/// document does not have now.
std::optional<Command> command_for(const std::string& target, double value, const AppState& state);
TargetRange target_range(const std::string& target);

}  // namespace ganvas::app
