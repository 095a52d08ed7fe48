#include "ui/panels/style/effect.h"

#include <fmt/format.h>

#include <algorithm>

#include "ui/widgets/widgets.h"

namespace ganvas::ui {

namespace {

/// Null where it has not been measured.
const std::vector<float>* levels_of(const UiContext& ui, const std::string& space, int row) {
  const app::SensitivityView& view = ui.view.sensitivity;
  return view.space == space && view.row == row && !view.levels.empty() ? &view.levels : nullptr;
}

}  // namespace

void measure_button(const UiContext& ui, const char* id, const std::string& space, int row) {
  const bool busy = ui.view.sensitivity.busy;
  const std::string tip =
      busy ? fmt::format("Measuring, {:.0f} %; click to stop", 100 * ui.view.sensitivity.progress)
           : "Measure how much each slider moves the picture, in grey levels a unit; shown as a bar by its name";
  if (!icon_button(ui, id, Icon::search, {.on = busy, .width = ImGui::GetFrameHeight(), .tip = tip.c_str()})) return;
  if (busy) {
    ui.sink.send(app::command::CancelSensitivity{});
  } else {
    ui.sink.send(app::command::MeasureSensitivity{space, row});
  }
}

void effect_bar(const UiContext& ui, const std::string& space, int row, int index, float width) {
  const std::vector<float>* levels = levels_of(ui, space, row);
  if (levels == nullptr || index >= static_cast<int>(levels->size())) return;
  const float level = (*levels)[static_cast<std::size_t>(index)];
  const float most = *std::max_element(levels->begin(), levels->end());
  const ImVec2 low{ImGui::GetItemRectMin().x, ImGui::GetItemRectMax().y + ui.px(1)};
  const float full = width - ui.px(8);
  ImGui::GetWindowDrawList()->AddRectFilled(low, {low.x + full * (most > 0 ? level / most : 0), low.y + ui.px(2)},
                                            ui.palette().accent, ui.px(1));
  if (ImGui::IsMouseHoveringRect(ImGui::GetItemRectMin(), {low.x + full, low.y + ui.px(3)}))
    ImGui::SetTooltip("%s", fmt::format("One unit moves the picture by {:.1f} grey levels of 255", level).c_str());
}

void sort_by_effect(const UiContext& ui, const std::string& space, int row, std::vector<int>& sliders) {
  const std::vector<float>* levels = levels_of(ui, space, row);
  if (levels == nullptr) return;
  std::stable_sort(sliders.begin(), sliders.end(), [&](int a, int b) {
    return levels->at(static_cast<std::size_t>(a)) > levels->at(static_cast<std::size_t>(b));
  });
}

}  // namespace ganvas::ui
