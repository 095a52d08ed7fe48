#include "app/commands/program.h"

#include <algorithm>

#include "app/commands/support.h"

namespace ganvas::app::command {

void SetInputs::apply(CommandContext& context) const {
  context.state.inputs = inputs;
}

void ForgetInput::apply(CommandContext& context) const {
  std::erase_if(context.state.inputs.bindings, [&](const Binding& binding) { return binding.target == target; });
}

}  // namespace ganvas::app::command
