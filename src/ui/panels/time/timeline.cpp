#include "ui/panels/time/timeline.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>

#include "ui/widgets/actions.h"
#include "ui/widgets/widgets.h"

namespace ganvas::ui {
namespace {

void open_and_add_keyframe(const UiContext& ui) {
  ui.state.open.insert("timeline");
  add_keyframe(ui);
}

}  // namespace

void add_keyframe(const UiContext& ui) {
  const app::TimelineControls& controls = ui.document().timeline;
  const auto& frames = controls.timeline.keyframes;
  const double next = frames.empty() ? 0 : frames.back().seconds + 1;
  ui.sink.send(app::command::AddKeyframe{controls.on ? controls.at : next});
}

void toggle_timeline_play(const UiContext& ui) {
  ui.sink.send(app::command::PlayTimeline{!ui.document().timeline.playing});
}

TimelinePanel::TimelinePanel()
    : Panel({.name = "timeline",
             .title = "Timeline",
             .place = PanelPlace::strip,
             .size = 128,
             .icon = Icon::film,
             .tip = "Timeline: keyframes and films (T)",
             .keys = {{"T,  K",
                       "Timeline; keep a keyframe",
                       {{letter('T'), toggles("timeline")}, {letter('K'), open_and_add_keyframe}}}}}) {}

void TimelinePanel::draw(const UiContext& ui) {
  draw_controls(ui);
  draw_options(ui);
  draw_track(ui);
  draw_keyframe_menu(ui);
}

void TimelinePanel::draw_controls(const UiContext& ui) {
  const app::TimelineControls& controls = ui.document().timeline;
  const bool any = !controls.timeline.keyframes.empty();
  if (icon_button(ui, "timeline.play", controls.playing ? Icon::pause : Icon::play,
                  {.kind = controls.playing ? ButtonKind::primary : ButtonKind::normal,
                   .enabled = any,
                   .tip = "Play the timeline (Space while it is open)"}))
    toggle_timeline_play(ui);
  ImGui::SameLine();
  if (button(ui, "timeline.add", "Keyframe",
             {.tip = "Keep the present sliders as a keyframe at the playhead, or one second after the last (K)"}))
    add_keyframe(ui);
  ImGui::SameLine();
  if (button(ui, "timeline.leave", controls.on ? "Timeline" : "Sliders",
             {.enabled = controls.on,
              .on = controls.on,
              .tip = "Who has the picture. Press to give it back to the sliders"}))
    ui.sink.send(app::command::LeaveTimeline{});
  ImGui::SameLine();
  ImGui::AlignTextToFramePadding();
  ImGui::Text("%.2f / %.2f s", controls.at, latent::timeline_length(controls.timeline));
  ImGui::SameLine();
  if (button(ui, "timeline.save", "Save",
             {.enabled = any, .tip = "Write the timeline to a file, which ganvas render films too"}))
    ui.ask_file({.title = "Save timeline",
                 .action = "Save",
                 .file_name = "timeline.json",
                 .extensions = {".json"},
                 .save = true,
                 .done = [&sink = ui.sink](const std::string& path) { sink.send(app::command::SaveTimeline{path}); }});
  ImGui::SameLine();
  if (button(ui, "timeline.load", "Load", {.tip = "Take the timeline of a file"}))
    ui.ask_file({.title = "Load timeline",
                 .action = "Load",
                 .extensions = {".json"},
                 .done = [&sink = ui.sink](const std::string& path) { sink.send(app::command::LoadTimeline{path}); }});
  ImGui::SameLine();
  draw_walk(ui);
}

void TimelinePanel::draw_options(const UiContext& ui) {
  const app::TimelineControls& controls = ui.document().timeline;
  latent::Timeline timeline = controls.timeline;
  static constexpr const char* kCourses[] = {"Linear", "Sphere", "Spline"};
  int course = static_cast<int>(timeline.course);
  bool changed = segmented(
      ui, "timeline.course", kCourses, course,
      "The way between keyframes: straight or smooth through the styles, or along the sphere of latents", ui.px(200));
  timeline.course = static_cast<latent::Course>(course);
  ImGui::SameLine();
  changed |=
      toggle(ui, "timeline.loop", "Loop", timeline.loop, "After the last keyframe back to the first, without a seam");
  const auto drag = [&](const char* id, const char* format, double& value, double high, const char* tip) {
    ImGui::SameLine();
    ImGui::SetNextItemWidth(ui.px(84));
    ImGui::PushID(id);
    const double low = 0;
    const bool moved = ImGui::DragScalar("##value", ImGuiDataType_Double, &value, 0.05F, &low, &high, format,
                                         ImGuiSliderFlags_AlwaysClamp);
    ImGui::PopID();
    finish_item(ui, id, tip);
    return moved;
  };
  changed |= drag("timeline.seconds", timeline.seconds > 0 ? "%.1f s" : "auto", timeline.seconds, 3600,
                  "Length in seconds; 0: by the keyframes");
  double turns = timeline.noise_turns;
  if (drag("timeline.noise", "noise %.0f", turns, 100,
           "How often random noise turns through its circle from begin to end; 0: it stands still")) {
    timeline.noise_turns = static_cast<int>(std::lround(turns));
    changed = true;
  }
  double skin = controls.onion_skin;
  if (drag("timeline.onion", "skin %.0f", skin, 3, "Keyframes before and after that shine through while you scrub"))
    ui.sink.send(app::command::SetOnionSkin{static_cast<int>(std::lround(skin))});
  if (changed) ui.sink.send(app::command::SetTimeline{timeline});
  ImGui::SameLine();
  draw_film(ui);
}

void TimelinePanel::draw_film(const UiContext& ui) {
  const app::RenderView& render = ui.view.render;
  if (render.busy) {
    if (button(ui, "timeline.cancel", "Stop",
               {.kind = ButtonKind::danger, .tip = "Stop the film; rendering it again goes on"}))
      ui.sink.send(app::command::CancelRender{});
    ImGui::SameLine();
    progress_bar(ui, render.frames > 0 ? static_cast<double>(render.done) / render.frames : 0, ui.palette().accent,
                 ui.px(90));
    return;
  }
  const bool any = !ui.document().timeline.timeline.keyframes.empty();
  if (button(ui, "timeline.film", "Film…",
             {.icon = Icon::record, .enabled = any, .tip = "Render the timeline to a file"}))
    ImGui::OpenPopup("##film");
  if (!ImGui::BeginPopup("##film")) return;
  ImGui::SetNextItemWidth(ui.px(120));
  ImGui::DragInt("frames/s", &fps_, 0.2F, 1, 240, "%d", ImGuiSliderFlags_AlwaysClamp);
  finish_item(ui, "timeline.film.fps", "Frames a second; GIF and WebP: at most 100");
  ImGui::SetNextItemWidth(ui.px(120));
  ImGui::DragInt("pixels", &size_, 2, 0, 4096, size_ == 0 ? "model's" : "%d", ImGuiSliderFlags_AlwaysClamp);
  finish_item(ui, "timeline.film.size", "Pixels of a picture's side; 0: as the model makes it");
  const std::string track = track_file(ui);
  if (!track.empty())
    toggle(ui, "timeline.film.sound", "sound", sound_, "The film has the sound of the track; MP4 alone");
  constexpr std::array<const char*, 4> kinds = {".mp4", ".gif", ".webp", ""};
  for (const char* kind : kinds) {
    const std::string id = fmt::format("timeline.film{}", *kind != 0 ? kind : ".png");
    if (button(ui, id.c_str(), *kind != 0 ? kind + 1 : "png",
               {.tip = *kind != 0 ? "A film of this kind" : "A folder of PNG files"})) {
      const bool heard = sound_ && kind == kinds[0];
      ui.sink.send(app::command::RenderTimeline{dated_path(ui, "timeline", kind), fps_, size_, heard ? track : ""});
      ImGui::CloseCurrentPopup();
    }
    ImGui::SameLine();
  }
  ImGui::EndPopup();
}

}  // namespace ganvas::ui
