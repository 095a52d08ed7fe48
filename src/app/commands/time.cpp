#include "app/commands/time.h"

#include "app/commands/support.h"

namespace ganvas::app::command {

void SetTime::apply(CommandContext& context) const {
  context.state.time = time;
}

}  // namespace ganvas::app::command
