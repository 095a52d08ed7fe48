#include "train/run_folder.h"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <fstream>
#include <vector>

#include "core/error.h"
#include "core/files.h"
#include "core/json.h"

namespace ganvas {
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

/// The lines of the log up to a step, without end lines and torn ones.
std::string lines_until(const fs::path& path, std::int64_t step) {
  std::string kept;
  std::ifstream file(path);
  for (std::string line; std::getline(file, line);) {
    const Json json = Json::parse(line, nullptr, /*allow_exceptions=*/false);
    const bool figures =
        json.is_object() && json.contains("step") && json["step"].is_number_integer() && !json.contains("weights_hash");
    if (figures && json["step"].get<std::int64_t>() <= step) kept += line + "\n";
  }
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

void prune_checkpoints(const fs::path& run_folder, int keep) {
  const auto found = checkpoints(run_folder);
  std::error_code error;
  for (std::size_t i = 0; i + static_cast<std::size_t>(keep) < found.size(); ++i) fs::remove(found[i], error);
}

bool holds_run(const fs::path& run_folder) {
  std::error_code error;
  return fs::exists(run_folder / "log.jsonl", error) || !newest_checkpoint(run_folder).empty();
}

RunLog::RunLog(const fs::path& run_folder, std::int64_t step)
    : path_(run_folder / "log.jsonl"), flushed_(std::chrono::steady_clock::now()) {
  const std::string kept = lines_until(path_, step);
  write_file(path_, kept);
  size_ = kept.size();
}

void RunLog::add(const StepReport& report) {
  Json line{{"step", report.step},
            {"kimg", report.kimg},
            {"d_loss", report.d_loss},
            {"g_loss", report.g_loss},
            {"real_score", report.real_score},
            {"fake_score", report.fake_score},
            {"d_grad_norm", report.d_grad_norm},
            {"g_grad_norm", report.g_grad_norm},
            {"seconds", report.seconds}};
  // What a recipe does not have is not written.
  for (const auto& [key, value] : {std::pair{"penalty", report.penalty},
                                   {"path_length", report.path_length},
                                   {"augment_p", report.augment_p},
                                   {"overfitting", report.overfitting}}) {
    if (value != 0) line[key] = value;
  }
  waiting_ += line.dump() + "\n";
}

void RunLog::add_end(std::int64_t step, double kimg, const std::string& state, const std::string& weights_hash) {
  waiting_ += Json{{"step", step}, {"kimg", kimg}, {"state", state}, {"weights_hash", weights_hash}}.dump() + "\n";
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

}  // namespace ganvas
