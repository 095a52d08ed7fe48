#pragma once
// How what comes from outside moves a slider: while one plays, and in films of whole tracks. No torch.

#include <optional>
#include <span>

#include "app/dispatch/command.h"
#include "inputs/input_event.h"

namespace ganvas::app {

/// What a binding does when these sources have moved: its slider lies between `low` and `high` as the newest value of
/// its source between 0 and 1. Nothing where its source is not among them, or the document does not have the slider
/// now.
std::optional<Command> bound_command(const Binding& binding, std::span<const inputs::InputEvent> events,
                                     const AppState& state);

}  // namespace ganvas::app
