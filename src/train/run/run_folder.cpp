#include "train/run/run_folder.h"

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <vector>

#include "core/error.h"
#include "core/files.h"
#include "core/json.h"
#include "core/json_lists.h"
#include "core/json_text.h"
#include "core/library_error.h"
#include "core/log.h"
#include "train/step/checkpoint.h"

namespace ganvas::train {
namespace fs = std::filesystem;
namespace {

/// Checkpoints by rising step: the names have a fixed number of digits.
std::vector<fs::path> checkpoints(const fs::path& run_folder) {
  std::vector<fs::path> found;
  std::error_code error;
  for (const auto& entry : fs::directory_iterator(run_folder / "checkpoints", error)) {
    const std::string name = entry.path().filename().string();
    if (name.starts_with("step-") && name.ends_with(".safetensors")) found.push_back(entry.path());
  }
  std::sort(found.begin(), found.end());
  return found;
}

std::int64_t step_of(const fs::path& checkpoint) {
  return std::atoll(checkpoint.filename().string().c_str() + std::string_view("step-").size());
}

/// The lines of the log up to a step, without end lines and torn ones.
std::string lines_until(const fs::path& path, std::int64_t step) {
  std::string kept;
  for_each_json_line(path, [&](const Json& json, const std::string& line) {
    const bool figures = json.contains("step") && json["step"].is_number_integer() && !json.contains("weights_hash");
    if (figures && json["step"].get<std::int64_t>() <= step) kept += line + "\n";
  });
  return kept;
}

}  // namespace

fs::path checkpoint_path(const fs::path& run_folder, std::int64_t step) {
  return run_folder / "checkpoints" / fmt::format("step-{:08}.safetensors", step);
}

fs::path newest_checkpoint(const fs::path& run_folder) {
  const auto found = checkpoints(run_folder);
  return found.empty() ? fs::path() : found.back();
}

fs::path newest_whole_checkpoint(const fs::path& run_folder) {
  auto found = checkpoints(run_folder);
  for (; !found.empty(); found.pop_back()) {
    const std::string damage = checkpoint_damage(found.back());
    if (damage.empty()) return found.back();
    log::warn("{}", damage);
  }
  return {};
}

CheckpointIndex::CheckpointIndex(fs::path run_folder) : folder_(std::move(run_folder)) {
  const fs::path file = folder_ / "checkpoints" / "health.json";
  std::error_code error;
  if (!fs::exists(file, error)) return;
  guarded(file.string(), "remove it, and the checkpoints count as not judged yet", [&] {
    const Json json = read_json(file);
    for (const auto& [key, value] : json.items()) {
      const Json distance = value.value("distance", Json());
      health_[std::atoll(key.c_str())] = {
          value.value("healthy", false),
          distance.is_number() ? std::optional<double>(distance.get<double>()) : std::nullopt};
    }
  });
}

void CheckpointIndex::write() const {
  Json json = Json::object();
  for (const auto& [step, health] : health_) {
    json[std::to_string(step)] = {{"healthy", health.healthy},
                                  {"distance", health.distance ? Json(*health.distance) : Json()}};
  }
  write_json(folder_ / "checkpoints" / "health.json", json);
}

void CheckpointIndex::set(std::int64_t step, const CheckpointHealth& health) {
  health_[step] = health;
  write();
}

void CheckpointIndex::distrust_after(std::int64_t step) {
  for (auto& [at, health] : health_) health.healthy = health.healthy && at <= step;
  write();
}

void CheckpointIndex::give_up(const fs::path& checkpoint) {
  health_[step_of(checkpoint)].healthy = false;
  write();
}

void CheckpointIndex::drop_after(std::int64_t step) {
  std::error_code error;
  for (const fs::path& file : checkpoints(folder_)) {
    if (step_of(file) > step) fs::remove(file, error);
  }
  health_.erase(health_.upper_bound(step), health_.end());
  write();
}

const CheckpointHealth* CheckpointIndex::known(std::int64_t step) const {
  const auto found = health_.find(step);
  return found == health_.end() ? nullptr : &found->second;
}

std::optional<std::int64_t> CheckpointIndex::newest_healthy() const {
  const auto found = checkpoints(folder_);
  for (auto file = found.rbegin(); file != found.rend(); ++file) {
    const CheckpointHealth* health = known(step_of(*file));
    if (health != nullptr && health->healthy) return step_of(*file);
  }
  return std::nullopt;
}

void CheckpointIndex::prune(int newest) {
  constexpr std::int64_t stood = 300;  // steps after which a trouble would have shown
  const auto found = checkpoints(folder_);
  if (found.empty()) return;
  const std::int64_t last = step_of(found.back());
  std::optional<std::int64_t> best, settled;
  for (const fs::path& file : found) {
    const std::int64_t step = step_of(file);
    const CheckpointHealth* health = known(step);
    if (health == nullptr || !health->healthy) continue;
    if (step + stood <= last) settled = step;
    if (health->distance && (!best || *health->distance < *known(*best)->distance)) best = step;
  }
  std::error_code error;
  for (std::size_t i = 0; i + static_cast<std::size_t>(newest) < found.size(); ++i) {
    const std::int64_t step = step_of(found[i]);
    if (step == best || step == settled) continue;
    fs::remove(found[i], error);
    health_.erase(step);
  }
  write();
}

bool holds_run(const fs::path& run_folder) {
  std::error_code error;
  const std::uintmax_t log = fs::file_size(run_folder / "log.jsonl", error);
  return (!error && log > 0) || !newest_checkpoint(run_folder).empty();
}

RunLog::RunLog(const fs::path& run_folder, std::int64_t step)
    : path_(run_folder / "log.jsonl"), flushed_(std::chrono::steady_clock::now()) {
  const std::string kept = lines_until(path_, step);
  write_file(path_, kept);
  size_ = kept.size();
}

void RunLog::add(const StepReport& report) {
  Json line{{"step", report.step}, {"kimg", report.kimg}};
  for (const bool sometimes : {false, true}) {
    for (const StepFigure& figure : step_figures) {
      const double value = report.*figure.value;
      if (figure.sometimes == sometimes && !(sometimes && value == 0)) line[figure.key] = value;
    }
  }
  waiting_ += json_text(line) + "\n";
}

void RunLog::add(const Alarm& alarm) {
  waiting_ +=
      json_text(Json{{"step", alarm.step}, {"alarm", to_string(alarm.trouble)}, {"message", alarm.message}}) + "\n";
}

void RunLog::add_end(std::int64_t step, double kimg, const std::string& state, const std::string& weights_hash) {
  waiting_ += json_text(Json{{"step", step}, {"kimg", kimg}, {"state", state}, {"weights_hash", weights_hash}}) + "\n";
}

bool RunLog::due() const {
  return !waiting_.empty() && std::chrono::steady_clock::now() - flushed_ >= std::chrono::seconds(1);
}

void RunLog::flush() {
  if (waiting_.empty()) return;
  std::ofstream file(path_, std::ios::binary | std::ios::app);
  file.write(waiting_.data(), static_cast<std::streamsize>(waiting_.size()));
  file.flush();
  if (!file.good()) {
    const std::string reason = std::strerror(errno);
    file.close();
    std::error_code error;
    fs::resize_file(path_, size_, error);  // no torn line stays behind
    fail("Cannot write {}: {}.", path_.string(), reason);
  }
  size_ += waiting_.size();
  waiting_.clear();
  flushed_ = std::chrono::steady_clock::now();
}

}  // namespace ganvas::train
