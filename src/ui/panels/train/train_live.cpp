#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>

#include "ui/panels/train/train.h"
#include "ui/widgets/value_row.h"
#include "ui/widgets/widgets.h"

namespace ganvas::ui {

void LiveControls::draw(const UiContext& ui) {
  draw_check(ui);
  draw_trouble(ui);
  const train::SessionState state = ui.view.train.state;
  if (state != train::SessionState::running && state != train::SessionState::paused) return;
  draw_steps(ui);
  draw_values(ui);
}

void draw_shown_weights(const UiContext& ui) {
  static constexpr const char* kWeights[] = {"Average", "In training"};
  int shown = ui.document().train.in_training ? 1 : 0;
  label(ui, "Show");
  if (segmented(ui, "train.weights", kWeights, shown,
                "What the picture, films and the past of the run show: the moving average of the weights, which is "
                "calmer and what the run leaves behind, or the weights in training, which change with every step (W)"))
    ui.sink.send(app::command::ShowWeights{shown == 1});
}

void LiveControls::draw_check(const UiContext& ui) {
  const train::DataProgress& data = ui.view.train.data;
  if (ui.view.train.state != train::SessionState::starting || data.total == 0) return;
  dim_text(ui, fmt::format("Checking the pictures: {} of {}", grouped(data.checked), grouped(data.total)));
  progress_bar(ui, static_cast<double>(data.checked) / static_cast<double>(data.total), ui.palette().accent);
}

void LiveControls::draw_trouble(const UiContext& ui) {
  const std::vector<train::Alarm>& alarms = ui.view.train.alarms;
  if (alarms.empty() || dismissed_ >= alarms.size()) {
    if (alarms.empty()) dismissed_ = 0;
    return;
  }
  const train::Alarm& alarm = alarms.back();
  heading(ui, "Trouble");
  ImGui::PushStyleColor(ImGuiCol_Text, ui.palette().bad);
  ImGui::PushTextWrapPos(0);
  ImGui::TextUnformatted(fmt::format("Step {}: {}", grouped(alarm.step), alarm.message).c_str());
  ImGui::PopTextWrapPos();
  ImGui::PopStyleColor();
  const float half = (ImGui::GetContentRegionAvail().x - ImGui::GetStyle().ItemSpacing.x) / 2;
  const bool active = training_active(ui.view.train.state);
  if (button(
          ui, "train.roll_back", "Go back",
          {.icon = Icon::undo,
           .kind = ButtonKind::primary,
           .enabled = active,
           .width = half,
           .tip = "To the last healthy checkpoint, and on from there with other random numbers and half the learning "
                  "rates"})) {
    ui.sink.send(app::command::RollBackTraining{});
    dismissed_ = alarms.size();
  }
  ImGui::SameLine();
  if (button(ui, "train.dismiss", "Dismiss", {.width = half, .tip = "Go on as it is"})) dismissed_ = alarms.size();
}

void LiveControls::draw_steps(const UiContext& ui) {
  const float spacing = ImGui::GetStyle().ItemSpacing.x;
  const float quarter = (ImGui::GetContentRegionAvail().x - 3 * spacing) / 4;
  struct Step {
    const char *id, *label, *network, *tip;
  };
  for (const Step& step :
       {Step{"train.step", "Step", "both", "One generator step with its discriminator steps, then wait"},
        Step{"train.step_d", "D only", "discriminator", "One discriminator step alone, then wait"},
        Step{"train.step_g", "G only", "generator", "One generator step alone, then wait"}}) {
    if (button(ui, step.id, step.label, {.width = quarter, .tip = step.tip}))
      ui.sink.send(app::command::StepTraining{step.network});
    ImGui::SameLine();
  }
  if (text_field(ui, "train.pause_at", pause_at_, "Pause at…", "Generator step at which training pauses", quarter)) {
    std::int64_t step = 0;
    const auto [end, error] = std::from_chars(pause_at_.data(), pause_at_.data() + pause_at_.size(), step);
    if (error == std::errc() && end == pause_at_.data() + pause_at_.size())
      ui.sink.send(app::command::PauseTrainingAt{step});
    pause_at_.clear();
  }
}

void LiveControls::draw_values(const UiContext& ui) {
  const app::TrainView& train = ui.view.train;
  const std::string title =
      train.edited.empty() ? "live values" : fmt::format("live values, {} changed", train.edited.size());
  if (button(ui, "train.live", ((open_ ? "Hide " : "Show ") + title).c_str(),
             {.width = ImGui::GetContentRegionAvail().x,
              .tip = "What may change while it trains; each change is kept in the run's journal"}))
    open_ = !open_;
  if (!open_) return;
  ImGui::PushStyleVar(ImGuiStyleVar_FramePadding, {ui.px(6), ui.px(3)});
  ImGui::PushStyleVar(ImGuiStyleVar_ItemSpacing, {ui.px(6), ui.px(3)});
  for (const auto& [key, text] : train.live) {
    const bool differs = std::find(train.edited.begin(), train.edited.end(), key) != train.edited.end();
    const auto entered =
        value_row(ui, {"train.live." + key, key, text, differs, "Changed since the run began"}, drafts_);
    if (entered) ui.sink.send(app::command::EditTraining{key, *entered});
  }
  ImGui::PopStyleVar(2);
}

}  // namespace ganvas::ui
