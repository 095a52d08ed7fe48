#include <fmt/format.h>

#include <charconv>

#include "ui/panels/explore/explore.h"
#include "ui/panels/style/effect.h"
#include "ui/widgets/actions.h"
#include "ui/widgets/widgets.h"

namespace ganvas::ui {
namespace {

/// "12" finds every number with these digits, "8-15" a stretch.
bool matches(const std::string& search, int index) {
  if (search.empty()) return true;
  const std::size_t dash = search.find('-');
  if (dash == std::string::npos) return std::to_string(index).find(search) != std::string::npos;
  int low = 0;
  int high = 1 << 20;
  std::from_chars(search.data(), search.data() + dash, low);
  std::from_chars(search.data() + dash + 1, search.data() + search.size(), high);
  return index >= low && index <= high;
}

}  // namespace

void LatentList::draw(const UiContext& ui) {
  heading(ui, "Latent");
  draw_tools(ui);
  const int count = static_cast<int>(ui.view.latent.size());
  std::vector<int> rows;
  for (int i = 0; i < count; ++i) {
    if (shown(ui, i)) rows.push_back(i);
  }
  if (filter_ == 3) sort_by_effect(ui, "z", -1, rows);
  ImGui::PushStyleVar(ImGuiStyleVar_ItemSpacing, {ui.px(4), ui.px(2)});
  ImGui::PushStyleVar(ImGuiStyleVar_FramePadding, {ui.px(6), ui.px(4)});
  // All the room that is left, and some rows where that is next to none: the tab scrolls then.
  const float least = 5 * ImGui::GetFrameHeightWithSpacing();
  const float left = ImGui::GetContentRegionAvail().y;
  ImGui::BeginChild("latents", {0, left < 2 * ImGui::GetFrameHeightWithSpacing() ? least : 0}, false);
  const float width = ImGui::GetContentRegionAvail().x;
  ImGuiListClipper clipper;
  clipper.Begin(static_cast<int>(rows.size()), ImGui::GetFrameHeightWithSpacing());
  while (clipper.Step()) {
    for (int i = clipper.DisplayStart; i < clipper.DisplayEnd; ++i)
      draw_row(ui, rows[static_cast<std::size_t>(i)], width);
  }
  if (rows.empty()) {
    dim_text(ui, count == 0 ? "The sliders appear when the model is open." : "No dimension fits the search.");
  }
  ImGui::EndChild();
  ImGui::PopStyleVar(2);
}

void LatentList::draw_tools(const UiContext& ui) {
  const float side = ImGui::GetFrameHeight();
  const auto tool = [&](const char* id, Icon icon, const char* tip) {
    const bool pressed = icon_button(ui, id, icon, {.width = side, .tip = tip});
    ImGui::SameLine();
    return pressed;
  };
  if (tool("latent.randomise", Icon::dice, "Random values for all unlocked dimensions (R)")) randomise(ui);
  if (tool("latent.reset", Icon::reset, "All unlocked dimensions back to the seed's values")) {
    ui.sink.send(app::command::ResetDimensions{});
  }
  if (tool("latent.copy", Icon::copy, "Copy the latent as text (Ctrl+C)")) copy_latent(ui);
  if (tool("latent.paste", Icon::paste, "Paste a latent from the clipboard (Ctrl+V)")) paste_latent(ui);
  measure_button(ui, "latent.measure", "z", -1);
  ImGui::SameLine();
  static constexpr const char* kFilters[] = {"All", "Edited", "Locked", "Effect"};
  segmented(ui, "latent.filter", kFilters, filter_,
            "Which dimensions to list; Effect: all, the one that moves the picture most first");
  ImGui::SetNextItemWidth(ImGui::GetContentRegionAvail().x);
  ImGui::PushID("latent.search");
  char text[32] = {};
  search_.copy(text, sizeof(text) - 1);
  if (ImGui::InputTextWithHint("##field", "Search: 12, or 8-15", text, sizeof(text))) search_ = text;
  ImGui::PopID();
  finish_item(ui, "latent.search", "Lists the dimensions with these digits, or a stretch");
}

bool LatentList::shown(const UiContext& ui, int index) const {
  const latent::LatentControls& latent = ui.document().latent;
  if (filter_ == 1 && !latent.edits.contains(index)) return false;
  if (filter_ == 2 && !latent.locked.contains(index)) return false;
  return matches(search_, index);
}

void LatentList::draw_row(const UiContext& ui, int index, float width) const {
  const latent::LatentControls& latent = ui.document().latent;
  const bool edited = latent.edits.contains(index);
  const bool locked = latent.locked.contains(index);
  const std::string id = fmt::format("explore.dimension.{}", index);
  const float side = ImGui::GetFrameHeight();
  const float gap = ImGui::GetStyle().ItemSpacing.x;
  const float number = ui.px(36);
  ImGui::AlignTextToFramePadding();
  ImGui::PushFont(ui.style.small_font);
  ImGui::PushStyleColor(ImGuiCol_Text, edited ? ui.palette().text : ui.palette().dim);
  const float begin = ImGui::GetCursorPosX();
  ImGui::Text("z%d", index);
  ImGui::PopStyleColor();
  ImGui::PopFont();
  effect_bar(ui, "z", -1, index, number);
  ImGui::SameLine(begin + number);
  double value = ui.view.latent[static_cast<std::size_t>(index)];
  const SliderOptions options{.low = -3,
                              .high = 3,
                              .hard_low = -20,
                              .hard_high = 20,
                              .format = "%+.2f",
                              .tip = "Value of this latent dimension, in standard deviations",
                              .strong = edited,
                              .width = width - number - 2 * (side + gap) - gap,
                              .target = fmt::format("dimension {}", index)};
  if (slider(ui, id, value, options)) ui.sink.send(app::command::SetDimension{index, value});
  ImGui::SameLine();
  if (icon_button(ui, id + ".lock", locked ? Icon::lock : Icon::unlock,
                  {.kind = ButtonKind::ghost,
                   .on = locked,
                   .width = side,
                   .tip = locked ? "Unlock" : "Lock against randomise and reset"})) {
    ui.sink.send(app::command::LockDimension{index, !locked});
  }
  ImGui::SameLine();
  if (icon_button(ui, id + ".reset", Icon::reset,
                  {.kind = ButtonKind::ghost, .enabled = edited, .width = side, .tip = "Back to the seed's value"})) {
    ui.sink.send(app::command::ResetDimension{index});
  }
}

}  // namespace ganvas::ui
