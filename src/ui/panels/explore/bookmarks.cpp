#include "ui/panels/explore/bookmarks.h"

#include <fmt/format.h>

#include "ui/panels/style/style.h"
#include "ui/widgets/widgets.h"

namespace ganvas::ui {

void BookmarksPanel::draw(const UiContext& ui) {
  heading(ui, "Bookmarks, map");
  constexpr int kColumns = 5;
  const float gap = ImGui::GetStyle().ItemSpacing.x;
  const float side = (ImGui::GetContentRegionAvail().x - gap * (kColumns - 1)) / kColumns;
  const auto& bookmarks = ui.document().bookmarks;
  textures_.resize(bookmarks.size());
  const int count = static_cast<int>(bookmarks.size());
  for (int i = 0; i < count; ++i) {
    draw_bookmark(ui, i, side);
    if ((i + 1) % kColumns != 0) ImGui::SameLine();
  }
  if (button(ui, "bookmarks.add", "+", {.width = side, .tip = "Keep the present latent state (B)"}))
    ui.sink.send(app::command::AddBookmark{});
  draw_menu(ui);
}

void BookmarksPanel::draw_bookmark(const UiContext& ui, int index, float side) {
  const auto at_index = static_cast<std::size_t>(index);
  const app::Bookmark& bookmark = ui.document().bookmarks[at_index];
  const ImVec2 at = ImGui::GetCursorScreenPos();
  const std::string id = fmt::format("bookmarks.{}", index);
  ImGui::BeginGroup();
  const bool pressed = ImGui::InvisibleButton(id.c_str(), {side, side});
  const bool hovered = ImGui::IsItemHovered(), menu = ImGui::IsItemClicked(ImGuiMouseButton_Right);
  finish_item(ui, id, fmt::format("{}: click to take its sliders, right-click for more", bookmark.name).c_str());
  ImDrawList* list = ImGui::GetWindowDrawList();
  const ImVec2 end{at.x + side, at.y + side};
  list->AddRectFilled(at, end, ui.palette().raised, ui.px(5));
  const auto& thumbnails = ui.view.thumbnails;
  if (at_index < thumbnails.size() && thumbnails[at_index])
    list->AddImageRounded(textures_[at_index].of(thumbnails[at_index]), at, end, {0, 0}, {1, 1}, IM_COL32_WHITE,
                          ui.px(5));
  if (hovered) list->AddRect(at, end, ui.palette().accent, ui.px(5), 0, ui.px(2));
  ImGui::PushFont(ui.style.small_font);
  ImGui::TextUnformatted(fitted(bookmark.name, side).c_str());
  ImGui::PopFont();
  ImGui::EndGroup();
  if (pressed) ui.sink.send(app::command::RecallBookmark{index});
  if (!menu) return;
  menu_of_ = index;
  ImGui::OpenPopup("##bookmark");
}

void BookmarksPanel::draw_menu(const UiContext& ui) {
  if (!ImGui::BeginPopup("##bookmark")) return;
  const auto& bookmarks = ui.document().bookmarks;
  if (menu_of_ >= 0 && menu_of_ < static_cast<int>(bookmarks.size())) {
    std::string name = bookmarks[static_cast<std::size_t>(menu_of_)].name;
    if (text_field(ui, "bookmarks.name", name, "Name", "Name of the bookmark", ui.px(200)))
      ui.sink.send(app::command::RenameBookmark{menu_of_, name});
    if (!ui.view.model.style_rows.empty() &&
        button(ui, "bookmarks.mix", "Mix in",
               {.width = ui.px(200), .tip = "Mix its styles into the picture, as a source of the tab Style"})) {
      latent::StyleSource source = fine_source(ui);
      source.kept = {bookmarks[static_cast<std::size_t>(menu_of_)].latent};
      source.name = bookmarks[static_cast<std::size_t>(menu_of_)].name;
      ui.sink.send(app::command::SetStyleSource{static_cast<int>(ui.document().latent.style.sources.size()), source});
      ImGui::CloseCurrentPopup();
    }
    if (button(ui, "bookmarks.remove", "Remove", {.width = ui.px(200), .tip = "Take the bookmark away"})) {
      ui.sink.send(app::command::RemoveBookmark{menu_of_});
      ImGui::CloseCurrentPopup();
    }
  }
  ImGui::EndPopup();
}

}  // namespace ganvas::ui
