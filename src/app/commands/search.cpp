#include "app/commands/search.h"

#include "app/commands/support.h"

namespace ganvas::app::command {

void DragPicture::apply(CommandContext& context) const {
  require(!context.state.timeline.on, "The picture is the timeline's; leave it to drag the sliders' own.");
  context.carry_out(*this);
}

void KeepFound::apply(CommandContext& context) const {
  context.state.bookmarks.change([&](std::vector<Bookmark>& all) { all.push_back(bookmark); });
  recall(context, bookmark.latent);
}

}  // namespace ganvas::app::command
