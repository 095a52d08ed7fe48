#include "ui/panels/record/record.h"

#include <fmt/format.h>

#include <cmath>

#include "core/files.h"
#include "ui/widgets/actions.h"
#include "ui/widgets/widgets.h"

namespace ganvas::ui {

RecordPanel::RecordPanel() : Panel({.name = "record", .title = "Record"}) {}

void RecordPanel::draw(const UiContext& ui) {
  heading(ui, "Pictures");
  const float half = (ImGui::GetContentRegionAvail().x - ImGui::GetStyle().ItemSpacing.x) / 2;
  if (button(ui, "record.picture", "Picture",
             {.icon = Icon::camera,
              .enabled = ui.view.frame != nullptr,
              .width = half,
              .tip = "PNG of the picture, pixel for pixel"})) {
    save_picture(ui);
  }
  ImGui::SameLine();
  if (button(ui, "record.window", "Window",
             {.icon = Icon::window, .width = half, .tip = "PNG of the whole window (F12)"})) {
    save_window(ui);
  }
  draw_film(ui);
  if (ui.view.render.busy) {
    draw_rendering(ui);
  } else {
    draw_track(ui);
    draw_timelapse(ui);
  }
  draw_output(ui);
  heading(ui, "Output folder");
  const float browse = ImGui::GetFrameHeight();
  text_field(ui, "record.folder", ui.state.output_folder, "out",
             "Folder of pictures, films and charts; names carry date and time",
             ImGui::GetContentRegionAvail().x - browse - ImGui::GetStyle().ItemSpacing.x);
  ImGui::SameLine();
  if (icon_button(ui, "record.browse", Icon::folder, {.tip = "Choose a folder"})) {
    ui.ask_file({.title = "Output folder",
                 .action = "Choose",
                 .folder = true,
                 .done = [state = &ui.state](const std::string& path) { state->output_folder = path; }});
  }
  heading(ui, "Session");
  dim_text(ui, "Sliders, view and recipe as one small JSON file.");
  if (button(ui, "record.save_session", "Save",
             {.icon = Icon::save, .width = half, .tip = "Save the session (Ctrl+S; Ctrl+Shift+S asks for a name)"})) {
    save_session(ui, false);
  }
  ImGui::SameLine();
  if (button(ui, "record.open_session", "Open",
             {.icon = Icon::folder, .width = half, .tip = "Open a session (Ctrl+O)"})) {
    open_session(ui);
  }
}

void RecordPanel::draw_film(const UiContext& ui) {
  const app::RecordView& record = ui.view.record;
  heading(ui, "Film");
  if (!record.recording) {
    label(ui, "Frames/s");
    segmented(ui, "record.rate", kRateNames, rate_, "Frames a second of the film");
    if (ui.view.model.training) {
      label(ui, "");
      toggle(ui, "record.caption", "Caption", caption_, "Below the picture: kimg, step, time and the losses");
    }
  }
  const float room = ImGui::GetContentRegionAvail().x;
  const ButtonOptions start{.icon = Icon::record,
                            .kind = ButtonKind::danger,
                            .width = room,
                            .tip = "Film the picture while you play (Ctrl+R)"};
  const ButtonOptions stop{.icon = Icon::stop, .width = room, .tip = "End the film and finish its file (Ctrl+R)"};
  if (button(ui, "record.film", record.recording ? "Stop recording" : "Record", record.recording ? stop : start)) {
    toggle_video(ui, kRates[static_cast<std::size_t>(rate_)], caption_ && ui.view.model.training);
  }
  if (!record.recording) return;
  const ImVec2 at = ImGui::GetCursorScreenPos();
  const float pulse = 0.65F + 0.35F * std::sin(static_cast<float>(record.seconds) * 4);
  ImGui::GetWindowDrawList()->AddCircleFilled({at.x + ui.px(7), at.y + ui.px(12)}, ui.px(6),
                                              faded(ui.palette().bad, pulse));
  ImGui::SetCursorPosX(ImGui::GetCursorPosX() + ui.px(22));
  ImGui::PushFont(ui.style.large);
  ImGui::Text("%02d:%04.1f", static_cast<int>(record.seconds) / 60, std::fmod(record.seconds, 60.0));
  ImGui::PopFont();
  dim_text(ui,
           fmt::format("{}  ·  {} frames  ·  {} dropped", human_bytes(record.bytes), record.frames, record.dropped));
  dim_text(ui, record.path);
}

}  // namespace ganvas::ui
