#pragma once
// A session over a model that computes nothing: no tensor operator runs here, so that ThreadSanitizer sees only our own
// code.

#include <atomic>
#include <chrono>
#include <functional>
#include <limits>
#include <map>
#include <memory>
#include <mutex>
#include <thread>
#include <vector>

#include "core/error.h"
#include "core/files.h"
#include "train/run/session.h"
#include "train/tiny_run.h"

namespace ganvas::train {

/// What the fake does, shared with the test.
struct Script {
  std::atomic<std::int64_t> last_step{std::numeric_limits<std::int64_t>::max()};
  std::atomic<std::int64_t> start{0};
  std::atomic<std::int64_t> fail_at{-1};
  std::atomic<std::int64_t> nan_at{-1};
  std::atomic<bool> disk_full{false};
  std::atomic<bool> blind{false};  // no memory for what is only looked at
  std::atomic<int> alive{0};       // snapshots now
  std::atomic<int> most_alive{0};
  std::atomic<std::int64_t> steps{0};
  std::atomic<double> diversity{1};

  std::mutex mutex;
  std::vector<std::string> applied;    // guarded by mutex: keys of edits, as they were made
  std::map<std::int64_t, Json> notes;  // guarded by mutex: of the checkpoints
};

class FakeModel final : public SteppingModel {
 public:
  explicit FakeModel(std::shared_ptr<Script> script) : script_(std::move(script)), steps_(script_->start) {}

  StepReport step() override {
    ++steps_;
    script_->steps = steps_;
    require(steps_ != script_->fail_at, "The picture {} cannot be read.", steps_);
    const double loss = steps_ == script_->nan_at ? std::numeric_limits<double>::quiet_NaN() : 0.5;
    return {.step = steps_, .kimg = kimg(), .d_loss = loss, .g_loss = 1, .d_grad_norm = 1, .g_grad_norm = 1};
  }
  [[nodiscard]] bool finished() const override { return steps_ >= script_->last_step; }
  SnapshotPtr snapshot(bool in_training) override {
    const int now = ++script_->alive;
    script_->most_alive = std::max(script_->most_alive.load(), now);
    auto* made = new Snapshot{.version = ++version_, .step = steps_, .kimg = kimg()};
    if (in_training) made->in_training.metadata["step"] = steps_;
    return {made, [script = script_](const Snapshot* snapshot) {
              --script->alive;
              delete snapshot;
            }};
  }
  Image sample_sheet(bool /*in_training*/) override {
    if (script_->blind) throw std::bad_alloc();
    return Image(2, 2, 4);
  }
  Image real_sheet() override { return Image(2, 2, 4); }
  SampleFigures examine() override {
    if (script_->blind) throw std::bad_alloc();
    return {script_->diversity, 0.5};
  }
  void apply(const Edit& edit) override {
    require(edit.value != "refused", "The model refuses.");
    const std::lock_guard lock(script_->mutex);
    script_->applied.push_back(fmt::format("{}@{}={}", edit.key, steps_, edit.value.dump()));
    if (edit.key == "fork") script_->nan_at = -1;  // other numbers, another fate
  }
  CheckpointWriter::Write freeze(const Json& notes) override {
    const std::lock_guard lock(script_->mutex);
    script_->notes[steps_] = notes;
    return [script = script_, steps = steps_](const std::filesystem::path& file) {
      require(!script->disk_full, "Cannot write {}: No space left on device.", file.string());
      write_file(file, std::to_string(steps));
    };
  }
  Json restore(const std::filesystem::path& file) override {
    const std::string text = read_file(file);
    require(text != "damaged", "{} is damaged.", file.string());
    steps_ = std::atoll(text.c_str());
    script_->steps = steps_;
    return notes();
  }
  [[nodiscard]] Json notes() const override {
    const std::lock_guard lock(script_->mutex);
    const auto found = script_->notes.find(steps_);
    return found == script_->notes.end() ? Json::object() : found->second;
  }
  void save_model(const std::filesystem::path& file) override { write_file(file, "model"); }
  std::string weights_hash() override { return "hash-" + std::to_string(steps_); }
  [[nodiscard]] std::int64_t steps() const override { return steps_; }
  [[nodiscard]] double kimg() const override { return static_cast<double>(steps_) / 100.0; }

 private:
  std::shared_ptr<Script> script_;
  std::int64_t steps_;
  std::uint64_t version_ = 0;
};

struct FakeRun {
  test::TemporaryFolder folder;
  std::shared_ptr<Script> script = std::make_shared<Script>();
  std::unique_ptr<Session> session;
  std::vector<Progress> progress;
  std::function<void(SessionOptions&)> adjust = [](SessionOptions&) {};

  void start(
      bool paused = false, const std::function<void(Recipe&)>& change = [](Recipe&) {}) {
    Recipe recipe = test::tiny_recipe();
    recipe.sample_kimg = 1;
    change(recipe);
    SessionOptions options;
    options.run_folder = folder.path() / "run";
    options.paused = paused;
    options.nice = 0;
    options.publish_seconds = 0.002;
    adjust(options);
    session = std::make_unique<Session>(
        [script = script](const data::DatasetWatch&) { return std::make_unique<FakeModel>(script); }, recipe, options);
  }

  /// Drains until the condition holds; false after twenty seconds.
  bool until(const std::function<bool()>& holds) {
    const auto end = std::chrono::steady_clock::now() + std::chrono::seconds(20);
    while (std::chrono::steady_clock::now() < end) {
      for (Progress& item : session->drain()) progress.push_back(std::move(item));
      if (holds()) return true;
      std::this_thread::sleep_for(std::chrono::milliseconds(1));
    }
    return false;
  }
  bool until_state(SessionState state) {
    return until([&] { return session->state() == state; });
  }
  bool saved(std::int64_t step) {
    const auto all_saved = all<Saved>();
    return !all_saved.empty() && all_saved.back().step == step;
  }
  template <typename T>
  std::vector<T> all() {
    for (Progress& item : session->drain()) progress.push_back(std::move(item));
    std::vector<T> found;
    for (const Progress& item : progress) {
      if (const auto* typed = std::get_if<T>(&item)) found.push_back(*typed);
    }
    return found;
  }
};

}  // namespace ganvas::train
