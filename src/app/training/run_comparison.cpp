#include "app/training/run_comparison.h"

#include <algorithm>
#include <fstream>
#include <functional>

#include "app/training/run_files.h"
#include "core/error.h"
#include "core/files.h"
#include "core/json_lists.h"
#include "media/charts/chart.h"
#include "media/png.h"
#include "train/watch/live_quality.h"
#include "train/watch/weight_history.h"

namespace ganvas::app {

namespace {

namespace fs = std::filesystem;

bool is_run(const fs::path& folder) {
  return fs::exists(folder / "recipe.json");
}

/// The lines of the log that are no steps: its end, and troubles.
void read_remarks(const fs::path& folder, RunSummary& run) {
  for_each_json_line(folder / "log.jsonl", [&run](const Json& json, const std::string&) {
    run.state = json.contains("state") ? json.value("state", "unfinished") : "unfinished";
    if (json.contains("alarm")) run.alarms.push_back(json.value("message", std::string()));
  });
}

RunSummary read_run(const fs::path& folder) {
  RunSummary run{.name = fs::absolute(folder).lexically_normal().filename().string(), .state = "unfinished"};
  const Json recipe = read_json(folder / "recipe.json");
  run.recipe = recipe.value("name", std::string());
  if (recipe.contains("network")) run.resolution = recipe["network"].value("resolution", 0);
  run.history = read_history(folder);
  run.quality = train::read_quality(folder);
  run.kept_moments = train::WeightHistory(train::history_folder(folder)).moments().size();
  read_remarks(folder, run);
  double seconds = 0;
  for (const train::StepReport& step : run.history) {
    seconds += step.seconds;
    if (step.diversity <= 0) continue;
    run.diversity = step.diversity;
    run.distance = step.distance;
  }
  run.hours = seconds / 3600;
  if (!run.history.empty()) {
    run.steps = run.history.back().step;
    run.kimg = run.history.back().kimg;
    if (seconds > 0) run.images_per_second = 1000 * run.kimg / seconds;
  }
  for (const train::QualityFigure& figure : run.quality)
    run.face_kid = run.face_kid == 0 ? figure.face_kid : std::min(run.face_kid, figure.face_kid);
  return run;
}

using Figure = std::function<double(const train::StepReport&)>;

media::Chart chart_of(const std::vector<RunSummary>& runs, const std::string& title, const std::string& unit,
                      const Figure& figure, double smoothing) {
  media::Chart chart{.title = title, .x_label = "kimg", .y_label = unit, .smoothing = smoothing};
  for (const RunSummary& run : runs) {
    media::ChartSeries series{run.name, {}, {}};
    for (const train::StepReport& step : run.history) {
      const double value = figure(step);
      if (value == 0) continue;  // steps that do not have it
      series.x.push_back(step.kimg);
      series.y.push_back(value);
    }
    if (!series.x.empty()) chart.series.push_back(std::move(series));
  }
  return chart;
}

media::Chart quality_chart(const std::vector<RunSummary>& runs) {
  media::Chart chart{.title = "face-KID", .x_label = "kimg", .y_label = "distance"};
  for (const RunSummary& run : runs) {
    media::ChartSeries series{run.name, {}, {}};
    for (const train::QualityFigure& figure : run.quality) {
      series.x.push_back(figure.kimg);
      series.y.push_back(figure.face_kid);
    }
    if (!series.x.empty()) chart.series.push_back(std::move(series));
  }
  return chart;
}

}  // namespace

std::vector<RunSummary> read_runs(const fs::path& folder) {
  require(fs::is_directory(folder), "There is no folder {}; check the path.", folder.string());
  if (is_run(folder)) return {read_run(folder)};
  std::vector<RunSummary> runs;
  for (const auto& entry : fs::directory_iterator(folder))
    if (entry.is_directory() && is_run(entry.path())) runs.push_back(read_run(entry.path()));
  require(!runs.empty(), "{} holds no run folders (folders with a recipe.json).", folder.string());
  std::sort(runs.begin(), runs.end(), [](const RunSummary& a, const RunSummary& b) { return a.name < b.name; });
  return runs;
}

std::string run_table(const std::vector<RunSummary>& runs) {
  std::size_t widest = 4;
  for (const RunSummary& run : runs) widest = std::max(widest, run.name.size());
  std::string text = fmt::format("{:{}}  {:>5}  {:>8}  {:>8}  {:>7}  {:>7}  {:>9}  {:>8}  {:>8}  {}\n", "run", widest,
                                 "px", "kimg", "steps", "img/s", "hours", "diversity", "distance", "face-KID", "state");
  for (const RunSummary& run : runs) {
    const auto figure = [](double value) { return value == 0 ? std::string("-") : fmt::format("{:.3f}", value); };
    text += fmt::format("{:{}}  {:>5}  {:>8.1f}  {:>8}  {:>7.0f}  {:>7.2f}  {:>9}  {:>8}  {:>8}  {}{}\n", run.name,
                        widest, run.resolution, run.kimg, run.steps, run.images_per_second, run.hours,
                        figure(run.diversity), figure(run.distance), figure(run.face_kid), run.state,
                        run.alarms.empty() ? "" : fmt::format(", {} alarms", run.alarms.size()));
  }
  return text;
}

Json to_json(const RunSummary& run) {
  return {{"name", run.name},
          {"recipe", run.recipe},
          {"resolution", run.resolution},
          {"steps", run.steps},
          {"kimg", run.kimg},
          {"hours", run.hours},
          {"images_per_second", run.images_per_second},
          {"state", run.state},
          {"diversity", run.diversity},
          {"distance", run.distance},
          {"face_kid", run.face_kid},
          {"kept_moments", run.kept_moments},
          {"alarms", run.alarms}};
}

Image draw_comparison(const std::vector<RunSummary>& runs, const media::ChartStyle& style) {
  std::vector<media::Chart> charts;
  for (media::Chart& chart : std::vector<media::Chart>{
           chart_of(
               runs, "Distance of the samples from the data", "share", [](const auto& s) { return s.distance; }, 0),
           chart_of(
               runs, "Diversity of the samples", "share", [](const auto& s) { return s.diversity; }, 0),
           quality_chart(runs),
           chart_of(
               runs, "Generator loss", "loss", [](const auto& s) { return s.g_loss; }, 0.98),
           chart_of(
               runs, "Discriminator loss", "loss", [](const auto& s) { return s.d_loss; }, 0.98)}) {
    if (!chart.series.empty()) charts.push_back(std::move(chart));
  }
  return charts.empty() ? Image() : media::draw_charts(charts, style);
}

void write_comparison(const fs::path& path, const std::vector<RunSummary>& runs) {
  require(path.extension() == ".png", "Curves are written as .png, not as {}.", path.filename().string());
  const Image charts = draw_comparison(runs, {});
  require(!charts.empty(), "None of these runs has a step to draw yet.");
  media::write_png(path, charts.view());
}

}  // namespace ganvas::app
