// What a session does when a run is in trouble, or what it shows or saves is.
#include <gtest/gtest.h>

#include <algorithm>

#include "train/run/fake_run.h"
#include "train/run/run_folder.h"

namespace ganvas::train {
namespace {

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
  std::size_t left = 0;  // the first one too, when many steps were made since
  for (const auto& entry : std::filesystem::directory_iterator(checkpoint_path(folder, 0).parent_path())) {
    if (entry.path().extension() != checkpoint_path(folder, 0).extension()) continue;
    write_file(entry.path(), "damaged");
    ++left;
  }
  run.session->roll_back(false);
  ASSERT_TRUE(run.until([&] { return run.all<Remark>().size() == left + 2; })) << "nothing is left to go back to";
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
  const auto remarks = run.all<Remark>();
  ASSERT_EQ(remarks.size(), 2U) << "each said once";
  EXPECT_EQ(remarks[0].text, "The samples cannot be shown: there is not enough memory.");
  EXPECT_EQ(remarks[1].text, "The samples cannot be watched for troubles: there is not enough memory.");
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
