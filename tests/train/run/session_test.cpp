// The session thread with a model that computes nothing: no tensor operator runs here, so that ThreadSanitizer sees
// only our own code.
#include "train/run/session.h"

#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <fstream>
#include <limits>
#include <map>
#include <mutex>
#include <thread>

#include "core/error.h"
#include "core/files.h"
#include "core/random.h"
#include "train/run/run_folder.h"
#include "train/tiny_run.h"

namespace ganvas::train {
namespace {

using namespace std::chrono_literals;

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
  SnapshotPtr snapshot() override {
    const int now = ++script_->alive;
    script_->most_alive = std::max(script_->most_alive.load(), now);
    auto* made = new Snapshot{.version = ++version_, .step = steps_, .kimg = kimg()};
    return {made, [script = script_](const Snapshot* snapshot) {
              --script->alive;
              delete snapshot;
            }};
  }
  Image sample_sheet() override {
    if (script_->blind) throw std::bad_alloc();
    return Image(2, 2, 4);
  }
  Image real_sheet() override { return Image(2, 2, 4); }
  SampleFigures examine() override { return {script_->diversity, 0.5}; }
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
    const auto end = std::chrono::steady_clock::now() + 20s;
    while (std::chrono::steady_clock::now() < end) {
      for (Progress& item : session->drain()) progress.push_back(std::move(item));
      if (holds()) return true;
      std::this_thread::sleep_for(1ms);
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

std::vector<Json> log_lines(const std::filesystem::path& run_folder) {
  std::vector<Json> lines;
  std::ifstream file(run_folder / "log.jsonl");
  for (std::string line; std::getline(file, line);) lines.push_back(parse_json(line, "log line"));
  return lines;
}

TEST(Session, RunsToItsEndAndLeavesEverythingOnDisk) {
  FakeRun run;
  run.script->last_step = 250;
  run.start();
  run.session->join();
  EXPECT_EQ(run.session->state(), SessionState::finished);
  EXPECT_EQ(run.session->weights_hash(), "hash-250");
  const auto reports = run.all<StepReport>();
  ASSERT_EQ(reports.size(), 250u);
  for (std::size_t i = 0; i < reports.size(); ++i) EXPECT_EQ(reports[i].step, static_cast<std::int64_t>(i) + 1);
  std::vector<std::int64_t> sheets;
  for (const SampleSheet& sheet : run.all<SampleSheet>()) sheets.push_back(sheet.step);
  EXPECT_EQ(sheets, (std::vector<std::int64_t>{0, 100, 200, 250}));
  EXPECT_EQ(run.all<RealSheet>().size(), 1u);

  const auto folder = run.session->run_folder();
  EXPECT_EQ(read_file(newest_checkpoint(folder)), "250");
  EXPECT_EQ(read_file(folder / "model.safetensors"), "model");
  EXPECT_EQ(read_json(folder / "recipe.json")["name"], "tiny");
  const auto lines = log_lines(folder);
  ASSERT_EQ(lines.size(), 251u);
  EXPECT_EQ(lines[249]["step"], 250);
  EXPECT_EQ(lines.back()["weights_hash"], "hash-250");
  EXPECT_EQ(lines.back()["state"], "finished");
  const auto last = run.session->snapshots().take();
  ASSERT_TRUE(last.has_value());
  EXPECT_EQ((*last)->step, 250);
}

TEST(Session, PausesResumesSavesAndStops) {
  FakeRun run;
  run.start(/*paused=*/true);
  ASSERT_TRUE(run.until_state(SessionState::paused));
  EXPECT_EQ(run.script->steps, 0);
  run.session->resume();
  ASSERT_TRUE(run.until([&] { return run.script->steps > 20; }));
  run.session->pause();
  ASSERT_TRUE(run.until_state(SessionState::paused));
  const std::int64_t stood = run.script->steps;
  run.session->save();
  ASSERT_TRUE(run.until([&] { return run.saved(stood); }));
  ASSERT_TRUE(run.until_state(SessionState::paused));
  EXPECT_EQ(run.script->steps, stood);
  run.session->stop();
  run.session->join();
  EXPECT_EQ(run.session->state(), SessionState::stopped);
  EXPECT_EQ(log_lines(run.session->run_folder()).back()["state"], "stopped");
}

TEST(Session, APausedRunShowsItsNewestWeights) {
  FakeRun run;
  run.start();
  ASSERT_TRUE(run.until([&] { return run.script->steps > 50; }));
  run.session->pause();
  SnapshotPtr newest;
  ASSERT_TRUE(run.until([&] {
    if (auto snapshot = run.session->snapshots().take()) newest = std::move(*snapshot);
    return run.session->state() == SessionState::paused && newest && newest->step == run.script->steps;
  }));
}

TEST(Session, APausedRunShowsItsNewestWeightsAlsoToAViewerThatHeldTooMany) {
  FakeRun run;
  run.start();
  std::vector<SnapshotPtr> held;
  ASSERT_TRUE(run.until([&] {
    if (held.size() < 3)
      if (auto snapshot = run.session->snapshots().take()) held.push_back(std::move(*snapshot));
    return held.size() == 3 && run.script->steps > held.back()->step + 5;
  }));
  run.session->pause();
  ASSERT_TRUE(run.until_state(SessionState::paused));
  const std::int64_t stood = run.script->steps;
  EXPECT_FALSE(run.session->snapshots().full());
  held.clear();
  ASSERT_TRUE(run.until([&] { return run.session->snapshots().full(); }));
  EXPECT_EQ((*run.session->snapshots().take())->step, stood);
}

TEST(Session, SurvivesAStormOfMessages) {
  FakeRun run;
  run.start();
  RandomStream random(4);
  for (int i = 0; i < 10000; ++i) {
    const auto message = random.below(100);
    if (message < 48) {
      run.session->pause();
    } else if (message < 96) {
      run.session->resume();
    } else if (message == 96) {
      run.session->save();
    } else {
      run.session->drain();
      run.session->snapshots().take();
    }
  }
  run.session->resume();
  const std::int64_t stood = run.script->steps;
  EXPECT_TRUE(run.until([&] { return run.script->steps > stood + 5; }));
}

TEST(Session, CanBeDestroyedAtAnyMoment) {
  for (int i = 0; i < 40; ++i) {
    FakeRun run;
    run.start(i % 3 == 0);
    if (i % 2 == 0) std::this_thread::sleep_for(std::chrono::microseconds(200 * i));
    if (i % 5 == 0) run.session->pause();
    if (i % 7 == 0) run.session->save();
    const auto folder = run.session->run_folder();
    run.session.reset();
    EXPECT_TRUE(log_lines(folder).back().contains("weights_hash"));
  }
}

TEST(Session, VersionsRiseAndAtMostThreeSnapshotsLive) {
  FakeRun run;
  run.start();
  std::uint64_t newest = 0;
  std::vector<SnapshotPtr> held(2);  // a viewer that is slow to let go
  for (int taken = 0; taken < 200;) {
    auto snapshot = run.session->snapshots().take();
    if (!snapshot) {
      std::this_thread::sleep_for(100us);
      continue;
    }
    EXPECT_GT((*snapshot)->version, newest);
    newest = (*snapshot)->version;
    held[static_cast<std::size_t>(taken++ % 2)] = *snapshot;
    snapshot.reset();
  }
  run.session->stop();
  run.session->join();
  EXPECT_LE(run.script->most_alive, 3);
}

TEST(Session, AnUnreadSnapshotDoesNotStopTheTraining) {
  FakeRun run;
  run.start();
  EXPECT_TRUE(run.until([&] { return run.script->steps > 500; }));
  EXPECT_LE(run.script->most_alive, 3);
}

TEST(Session, AFailureIsSaidInOneSentence) {
  FakeRun run;
  run.script->fail_at = 30;
  run.start();
  run.session->join();
  EXPECT_EQ(run.session->state(), SessionState::failed);
  EXPECT_EQ(run.all<StateChange>().back().message, "The picture 30 cannot be read.");
  EXPECT_EQ(run.session->weights_hash(), "");
}

TEST(Session, ALossThatIsNoNumberEndsTheRunAndSavesNothing) {
  FakeRun run;
  run.script->nan_at = 30;
  run.start();
  run.session->join();
  EXPECT_EQ(run.session->state(), SessionState::failed);
  EXPECT_NE(run.all<StateChange>().back().message.find("step 30"), std::string::npos);
  EXPECT_EQ(read_file(newest_checkpoint(run.session->run_folder())), "0");
  EXPECT_EQ(run.all<Alarm>().back().trouble, Trouble::not_finite);
  EXPECT_EQ(log_lines(run.session->run_folder()).back()["alarm"], "not_finite");
}

TEST(Session, AFullDiskPausesAndKeepsTheCheckpointBefore) {
  FakeRun run;
  run.start();
  ASSERT_TRUE(run.until([&] { return run.script->steps > 5; }));
  run.session->save();
  ASSERT_TRUE(run.until([&] { return run.all<Saved>().size() == 2; }));  // the first at the start
  const auto before = newest_checkpoint(run.session->run_folder());
  run.script->disk_full = true;
  run.session->save();
  ASSERT_TRUE(run.until_state(SessionState::paused));
  ASSERT_TRUE(run.until([&] { return !run.all<StateChange>().back().message.empty(); }));
  EXPECT_NE(run.all<StateChange>().back().message.find("No space left"), std::string::npos);
  EXPECT_EQ(newest_checkpoint(run.session->run_folder()), before);
  run.script->disk_full = false;
  const std::int64_t stood = run.script->steps;
  run.session->resume();
  EXPECT_TRUE(run.until([&] { return run.script->steps > stood; }));
}

TEST(Session, ARunThatEndsOnAFullDiskWaitsForRoom) {
  FakeRun run;
  run.script->last_step = 10;
  run.script->disk_full = true;
  run.start();
  ASSERT_TRUE(run.until_state(SessionState::paused));
  run.script->disk_full = false;
  run.session->resume();
  run.session->join();
  EXPECT_EQ(run.session->state(), SessionState::finished);
  EXPECT_EQ(read_file(newest_checkpoint(run.session->run_folder())), "10");
}

TEST(Session, SavesByItselfAndKeepsTheNewestTwo) {
  FakeRun run;
  run.start(false, [](Recipe& recipe) { recipe.save_seconds = 0.01; });
  ASSERT_TRUE(run.until([&] { return run.all<Saved>().size() >= 4; }));
  run.session->stop();
  run.session->join();
  int count = 0;
  for (const auto& entry : std::filesystem::directory_iterator(run.session->run_folder() / "checkpoints")) {
    count += entry.is_regular_file() ? 1 : 0;
  }
  EXPECT_GE(count, 3);  // the newest two and health.json
  EXPECT_LE(count, 5);  // and the best and the last one that was healthy for long
}

TEST(Session, AResumedRunDropsTheLinesAfterItsCheckpoint) {
  FakeRun run;
  run.script->last_step = 40;
  run.start();
  run.session->join();
  run.script->start = 25;
  run.start();
  run.session->join();
  const auto lines = log_lines(run.session->run_folder());
  ASSERT_EQ(lines.size(), 41u);
  for (std::size_t i = 0; i < 40; ++i) EXPECT_EQ(lines[i]["step"], static_cast<int>(i) + 1);
  EXPECT_TRUE(lines[40].contains("weights_hash"));
}

TEST(Session, ASavedCheckpointIsToldWithItsOwnStep) {
  FakeRun run;
  run.start(false, [](Recipe& recipe) { recipe.save_seconds = 0.01; });
  ASSERT_TRUE(run.until([&] { return run.all<Saved>().size() >= 4; }));
  run.session->stop();
  run.session->join();
  for (const Saved& saved : run.all<Saved>()) {
    EXPECT_EQ(std::filesystem::path(saved.path), checkpoint_path(run.session->run_folder(), saved.step));
  }
}

TEST(Session, MakesLiveChangesBetweenStepsAndKeepsThemInTheJournal) {
  FakeRun run;
  run.start(/*paused=*/true);
  run.session->edit("g_optimizer.lr", 0.001);
  run.session->edit("network.z_dim", 4);        // no live key
  run.session->edit("loss.d_real", "refused");  // out of range
  run.session->edit("one_step", "discriminator");
  ASSERT_TRUE(run.until([&] { return run.all<EditMade>().size() == 2 && run.all<Remark>().size() == 2; }));
  ASSERT_TRUE(run.until_state(SessionState::paused));
  EXPECT_EQ(run.all<EditMade>()[0].edit, (Edit{0, "g_optimizer.lr", 0.001}));
  EXPECT_NE(run.all<Remark>()[0].text.find("\"network.z_dim\" cannot change"), std::string::npos);
  run.session->pause_at(7);
  ASSERT_TRUE(run.until([&] { return run.script->steps == 7 && run.session->state() == SessionState::paused; }));
  run.session->edit("batch", 8);
  ASSERT_TRUE(run.until([&] { return run.all<EditMade>().size() == 3; }));
  run.session->stop();
  run.session->join();
  const auto edits = read_edits(run.session->run_folder() / "journal.jsonl");
  ASSERT_EQ(edits.size(), 3u);
  EXPECT_EQ(edits[1], (Edit{0, "one_step", "discriminator"}));
  EXPECT_EQ(edits[2], (Edit{7, "batch", 8}));
  EXPECT_EQ(run.script->applied,
            (std::vector<std::string>{"g_optimizer.lr@0=0.001", "one_step@0=\"discriminator\"", "batch@7=8"}));
}

TEST(Session, RepeatsTheJournalOfAnotherRunAtItsSteps) {
  FakeRun run;
  const auto journal = run.folder.path() / "other.jsonl";
  write_file(journal, to_json(Edit{3, "batch", 2}).dump() + "\n" + to_json(Edit{9, "ema_kimg", 1.5}).dump() + "\n");
  run.script->last_step = 20;
  run.adjust = [&](SessionOptions& options) { options.replay = journal; };
  run.start();
  run.session->join();
  EXPECT_EQ(run.script->applied, (std::vector<std::string>{"batch@3=2", "ema_kimg@9=1.5"}));
  EXPECT_EQ(read_edits(run.session->run_folder() / "journal.jsonl").size(), 2u);
}

TEST(Session, LeavesOutAPlannedChangeThatItRefuses) {
  FakeRun run;
  const auto journal = run.folder.path() / "other.jsonl";
  write_file(journal, to_json(Edit{3, "batch", -2}).dump() + "\n" + to_json(Edit{9, "ema_kimg", 1.5}).dump() + "\n");
  run.script->last_step = 20;
  run.adjust = [&](SessionOptions& options) { options.replay = journal; };
  run.start();
  run.session->join();
  EXPECT_EQ(run.session->state(), SessionState::finished);
  EXPECT_EQ(run.script->applied, std::vector<std::string>{"ema_kimg@9=1.5"});
  EXPECT_EQ(read_edits(run.session->run_folder() / "journal.jsonl").size(), 1u);
  EXPECT_EQ(run.all<Remark>().size(), 2U) << "why, and that it is left out";
}

TEST(Session, GoesOnFromACheckpointWithTheChangesThatFollowedIt) {
  FakeRun run;
  run.start(/*paused=*/true);
  run.session->pause_at(5);
  ASSERT_TRUE(run.until([&] { return run.script->steps == 5 && run.session->state() == SessionState::paused; }));
  run.session->save();
  ASSERT_TRUE(run.until([&] { return run.saved(5); }));
  run.session->edit("batch", 6);
  ASSERT_TRUE(run.until([&] { return run.all<EditMade>().size() == 1; }));
  run.session.reset();
  // As after a crash: back at the checkpoint, with the journal as it was.
  run.script->applied.clear();
  run.script->start = 5;
  run.script->last_step = 8;
  run.script->notes[5]["edits"] = Json::array();
  run.start();
  run.session->join();
  EXPECT_EQ(run.script->applied, std::vector<std::string>{"batch@5=6"});
}

TEST(Session, NamesACollapseAndGoesBackWhenAsked) {
  FakeRun run;
  run.start(false, [](Recipe& recipe) { recipe.save_seconds = 0.01; });
  ASSERT_TRUE(run.until([&] { return run.script->steps > 1000; }));
  run.script->diversity = 0.01;
  ASSERT_TRUE(run.until([&] { return !run.all<Alarm>().empty(); }));
  const Alarm alarm = run.all<Alarm>().front();
  EXPECT_EQ(alarm.trouble, Trouble::collapse);
  run.script->diversity = 0.9;
  run.session->roll_back(/*gentler=*/true);
  ASSERT_TRUE(run.until([&] { return !run.all<RolledBack>().empty() && run.all<EditMade>().size() == 3; }));
  EXPECT_LE(run.all<RolledBack>().front().step, alarm.step - 200);
  EXPECT_EQ(run.all<EditMade>()[0].edit.key, "fork");
  EXPECT_EQ(run.all<EditMade>()[1].edit.value, 1e-4);  // half of the recipe's
  run.session->stop();
  run.session->join();
  // The log and the journal tell of one run only.
  std::int64_t last = 0;
  for (const Json& line : log_lines(run.session->run_folder())) {
    EXPECT_GE(line["step"].get<std::int64_t>(), last);
    last = line["step"].get<std::int64_t>();
  }
}

TEST(Session, PassesOverDamagedCheckpointsOnTheWayBack) {
  FakeRun run;
  run.start();
  std::vector<std::int64_t> saved{0};
  for (int i = 0; i < 2; ++i) {
    ASSERT_TRUE(run.until([&] { return run.script->steps > saved.back() + 5; }));
    run.session->save();
    ASSERT_TRUE(run.until([&] { return !run.saved(saved.back()) && run.all<Saved>().size() == saved.size() + 1; }));
    saved.push_back(run.all<Saved>().back().step);
  }
  run.session->pause();
  ASSERT_TRUE(run.until_state(SessionState::paused));
  const auto folder = run.session->run_folder();
  write_file(checkpoint_path(folder, saved[2]), "damaged");
  run.session->roll_back(false);
  ASSERT_TRUE(run.until([&] { return !run.all<RolledBack>().empty(); }));
  EXPECT_EQ(run.all<RolledBack>().front().step, saved[1]);
  ASSERT_EQ(run.all<Remark>().size(), 1U);
  EXPECT_NE(run.all<Remark>().front().text.find("is damaged"), std::string::npos);
  write_file(checkpoint_path(folder, saved[1]), "damaged");
  run.session->roll_back(false);
  ASSERT_TRUE(run.until([&] { return run.all<Remark>().size() == 3U; })) << "nothing is left to go back to";
  run.session->resume();
  EXPECT_TRUE(run.until([&] { return run.script->steps > saved[1] + 5; })) << "the run goes on as it is";
}

TEST(Session, GoesOnWithoutWhatCannotBeShown) {
  FakeRun run;
  run.script->blind = true;
  run.script->last_step = 700;
  run.start();
  run.session->join();
  EXPECT_EQ(run.session->state(), SessionState::finished);
  EXPECT_TRUE(run.all<SampleSheet>().empty());
  ASSERT_EQ(run.all<Remark>().size(), 1U) << "said once";
  EXPECT_NE(run.all<Remark>().front().text.find("samples cannot be shown"), std::string::npos);
  EXPECT_EQ(read_file(newest_checkpoint(run.session->run_folder())), "700");
}

TEST(Session, RollsBackByItselfWhenTheFiguresAreNoNumbers) {
  FakeRun run;
  run.script->nan_at = 700;
  run.script->last_step = 900;
  run.adjust = [](SessionOptions& options) { options.on_trouble = OnTrouble::roll_back; };
  run.start();
  run.session->join();
  EXPECT_EQ(run.session->state(), SessionState::finished);
  EXPECT_EQ(run.all<RolledBack>().size(), 1u);
  EXPECT_EQ(run.all<Alarm>().front().step, 700);
  const auto lines = log_lines(run.session->run_folder());
  const auto alarm = std::find_if(lines.begin(), lines.end(), [](const Json& line) { return line.contains("alarm"); });
  ASSERT_NE(alarm, lines.end());
  EXPECT_NE((*alarm)["message"].get<std::string>().find("went back from step 700"), std::string::npos);
}

TEST(Session, PausesOnTroubleWhenToldTo) {
  FakeRun run;
  run.script->diversity = 0.01;
  run.adjust = [](SessionOptions& options) { options.on_trouble = OnTrouble::pause; };
  run.start();
  ASSERT_TRUE(run.until_state(SessionState::paused));
  EXPECT_EQ(run.all<Alarm>().size(), 1u);
}

}  // namespace
}  // namespace ganvas::train
