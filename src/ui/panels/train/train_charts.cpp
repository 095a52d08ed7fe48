#include <fmt/format.h>

#include <array>
#include <string_view>
#include <vector>

#include "ui/panels/train/train.h"
#include "ui/widgets/actions.h"
#include "ui/widgets/widgets.h"

namespace ganvas::ui {

void TrainCharts::take_history(const UiContext& ui) {
  static const std::vector<train::StepReport> kNone;
  const std::vector<train::StepReport>& history = ui.view.train.history != nullptr ? *ui.view.train.history : kNone;
  const std::int64_t first = history.empty() ? 0 : history.front().step;
  const std::size_t have = series_.front().raw().size();
  if (history.size() < have || first != first_step_ || (have > 0 && history[have - 1].step != last_step_)) {
    for (SmoothedSeries& series : series_) series.clear();
    measured_ = {};
    first_step_ = first;
    window_ = {};
  }
  for (SmoothedSeries& series : series_) series.set_smoothing(static_cast<float>(smoothing_));
  for (std::size_t i = series_.front().raw().size(); i < history.size(); ++i) {
    for (std::size_t k = 0; k < series_.size(); ++k) {
      const train::StepFigure& figure = train::step_figures[k];
      const double value = history[i].*figure.value;
      const bool missing = figure.sometimes && value == 0 && i > 0;  // the line goes on as it was
      series_[k].append(missing ? series_[k].raw()[i - 1] : static_cast<float>(value));
      measured_[k] = measured_[k] || value != 0;
    }
    last_step_ = history[i].step;
  }
}

/// Figures come some steps late, so that the curves are drawn anew with each.
void TrainCharts::take_quality(const UiContext& ui) {
  const auto& figures = ui.view.train.quality;
  const std::size_t steps = series_.front().raw().size();
  if (figures.size() != figures_ || quality_.raw().size() > steps) {
    for (SmoothedSeries* series : {&quality_, &quality_low_, &quality_high_}) series->clear();
    figures_ = figures.size();
    next_figure_ = 0;
  }
  if (figures.empty() || ui.view.train.history == nullptr) return;
  for (std::size_t i = quality_.raw().size(); i < steps; ++i) {
    const std::int64_t step = (*ui.view.train.history)[i].step;
    while (next_figure_ < figures.size() && figures[next_figure_].step <= step) ++next_figure_;
    const train::QualityFigure& figure = figures[next_figure_ == 0 ? 0 : next_figure_ - 1];
    quality_.append(static_cast<float>(figure.face_kid));
    quality_low_.append(static_cast<float>(figure.low));
    quality_high_.append(static_cast<float>(figure.high));
  }
}

void TrainCharts::draw(const UiContext& ui) {
  take_history(ui);
  take_quality(ui);
  heading(ui, "Charts");
  draw_tools(ui);
  ChartOptions options{.log_scale = log_scale_};
  if (ui.view.train.history != nullptr) options.history = *ui.view.train.history;
  draw_charts(ui, options, false);
  if (gradients_) draw_charts(ui, options, true);
}

void TrainCharts::draw_charts(const UiContext& ui, const ChartOptions& options, bool on_request) {
  const Palette& p = ui.palette();
  for (const train::StepChart& chart : train::step_charts) {
    if (chart.on_request != on_request) continue;
    std::vector<ChartLine> lines;
    bool measured = false;
    for (std::size_t k = 0; k < series_.size(); ++k) {
      const train::StepFigure& figure = train::step_figures[k];
      if (figure.chart != &chart) continue;
      const ImU32 colour = figure.colour == train::LineColour::accent   ? p.accent
                           : figure.colour == train::LineColour::second ? p.second
                                                                        : p.good;
      lines.push_back({figure.short_label, colour, &series_[k]});
      measured = measured || measured_[k];
    }
    if (chart.when_measured && !measured) continue;
    ChartOptions own = options;
    own.title = chart.short_title;
    own.log_scale = options.log_scale && chart.log_scale;
    draw_chart(ui, fmt::format("train.chart.{}", chart.id).c_str(), lines, window_, own);
    if (std::string_view(chart.id) == "samples") draw_quality(ui, own);
  }
}

void TrainCharts::draw_quality(const UiContext& ui, ChartOptions options) {
  if (ui.view.train.quality.empty()) return;
  const Palette& p = ui.palette();
  options.title = "Quality by the face network, not FID or KID (lower is better)";
  const std::array<ChartLine, 3> lines = {ChartLine{"face-KID", p.good, &quality_},
                                          {"95 %", faded(p.dim, 0.7F), &quality_low_},
                                          {"", faded(p.dim, 0.7F), &quality_high_}};
  draw_chart(ui, "train.chart.quality", lines, window_, options);
  const train::QualityFigure& newest = ui.view.train.quality.back();
  if (!newest.missing.empty())
    dim_text(ui, fmt::format("{} of the faces' values are missing: {}{}", newest.missing.size(), newest.missing.front(),
                             newest.missing.size() > 1 ? ", ..." : ""));
}

void TrainCharts::draw_tools(const UiContext& ui) {
  label(ui, "Smoothing");
  slider(ui, "train.smoothing", smoothing_,
         {.low = 0,
          .high = 0.999,
          .neutral = 0,
          .format = "%.3f",
          .tip = "Weight of the past in the moving average, 0 to 0.999"});
  toggle(ui, "train.log", "Log", log_scale_, "Logarithmic scale of losses and norms");
  ImGui::SameLine(0, ui.px(16));
  toggle(ui, "train.gradients", "Gradients", gradients_, "Also the gradient norms and the regularisation");
  const float width = ui.px(62);
  ImGui::SameLine(ImGui::GetContentRegionMax().x - 2 * width - ImGui::GetStyle().ItemSpacing.x);
  if (button(ui, "train.csv", "CSV",
             {.width = width, .tip = "Write every figure of the run as a table to the output folder"})) {
    ui.sink.send(app::command::ExportCharts{dated_path(ui, "charts", ".csv")});
  }
  ImGui::SameLine();
  if (button(ui, "train.png", "PNG", {.width = width, .tip = "Write the charts as a picture to the output folder"})) {
    ui.sink.send(app::command::ExportCharts{dated_path(ui, "charts", ".png")});
  }
}

}  // namespace ganvas::ui
