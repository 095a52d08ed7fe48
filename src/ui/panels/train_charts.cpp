#include <array>

#include "ui/actions.h"
#include "ui/panels/train.h"
#include "ui/widgets.h"

namespace ganvas {

void TrainCharts::take_history(const UiContext& ui) {
  static const std::vector<StepReport> kNone;
  const std::vector<StepReport>& history = ui.view.train.history != nullptr ? *ui.view.train.history : kNone;
  const std::int64_t first = history.empty() ? 0 : history.front().step;
  const std::array<SmoothedSeries*, 6> all = {&d_loss_, &g_loss_, &real_, &fake_, &d_grad_, &g_grad_};
  if (history.size() < d_loss_.raw().size() || first != first_step_) {
    for (SmoothedSeries* series : all) series->clear();
    first_step_ = first;
    window_ = {};
  }
  for (SmoothedSeries* series : all) series->set_smoothing(static_cast<float>(smoothing_));
  for (std::size_t i = d_loss_.raw().size(); i < history.size(); ++i) {
    const StepReport& report = history[i];
    const std::array<double, 6> values = {report.d_loss,     report.g_loss,      report.real_score,
                                          report.fake_score, report.d_grad_norm, report.g_grad_norm};
    for (std::size_t k = 0; k < all.size(); ++k) all[k]->append(static_cast<float>(values[k]));
  }
}

void TrainCharts::draw(const UiContext& ui) {
  take_history(ui);
  heading(ui, "Charts");
  draw_tools(ui);
  const Palette& p = ui.palette();
  ChartOptions options{.log_scale = log_scale_};
  if (ui.view.train.history != nullptr) options.history = *ui.view.train.history;
  options.title = "Loss";
  const std::array<ChartLine, 2> losses = {ChartLine{"D", p.accent, &d_loss_}, {"G", p.second, &g_loss_}};
  draw_chart(ui, "train.chart.loss", losses, window_, options);
  options.title = "Score";
  options.log_scale = false;
  const std::array<ChartLine, 2> scores = {ChartLine{"real", p.good, &real_}, {"fake", p.second, &fake_}};
  draw_chart(ui, "train.chart.score", scores, window_, options);
  if (!gradients_) return;
  options.title = "Gradient norm";
  options.log_scale = log_scale_;
  const std::array<ChartLine, 2> norms = {ChartLine{"D", p.accent, &d_grad_}, {"G", p.second, &g_grad_}};
  draw_chart(ui, "train.chart.gradient", norms, window_, options);
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
  toggle(ui, "train.gradients", "Gradients", gradients_, "Also the gradient norms");
  const float width = ui.px(62);
  ImGui::SameLine(ImGui::GetContentRegionMax().x - 2 * width - ImGui::GetStyle().ItemSpacing.x);
  if (button(ui, "train.csv", "CSV",
             {.width = width, .tip = "Write every figure of the run as a table to the output folder"})) {
    ui.sink.send(command::ExportCharts{dated_path(ui, "charts", ".csv")});
  }
  ImGui::SameLine();
  if (button(ui, "train.png", "PNG", {.width = width, .tip = "Write the charts as a picture to the output folder"})) {
    ui.sink.send(command::ExportCharts{dated_path(ui, "charts", ".png")});
  }
}

}  // namespace ganvas
