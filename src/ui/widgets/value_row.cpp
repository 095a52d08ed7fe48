#include "ui/widgets/value_row.h"

#include "ui/widgets/widgets.h"

#include <imgui_stdlib.h>  // needs imgui.h before it

namespace ganvas::ui {

std::optional<std::string> value_row(const UiContext& ui, const ValueRow& row,
                                     std::map<std::string, std::string>& drafts) {
  ImGui::PushFont(ui.style.small_font);
  ImGui::AlignTextToFramePadding();
  ImGui::PushStyleColor(ImGuiCol_Text, row.differs ? ui.palette().warn : ui.palette().dim);
  ImGui::TextUnformatted(row.key.c_str());
  ImGui::PopStyleColor();
  ImGui::SameLine(ui.px(190));
  const auto draft = drafts.find(row.key);
  std::string value = draft != drafts.end() ? draft->second : row.text;
  ImGui::PushID(row.id.c_str());
  ImGui::SetNextItemWidth(ImGui::GetContentRegionAvail().x);
  const bool entered = ImGui::InputText("##value", &value, ImGuiInputTextFlags_EnterReturnsTrue);
  const bool done = entered || ImGui::IsItemDeactivatedAfterEdit();
  if (ImGui::IsItemActive()) {
    drafts[row.key] = value;
  } else {
    drafts.erase(row.key);
  }
  ImGui::PopID();
  ImGui::PopFont();
  finish_item(ui, row.id, row.differs ? row.tip : "");
  if (!done || value == row.text) return std::nullopt;
  return value;
}

}  // namespace ganvas::ui
