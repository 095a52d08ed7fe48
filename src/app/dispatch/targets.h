#pragma once
// Sliders by name, for what moves them from outside. No torch.

#include <optional>
#include <string>

#include "app/dispatch/command.h"

namespace ganvas::app {

/// The name of a synthesis parameter (latent/controls.h: "psi", "seed_x", "blend", ...), "timeline" (a share of its
/// length), "coarse", "fine", "dimension N", "move N", "bend N" -> the command that gives it a value; nothing for
/// another name or one that the document does not have now.
std::optional<Command> command_for(const std::string& target, double value, const AppState& state);
/// Ends of its slider, for a new binding.
latent::ValueRange target_range(const std::string& target);

}  // namespace ganvas::app
