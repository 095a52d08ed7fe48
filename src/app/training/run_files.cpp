#include "app/training/run_files.h"

#include <algorithm>
#include <fstream>

#include "core/error.h"
#include "core/json.h"
#include "core/json_lists.h"
#include "media/charts/chart.h"
#include "media/charts/csv.h"
#include "media/film/film.h"
#include "media/png.h"
#include "train/run/run_folder.h"

namespace ganvas::app {

namespace fs = std::filesystem;

namespace {

std::vector<double> column(const std::vector<train::StepReport>& history, double train::StepReport::*field) {
  std::vector<double> values;
  values.reserve(history.size());
  for (const train::StepReport& report : history) values.push_back(report.*field);
  return values;
}

std::vector<double> steps_of(const std::vector<train::StepReport>& history) {
  std::vector<double> values;
  values.reserve(history.size());
  for (const train::StepReport& report : history) values.push_back(static_cast<double>(report.step));
  return values;
}

/// A figure that was there in no step has no line. A chart whose figures are all there in some steps only is drawn as
/// measured.
media::Chart chart_of(const std::vector<train::StepReport>& history, const train::StepChart& kind) {
  media::Chart chart{.title = kind.title, .x_label = "generator step", .y_label = kind.y_label, .smoothing = 0};
  for (const train::StepFigure& figure : train::step_figures) {
    if (figure.chart != &kind) continue;
    if (!figure.sometimes) chart.smoothing = 0.95;
    std::vector<train::StepReport> there = history;
    if (figure.sometimes)
      std::erase_if(there, [&](const train::StepReport& report) { return report.*figure.value == 0; });
    if (!there.empty()) chart.series.push_back({figure.label, steps_of(there), column(there, figure.value)});
  }
  return chart;
}

/// With the bounds of its confidence.
media::Chart quality_chart(const std::vector<train::QualityFigure>& quality) {
  media::Chart chart{
      .title = "Quality by the face network (lower is better)", .x_label = "generator step", .y_label = "face-KID"};
  for (const auto& [name, field] : {std::pair{"face-KID", &train::QualityFigure::face_kid},
                                    {"95 % above", &train::QualityFigure::high},
                                    {"95 % below", &train::QualityFigure::low}}) {
    media::ChartSeries series{name, {}, {}};
    for (const train::QualityFigure& figure : quality) {
      series.x.push_back(static_cast<double>(figure.step));
      series.y.push_back(figure.*field);
    }
    chart.series.push_back(std::move(series));
  }
  return chart;
}

}  // namespace

void write_sample_sheet(const fs::path& run_folder, const train::SampleSheet& sheet) {
  media::write_png(run_folder / "samples" / fmt::format("step-{:06}.png", sheet.step), sheet.image.view());
}

void write_real_sheet(const fs::path& run_folder, const train::RealSheet& sheet) {
  media::write_png(run_folder / "reals.png", sheet.image.view());
}

void write_charts(const fs::path& path, const std::vector<train::StepReport>& history,
                  const std::vector<train::QualityFigure>& quality) {
  require(!history.empty(), "There are no training steps to put into {} yet.", path.string());
  if (path.extension() == ".csv") {
    std::vector<media::CsvColumn> table{{"step", steps_of(history)},
                                        {"kimg", column(history, &train::StepReport::kimg)}};
    for (const train::StepFigure& figure : train::step_figures)
      table.push_back({figure.key, column(history, figure.value)});
    media::write_csv(path, table);
    return;
  }
  require(path.extension() == ".png", "Charts are written as .csv or .png, not as {}.", path.filename().string());
  std::vector<media::Chart> charts;
  for (const train::StepChart& kind : train::step_charts) {
    media::Chart chart = chart_of(history, kind);
    if (!chart.series.empty()) charts.push_back(std::move(chart));
  }
  if (!quality.empty()) charts.push_back(quality_chart(quality));
  media::write_png(path, media::draw_charts(charts).view());
}

int make_sample_film(const fs::path& run_folder, const std::string& name, int fps) {
  std::vector<fs::path> sheets;
  std::error_code error;
  for (const auto& entry : fs::directory_iterator(run_folder / "samples", error))
    if (entry.path().extension() == ".png") sheets.push_back(entry.path());
  if (sheets.size() < 2) return 0;
  // By step: names have six digits, and more where a run is longer.
  std::sort(sheets.begin(), sheets.end(), [](const fs::path& a, const fs::path& b) {
    const std::string x = a.filename().string(), y = b.filename().string();
    return std::pair(x.size(), x) < std::pair(y.size(), y);
  });
  media::FilmOptions film{.path = run_folder / name, .frames = static_cast<int>(sheets.size()), .fps = fps};
  for (const fs::path& sheet : sheets) film.content += sheet.filename().string() + " ";
  media::make_film(
      film,
      [&](int index) {
        const Image rgba = media::read_png(sheets[static_cast<std::size_t>(index)]);
        if (rgba.channels == 3) return rgba;
        Image rgb(rgba.width, rgba.height, 3);
        for (int y = 0; y < rgb.height; ++y)
          for (int x = 0; x < rgb.width; ++x) std::copy_n(rgba.at(x, y), 3, rgb.at(x, y));
        return rgb;
      },
      [](int, int) { return true; });
  return film.frames;
}

fs::path fresh_branch_folder(const fs::path& root, const fs::path& run) {
  const std::string name = (run.filename().empty() ? run.parent_path() : run).filename().string();
  return fresh_run_folder(root, name.substr(0, name.find("-branch-")) + "-branch");
}

std::vector<train::StepReport> read_history(const fs::path& run_folder) {
  std::vector<train::StepReport> history;
  for_each_json_line(run_folder / "log.jsonl", [&history](const Json& json, const std::string&) {
    if (!json.contains("step") || !json.contains("d_loss")) return;
    const auto number = [&](const char* key) {
      const auto found = json.find(key);
      return found != json.end() && found->is_number() ? found->get<double>() : 0.0;
    };
    train::StepReport report{.step = static_cast<std::int64_t>(number("step")), .kimg = number("kimg")};
    for (const train::StepFigure& figure : train::step_figures) report.*figure.value = number(figure.key);
    // A run that was cut off and resumed has some steps twice; the later ones count.
    while (!history.empty() && history.back().step >= report.step) history.pop_back();
    history.push_back(report);
  });
  return history;
}

fs::path fresh_run_folder(const fs::path& root, const std::string& name) {
  for (int number = 1;; ++number) {
    fs::path folder = root / fmt::format("{}-{:03}", name, number);
    if (!fs::exists(folder)) return folder;
  }
}

fs::path find_checkpoint(const fs::path& path) {
  if (fs::is_regular_file(path)) return path;
  require(fs::is_directory(path), "There is no checkpoint or run folder {}; check the path.", path.string());
  const fs::path newest = train::newest_whole_checkpoint(path);
  require(!newest.empty(), "The run folder {} holds no whole checkpoint; start without --resume.", path.string());
  return newest;
}

fs::path run_folder_of(const fs::path& checkpoint) {
  const fs::path whole = fs::absolute(checkpoint);
  for (fs::path folder = whole.parent_path();; folder = folder.parent_path()) {
    if (fs::exists(folder / "recipe.json")) return fs::relative(folder);
    if (folder == folder.parent_path()) return checkpoint.parent_path();
  }
}

}  // namespace ganvas::app
