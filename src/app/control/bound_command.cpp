#include "app/control/bound_command.h"

#include <algorithm>

#include "app/dispatch/targets.h"

namespace ganvas::app {

std::optional<Command> bound_command(const Binding& binding, std::span<const inputs::InputEvent> events,
                                     const AppState& state) {
  const auto newest = std::find_if(events.rbegin(), events.rend(),
                                   [&](const inputs::InputEvent& event) { return event.source == binding.source; });
  if (newest == events.rend()) return std::nullopt;
  return command_for(binding.target, binding.low + (binding.high - binding.low) * newest->value, state);
}

}  // namespace ganvas::app
