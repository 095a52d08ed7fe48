#include "ui/panels/train/train.h"

#include <fmt/format.h>

#include <algorithm>

#include "core/files.h"
#include "ui/widgets/actions.h"
#include "ui/widgets/widgets.h"

namespace ganvas::ui {

TrainPanel::TrainPanel()
    : Panel({.name = "train",
             .title = "Train",
             .keys = {{"W", "Moving average, or weights in training", {{letter('W'), toggle_weights}}}}}) {}

void TrainPanel::draw(const UiContext& ui) {
  static constexpr const char* kShown[] = {"This run", "All runs"};
  segmented(ui, "train.shown", kShown, shown_, "The run that is trained here, or all runs of a folder side by side");
  ImGui::Dummy({0, ui.px(2)});
  if (shown_ == 0)
    draw_run(ui);
  else
    runs_.draw(ui);
}

void TrainPanel::draw_run(const UiContext& ui) {
  draw_controls(ui);
  const bool active = training_active(ui.view.train.state);
  const bool has_run = active || (ui.view.train.history != nullptr && !ui.view.train.history->empty());
  if (has_run) {
    draw_progress(ui);
    draw_shown_weights(ui);
  }
  if (active) live_.draw(ui);
  if (!active) {
    recipe_.draw(ui);
    draw_memory(ui);
  }
  if (has_run) {
    charts_.draw(ui);
    draw_sheets(ui);
  }
}

void TrainPanel::draw_controls(const UiContext& ui) {
  const app::TrainView& train = ui.view.train;
  const Palette& p = ui.palette();
  const train::SessionState state = train.state;
  const bool active = training_active(state);
  const ImU32 colour = state == train::SessionState::running  ? p.good
                       : state == train::SessionState::failed ? p.bad
                       : active                               ? p.warn
                                                              : p.dim;
  const ImVec2 at = ImGui::GetCursorScreenPos();
  const float line = ui.style.large->FontSize;
  ImGui::GetWindowDrawList()->AddCircleFilled({at.x + ui.px(6), at.y + line / 2}, ui.px(5), colour);
  ImGui::SetCursorPosX(ImGui::GetCursorPosX() + ui.px(20));
  ImGui::PushFont(ui.style.large);
  ImGui::TextUnformatted(state_text(state));
  ImGui::PopFont();
  if (!train.message.empty()) dim_text(ui, train.message);
  const float spacing = ImGui::GetStyle().ItemSpacing.x;
  const float room = ImGui::GetContentRegionAvail().x;
  if (!active) {
    const float rest = ui.px(104);
    if (button(ui, "train.start", "Start training",
               {.icon = Icon::play,
                .kind = ButtonKind::primary,
                .enabled = train.problem.empty(),
                .width = room - rest - spacing,
                .tip = "Train a new model by the recipe below; Explore goes on working"})) {
      ui.sink.send(app::command::StartTraining{});
    }
    ImGui::SameLine();
    if (button(ui, "train.continue", "Continue…", {.width = rest, .tip = "Go on with a run folder"})) {
      ui.ask_file({.title = "Continue a run",
                   .action = "Continue",
                   .folder = true,
                   .done = [sink = &ui.sink](const std::string& path) {
                     sink->send(app::command::StartTraining{.run_folder = "", .resume_from = path});
                   }});
    }
    return;
  }
  const float third = (room - 2 * spacing) / 3;
  const bool steady = state == train::SessionState::running || state == train::SessionState::paused;
  if (state == train::SessionState::paused) {
    if (button(ui, "train.resume", "Resume",
               {.icon = Icon::play, .kind = ButtonKind::primary, .width = third, .tip = "Go on with training"})) {
      ui.sink.send(app::command::ResumeTraining{});
    }
  } else if (button(ui, "train.pause", "Pause",
                    {.icon = Icon::pause,
                     .enabled = steady,
                     .width = third,
                     .tip = "Wait after this step; the model stays in memory"})) {
    ui.sink.send(app::command::PauseTraining{});
  }
  ImGui::SameLine();
  if (button(ui, "train.save", "Save",
             {.icon = Icon::save, .enabled = steady, .width = third, .tip = "Write a checkpoint now"})) {
    ui.sink.send(app::command::SaveTraining{});
  }
  ImGui::SameLine();
  if (button(ui, "train.stop", "Stop",
             {.icon = Icon::stop,
              .enabled = state != train::SessionState::stopping,
              .width = third,
              .tip = "Save everything and end the run"})) {
    ui.sink.send(app::command::StopTraining{});
  }
}

void TrainPanel::draw_progress(const UiContext& ui) {
  const app::TrainView& train = ui.view.train;
  ImGui::Dummy({0, ui.px(2)});
  progress_bar(ui, train.total_kimg > 0 ? train.kimg / train.total_kimg : 0, ui.palette().accent);
  if (ImGui::BeginTable("figures", 2, ImGuiTableFlags_SizingStretchSame)) {
    const auto figure = [&](const char* name, const std::string& value) {
      ImGui::TableNextColumn();
      ImGui::PushFont(ui.style.small_font);
      ImGui::TextDisabled("%s", name);
      ImGui::SameLine(ui.px(68));
      ImGui::TextUnformatted(value.c_str());
      ImGui::PopFont();
    };
    figure("Step", grouped(train.step));
    figure("Pictures", fmt::format("{:.1f} / {:.0f} k", train.kimg, train.total_kimg));
    figure("Speed", fmt::format("{:.0f} img/s", train.images_per_second));
    figure("View takes",
           fmt::format("{:.0f} % of {:.0f} %", 100 * ui.view.budget.used, 100 * ui.view.settings->view_share));
    figure("Left", train.seconds_left > 0 ? human_seconds(train.seconds_left) : "–");
    ImGui::EndTable();
  }
  if (!train.last_saved.empty())
    dim_text(ui, "Saved: " + train.last_saved);
  else if (!train.run_folder.empty())
    dim_text(ui, train.run_folder);
}

void TrainPanel::draw_memory(const UiContext& ui) {
  const app::TrainView& train = ui.view.train;
  if (train.peak_memory == 0) return;
  heading(ui, "Memory");
  const double part =
      train.free_memory > 0 ? static_cast<double>(train.peak_memory) / static_cast<double>(train.free_memory) : 0;
  progress_bar(ui, part, part > 1 ? ui.palette().bad : part > 0.8 ? ui.palette().warn : ui.palette().good);
  std::string text = "About " + human_bytes(train.peak_memory) + " at the peak";
  if (train.free_memory > 0) text += " of " + human_bytes(train.free_memory) + " free";
  if (part > 1) text += ": choose a smaller batch or model";
  dim_text(ui, text + ".");
}

void TrainPanel::draw_sheets(const UiContext& ui) {
  const app::TrainView& train = ui.view.train;
  if (!train.samples && !train.reals) return;
  heading(ui, "Pictures");
  const float spacing = ImGui::GetStyle().ItemSpacing.x;
  const float side = (ImGui::GetContentRegionAvail().x - spacing) / 2;
  const bool in_training = ui.document().train.in_training && train.samples_in_training;
  ImGui::BeginGroup();
  draw_sheet(ui, "train.samples", in_training ? "Fixed samples, in training" : "Fixed samples", samples_,
             in_training ? train.samples_in_training : train.samples, side);
  ImGui::EndGroup();
  ImGui::SameLine();
  ImGui::BeginGroup();
  draw_sheet(ui, "train.reals", "Real pictures", reals_, train.reals, side);
  ImGui::EndGroup();
}

void TrainPanel::draw_sheet(const UiContext& ui, const char* id, const char* title, ImageTexture& kept,
                            const std::shared_ptr<const Image>& image, float side) {
  dim_text(ui, title);
  if (!image || image->empty()) {
    ImGui::Dummy({side, side});
    return;
  }
  const ImTextureID texture = kept.of(image);
  const float height = side * static_cast<float>(image->height) / static_cast<float>(image->width);
  const ImVec2 at = ImGui::GetCursorScreenPos();
  ImGui::GetWindowDrawList()->AddImageRounded(texture, at, {at.x + side, at.y + height}, {0, 0}, {1, 1}, IM_COL32_WHITE,
                                              ui.px(6));
  ImGui::InvisibleButton(id, {side, height});
  const bool hovered = ImGui::IsItemHovered();
  finish_item(ui, id, "");
  if (!hovered) return;
  // Large, while the mouse rests on it.
  const ImVec2 screen = ImGui::GetMainViewport()->Size;
  const float large = std::min(screen.y * 0.8F, screen.x * 0.5F);
  ImGui::BeginTooltip();
  ImGui::Image(texture, {large, large * static_cast<float>(image->height) / static_cast<float>(image->width)});
  ImGui::EndTooltip();
}

}  // namespace ganvas::ui
