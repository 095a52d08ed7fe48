#include <fmt/format.h>

#include <algorithm>

#include "ui/panels/style/style.h"
#include "ui/widgets/widgets.h"

namespace ganvas::ui {
namespace {

/// Rows from `first` on.
std::vector<double> rows_from(std::size_t rows, std::size_t first, std::size_t last) {
  std::vector<double> weights(rows, 0.0);
  for (std::size_t i = first; i < std::min(last, rows); ++i) weights[i] = 1.0;
  return weights;
}

/// Chooses what the source is: a seed, or a bookmark. True when the person chose another.
bool choose_source(const UiContext& ui, const std::string& id, latent::StyleSource& source) {
  bool chosen = false;
  ImGui::PushID(id.c_str());
  const bool open = ImGui::BeginCombo("##of", source.kept.empty()   ? "Seed"
                                              : source.name.empty() ? "Kept state"
                                                                    : source.name.c_str());
  if (!open) finish_item(ui, id + ".of", "Whose styles are mixed in: a seed's, or those of a bookmark");
  if (open) {
    if (ImGui::Selectable("Seed", source.kept.empty())) {
      source.kept = {};
      source.name.clear();
      chosen = true;
    }
    finish_item(ui, id + ".of.seed", "The styles of a seed");
    const std::vector<app::Bookmark>& bookmarks = ui.document().bookmarks;
    for (std::size_t i = 0; i < bookmarks.size(); ++i) {
      ImGui::PushID(static_cast<int>(i));
      if (ImGui::Selectable(bookmarks[i].name.c_str(), false)) {
        source.kept = {bookmarks[i].latent};
        source.name = bookmarks[i].name;
        chosen = true;
      }
      ImGui::PopID();
      finish_item(ui, fmt::format("{}.of.{}", id, i), "Its picture as it is bookmarked");
    }
    ImGui::EndCombo();
  }
  ImGui::PopID();
  return chosen;
}

}  // namespace

latent::StyleSource fine_source(const UiContext& ui) {
  const std::size_t rows = std::max<std::size_t>(ui.view.model.style_rows.size(), 1);
  return {.weights = rows_from(rows, rows / 2, rows)};
}

bool style_row_cells(const UiContext& ui, const std::string& id, std::vector<double>& weights, const char* tip) {
  const std::vector<std::string>& rows = ui.view.model.style_rows;
  const std::size_t count = std::max<std::size_t>(rows.size(), 1);
  std::vector<double> now = weights;
  now.resize(count, 0.0);
  const float width = ImGui::GetContentRegionAvail().x, height = ImGui::GetFrameHeight();
  const ImVec2 corner = ImGui::GetCursorScreenPos();
  ImGui::PushID(id.c_str());
  ImGui::InvisibleButton("##rows", {width, height});
  ImGui::PopID();
  const float side = width / static_cast<float>(count);
  const auto row_at = [&](float x) {
    return static_cast<std::size_t>(std::clamp((x - corner.x) / side, 0.0F, static_cast<float>(count) - 1));
  };
  bool changed = false;
  const ImVec2 mouse = ImGui::GetIO().MousePos;
  const std::size_t under = row_at(mouse.x);
  // Up and down inside the cell chooses the weight: the upper quarter is all, the lower quarter nothing.
  if (ImGui::IsItemActive()) {
    const float up = 1 - std::clamp((mouse.y - corner.y) / height, 0.0F, 1.0F);
    const double weight = std::clamp((static_cast<double>(up) - 0.25) * 2, 0.0, 1.0);
    changed = now[under] != weight;
    now[under] = weight;
  }
  ImDrawList* draw = ImGui::GetWindowDrawList();
  for (std::size_t i = 0; i < count; ++i) {
    const float left = corner.x + side * static_cast<float>(i), gap = count > 24 ? 0.5F : 1.0F;
    const ImVec2 from{left + gap, corner.y}, to{left + side - gap, corner.y + height};
    draw->AddRectFilled(from, to, ui.palette().raised, ui.px(2));
    const float full = static_cast<float>(std::clamp(now[i], 0.0, 1.0)) * height;
    if (full > 0) draw->AddRectFilled({from.x, to.y - full}, to, ui.palette().accent, ui.px(2));
  }
  const std::string text = ImGui::IsItemHovered() && under < rows.size()
                               ? fmt::format("Row {} ({}), weight {:.2f}. {}", under, rows[under], now[under], tip)
                               : std::string(tip);
  finish_item(ui, id, text.c_str());
  if (changed) weights = std::move(now);
  return changed;
}

void StylePanel::draw_mixing(const UiContext& ui) {
  const latent::StyleControls& style = ui.document().latent.style;
  const std::size_t rows = std::max<std::size_t>(ui.view.model.style_rows.size(), 1);
  heading(ui, "Style mixing");
  label(ui, "Grid");
  const float half = (ImGui::GetContentRegionAvail().x - ImGui::GetStyle().ItemSpacing.x) / 2;
  if (button(ui, "style.mixing_grid", style.mixing_grid ? "Mixes" : "Plain",
             {.on = style.mixing_grid,
              .width = half,
              .tip = "Mix the first picture of each row with the first of each column, in the rows marked below; "
                     "needs a grid of at least 2 x 2"})) {
    const bool fresh = style.grid_weights.empty();
    ui.sink.send(app::command::SetMixingGrid{!style.mixing_grid,
                                             fresh ? rows_from(rows, 0, (rows + 1) / 2) : style.grid_weights});
  }
  ImGui::SameLine();
  if (button(ui, "style.add_source", "Add a source",
             {.icon = Icon::dice,
              .width = half,
              .tip = "Mix the styles of another seed into the picture; a bookmark or a projected picture by its "
                     "source's list, or by a right-click on the bookmark"})) {
    const auto index = static_cast<int>(style.sources.size());
    latent::StyleSource source = fine_source(ui);
    source.seed = static_cast<std::uint64_t>(1000 + 37 * index);
    ui.sink.send(app::command::SetStyleSource{index, source});
  }
  if (style.mixing_grid) {
    label(ui, "Columns give");
    std::vector<double> weights = style.grid_weights;
    if (style_row_cells(ui, "style.grid_rows", weights, "Style rows that the columns give, coarse to fine"))
      ui.sink.send(app::command::SetMixingGrid{true, weights});
  }
  for (int i = 0; i < static_cast<int>(style.sources.size()); ++i) draw_source(ui, i);
}

void StylePanel::draw_source(const UiContext& ui, int index) {
  latent::StyleSource source = ui.document().latent.style.sources[static_cast<std::size_t>(index)];
  const std::string id = fmt::format("style.source.{}", index);
  label(ui, fmt::format("Source {}", index + 1).c_str());
  const float side = ImGui::GetFrameHeight(), gap = ImGui::GetStyle().ItemSpacing.x;
  const bool of_seed = source.kept.empty();
  const float width = ImGui::GetContentRegionAvail().x - side - gap;
  bool changed = false;
  if (!of_seed || !ui.document().bookmarks.empty()) {
    ImGui::SetNextItemWidth(of_seed ? ui.px(84) : width);
    changed = choose_source(ui, id, source);
    ImGui::SameLine();
  }
  if (of_seed) {
    int seed = static_cast<int>(source.seed);
    ImGui::SetNextItemWidth(ImGui::GetContentRegionAvail().x - side - gap);
    ImGui::PushID(id.c_str());
    changed |= ImGui::InputInt("##seed", &seed, 1, 10);
    ImGui::PopID();
    finish_item(ui, id + ".seed", "Seed whose styles are mixed in");
    source.seed = static_cast<std::uint64_t>(std::max(seed, 0));
    ImGui::SameLine();
  }
  if (icon_button(ui, id + ".remove", Icon::close, {.kind = ButtonKind::ghost, .width = side, .tip = "Take it away"})) {
    ui.sink.send(app::command::RemoveStyleSource{index});
    return;
  }
  label(ui, "in the rows");
  changed |= style_row_cells(ui, id + ".rows", source.weights, "Click or paint; high in a cell is all of it");
  if (changed) ui.sink.send(app::command::SetStyleSource{index, source});
}

}  // namespace ganvas::ui
