// What a person has made is there after the program, however it ends.
#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>

#include "app/document/session_file.h"
#include "app/script/script.h"
#include "app/whole_app.h"
#include "core/error.h"
#include "core/files.h"
#include "train/run/run_folder.h"

namespace ganvas::app {
namespace {

using namespace command;
namespace fs = std::filesystem;

class LostWork : public test::WholeApp {
 protected:
  /// A run that stands still, with a film of it being recorded.
  void film_a_paused_run() {
    picture();
    app->send(SetTraining{small_training()});
    app->send(StartTraining{folder / "run", ""});
    ASSERT_TRUE(until([](const ViewModel& view) { return view.train.step > 0; })) << first_error();
    app->send(PauseTraining{});
    ASSERT_TRUE(until([](const ViewModel& view) { return view.train.state == train::SessionState::paused; }));
    app->send(StartVideo{folder / "film.mp4"});
    ASSERT_TRUE(until([](const ViewModel& view) { return view.record.recording; })) << first_error();
    for (int i = 1; i <= 5; ++i) {
      app->send(SetSeed{i * 0.2, 0});
      picture();
    }
  }
  /// No checkpoint can be written any more.
  void fill_disk() {
    fs::remove_all(folder / "run/checkpoints");
    std::ofstream(folder / "run/checkpoints") << "not a folder";
  }
  /// Runs a script to its end, as the program does, files and all.
  void play(const std::string& steps) {
    ScriptRunner runner(parse_script(Json::parse(steps), "test"), folder / "out");
    ASSERT_TRUE(test::eventually([&] {
      app->tick(0.01);
      return !runner.tick(*app, 0.01);
    }));
  }
  void expect_no_zigzag() {
    const std::vector<train::StepReport>& steps = *app->view().train.history;
    for (std::size_t i = 1; i < steps.size(); ++i) ASSERT_EQ(steps[i].step, steps[i - 1].step + 1);
  }
};

TEST_F(LostWork, LeavingWhileTheLastSaveFailsKeepsTheFilmAndSaysSo) {
  film_a_paused_run();
  fill_disk();
  app->send(Quit{true});
  EXPECT_EQ(first_error(), "");
  app->close();
  EXPECT_GT(fs::file_size(folder / "film.mp4"), 1000U);
  ASSERT_EQ(app->errors().size(), 1U);
  EXPECT_NE(first_error().find("checkpoints"), std::string::npos) << first_error();
  app->close();  // nothing is left to do
  EXPECT_EQ(app->errors().size(), 1U);
}

TEST_F(LostWork, AProgramThatGoesWithoutClosingKeepsTheFilmToo) {
  film_a_paused_run();
  fill_disk();
  app.reset();
  EXPECT_GT(fs::file_size(folder / "film.mp4"), 1000U);
}

TEST_F(LostWork, AModelThatIsBeingSavedIsSavedWhenTheProgramEnds) {
  picture();
  const int before = app->files_in_flight();
  app->send(SaveModel{folder / "m.safetensors"});
  EXPECT_GT(app->files_in_flight(), before) << "a script waits for it";
  app.reset();
  EXPECT_NO_THROW(io::read_safetensors(folder / "m.safetensors"));
}

TEST_F(LostWork, SessionsAreSavedBesideTheWindowAndReadAfterwards) {
  app->send(SetSeed{3, 4});
  const AppState saved = *app->view().state;
  const int before = app->files_in_flight();
  app->send(SaveSession{folder / "s.json"});
  app->send(SaveTimeline{folder / "t.json"});
  app->send(SaveMoves{folder / "d.json"});
  EXPECT_EQ(app->files_in_flight(), before + 3);
  app->send(SetSeed{5, 6});
  load(LoadSession{folder / "s.json"});
  EXPECT_EQ(*app->view().state, saved);
  app->send(SaveSession{"/dev/full/s.json"});
  EXPECT_EQ(first_error(), "");
  ASSERT_TRUE(until([&](const ViewModel&) { return app->files_in_flight() == 0; }));
  EXPECT_NE(first_error().find("/dev/full"), std::string::npos);
}

TEST_F(LostWork, AScriptsFilesLieInItsFolderAndAreWholeAtItsEnd) {
  app->send(SetTraining{small_training()});
  app->send(StartTraining{folder / "run", ""});
  ASSERT_TRUE(until([](const ViewModel& view) { return view.train.state == train::SessionState::finished; }))
      << first_error();
  app->send(OpenModel{folder / "run"});
  ASSERT_TRUE(until([](const ViewModel& view) { return !view.model.loading && view.time.moments.size() >= 2; }));
  picture();
  play(R"([{"command": "save_model", "path": "m.safetensors"},
           {"command": "make_timelapse", "path": "t.gif", "columns": 2, "rows": 1, "seconds": 0.5, "fps": 10},
           {"command": "save_moves", "path": "d.json"},
           {"command": "save_timeline", "path": "t.json"},
           {"command": "save_session", "path": "s.json"}])");
  for (const std::string name : {"m.safetensors", "t.gif", "d.json", "t.json", "s.json"})
    EXPECT_TRUE(fs::is_regular_file(folder / ("out/" + name))) << name;
}

TEST_F(LostWork, PathsThatAreNoTextAreAsGoodAsOthers) {
  const std::string model = folder / "caf\xe9.safetensors";
  test::write_model(model, 2);
  AppOptions remembering = options();
  remembering.recent = folder /
                       "r\xe9"
                       "cent.json";
  remembering.record = folder / "w\xe9lk.json";
  app = std::make_unique<App>(remembering);
  picture();
  app->send(OpenModel{model});
  ASSERT_TRUE(until([&](const ViewModel& view) { return view.state->model == model; })) << first_error();
  const std::string shown = picture();
  app->send(SaveSession{folder / "s\xe9.json"});
  app->send(SaveModel{folder / "m\xe9.safetensors"});
  app->send(SetTraining{small_training()});
  app->send(StartTraining{folder / "r\xe9n", ""});
  ASSERT_TRUE(until([](const ViewModel& view) { return view.train.step > 1; })) << first_error();
  app->close();
  EXPECT_EQ(first_error(), "");
  const AppState before = *app->view().state;
  app = std::make_unique<App>(remembering);
  load(LoadSession{folder / "s\xe9.json"});
  EXPECT_EQ(app->view().state->model, model);
  EXPECT_EQ(picture(), shown);
  ASSERT_TRUE(until([](const ViewModel& view) { return view.recent.size() == 2; }));
  EXPECT_FALSE(app->view().recent[0].missing || app->view().recent[1].missing) << "the list names it still";
  EXPECT_EQ(first_error(), "");
}

TEST_F(LostWork, AfterGoingBackTheChartsHoldOneRun) {
  TrainControls controls = small_training();
  controls.overrides["kimg"] = "8";
  app->send(SetTraining{controls});
  app->send(StartTraining{folder / "run", ""});
  ASSERT_TRUE(until([](const ViewModel& view) { return view.train.step > 20; })) << first_error();
  app->send(RollBackTraining{false});
  ASSERT_TRUE(until([](const ViewModel& view) { return view.train.step > 0 && view.train.step < 15; }));
  ASSERT_TRUE(until([](const ViewModel& view) { return view.train.step > 25; }));
  expect_no_zigzag();
  app->send(StopTraining{});
  ASSERT_TRUE(until([](const ViewModel& view) { return view.train.state == train::SessionState::stopped; }));
}

TEST_F(LostWork, ARunThatGoesOnFromAnEarlierCheckpointHasOneRunInItsCharts) {
  app->send(SetTraining{small_training()});
  app->send(StartTraining{folder / "run", ""});
  ASSERT_TRUE(until([](const ViewModel& view) { return view.train.step > 5; })) << first_error();
  app->send(SaveTraining{});
  ASSERT_TRUE(until([](const ViewModel& view) {
    return !view.train.last_saved.empty() && !view.train.last_saved.ends_with("00000000.safetensors");
  }));
  const std::string checkpoint = app->view().train.last_saved;
  ASSERT_TRUE(until([](const ViewModel& view) { return view.train.state == train::SessionState::finished; }));
  ASSERT_TRUE(until([&](const ViewModel&) { return app->files_in_flight() == 0; }));
  app->send(StartTraining{"", checkpoint});
  ASSERT_TRUE(until([](const ViewModel& view) { return view.train.state == train::SessionState::running; }));
  ASSERT_TRUE(until([](const ViewModel& view) { return view.train.state == train::SessionState::finished; }))
      << first_error();
  EXPECT_EQ(app->view().train.history->size(), 100U);
  expect_no_zigzag();
}

TEST_F(LostWork, WhatADeadProgramLeftIsOfferedAndOpened) {
  AppOptions keeping = options();
  keeping.unsaved = folder / "unsaved";
  app = std::make_unique<App>(keeping);
  app->send(SetSeed{7, 8});
  const AppState state = *app->view().state;
  app.reset();  // without Quit, as when something escapes the loop
  app = std::make_unique<App>(keeping);
  EXPECT_EQ(app->view().state->latent.seed_x, 0) << "nothing is opened by itself";
  const std::string found = app->view().rescue.path;
  ASSERT_NE(found, "");
  load(LoadSession{found});
  EXPECT_EQ(*app->view().state, state);
  EXPECT_EQ(app->view().rescue.path, "") << "answered";
  app->send(Quit{});
  app.reset();
  app = std::make_unique<App>(keeping);
  EXPECT_EQ(app->view().rescue.path, "") << "left as it should be";
}

}  // namespace
}  // namespace ganvas::app
