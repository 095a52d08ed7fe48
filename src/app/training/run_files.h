#pragma once
// The pictures and tables that a run folder gets beside what training itself writes. No torch. Any thread.

#include <filesystem>
#include <vector>

#include "train/report/report.h"

namespace ganvas::app {

/// RUN/samples/step-000120.png
void write_sample_sheet(const std::filesystem::path& run_folder, const train::SampleSheet& sheet);
/// RUN/reals.png
void write_real_sheet(const std::filesystem::path& run_folder, const train::RealSheet& sheet);
/// Losses, scores and gradient norms over the steps: a table (.csv) or a picture (.png), which also has the quality.
/// Throws Error for other names and when there is nothing to draw yet.
void write_charts(const std::filesystem::path& path, const std::vector<train::StepReport>& history,
                  const std::vector<train::QualityFigure>& quality = {});
/// A film of the sample sheets in RUN/samples, one after the other, as the recipe asks (Recipe::film). Returns its
/// frames; 0 where there are fewer than two sheets, and no film then. Throws Error.
int make_sample_film(const std::filesystem::path& run_folder, const std::string& name, int fps);
/// The steps that a run folder's log.jsonl holds; empty when there is none. Lines that are no steps are passed over.
std::vector<train::StepReport> read_history(const std::filesystem::path& run_folder);
/// ROOT/NAME-001, or the next number that is free.
std::filesystem::path fresh_run_folder(const std::filesystem::path& root, const std::string& name);
/// The same for a branch of a run: ROOT/RUN-branch-001.
std::filesystem::path fresh_branch_folder(const std::filesystem::path& root, const std::filesystem::path& run);
/// The checkpoint to go on with: `path` itself when it is a file, the newest checkpoint when it is a run folder. Throws
/// Error when there is none.
std::filesystem::path find_checkpoint(const std::filesystem::path& path);
/// The run folder that a checkpoint lies in: the nearest folder above it with a recipe.json, or its own folder.
std::filesystem::path run_folder_of(const std::filesystem::path& checkpoint);

}  // namespace ganvas::app
