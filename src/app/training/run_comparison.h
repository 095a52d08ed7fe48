#pragma once
// Runs side by side: a table, and their curves over one another. No torch. Any thread.

#include <filesystem>
#include <string>
#include <vector>

#include "core/image.h"
#include "core/json.h"
#include "train/report/report.h"

namespace ganvas::media {
struct ChartStyle;  // media/charts/chart.h
}  // namespace ganvas::media

namespace ganvas::app {

/// What a run folder tells of its run.
struct RunSummary {
  std::string name;    ///< of the folder
  std::string recipe;  ///< name of its recipe
  int resolution = 0;
  std::int64_t steps = 0;
  double kimg = 0;
  double hours = 0;              ///< of training steps
  double images_per_second = 0;  ///< over all steps
  std::string state;             ///< "finished", "stopped", or "unfinished" for a run that goes on or was cut off
  double diversity = 0;          ///< SampleFigures at the last look; 0: nobody looked
  double distance = 0;
  double face_kid = 0;           ///< lowest; 0: not measured
  std::size_t kept_moments = 0;  ///< in history/
  std::vector<std::string> alarms;
  std::vector<train::StepReport> history;
  std::vector<train::QualityFigure> quality;
};

/// The runs in a folder: itself when it is one, else its sub-folders with a recipe.json, by name. Throws Error when
/// there is none.
std::vector<RunSummary> read_runs(const std::filesystem::path& folder);

/// For people, in columns.
std::string run_table(const std::vector<RunSummary>& runs);
Json to_json(const RunSummary& run);
/// Losses, distance, diversity and face-KID over kimg, all runs in each chart, below one another. RGB; empty when no
/// run has a step.
Image draw_comparison(const std::vector<RunSummary>& runs, const media::ChartStyle& style);
/// The same as a PNG. Throws Error when no run has a step.
void write_comparison(const std::filesystem::path& path, const std::vector<RunSummary>& runs);

}  // namespace ganvas::app
