// A whole piece of music as a film, in the tab Record.

#include "ui/panels/record/record.h"
#include "ui/widgets/actions.h"
#include "ui/widgets/widgets.h"

namespace ganvas::ui {

void RecordPanel::draw_rendering(const UiContext& ui) {
  const app::RenderView& render = ui.view.render;
  heading(ui, "Film");
  progress_bar(ui, render.frames > 0 ? static_cast<double>(render.done) / render.frames : 0, ui.palette().accent);
  dim_text(ui, render.frames > 0 ? render.path : "The sound is being heard");
  if (button(ui, "record.render.stop", "Stop",
             {.kind = ButtonKind::danger, .tip = "Stop the film; making it again under its name goes on"}))
    ui.sink.send(app::command::CancelRender{});
}

void RecordPanel::draw_track(const UiContext& ui) {
  static constexpr int kTrackRates[] = {24, 30, 60}, kSizes[] = {0, 256, 512, 1024};
  static constexpr const char* kTrackRateNames[] = {"24", "30", "60"};
  static constexpr const char* kSizeNames[] = {"Model's", "256", "512", "1024"};
  heading(ui, "Film of a track");
  label(ui, "Sound");
  track_button(ui, "record.track.file", ImGui::GetContentRegionAvail().x);
  label(ui, "Frames/s");
  segmented(ui, "record.track.rate", kTrackRateNames, track_rate_, "Frames a second of the film");
  label(ui, "Pixels");
  segmented(ui, "record.track.size", kSizeNames, track_size_, "Pixels of a picture's side");
  if (!button(
          ui, "record.track", "Film the track",
          {.icon = Icon::film,
           .enabled = !track_file(ui).empty(),
           .width = ImGui::GetContentRegionAvail().x,
           .tip = "MP4 of the whole piece with its sound, frame by frame: sliders that follow the sound move, a walk "
                  "or a timeline that is on goes on"}))
    return;
  ui.sink.send(app::command::FilmTrack{.path = dated_path(ui, "track", ".mp4"),
                                       .track = track_file(ui),
                                       .fps = kTrackRates[track_rate_],
                                       .size = kSizes[track_size_]});
}

}  // namespace ganvas::ui
