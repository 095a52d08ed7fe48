// How the run of the model on screen learned, as a film, in the tab Record.

#include <fmt/format.h>

#include "ui/panels/record/record.h"
#include "ui/widgets/actions.h"
#include "ui/widgets/widgets.h"

namespace ganvas::ui {

void RecordPanel::draw_timelapse(const UiContext& ui) {
  static constexpr const char* kForms[] = {"Grid", "Walk", "Timeline"};
  static constexpr const char* kFormNames[] = {"grid", "walk", "timeline"};
  static constexpr const char* kPaces[] = {"kimg", "Change"};
  static constexpr const char* kKinds[] = {"MP4", "GIF", "WebP", "PNG"};
  static constexpr const char* kEndings[] = {".mp4", ".gif", ".webp", ""};
  const app::TimeView& time = ui.view.time;
  if (time.moments.size() < 2) return;
  heading(ui, "Timelapse of the run");
  label(ui, "Shows");
  segmented(ui, "record.timelapse.form", kForms, form_,
            "Grid: the same latents all the way. Walk: the latents walk over the seeds meanwhile. Timeline: its "
            "keyframes from begin to end");
  label(ui, "Pace");
  segmented(ui, "record.timelapse.pace", kPaces, pace_,
            "kimg: even over the run. Change: even over how much the pictures change, so the beginning takes longer");
  label(ui, "Grid");
  double side = side_;
  if (slider(ui, "record.timelapse.side", side,
             {.low = 1, .high = 8, .neutral = 4, .step = 1, .format = "%.0f", .tip = "Pictures along each edge"}))
    side_ = static_cast<int>(side);
  label(ui, "Seconds");
  slider(ui, "record.timelapse.seconds", seconds_,
         {.low = 2,
          .high = 60,
          .neutral = 20,
          .hard_low = 0.5,
          .hard_high = 3600,
          .format = "%.0f",
          .tip = "Length of the film in seconds"});
  label(ui, "File");
  segmented(ui, "record.timelapse.kind", kKinds, kind_, "Kind of the film; PNG: a folder of pictures");
  if (!button(ui, "record.timelapse", "Make the timelapse",
              {.icon = Icon::film,
               .width = ImGui::GetContentRegionAvail().x,
               .tip = "A film of how the run learned, from the weights that it kept, with a caption"}))
    return;
  const char* ending = kEndings[kind_];
  ui.sink.send(app::command::MakeTimelapse{.path = dated_path(ui, "timelapse", ending),
                                           .form = kFormNames[form_],
                                           .pace = pace_ == 0 ? "kimg" : "change",
                                           .columns = side_,
                                           .rows = side_,
                                           .fps = kind_ == 1 ? 20 : 30,
                                           .seconds = seconds_,
                                           .caption = true});
}

}  // namespace ganvas::ui
