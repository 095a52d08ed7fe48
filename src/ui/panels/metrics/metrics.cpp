#include "ui/panels/metrics/metrics.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "ui/widgets/actions.h"
#include "ui/widgets/widgets.h"

namespace ganvas::ui {

MetricsPanel::MetricsPanel() : Panel({.name = "metrics", .title = "Metrics"}) {}

void MetricsPanel::draw(const UiContext& ui) {
  heading(ui, "Measure the model on screen");
  draw_choices(ui);
  draw_buttons(ui);
  if (ui.view.metrics.rows.empty()) return;
  draw_missing(ui);
  draw_rows(ui);
  draw_course(ui);
}

void MetricsPanel::draw_choices(const UiContext& ui) {
  label(ui, "By");
  static constexpr const char* kKinds[] = {"Face network", "Your network"};
  segmented(
      ui, "metrics.kind", kKinds, kind_,
      "Face network: built in, for models of the built-in faces; its face-FID is no FID. Your network: FID and its "
      "relatives by a TorchScript file such as the Inception of 2015-12-05");
  if (kind_ == 1) {
    label(ui, "Metrics");
    text_field(ui, "metrics.names", metrics_, "fid,kid,pr",
               "Names divided by commas: fid, kid, pr, is, ppl_wend, with any number of pictures, as in fid500");
    label(ui, "Data");
    text_field(ui, "metrics.data", data_, "faces", "What to compare with: faces (built in), a folder or an archive");
    label(ui, "Network");
    const float browse = ImGui::GetFrameHeight();
    text_field(ui, "metrics.extractor", extractor_, "inception-2015-12-05.pt",
               "A TorchScript file. It is a program, and is executed: only a file that you trust",
               ImGui::GetContentRegionAvail().x - browse - ImGui::GetStyle().ItemSpacing.x);
    ImGui::SameLine();
    if (icon_button(ui, "metrics.browse", Icon::folder, {.tip = "Choose the file"}))
      ui.ask_file({.title = "Feature network",
                   .action = "Choose",
                   .extensions = {".pt"},
                   .done = [this](const std::string& path) { extractor_ = path; }});
  }
  label(ui, "Samples");
  static constexpr const char* kSamples[] = {"500", "2,000", "10,000", "50,000"};
  segmented(ui, "metrics.samples", kSamples, samples_,
            "Pictures of each side. Fewer give a higher face-FID: compare equal numbers alone");
}

void MetricsPanel::draw_buttons(const UiContext& ui) {
  static constexpr std::array<std::int64_t, 4> kCounts = {500, 2000, 10000, 50000};
  const app::MetricsView& metrics = ui.view.metrics;
  label(ui, "");
  const float half = (ImGui::GetContentRegionAvail().x - ImGui::GetStyle().ItemSpacing.x) / 2;
  if (metrics.busy) {
    if (button(ui, "metrics.cancel", "Cancel",
               {.width = half, .tip = "Give up; what is done is kept for the next time"}))
      ui.sink.send(app::command::CancelMeasuring{});
    ImGui::SameLine();
    progress_bar(ui, metrics.progress, ui.palette().accent);
  } else if (button(ui, "metrics.measure", "Measure",
                    {.kind = ButtonKind::primary, .width = half, .tip = "Measure the model on screen, beside it"})) {
    app::command::MeasureModel measure{.samples = kCounts[static_cast<std::size_t>(samples_)]};
    if (kind_ == 1) {
      measure.metrics = metrics_;
      measure.data = data_;
      measure.extractor = extractor_;
    }
    ui.sink.send(measure);
  }
  if (metrics.rows.empty()) return;
  label(ui, "");
  if (button(ui, "metrics.csv", "CSV",
             {.width = half, .tip = "All figures with their choices, as a table in the output folder"}))
    ui.sink.send(app::command::ExportMetrics{dated_path(ui, "metrics", ".csv")});
  ImGui::SameLine();
  if (button(ui, "metrics.png", "PNG",
             {.width = half, .tip = "The figures one after the other, as a picture in the output folder"}))
    ui.sink.send(app::command::ExportMetrics{dated_path(ui, "metrics", ".png")});
}

void MetricsPanel::draw_missing(const UiContext& ui) {
  const auto& rows = ui.view.metrics.rows;
  const auto newest =
      std::find_if(rows.rbegin(), rows.rend(), [](const app::MetricRow& row) { return row.value_name == "coverage"; });
  if (newest == rows.rend()) return;
  heading(ui, "What the samples lack");
  if (newest->missing.empty()) {
    dim_text(ui, "Nothing: every value of every factor of the faces comes.");
    return;
  }
  for (const std::string& sentence : newest->missing) dim_text(ui, sentence);
}

void MetricsPanel::draw_rows(const UiContext& ui) {
  heading(ui, "Figures");
  const auto& rows = ui.view.metrics.rows;
  if (!ImGui::BeginTable("##rows", 3, ImGuiTableFlags_SizingStretchProp)) return;
  for (int i = static_cast<int>(rows.size()) - 1; i >= 0; --i) {  // the newest on top
    const app::MetricRow& row = rows[static_cast<std::size_t>(i)];
    ImGui::TableNextRow();
    ImGui::TableNextColumn();
    ImGui::TextUnformatted(row.value_name == row.metric ? row.metric.c_str()
                                                        : fmt::format("{} {}", row.metric, row.value_name).c_str());
    finish_item(ui, fmt::format("metrics.row.{}", i), row.choices.c_str());
    ImGui::TableNextColumn();
    ImGui::TextUnformatted(fmt::format("{:.5g}", row.value).c_str());
    ImGui::TableNextColumn();
    ImGui::TextDisabled("%s", row.model.c_str());
  }
  ImGui::EndTable();
}

/// The values of the newest row's kind, in order.
void MetricsPanel::draw_course(const UiContext& ui) {
  const auto& rows = ui.view.metrics.rows;
  std::vector<float> values;
  for (const app::MetricRow& row : rows)
    if (row.metric == rows.front().metric && row.value_name == rows.front().value_name)
      values.push_back(static_cast<float>(row.value));
  if (values.size() < 2) return;
  heading(ui, "Course");
  const float most = *std::max_element(values.begin(), values.end());
  ImGui::PlotLines("##course", values.data(), static_cast<int>(values.size()), 0, rows.front().value_name.c_str(), 0,
                   most * 1.1F, {ImGui::GetContentRegionAvail().x, ui.px(90)});
  finish_item(ui, "metrics.course", "The figure of each measuring, one after the other");
}

}  // namespace ganvas::ui
