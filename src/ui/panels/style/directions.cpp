#include <fmt/format.h>

#include <algorithm>

#include "ui/panels/style/style.h"
#include "ui/widgets/widgets.h"

namespace ganvas::ui {

void DirectionsPanel::draw(const UiContext& ui) {
  heading(ui, "Directions");
  draw_search(ui);
  draw_found(ui);
  draw_moves(ui);
}

void DirectionsPanel::draw_search(const UiContext& ui) {
  const app::DirectionsView& directions = ui.view.directions;
  label(ui, "Find by");
  static constexpr const char* kMethods[] = {"Closed form", "Components"};
  segmented(ui, "directions.method", kMethods, method_,
            "Closed form (SeFa): out of the weights alone. Components (PCA): of the styles of 20,000 random latents");
  const int rows = static_cast<int>(ui.view.model.style_rows.size());
  if (rows > 1) {
    label(ui, "Rows");
    int range[2] = {std::min(first_, rows - 1), last_ < 0 ? rows - 1 : std::min(last_, rows - 1)};
    ImGui::SetNextItemWidth(ImGui::GetContentRegionAvail().x);
    ImGui::PushID("directions.rows");
    const bool changed = ImGui::DragInt2("##rows", range, 0.1F, 0, rows - 1, "%d", ImGuiSliderFlags_AlwaysClamp);
    ImGui::PopID();
    finish_item(ui, "directions.rows", "First and last style row that the directions act on; drag, or double-click");
    if (changed) {
      first_ = std::min(range[0], range[1]);
      last_ = range[1] >= rows - 1 ? -1 : std::max(range[0], range[1]);
    }
  }
  label(ui, "");
  const float half = (ImGui::GetContentRegionAvail().x - ImGui::GetStyle().ItemSpacing.x) / 2;
  if (directions.busy) {
    if (button(ui, "directions.cancel", "Cancel", {.width = half, .tip = "Give up the search"}))
      ui.sink.send(app::command::CancelDirections{});
    ImGui::SameLine();
    progress_bar(ui, directions.progress, ui.palette().accent);
    return;
  }
  if (button(ui, "directions.find", "Find",
             {.kind = ButtonKind::primary, .width = half, .tip = "Look for directions of the model on screen"}))
    ui.sink.send(app::command::FindDirections{method_ == 1 ? "pca" : "sefa", first_, last_});
}

void DirectionsPanel::draw_found(const UiContext& ui) {
  const app::DirectionsView& directions = ui.view.directions;
  if (directions.found.empty()) return;
  label(ui, "Found");
  const float width = ImGui::GetContentRegionAvail().x, gap = ImGui::GetStyle().ItemSpacing.x;
  constexpr int kColumns = 5;
  const float side = (width - gap * (kColumns - 1)) / kColumns;
  const float left = ImGui::GetCursorPosX();
  for (std::size_t i = 0; i < directions.found.size(); ++i) {
    if (i % kColumns != 0) ImGui::SameLine();
    if (i % kColumns == 0 && i > 0) ImGui::SetCursorPosX(left);
    const latent::StyleMove& move = directions.found[i];
    const std::string id = fmt::format("directions.add.{}", i);
    if (button(ui, id.c_str(), fmt::format("+ {}", i + 1).c_str(),
               {.width = side, .tip = "Give this direction a slider; the first change the picture the most"})) {
      ui.sink.send(app::command::SetStyleMove{static_cast<int>(ui.document().latent.style.moves.size()), move});
    }
  }
}

void DirectionsPanel::draw_moves(const UiContext& ui) {
  const std::vector<latent::StyleMove>& moves = ui.document().latent.style.moves;
  const float side = ImGui::GetFrameHeight(), gap = ImGui::GetStyle().ItemSpacing.x;
  for (int i = 0; i < static_cast<int>(moves.size()); ++i) {
    latent::StyleMove move = moves[static_cast<std::size_t>(i)];
    const std::string id = fmt::format("directions.move.{}", i);
    if (text_field(ui, (id + ".name").c_str(), move.name, "Name", "Name of the direction", ui.px(96)))
      ui.sink.send(app::command::SetStyleMove{i, move});
    ImGui::SameLine();
    double strength = move.strength;
    if (slider(ui, id, strength,
               {.low = -5,
                .high = 5,
                .hard_low = -100,
                .hard_high = 100,
                .format = "%+.2f",
                .tip = "How far, in standard deviations of the styles; double-click the track for 0",
                .width = ImGui::GetContentRegionAvail().x - side - gap,
                .target = fmt::format("move {}", i)})) {
      ui.sink.send(app::command::SetStrength{i, strength});
    }
    ImGui::SameLine();
    if (icon_button(ui, id + ".remove", Icon::close,
                    {.kind = ButtonKind::ghost, .width = side, .tip = "Take it away"})) {
      ui.sink.send(app::command::RemoveStyleMove{i});
      return;  // the rows below have moved up
    }
  }
  const float third = (ImGui::GetContentRegionAvail().x - 2 * gap) / 3;
  if (button(ui, "directions.save", "Save",
             {.enabled = !moves.empty(), .width = third, .tip = "Write the directions to a file"})) {
    ui.ask_file({.title = "Save directions",
                 .action = "Save",
                 .file_name = "directions.json",
                 .extensions = {".json"},
                 .save = true,
                 .done = [&sink = ui.sink](const std::string& path) { sink.send(app::command::SaveMoves{path}); }});
  }
  ImGui::SameLine();
  if (button(ui, "directions.load", "Load", {.width = third, .tip = "Add the directions of a file"})) {
    ui.ask_file({.title = "Load directions",
                 .action = "Load",
                 .extensions = {".json"},
                 .done = [&sink = ui.sink](const std::string& path) { sink.send(app::command::LoadMoves{path}); }});
  }
  ImGui::SameLine();
  if (button(ui, "style.reset", "Reset styles",
             {.icon = Icon::reset, .width = third, .tip = "Everything on this tab but psi as the model has it"}))
    ui.sink.send(app::command::ResetStyles{});
}

}  // namespace ganvas::ui
