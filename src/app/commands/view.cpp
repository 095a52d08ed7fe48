#include "app/commands/view.h"

#include "app/commands/support.h"

namespace ganvas::app::command {

void SetLayerView::apply(CommandContext& context) const {
  context.state.view.layer = view;
}

void SetGrid::apply(CommandContext& context) const {
  context.state.view.columns = columns;
  context.state.view.rows = rows;
}

void SetView::apply(CommandContext& context) const {
  context.state.view.zoom = zoom;
  context.state.view.pan_x = pan_x;
  context.state.view.pan_y = pan_y;
  context.state.view.filter = filter;
}

}  // namespace ganvas::app::command
