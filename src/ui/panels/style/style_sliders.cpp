#include <fmt/format.h>

#include <algorithm>
#include <numeric>

#include "ui/panels/style/effect.h"
#include "ui/panels/style/style.h"
#include "ui/widgets/widgets.h"

namespace ganvas::ui {

void StyleSliders::draw(const UiContext& ui) {
  const app::ModelView& model = ui.view.model;
  if (model.style_rows.size() < 2 || model.w_dim == 0) return;
  heading(ui, "Style space");
  label(ui, "Rows");
  row_ = std::min(row_, static_cast<int>(model.style_rows.size()) - 1);
  std::vector<std::string> names{"W: all rows alike"};
  for (std::size_t i = 0; i < model.style_rows.size(); ++i)
    names.push_back(fmt::format("W+ {}: {}", i, model.style_rows[i]));
  std::string chosen = names[static_cast<std::size_t>(row_ + 1)];
  const float side = ImGui::GetFrameHeight() + ImGui::GetStyle().ItemSpacing.x;
  if (choice(ui, "style.space_row", names, chosen, "Which style rows the sliders below move",
             ImGui::GetContentRegionAvail().x - 2 * side)) {
    row_ = static_cast<int>(std::find(names.begin(), names.end(), chosen) - names.begin()) - 1;
  }
  ImGui::SameLine();
  measure_button(ui, "style.space_measure", "w", row_);
  ImGui::SameLine();
  if (icon_button(ui, "style.space_reset", Icon::reset,
                  {.enabled = !ui.document().latent.style.offsets.empty(), .tip = "All style sliders back to 0"})) {
    for (latent::StyleOffset offset : ui.document().latent.style.offsets) {
      offset.value = 0;
      ui.sink.send(app::command::SetStyleOffset{offset});
    }
  }
  std::vector<int> sliders(static_cast<std::size_t>(model.w_dim));
  std::iota(sliders.begin(), sliders.end(), 0);
  sort_by_effect(ui, "w", row_, sliders);
  ImGui::PushStyleVar(ImGuiStyleVar_ItemSpacing, {ui.px(4), ui.px(2)});
  ImGui::PushStyleVar(ImGuiStyleVar_FramePadding, {ui.px(6), ui.px(4)});
  ImGui::BeginChild("style.space", {0, 8 * ImGui::GetFrameHeightWithSpacing()}, false);
  const float width = ImGui::GetContentRegionAvail().x;
  ImGuiListClipper clipper;
  clipper.Begin(model.w_dim, ImGui::GetFrameHeightWithSpacing());
  while (clipper.Step()) {
    for (int i = clipper.DisplayStart; i < clipper.DisplayEnd; ++i)
      draw_slider(ui, sliders[static_cast<std::size_t>(i)], width);
  }
  ImGui::EndChild();
  ImGui::PopStyleVar(2);
}

void StyleSliders::draw_slider(const UiContext& ui, int index, float width) const {
  const std::vector<latent::StyleOffset>& offsets = ui.document().latent.style.offsets;
  const auto own = std::find_if(offsets.begin(), offsets.end(), [&](const latent::StyleOffset& offset) {
    return offset.row == row_ && offset.index == index;
  });
  const float number = ui.px(36);
  const float begin = ImGui::GetCursorPosX();
  ImGui::AlignTextToFramePadding();
  ImGui::PushFont(ui.style.small_font);
  ImGui::PushStyleColor(ImGuiCol_Text, own != offsets.end() ? ui.palette().text : ui.palette().dim);
  ImGui::Text("w%d", index);
  ImGui::PopStyleColor();
  ImGui::PopFont();
  effect_bar(ui, "w", row_, index, number);
  ImGui::SameLine(begin + number);
  double value = own == offsets.end() ? 0 : own->value;
  if (slider(ui, fmt::format("style.w.{}", index), value,
             {.low = -3,
              .high = 3,
              .hard_low = -100,
              .hard_high = 100,
              .format = "%+.2f",
              .tip = "Added to this value of w; a double click on the track takes it away",
              .strong = own != offsets.end(),
              .width = width - number}))
    ui.sink.send(app::command::SetStyleOffset{{row_, index, value}});
}

}  // namespace ganvas::ui
