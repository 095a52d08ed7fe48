#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "ui/panels/train/train.h"
#include "ui/widgets/value_row.h"
#include "ui/widgets/widgets.h"

namespace ganvas::ui {

void RecipeEditor::draw(const UiContext& ui) {
  const app::TrainView& train = ui.view.train;
  app::TrainControls controls = ui.document().train;
  heading(ui, "Recipe");
  label(ui, "Recipe");
  if (choice(ui, "train.recipe", train.recipes, controls.recipe,
             "Networks, losses, optimisers and schedule of the experiment")) {
    controls.overrides.clear();
    ui.sink.send(app::command::SetTraining{controls});
  }
  if (!train.recipe_title.empty()) dim_text(ui, train.recipe_title);
  label(ui, "Pictures");
  if (shown_data_ != controls.data) data_ = shown_data_ = controls.data;
  const float browse = ImGui::GetFrameHeight();
  const float width = ImGui::GetContentRegionAvail().x - browse - ImGui::GetStyle().ItemSpacing.x;
  if (text_field(ui, "train.data", data_, "faces, or a folder",
                 "\"faces\" for the built-in faces, or a folder of pictures", width) &&
      data_ != controls.data) {
    controls.data = data_;
    ui.sink.send(app::command::SetTraining{controls});
  }
  ImGui::SameLine();
  if (icon_button(ui, "train.browse", Icon::folder, {.tip = "Choose a folder of pictures"})) {
    ui.ask_file({.title = "Pictures to train on",
                 .action = "Choose",
                 .folder = true,
                 .done = [sink = &ui.sink, controls](const std::string& path) {
                   app::TrainControls next = controls;
                   next.data = path;
                   sink->send(app::command::SetTraining{next});
                 }});
  }
  draw_start(ui);
  static const std::array<std::string, 3> kActs{"warn", "pause", "roll_back"};
  label(ui, "On trouble");
  if (choice(
          ui, "train.on_trouble", kActs, controls.on_trouble,
          "When a run collapses or breaks down: warn and go on, pause, or go back to the last healthy checkpoint with "
          "half the learning rates"))
    ui.sink.send(app::command::SetTraining{controls});
  if (!train.problem.empty()) {
    ImGui::PushStyleColor(ImGuiCol_Text, ui.palette().bad);
    ImGui::PushTextWrapPos(0);
    ImGui::TextUnformatted(train.problem.c_str());
    ImGui::PopTextWrapPos();
    ImGui::PopStyleColor();
  }
  draw_values(ui);
}

void RecipeEditor::draw_start(const UiContext& ui) {
  app::TrainControls controls = ui.document().train;
  label(ui, "Begins with");
  const float side = ImGui::GetFrameHeight(), gap = ImGui::GetStyle().ItemSpacing.x;
  const int buttons = controls.from.empty() ? 1 : 2;
  const float width = ImGui::GetContentRegionAvail().x - static_cast<float>(buttons) * (side + gap);
  if (shown_from_ != controls.from) from_ = shown_from_ = controls.from;
  if (text_field(ui, "train.from", from_, "fresh weights, or a model file",
                 "A model file, checkpoint or run folder whose networks the run begins with; empty: fresh weights",
                 width) &&
      from_ != controls.from) {
    controls.from = from_;
    ui.sink.send(app::command::SetTraining{controls});
  }
  ImGui::SameLine();
  if (icon_button(ui, "train.browse_from", Icon::folder, {.tip = "Choose a model file"})) {
    ui.ask_file({.title = "Model to begin with",
                 .action = "Choose",
                 .done = [sink = &ui.sink, controls](const std::string& path) {
                   app::TrainControls next = controls;
                   next.from = path;
                   sink->send(app::command::SetTraining{next});
                 }});
  }
  if (controls.from.empty()) return;
  ImGui::SameLine();
  if (icon_button(ui, "train.clear_from", Icon::reset, {.tip = "Begin with fresh weights"})) {
    controls.from.clear();
    controls.freeze_d = -1;
    ui.sink.send(app::command::SetTraining{controls});
  }
  label(ui, "Frozen layers");
  double frozen = std::max(0, controls.freeze_d);
  if (slider(
          ui, "train.freeze_d", frozen,
          {.high = 12,
           .step = 1,
           .format = "%.0f",
           .tip = "So many first layers of the discriminator do not train: with few pictures, 4 keep what it knows"})) {
    controls.freeze_d = static_cast<int>(frozen);
    ui.sink.send(app::command::SetTraining{controls});
  }
}

void RecipeEditor::draw_values(const UiContext& ui) {
  const app::TrainView& train = ui.view.train;
  const std::string title = train.overridden.empty() ? fmt::format("{} values", train.recipe_values.size())
                                                     : fmt::format("{} values, {} changed", train.recipe_values.size(),
                                                                   train.overridden.size());
  const float reset = ui.px(72);
  const float room =
      ImGui::GetContentRegionAvail().x - (train.overridden.empty() ? 0 : reset + ImGui::GetStyle().ItemSpacing.x);
  if (button(ui, "train.values", ((open_ ? "Hide " : "Show ") + title).c_str(),
             {.width = room, .tip = "Every number of the recipe, editable for this run"}))
    open_ = !open_;
  if (!train.overridden.empty()) {
    ImGui::SameLine();
    if (button(ui, "train.values_reset", "Reset", {.width = reset, .tip = "Back to the published recipe"})) {
      app::TrainControls controls = ui.document().train;
      controls.overrides.clear();
      drafts_.clear();
      ui.sink.send(app::command::SetTraining{controls});
    }
  }
  if (!open_) return;
  ImGui::PushStyleVar(ImGuiStyleVar_FramePadding, {ui.px(6), ui.px(3)});
  ImGui::PushStyleVar(ImGuiStyleVar_ItemSpacing, {ui.px(6), ui.px(3)});
  for (const auto& [key, text] : train.recipe_values) {
    const bool differs = std::find(train.overridden.begin(), train.overridden.end(), key) != train.overridden.end();
    draw_value(ui, key, text, differs);
  }
  ImGui::PopStyleVar(2);
}

void RecipeEditor::draw_value(const UiContext& ui, const std::string& key, const std::string& text, bool differs) {
  const auto entered =
      value_row(ui, {"train.value." + key, key, text, differs, "Differs from the published recipe"}, drafts_);
  if (!entered) return;
  app::TrainControls controls = ui.document().train;
  controls.overrides[key] = *entered;
  ui.sink.send(app::command::SetTraining{controls});
}

}  // namespace ganvas::ui
