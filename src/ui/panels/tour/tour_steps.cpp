#include "ui/panels/tour/tour_steps.h"

namespace ganvas::ui {

std::span<const TourStep> tour_steps() {
  static const std::vector<TourStep> steps = {
      {.title = "Drag the picture",
       .text = "Press the mouse on a face and pull: you walk over the plane of seeds, and each face turns into its "
               "neighbour.",
       .tab = "explore",
       .commands = {"pan_seed"}},
      {.title = "Pull a slider",
       .text = "The tab Explore has one for every latent dimension; on Style there are directions with names.",
       .tab = "explore",
       .commands = {"set_dimension", "set_strength", "set_style_offset", "set_parameter", "set_psi"}},
      {.title = "Recall a bookmark, or mix a style",
       .text = "Click a small picture under Bookmarks on the tab Explore, or mix in another seed's styles on Style.",
       .tab = "explore",
       .commands = {"recall_bookmark", "set_style_source", "set_mixing_grid"}},
      {.title = "Train a model",
       .text = "Press Start training on the tab Train. You may go on dragging while it learns; W shows its newest "
               "weights.",
       .tab = "train",
       .commands = {"start_training"}},
      {.title = "Make a film",
       .text = "Press Record on the tab Record, drag a little, and stop: an MP4 of what you saw.",
       .tab = "record",
       .commands = {"start_video", "render_timeline", "make_timelapse"}}};
  return steps;
}

}  // namespace ganvas::ui
