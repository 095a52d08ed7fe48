// Runs side by side, in the tab Train.

#include <fmt/format.h>

#include "ui/panels/train/train.h"
#include "ui/widgets/widgets.h"

namespace ganvas::ui {

void RunsTable::draw(const UiContext& ui) {
  const app::RunsView& view = ui.view.runs;
  const float room = ImGui::GetContentRegionAvail().x, spacing = ImGui::GetStyle().ItemSpacing.x;
  const float again = ui.px(96);
  if (button(ui, "runs.folder", "Folder of runs…",
             {.icon = Icon::folder, .width = room - again - spacing, .tip = "Compare the runs in another folder"}))
    ui.ask_file({.title = "Runs to compare",
                 .action = "Compare",
                 .folder = true,
                 .done = [&sink = ui.sink](const std::string& path) { sink.send(app::command::CompareRuns{path}); }});
  ImGui::SameLine();
  if (button(ui, "runs.read", view.runs ? "Read again" : "Read",
             {.enabled = !view.busy, .width = again, .tip = "Read the runs of the folder, as they are now"}))
    ui.sink.send(app::command::CompareRuns{view.folder});
  if (view.busy) dim_text(ui, "Reading…");
  if (!view.folder.empty()) dim_text(ui, view.folder);
  if (!view.runs) return;
  draw_rows(ui);
  if (!view.charts) return;
  heading(ui, "Curves over the thousands of pictures seen");
  const float width = ImGui::GetContentRegionAvail().x;
  const auto& charts = *view.charts;
  ImGui::Image(charts_.of(view.charts),
               {width, width * static_cast<float>(charts.height) / static_cast<float>(charts.width)});
  finish_item(ui, "runs.charts", "All runs in each chart; ganvas runs FOLDER --charts FILE writes the same larger");
}

void RunsTable::draw_rows(const UiContext& ui) const {
  constexpr ImGuiTableFlags flags = ImGuiTableFlags_SizingStretchProp | ImGuiTableFlags_RowBg;
  if (!ImGui::BeginTable("##runs", 5, flags)) return;
  for (const char* title : {"Run", "kimg", "hours", "distance", ""}) ImGui::TableSetupColumn(title);
  ImGui::TableHeadersRow();
  ImGui::PushFont(ui.style.small_font);
  for (const app::RunSummary& run : *ui.view.runs.runs) {
    ImGui::TableNextRow();
    ImGui::TableNextColumn();
    ImGui::TextUnformatted(run.name.c_str());
    finish_item(ui, "runs.row." + run.name,
                fmt::format("{}, {} pixels, {} steps, {:.0f} img/s; {}; {} moments kept{}", run.recipe, run.resolution,
                            grouped(run.steps), run.images_per_second, run.state, run.kept_moments,
                            run.alarms.empty() ? "" : "; " + run.alarms.back())
                    .c_str());
    ImGui::TableNextColumn();
    ImGui::Text("%.1f", run.kimg);
    ImGui::TableNextColumn();
    ImGui::Text("%.2f", run.hours);
    ImGui::TableNextColumn();
    ImGui::TextUnformatted(run.distance > 0 ? fmt::format("{:.4f}", run.distance).c_str() : "–");
    ImGui::TableNextColumn();
    ImGui::TextColored(ImGui::ColorConvertU32ToFloat4(run.alarms.empty() ? ui.palette().dim : ui.palette().bad), "%s",
                       run.alarms.empty() ? run.state.c_str() : "alarm");
  }
  ImGui::PopFont();
  ImGui::EndTable();
}

}  // namespace ganvas::ui
