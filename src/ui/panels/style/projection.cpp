#include "ui/panels/style/projection.h"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>

#include "ui/widgets/widgets.h"

namespace ganvas::ui {

std::vector<KeyRow> drag_keys() {
  return {
      {"P", "Set points to drag", {{letter('P'), [](const UiContext& ui) { ui.state.drag.on = !ui.state.drag.on; }}}}};
}

app::command::ProjectPicture projection_of(const UiState& state, const std::string& path) {
  return {.path = path,
          .space = state.projection_space == 0 ? "w+" : "w",
          .steps = state.projection_steps,
          .extractor = state.projection_extractor};
}

void ProjectionPanel::draw(const UiContext& ui) {
  heading(ui, "Your own picture");
  draw_choices(ui);
  draw_progress(ui);
  draw_drag(ui);
}

void ProjectionPanel::draw_choices(const UiContext& ui) {
  UiState& state = ui.state;
  if (ui.view.model.style_rows.size() > 1) {
    label(ui, "Into");
    static constexpr const char* kSpaces[] = {"W+", "W"};
    segmented(ui, "projection.space", kSpaces, state.projection_space,
              "W+: styles for each row, which comes nearer. W: one for all rows, which stays in the model's own space");
  }
  label(ui, "Steps");
  double steps = state.projection_steps;
  if (slider(ui, "projection.steps", steps,
             {.low = 50,
              .high = 1000,
              .neutral = 400,
              .hard_low = 1,
              .hard_high = 100'000,
              .step = 1,
              .format = "%.0f",
              .tip = "Steps of the search for a picture's latents"})) {
    state.projection_steps = static_cast<int>(steps);
  }
  label(ui, "Compared by");
  const float width = ImGui::GetContentRegionAvail().x, side = ImGui::GetFrameHeight();
  const bool own = !state.projection_extractor.empty();
  const std::string name =
      own ? std::filesystem::path(state.projection_extractor).filename().string() : "Built-in features";
  const float room = own ? width - side - ImGui::GetStyle().ItemSpacing.x : width;
  if (button(
          ui, "projection.extractor", fitted(name, room - ui.px(20)).c_str(),
          {.width = room,
           .tip = "Pixels, and these features: the built-in multi-scale ones, or your own network (vgg16.pt or LPIPS "
                  "as TorchScript, whose program is executed)"})) {
    ui.ask_file({.title = "Choose a feature network",
                 .action = "Choose",
                 .extensions = {".pt", ".pth", ".ts"},
                 .done = [&state](const std::string& path) { state.projection_extractor = path; }});
  }
  if (!own) return;
  ImGui::SameLine();
  if (icon_button(ui, "projection.built_in", Icon::close,
                  {.kind = ButtonKind::ghost, .width = side, .tip = "Back to the built-in features"}))
    state.projection_extractor.clear();
}

void ProjectionPanel::draw_progress(const UiContext& ui) {
  const app::SearchView& search = ui.view.search;
  const float gap = ImGui::GetStyle().ItemSpacing.x;
  const float half = (ImGui::GetContentRegionAvail().x - gap) / 2;
  if (search.busy) {
    if (button(ui, "projection.cancel", "Cancel", {.width = half, .tip = "Give up the search at once"}))
      ui.sink.send(app::command::CancelSearch{});
    ImGui::SameLine();
    progress_bar(ui, search.steps > 0 ? static_cast<double>(search.done) / search.steps : 0, ui.palette().accent);
  } else if (button(ui, "projection.choose", "Choose a picture",
                    {.icon = Icon::search,
                     .kind = ButtonKind::primary,
                     .enabled = !ui.view.model.name.empty(),
                     .width = ImGui::GetContentRegionAvail().x,
                     .tip = "Find the latents of a picture; one dropped on the window does the same"})) {
    ui.ask_file({.title = "Choose a picture",
                 .action = "Project",
                 .extensions = {".png", ".jpg", ".jpeg", ".webp", ".gif"},
                 .done = [&sink = ui.sink, &state = ui.state](const std::string& path) {
                   sink.send(projection_of(state, path));
                 }});
  }
  if (search.drag || !search.target) return;
  const ImVec2 side{half, half};
  ImGui::Image(target_.of(search.target), side);
  finish_item(ui, "projection.target", "Your picture, as the model would have to make it");
  ImGui::SameLine();
  if (search.picture) {
    ImGui::Image(found_.of(search.picture), side);
    finish_item(ui, "projection.found", "The nearest picture so far");
  }
  ImGui::PushFont(ui.style.small_font);
  ImGui::TextUnformatted(
      fitted(fmt::format("{:.1f} dB, step {} of {}, by {}", search.psnr, search.done, search.steps, search.features),
             2 * half)
          .c_str());
  ImGui::PopFont();
}

void ProjectionPanel::draw_drag(const UiContext& ui) {
  heading(ui, "Drag");
  UiState& state = ui.state;
  const bool single = !state.drag.points.empty() && !ui.view.search.busy;
  const float third = (ImGui::GetContentRegionAvail().x - 2 * ImGui::GetStyle().ItemSpacing.x) / 3;
  if (button(
          ui, "drag.mode", "Set points",
          {.on = state.drag.on,
           .width = third,
           .tip = "Pull from a point of the picture to where it should be, once or more; right-click takes one away; "
                  "with Shift you paint where the picture may move (P)"}))
    state.drag.on = !state.drag.on;
  ImGui::SameLine();
  if (button(ui, "drag.start", "Drag",
             {.kind = ButtonKind::primary, .enabled = single, .width = third, .tip = "Move the points to their goals"}))
    ui.sink.send(app::command::DragPicture{.points = state.drag.points, .mask = state.drag.mask});
  ImGui::SameLine();
  if (button(ui, "drag.clear", "Clear",
             {.enabled = !state.drag.points.empty() || !state.drag.mask.empty(),
              .width = third,
              .tip = "Take away all points and the mask"})) {
    state.drag.points.clear();
    state.drag.mask.clear();
  }
}

}  // namespace ganvas::ui
