// The session thread, by a model that computes nothing.
#include "train/run/session.h"

#include <gtest/gtest.h>

#include <fstream>

#include "core/random.h"
#include "train/run/fake_run.h"
#include "train/run/run_folder.h"

namespace ganvas::train {
namespace {

using namespace std::chrono_literals;

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

TEST(Session, TheWeightsInTrainingAreCopiedOnlyWhileSomebodyLooksAtThem) {
  FakeRun run;
  run.start(/*paused=*/true);
  ASSERT_TRUE(run.until_state(SessionState::paused));
  const auto next_has_them = [&](bool wanted) {
    return run.until([&] {
      const auto snapshot = run.session->snapshots().take();
      return snapshot && (*snapshot)->in_training.metadata.contains("step") == wanted;
    });
  };
  ASSERT_TRUE(next_has_them(false));
  run.session->show_in_training(true);
  EXPECT_TRUE(next_has_them(true)) << "at once, though nothing moves";
  EXPECT_TRUE(run.until([&] { return run.all<SampleSheet>().back().in_training; }));
  run.session->resume();
  EXPECT_TRUE(next_has_them(true));
  run.session->show_in_training(false);
  EXPECT_TRUE(next_has_them(false));
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

}  // namespace
}  // namespace ganvas::train
