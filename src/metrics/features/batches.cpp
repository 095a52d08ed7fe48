#include "metrics/features/batches.h"

#include <algorithm>
#include <charconv>
#include <chrono>
#include <system_error>

#include "core/error.h"
#include "core/hash.h"
#include "core/json_text.h"
#include "core/log.h"
#include "io/safetensors.h"

namespace ganvas::metrics {
namespace {

namespace fs = std::filesystem;

constexpr const char* next_key = "ganvas.next_batch";
constexpr const char* state_prefix = "partial-";
constexpr const char* state_suffix = ".safetensors";

fs::path state_path(std::int64_t total, const Json& identity, const BatchOptions& options) {
  if (options.states.empty()) return {};
  const std::string all = json_text(Json{{"identity", identity},
                                         {"total", total},
                                         {"batch", options.batch},
                                         {"rank", options.ranks.rank},
                                         {"ranks", options.ranks.size}});
  return options.states / (state_prefix + sha256_of(all.data(), all.size()).substr(0, 32) + state_suffix);
}

/// Number of the first batch that is still to be done.
std::int64_t go_on_from(BatchJob& job, const fs::path& path, const BatchOptions& options) {
  const std::int64_t first = options.ranks.rank;
  std::error_code error;
  if (path.empty() || !fs::exists(path, error)) return first;
  try {
    const io::WeightSet state = io::read_safetensors(path);
    const std::string text = get_or<std::string>(state.metadata, next_key, "");
    std::int64_t next = -1;
    std::from_chars(text.data(), text.data() + text.size(), next);
    require(next > first && (next - first) % options.ranks.size == 0, "It names no batch.");
    job.restore(state);
    return next;
  } catch (const Error& problem) {
    log::warn("{} is no state to go on from and is made anew: {}", path.string(), problem.what());
    return first;
  }
}

void save(const BatchJob& job, const fs::path& path, std::int64_t next) {
  if (path.empty()) return;
  io::WeightSet state = job.state();
  state.metadata[next_key] = std::to_string(next);
  io::write_safetensors(path, state);
}

}  // namespace

bool Ranks::all(bool here) const {
  at::Tensor count = at::full({1}, here ? 1 : 0, at::kLong);
  add_up(count);
  return count.item<std::int64_t>() == size;
}

fs::path run_batches(BatchJob& job, std::int64_t total, const Json& identity, const BatchOptions& options) {
  require(options.batch >= 1, "A batch has at least one picture.");
  const fs::path path = state_path(total, identity, options);
  const auto tell = [&](std::int64_t next) {
    const std::int64_t before = next - options.ranks.rank;  // of all processes, if they are as fast
    if (options.progress) options.progress(job.what(), std::min(total, before * options.batch), total);
  };
  std::int64_t next = go_on_from(job, path, options), unsaved = 0;
  tell(next);
  while (next * options.batch < total) {
    const std::int64_t first = next * options.batch;
    job.take(first, std::min(options.batch, total - first));
    next += options.ranks.size;
    ++unsaved;
    tell(next);
    const bool stop = options.stop && options.stop() && next * options.batch < total;
    if (stop || unsaved == options.save_every || (next * options.batch >= total && unsaved > 0)) {
      save(job, path, next);
      unsaved = 0;
    }
    if (stop)
      fail("Stopped with {} of {} {} done; the same command goes on from there.", std::min(total, next * options.batch),
           total, job.what());
  }
  return path;
}

void remove_state(const fs::path& state) {
  if (state.empty()) return;
  std::error_code error;
  fs::remove(state, error);
  // What killed processes left half-written, and what nobody came back to.
  const auto now = fs::file_time_type::clock::now();
  for (fs::directory_iterator at(state.parent_path(), error); !error && at != fs::directory_iterator();
       at.increment(error)) {
    const std::string name = at->path().filename().string();
    if (!name.starts_with(state_prefix)) continue;
    std::error_code gone;
    const auto written = fs::last_write_time(at->path(), gone);
    const auto kept = name.ends_with(state_suffix) ? std::chrono::hours(30 * 24) : std::chrono::hours(24);
    if (!gone && now - written > kept) fs::remove(at->path(), gone);
  }
}

}  // namespace ganvas::metrics
