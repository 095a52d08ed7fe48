#include <fmt/format.h>

#include <array>

#include "ui/panels/train/train.h"
#include "ui/widgets/actions.h"
#include "ui/widgets/widgets.h"

namespace ganvas::ui {

void TrainCharts::take_history(const UiContext& ui) {
  static const std::vector<train::StepReport> kNone;
  const std::vector<train::StepReport>& history = ui.view.train.history != nullptr ? *ui.view.train.history : kNone;
  const std::int64_t first = history.empty() ? 0 : history.front().step;
  const std::array<SmoothedSeries*, 12> all = {&d_loss_,    &g_loss_,   &real_,     &fake_, &d_grad_,  &g_grad_,
                                               &diversity_, &distance_, &strength_, &sign_, &penalty_, &length_};
  constexpr std::size_t always = 6;  // the others are measured in some steps only
  const std::size_t have = d_loss_.raw().size();
  if (history.size() < have || first != first_step_ || (have > 0 && history[have - 1].step != last_step_)) {
    for (SmoothedSeries* series : all) series->clear();
    first_step_ = first;
    window_ = {};
    augmented_ = regularised_ = false;
  }
  for (SmoothedSeries* series : all) series->set_smoothing(static_cast<float>(smoothing_));
  for (std::size_t i = d_loss_.raw().size(); i < history.size(); ++i) {
    const train::StepReport& r = history[i];
    const std::array<double, 12> values = {r.d_loss,      r.g_loss,      r.real_score, r.fake_score,
                                           r.d_grad_norm, r.g_grad_norm, r.diversity,  r.distance,
                                           r.augment_p,   r.overfitting, r.penalty,    r.path_length};
    for (std::size_t k = 0; k < all.size(); ++k) {
      const bool unmeasured = k >= always && values[k] == 0 && i > 0;
      all[k]->append(unmeasured ? all[k]->raw()[i - 1] : static_cast<float>(values[k]));
    }
    augmented_ = augmented_ || r.augment_p != 0 || r.overfitting != 0;
    regularised_ = regularised_ || r.penalty != 0 || r.path_length != 0;
    last_step_ = r.step;
  }
}

/// Figures come some steps late, so that the curves are drawn anew with each.
void TrainCharts::take_quality(const UiContext& ui) {
  const auto& figures = ui.view.train.quality;
  const std::size_t steps = d_loss_.raw().size();
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
  options.title = "Samples against the data";
  const std::array<ChartLine, 2> samples = {ChartLine{"diversity", p.good, &diversity_},
                                            {"distance", p.second, &distance_}};
  draw_chart(ui, "train.chart.samples", samples, window_, options);
  if (!ui.view.train.quality.empty()) {
    options.title = "Quality by the face network, not FID or KID (lower is better)";
    const std::array<ChartLine, 3> lines = {ChartLine{"face-KID", p.good, &quality_},
                                            {"95 %", faded(p.dim, 0.7F), &quality_low_},
                                            {"", faded(p.dim, 0.7F), &quality_high_}};
    draw_chart(ui, "train.chart.quality", lines, window_, options);
    const train::QualityFigure& newest = ui.view.train.quality.back();
    if (!newest.missing.empty())
      dim_text(ui, fmt::format("{} of the faces' values are missing: {}{}", newest.missing.size(),
                               newest.missing.front(), newest.missing.size() > 1 ? ", ..." : ""));
  }
  if (augmented_) {
    options.title = "Augmentation";
    const std::array<ChartLine, 2> strength = {ChartLine{"p", p.accent, &strength_}, {"r_t", p.second, &sign_}};
    draw_chart(ui, "train.chart.augment", strength, window_, options);
  }
  if (!gradients_) return;
  options.title = "Gradient norm";
  options.log_scale = log_scale_;
  const std::array<ChartLine, 2> norms = {ChartLine{"D", p.accent, &d_grad_}, {"G", p.second, &g_grad_}};
  draw_chart(ui, "train.chart.gradient", norms, window_, options);
  if (!regularised_) return;
  options.title = "Regularisation";
  const std::array<ChartLine, 2> terms = {ChartLine{"penalty", p.accent, &penalty_},
                                          {"path length", p.second, &length_}};
  draw_chart(ui, "train.chart.penalty", terms, window_, options);
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
