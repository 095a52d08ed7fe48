#include "app/commands/record.h"

#include "app/commands/support.h"

namespace ganvas::app::command {

void StartVideo::apply(CommandContext& context) const {
  require(fps >= 1 && fps <= 240, "A film of {} frames a second cannot be made; choose 1 to 240.", fps);
  context.carry_out(*this);
}

}  // namespace ganvas::app::command
