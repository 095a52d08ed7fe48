#include "app/training/run_files.h"

#include <algorithm>
#include <fstream>

#include "core/error.h"
#include "core/json.h"
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

using Line = std::pair<std::string, double train::StepReport::*>;

/// `measured`: figures that are there in some steps only; 0 in the others.
media::Chart chart_of(const std::vector<train::StepReport>& history, const std::string& title,
                      const std::string& y_label, const std::vector<Line>& lines, bool measured = false) {
  media::Chart chart{
      .title = title, .x_label = "generator step", .y_label = y_label, .smoothing = measured ? 0.0 : 0.95};
  for (const auto& [name, field] : lines) {
    std::vector<train::StepReport> there = history;
    if (measured) std::erase_if(there, [field = field](const train::StepReport& report) { return report.*field == 0; });
    if (!there.empty()) chart.series.push_back({name, steps_of(there), column(there, field)});
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
    const std::vector<media::CsvColumn> table{{"step", steps_of(history)},
                                              {"kimg", column(history, &train::StepReport::kimg)},
                                              {"d_loss", column(history, &train::StepReport::d_loss)},
                                              {"g_loss", column(history, &train::StepReport::g_loss)},
                                              {"real_score", column(history, &train::StepReport::real_score)},
                                              {"fake_score", column(history, &train::StepReport::fake_score)},
                                              {"d_grad_norm", column(history, &train::StepReport::d_grad_norm)},
                                              {"g_grad_norm", column(history, &train::StepReport::g_grad_norm)},
                                              {"penalty", column(history, &train::StepReport::penalty)},
                                              {"path_length", column(history, &train::StepReport::path_length)},
                                              {"augment_p", column(history, &train::StepReport::augment_p)},
                                              {"overfitting", column(history, &train::StepReport::overfitting)},
                                              {"diversity", column(history, &train::StepReport::diversity)},
                                              {"distance", column(history, &train::StepReport::distance)},
                                              {"seconds", column(history, &train::StepReport::seconds)}};
    media::write_csv(path, table);
    return;
  }
  require(path.extension() == ".png", "Charts are written as .csv or .png, not as {}.", path.filename().string());
  std::vector<media::Chart> charts{
      chart_of(history, "Losses", "loss",
               {{"discriminator", &train::StepReport::d_loss}, {"generator", &train::StepReport::g_loss}}),
      chart_of(history, "Scores", "score",
               {{"real", &train::StepReport::real_score}, {"fake", &train::StepReport::fake_score}}),
      chart_of(history, "Gradient norms", "norm",
               {{"discriminator", &train::StepReport::d_grad_norm}, {"generator", &train::StepReport::g_grad_norm}})};
  // What a recipe does not have is not drawn.
  for (const media::Chart& more :
       {chart_of(history, "Samples against the data", "share",
                 {{"diversity", &train::StepReport::diversity}, {"distance", &train::StepReport::distance}}, true),
        chart_of(history, "Augmentation", "p and sign",
                 {{"strength p", &train::StepReport::augment_p}, {"overfitting r_t", &train::StepReport::overfitting}},
                 true),
        chart_of(history, "Regularisation", "mean",
                 {{"penalty", &train::StepReport::penalty}, {"path length", &train::StepReport::path_length}}, true)}) {
    if (!more.series.empty()) charts.push_back(more);
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
  std::ifstream log(run_folder / "log.jsonl");
  for (std::string line; std::getline(log, line);) {
    const Json json = Json::parse(line, nullptr, false);
    if (!json.is_object() || !json.contains("step") || !json.contains("d_loss")) continue;
    const auto number = [&](const char* key) {
      const auto found = json.find(key);
      return found != json.end() && found->is_number() ? found->get<double>() : 0.0;
    };
    train::StepReport report{.step = static_cast<std::int64_t>(number("step")),
                             .kimg = number("kimg"),
                             .d_loss = number("d_loss"),
                             .g_loss = number("g_loss"),
                             .real_score = number("real_score"),
                             .fake_score = number("fake_score"),
                             .d_grad_norm = number("d_grad_norm"),
                             .g_grad_norm = number("g_grad_norm"),
                             .penalty = number("penalty"),
                             .path_length = number("path_length"),
                             .augment_p = number("augment_p"),
                             .overfitting = number("overfitting"),
                             .diversity = number("diversity"),
                             .distance = number("distance"),
                             .seconds = number("seconds")};
    // A run that was cut off and resumed has some steps twice; the later ones count.
    while (!history.empty() && history.back().step >= report.step) history.pop_back();
    history.push_back(report);
  }
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
