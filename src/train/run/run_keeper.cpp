#include "train/run/run_keeper.h"

#include <algorithm>
#include <ctime>

#include "core/error.h"

namespace ganvas::train {
namespace {

constexpr int newest_kept = 2;

std::int64_t last_fork_of(const std::vector<Edit>& edits) {
  std::int64_t last = 0;
  for (const Edit& edit : edits) {
    if (edit.key == "fork" && edit.value.is_number_integer()) last = std::max(last, edit.value.get<std::int64_t>());
  }
  return last;
}

/// The folder, which now holds the recipe.
const std::filesystem::path& begun(const std::filesystem::path& folder, const Recipe& recipe) {
  write_json(folder / "recipe.json", to_json(recipe));
  return folder;
}

}  // namespace

std::vector<Edit> edits_of(const Json& notes) {
  std::vector<Edit> edits;
  if (!notes.contains("edits")) return edits;
  for (const Json& edit : notes["edits"]) edits.push_back(edit_from_json(edit, "An edit of the checkpoint"));
  return edits;
}

RunKeeper::RunKeeper(std::filesystem::path folder, const Recipe& recipe, std::int64_t step, std::vector<Edit> done,
                     const std::vector<Edit>& planned)
    : folder_(std::move(folder)),
      log_(begun(folder_, recipe), step),
      events_(folder_, std::time(nullptr)),
      journal_(folder_ / "journal.jsonl", done, planned),
      index_(folder_),
      last_fork_(std::max(last_fork_of(done), last_fork_of(planned))) {
  journal_.flush();
  if (step > 0) events_.restart(step);
}

void RunKeeper::add(const Alarm& alarm) {
  log_.add(alarm);
}

void RunKeeper::add(const Edit& edit) {
  last_fork_ = std::max(last_fork_, last_fork_of({edit}));
  journal_.add(edit);
}

void RunKeeper::flush() {
  journal_.flush();
  log_.flush();
  events_.flush();
}

void RunKeeper::save(std::int64_t step, CheckpointWriter::Write write, const CheckpointHealth& health) {
  flush();
  writing_[step] = health;
  writer_.write(step, checkpoint_path(folder_, step), std::move(write));
}

std::optional<Saved> RunKeeper::saved() {
  return finished(writer_.take());
}

std::optional<Saved> RunKeeper::wait_until_saved() {
  return finished(writer_.wait());
}

std::optional<Saved> RunKeeper::finished(const std::optional<CheckpointWriter::Result>& result) {
  if (!result) return std::nullopt;
  const auto written = writing_.extract(result->step);
  require(result->problem.empty(), "{}", result->problem);
  if (!written.empty()) index_.set(result->step, written.mapped());
  index_.prune(newest_kept);
  return Saved{result->step, result->file.string()};
}

void RunKeeper::distrust_after(std::int64_t step) {
  for (auto& [at, health] : writing_) health.healthy = health.healthy && at <= step;
  index_.distrust_after(step);
}

void RunKeeper::give_up(const std::filesystem::path& checkpoint) {
  index_.give_up(checkpoint);
}

std::filesystem::path RunKeeper::healthy_checkpoint() const {
  const std::optional<std::int64_t> step = index_.newest_healthy();
  return step ? checkpoint_path(folder_, *step) : std::filesystem::path();
}

void RunKeeper::rewind(std::int64_t step, std::vector<Edit> done) {
  flush();
  log_ = RunLog(folder_, step);
  events_.restart(step);
  journal_ = Journal(folder_ / "journal.jsonl", done, {});
  index_.drop_after(step);
}

}  // namespace ganvas::train
