#include "ui/panels/time/time.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <filesystem>

#include "core/files.h"
#include "ui/widgets/actions.h"
#include "ui/widgets/widgets.h"

namespace ganvas::ui {

namespace {

/// Index of the moment nearest to `kimg`; the number of moments for the newest weights.
int index_of(const app::TimeView& time, double kimg) {
  const int count = static_cast<int>(time.moments.size());
  if (kimg < 0 || count == 0) return count;
  const auto nearer = [&](const auto& a, const auto& b) { return std::abs(a.kimg - kimg) < std::abs(b.kimg - kimg); };
  return static_cast<int>(std::min_element(time.moments.begin(), time.moments.end(), nearer) - time.moments.begin());
}

/// kimg at the right end of the track.
double end_of(const UiContext& ui) {
  const double last = ui.view.time.moments.empty() ? 0 : ui.view.time.moments.back().kimg;
  const bool live = ui.view.model.training;
  return std::max({last, live ? ui.view.train.kimg : 0.0, 1e-3});
}

void send(const UiContext& ui, const app::TimeControls& time) {
  ui.sink.send(app::command::SetTime{time});
}

/// To the kept moment before or after the one on screen; after the last comes the newest.
void step_in_time(const UiContext& ui, int moments) {
  app::TimeControls time = ui.document().time;
  const int count = static_cast<int>(ui.view.time.moments.size());
  if (count == 0) return;
  const int next = std::clamp(index_of(ui.view.time, time.at) + moments, 0, count);
  time.at = next == count ? -1 : ui.view.time.moments[static_cast<std::size_t>(next)].kimg;
  send(ui, time);
}

Shortcut step_key(Key key, int moments) {
  return {.key = key, .action = [moments](const UiContext& ui) { step_in_time(ui, moments); }, .repeats = true};
}

void toggle_split(const UiContext& ui) {
  app::TimeControls time = ui.document().time;
  time.split = !time.split;
  send(ui, time);
}

}  // namespace

std::string moment_text(double kimg) {
  return kimg < 0 ? "newest" : fmt::format("{:.1f} kimg", kimg);
}

TimePanel::TimePanel()
    : Panel({.name = "time",
             .title = "Time machine",
             .place = PanelPlace::strip,
             .size = 88,
             .icon = Icon::clock,
             .tip = "Time machine: the run's past (H)",
             .keys = {{"H,  C",
                       "Time machine; two moments side by side",
                       {{letter('H'), toggles("time")}, {letter('C'), toggle_split}}},
                      {",  .", "Moment before, moment after", {step_key(Key::comma, -1), step_key(Key::period, 1)}}}}) {
}

void TimePanel::draw(const UiContext& ui) {
  if (ui.view.time.moments.empty()) {
    dim_text(ui, ui.view.time.run.empty()
                     ? "The model on screen comes from no run. Open a run folder, or train one, to go back in its time."
                     : "The run keeps no weights of its past yet.");
  } else {
    draw_controls(ui);
    draw_track(ui);
  }
}

void TimePanel::draw_controls(const UiContext& ui) const {
  app::TimeControls time = ui.document().time;
  if (button(ui, "time.now", "Now",
             {.enabled = time.at >= 0, .on = time.at < 0, .tip = "The newest weights again (.)"})) {
    time.at = -1;
    send(ui, time);
  }
  ImGui::SameLine();
  if (toggle(ui, "time.between", "Between", time.between,
             "Mix the weights of the two kept moments around; else the nearest is shown as it was"))
    send(ui, time);
  ImGui::SameLine();
  if (ui.view.model.training && time.at < 0) {
    if (button(ui, "time.keep", "Keep", {.tip = "Keep the weights of now for good"}))
      ui.sink.send(app::command::KeepMoment{});
  } else if (const int at = index_of(ui.view.time, time.at); at < static_cast<int>(ui.view.time.moments.size())) {
    const app::TimeView::Moment& moment = ui.view.time.moments[static_cast<std::size_t>(at)];
    if (button(ui, "time.mark", moment.marked ? "Kept" : "Keep",
               {.on = moment.marked, .tip = "Keep this moment for good: it is not thinned when the room runs out"}))
      ui.sink.send(app::command::MarkMoment{moment.step, !moment.marked});
  } else {
    button(ui, "time.mark", "Keep", {.enabled = false, .tip = "Go to a moment of the past to keep it for good"});
  }
  ImGui::SameLine();
  draw_sides(ui);
  ImGui::SameLine();
  draw_branch(ui);
}

void TimePanel::draw_sides(const UiContext& ui) const {
  app::TimeControls time = ui.document().time;
  if (button(ui, "time.split", "A | B",
             {.on = time.split,
              .tip = "Two moments in one picture, with a divider to drag; the lower handle below is B (C)"}))
    toggle_split(ui);
  if (!time.split) return;
  ImGui::SameLine();
  const std::string name = time.model.empty() ? "Model…" : std::filesystem::path(time.model).filename().string();
  if (button(ui, "time.model", name.c_str(),
             {.on = !time.model.empty(), .tip = "Another model as B; press again for a moment of this run"})) {
    if (!std::exchange(time.model, "").empty()) return send(ui, time);
    ui.ask_file({.title = "Model to compare with",
                 .action = "Compare",
                 .extensions = {".safetensors", ".pt", ".pth", ".pkl"},
                 .runs = true,
                 .done = [time, &sink = ui.sink](const std::string& path) mutable {
                   time.model = path;
                   sink.send(app::command::SetTime{time});
                 }});
  }
}

void TimePanel::draw_branch(const UiContext& ui) const {
  const app::TimeControls& time = ui.document().time;
  if (button(ui, "time.branch", "Branch",
             {.enabled = time.at >= 0,
              .tip = "A new run that goes on from this moment; a run that is on is saved and ends first"}))
    ui.sink.send(app::command::StartTraining{.run_folder = "", .resume_from = ui.view.time.run, .branch_at = time.at});
  ImGui::SameLine();
  ImGui::AlignTextToFramePadding();
  std::string text = moment_text(time.at);
  if (time.split) text = "A " + text + "   B " + (time.model.empty() ? moment_text(time.other) : "model");
  text += fmt::format("  ·  {} moments, {}", ui.view.time.moments.size(), human_bytes(ui.view.time.bytes));
  ImGui::PushFont(ui.style.small_font);
  ImGui::TextDisabled("%s", fitted(text, ImGui::GetContentRegionAvail().x).c_str());
  ImGui::PopFont();
}

void TimePanel::draw_track(const UiContext& ui) {
  app::TimeControls time = ui.document().time;
  const app::TimeView& view = ui.view.time;
  const Palette& p = ui.palette();
  const ImVec2 at = ImGui::GetCursorScreenPos();
  const render::Rectangle track{at.x + ui.px(10), at.y, std::max(1.0F, ImGui::GetContentRegionAvail().x - ui.px(20)),
                                ui.px(36)};
  const double end = end_of(ui);
  const auto place = [&](double kimg) {
    return track.x + track.width * static_cast<float>(kimg < 0 ? 1 : std::min(kimg / end, 1.0));
  };
  ImDrawList* list = ImGui::GetWindowDrawList();
  const float middle = track.y + track.height / 2;
  list->AddRectFilled({track.x, middle - ui.px(2)}, {track.x + track.width, middle + ui.px(2)}, p.line, ui.px(2));
  for (const app::TimeView::Moment& moment : view.moments) {
    const float x = place(moment.kimg), half = ui.px(moment.marked ? 7 : 4);
    list->AddLine({x, middle - half}, {x, middle + half}, moment.marked ? p.warn : p.dim, ui.px(moment.marked ? 2 : 1));
  }
  ImGui::SetCursorScreenPos({track.x, track.y});
  ImGui::InvisibleButton("##track", {track.width, track.height});
  finish_item(ui, "time.track", "Drag through the run; at the right end are the newest weights ( , and . step)");
  if (ImGui::IsItemActive()) {
    const ImVec2 mouse = ImGui::GetIO().MousePos;
    // Whose handle is nearer when the mouse goes down; where both are alike, the lower half is B's.
    if (ImGui::IsItemActivated()) {
      const float to_a = std::abs(mouse.x - place(time.at)), to_b = std::abs(mouse.x - place(time.other));
      drags_other_ =
          time.split && time.model.empty() && (std::abs(to_a - to_b) < ui.px(12) ? mouse.y > middle : to_b < to_a);
    }
    const double part = std::clamp((mouse.x - track.x) / track.width, 0.0F, 1.0F);
    const double kimg = part > 1 - ui.px(4) / track.width ? -1 : part * end;
    double& moved = drags_other_ ? time.other : time.at;
    if (std::exchange(moved, kimg) != kimg) send(ui, time);
  }
  const auto handle = [&](double kimg, ImU32 colour, float sign) {
    const float x = place(kimg), r = ui.px(7);
    list->AddLine({x, middle}, {x, middle + sign * ui.px(9)}, colour, ui.px(2));
    list->AddCircleFilled({x, middle + sign * ui.px(11)}, r * 0.8F, colour);
  };
  handle(time.at, p.accent, -1);
  if (time.split && time.model.empty()) handle(time.other, p.second, 1);
}

}  // namespace ganvas::ui
