#include "app/app.h"

#include <gtest/gtest.h>

#include <fstream>

#include "app/document/session_file.h"
#include "app/script/script.h"
#include "app/support.h"
#include "app/whole_app.h"
#include "core/error.h"
#include "core/files.h"
#include "core/hash.h"
#include "media/png.h"

namespace ganvas::app {
namespace {

using namespace command;
using test::eventually;
using test::Folder;
using test::write_model;

using test::WholeApp;

TEST_F(WholeApp, UndoGivesTheSamePixels) {
  const std::string before = picture();
  app->send(SetDimension{2, 3.0});
  EXPECT_NE(picture(), before);
  app->send(Undo{});
  EXPECT_EQ(picture(), before);
  EXPECT_TRUE(app->view().can_redo);
  EXPECT_EQ(app->view().latent.size(), 16u);
  EXPECT_EQ(app->view().model.name, "a");
}

TEST_F(WholeApp, AnotherModelIsShownAndUndoBringsTheFirstBack) {
  write_model(folder / "b.safetensors", 2);
  const std::string before = picture();
  app->send(OpenModel{folder / "b.safetensors"});
  ASSERT_TRUE(until([](const ViewModel& view) { return view.model.name == "b"; }));
  EXPECT_NE(picture(), before);
  EXPECT_EQ(app->view().state->model, folder / "b.safetensors");
  app->send(Undo{});
  ASSERT_TRUE(until([](const ViewModel& view) { return view.model.name == "a"; }));
  EXPECT_EQ(picture(), before);
}

TEST_F(WholeApp, AFileThatIsNoModelChangesNothingButGivesANotice) {
  std::ofstream(folder / "notes.txt") << "these are my notes";
  const std::string before = picture();
  for (const std::string name : {"notes.txt", "nowhere.safetensors"}) {
    const std::size_t errors = app->errors().size();
    app->send(OpenModel{folder / name});
    ASSERT_TRUE(until([&](const ViewModel&) { return app->errors().size() > errors; }));
    EXPECT_NE(app->errors().back().find(name), std::string::npos);
    EXPECT_TRUE(app->view().notices.back().error);
    EXPECT_EQ(picture(), before);
    EXPECT_EQ(app->view().state->model, folder / "a.safetensors");
  }
  EXPECT_FALSE(app->view().can_undo);
}

TEST_F(WholeApp, CancellingKeepsTheModelItsPicturesAndTheDocument) {
  models::NetworkSpec spec = test::small_spec(64);
  spec.resolution = 64;
  spec.extra["channels"] = {768, 512, 256, 128};
  io::write_safetensors(folder / "large.safetensors",
                        models::model_file_of(*models::make_generator(spec, at::kCPU, 3)));
  const std::string before = picture();
  app->send(OpenModel{folder / "large.safetensors"});
  EXPECT_TRUE(app->view().model.loading);
  EXPECT_EQ(app->view().model.loading_name, "large.safetensors");
  EXPECT_EQ(app->view().model.name, "a") << "the one before stays";
  app->send(SetDimension{0, 2.0});
  app->send(CancelOpening{});
  EXPECT_FALSE(app->view().model.loading);
  EXPECT_NE(picture(), before) << "the sliders go on with the one before";
  app->send(Undo{});
  EXPECT_EQ(picture(), before);
  EXPECT_EQ(app->view().state->model, folder / "a.safetensors");
  EXPECT_EQ(first_error(), "");
  app->send(CancelOpening{});  // nothing to cancel
  EXPECT_EQ(first_error(), "");
}

TEST_F(WholeApp, CancellingAnUndoBringsTheDocumentToWhatIsShown) {
  write_model(folder / "b.safetensors", 2);
  picture();
  app->send(OpenModel{folder / "b.safetensors"});
  ASSERT_TRUE(until([](const ViewModel& view) { return view.model.name == "b"; }));
  app->send(Undo{});
  bool cancelled = false;
  app->tick(0);  // asks for a
  if (app->view().model.loading) app->send(CancelOpening{});
  cancelled = !app->view().model.loading && app->view().model.name == "b";
  picture();
  const std::string shown = app->view().model.name;
  EXPECT_EQ(app->view().state->model, folder / (shown + ".safetensors"));
  EXPECT_TRUE(!cancelled || shown == "b");
}

TEST_F(WholeApp, OfManyOpenedModelsTheNewestIsShown) {
  const std::string before = picture();
  for (int i = 0; i < 10; ++i) write_model(folder / ("m" + std::to_string(i) + ".safetensors"), 50);
  for (int i = 0; i < 10; ++i) {
    app->send(OpenModel{folder / ("m" + std::to_string(i) + ".safetensors")});
    app->tick(0.002);
  }
  ASSERT_TRUE(until([](const ViewModel& view) { return !view.model.loading; }));
  EXPECT_EQ(app->view().model.name, "m9");
  EXPECT_EQ(app->view().state->model, folder / "m9.safetensors");
  EXPECT_NE(picture(), before);
  EXPECT_EQ(first_error(), "");
}

TEST_F(WholeApp, AFailureAfterAnOvertakenModelLeavesWhatIsOnScreen) {
  std::ofstream(folder / "notes.txt") << "these are my notes";
  write_model(folder / "b.safetensors", 2);
  picture();
  app->send(OpenModel{folder / "b.safetensors"});
  app->tick(0.001);
  app->send(OpenModel{folder / "notes.txt"});
  ASSERT_TRUE(until([&](const ViewModel& view) { return !view.model.loading && !app->errors().empty(); }));
  picture();
  EXPECT_EQ(app->view().state->model, folder / (app->view().model.name + ".safetensors"));
}

TEST_F(WholeApp, AnotherNetworkOfTheSameFileIsOneCommandAndOneUndo) {
  test::write_checkpoint(folder / "c.safetensors");
  picture();
  app->send(OpenModel{folder / "c.safetensors"});
  ASSERT_TRUE(until([](const ViewModel& view) { return view.model.networks.size() == 3; }));
  EXPECT_EQ(app->view().model.network, "G_ema");
  const std::string average = picture();
  app->send(OpenModel{folder / "c.safetensors", "G"});
  ASSERT_TRUE(until([](const ViewModel& view) { return view.model.network == "G"; }));
  EXPECT_NE(picture(), average);
  EXPECT_EQ(app->view().state->network, "G");
  app->send(OpenModel{folder / "c.safetensors", "D"});
  ASSERT_TRUE(until([&](const ViewModel&) { return !app->errors().empty(); }));
  EXPECT_EQ(app->view().model.network, "G");
  app->send(Undo{});
  ASSERT_TRUE(until([](const ViewModel& view) { return view.model.network == "G_ema"; }));
  EXPECT_EQ(picture(), average);
}

TEST_F(WholeApp, OpenedModelsAreRemembered) {
  AppOptions remembering = options();
  remembering.recent = folder / "config/recent.json";
  app = std::make_unique<App>(remembering);
  write_model(folder / "b.safetensors", 2);
  picture();
  app->send(OpenModel{test::write_run(folder / "run")});
  ASSERT_TRUE(until([](const ViewModel& view) { return view.model.network == "G_ema"; }));
  app->send(OpenModel{folder / "b.safetensors"});
  ASSERT_TRUE(until([](const ViewModel& view) { return view.recent.size() == 3; }));
  EXPECT_EQ(app->view().recent[0].path, folder / "b.safetensors");
  EXPECT_EQ(app->view().recent[1].path, folder / "run");
  std::filesystem::remove(folder / "b.safetensors");
  EXPECT_TRUE(until([](const ViewModel& view) { return view.recent[0].missing; })) << "seen within seconds";
  app->send(ClearRecent{});
  EXPECT_TRUE(until([](const ViewModel& view) { return view.recent.empty(); }));
  EXPECT_EQ(first_error(), "");
}

TEST_F(WholeApp, WrongCommandsBecomeNoticesThatGoAway) {
  app->send(SetGrid{99, 1});
  ASSERT_EQ(app->view().notices.size(), 1u);
  app->tick(1000);
  EXPECT_TRUE(app->view().notices.empty());
  app->send(StopTraining{});
  app->send(StopVideo{});
  EXPECT_EQ(app->errors().size(), 3u);
}

TEST_F(WholeApp, CountsTheCommandsThatWereCarriedOut) {
  app->send(PanSeed{1, 0});
  app->send(PanSeed{1, 0});
  app->send(RecallBookmark{4});  // there is none
  EXPECT_EQ(app->view().made, (std::map<std::string_view, int>{{"pan_seed", 2}}));
}

TEST_F(WholeApp, TheAnimationMovesThePicture) {
  const std::string before = picture();
  app->send(SetAnimate{true, 1.0});
  app->tick(0.25);
  app->send(SetAnimate{false});
  EXPECT_DOUBLE_EQ(app->view().state->latent.seed_x, 0.25);
  EXPECT_NE(picture(), before);
}

TEST_F(WholeApp, PicturesAndFilmsAreWritten) {
  app->send(SetGrid{2, 2});
  const std::string shown = picture();
  app->send(SavePicture{folder / "p.png"});
  app->send(StartVideo{folder / "v.mp4"});
  ASSERT_TRUE(until([](const ViewModel& view) { return view.record.recording; })) << first_error();
  for (int i = 1; i <= 5; ++i) {
    app->send(SetSeed{i * 0.2, 0});
    picture();
  }
  app->send(StopVideo{});
  ASSERT_TRUE(until([&](const ViewModel&) { return app->files_in_flight() == 0; }));
  EXPECT_EQ(first_error(), "");
  const Image saved = media::read_png(folder / "p.png");
  EXPECT_EQ(saved.width, 64);
  EXPECT_EQ(sha256_of(saved.pixels.data(), saved.pixels.size()), shown);
  EXPECT_GT(std::filesystem::file_size(folder / "v.mp4"), 1000u);
}

TEST_F(WholeApp, TrainsWhileTheSlidersSteer) {
  picture();
  app->send(SetTraining{small_training()});
  ASSERT_TRUE(until([](const ViewModel& view) { return view.train.overridden.size() == 5; }))
      << app->view().train.problem;
  EXPECT_GT(app->view().train.peak_memory, 0u);
  app->send(StartTraining{});
  app->send(StartTraining{});  // refused
  EXPECT_EQ(app->errors().size(), 1u);
  ASSERT_TRUE(
      until([](const ViewModel& view) { return view.frame && view.frame->version > 0 && view.train.step > 2; }));
  EXPECT_TRUE(app->view().model.training);
  app->send(PauseTraining{});
  ASSERT_TRUE(until([](const ViewModel& view) { return view.train.state == train::SessionState::paused; }));
  const std::string before = picture();
  app->send(SetDimension{0, 3.0});
  EXPECT_NE(picture(), before) << "steering works on the model in training";
  app->send(Quit{});
  EXPECT_TRUE(app->view().wants_quit);
  EXPECT_FALSE(app->view().quit);
  app->send(CancelQuit{});
  EXPECT_FALSE(app->view().wants_quit);
  app->send(ResumeTraining{});
  ASSERT_TRUE(until([](const ViewModel& view) { return view.train.state == train::SessionState::finished; }));
  EXPECT_EQ(app->view().train.history->size(), 100u);
  EXPECT_TRUE(app->view().train.samples && app->view().train.reals);
  const std::string run = app->view().train.run_folder;
  ASSERT_TRUE(until([&](const ViewModel&) { return app->files_in_flight() == 0; }));
  EXPECT_EQ(app->errors().size(), 1u) << app->errors().back();
  for (const char* name : {"model.safetensors", "reals.png", "charts.csv", "charts.png", "samples", "log.jsonl"}) {
    EXPECT_TRUE(std::filesystem::exists(std::filesystem::path(run) / name)) << name;
  }
  app->send(Quit{});
  EXPECT_TRUE(app->view().quit) << "nothing is in training any more";
}

TEST_F(WholeApp, TheWeightsInTrainingAreOneSwitchFromTheirAverage) {
  TrainControls slow = small_training();  // the average stays where it began
  slow.overrides["ema_kimg"] = "100";
  slow.overrides["ema_ramp"] = "0";
  app->send(SetTraining{slow});
  app->send(StartTraining{folder / "run", ""});
  app->send(PauseTrainingAt{30});
  ASSERT_TRUE(until([](const ViewModel& view) {
    return view.train.state == train::SessionState::paused && view.frame && view.frame->step == 30;
  })) << first_error();
  const std::string average = picture();
  EXPECT_FALSE(app->view().frame->in_training);
  app->send(ShowWeights{true});
  ASSERT_TRUE(until([](const ViewModel& view) { return view.frame->in_training && view.train.samples_in_training; }));
  EXPECT_EQ(app->view().frame->step, 30);
  EXPECT_NE(picture(), average);
  EXPECT_NE(app->view().train.samples->pixels, app->view().train.samples_in_training->pixels);
  app->send(ShowWeights{false});
  EXPECT_EQ(picture(), average);
  app->send(ShowWeights{true});
  app->send(ResumeTraining{});
  ASSERT_TRUE(until([](const ViewModel& view) { return view.train.state == train::SessionState::finished; }));
  ASSERT_TRUE(until([&](const ViewModel& view) { return view.frame->step == 100 && app->files_in_flight() == 0; }));
  EXPECT_TRUE(app->view().frame->in_training) << "the last weights too";
  std::size_t sheets = 0;
  for ([[maybe_unused]] const auto& file : std::filesystem::directory_iterator(folder / "run/samples")) ++sheets;
  EXPECT_EQ(sheets, 2U) << "the run's files do not depend on who looks";
}

TEST_F(WholeApp, LeavingWhileTrainingSavesEverything) {
  app->send(SetTraining{small_training()});
  app->send(StartTraining{folder / "run", ""});
  ASSERT_TRUE(until([](const ViewModel& view) { return view.train.step > 0; })) << first_error();
  app->send(Quit{true});
  EXPECT_TRUE(app->view().quit);
  app.reset();
  EXPECT_TRUE(std::filesystem::exists(folder / "run/model.safetensors"));
  start();
  app->send(StartTraining{"", folder / "run"});
  ASSERT_TRUE(until([](const ViewModel& view) { return view.train.state == train::SessionState::finished; }))
      << first_error();
  EXPECT_EQ(app->view().train.history->size(), 100u) << "the steps before the break are there too";
}

TEST_F(WholeApp, ABadRecipeIsAProblemBeforeItIsAnError) {
  app->send(SetTraining{{.recipe = "no-such-recipe"}});
  ASSERT_TRUE(until([](const ViewModel& view) { return !view.train.problem.empty(); }));
  EXPECT_EQ(first_error(), "");
  app->send(StartTraining{});
  ASSERT_TRUE(until([&](const ViewModel&) { return !app->errors().empty(); }));
  EXPECT_NE(first_error().find("starter-dcgan"), std::string::npos) << "names the known ones";
}

TEST_F(WholeApp, ARecordedSessionPlaysAgain) {
  app.reset();
  AppOptions recording = options();
  recording.record = folder / "walk.json";
  app = std::make_unique<App>(recording);
  picture();
  app->send(SetSeed{4, 0});
  app->send(SetDimension{1, -2});
  app->send(SetGrid{2, 1});
  const std::string end = picture();
  const AppState state = *app->view().state;
  start();  // the first one writes its file as it goes
  ScriptRunner runner(load_script(folder / "walk.json"), folder / "out");
  ASSERT_TRUE(eventually([&] {
    app->tick(0.01);
    return !runner.tick(*app, 0.01);
  }));
  EXPECT_EQ(*app->view().state, state);
  EXPECT_EQ(picture(), end);
}

TEST_F(WholeApp, ScriptsTakePicturesOfWhatTheyAskedFor) {
  ScriptRunner runner(parse_script(Json::parse(R"([
    {"command": "set_seed", "x": 7},
    {"screenshot": {"of": "picture", "path": "one.png"}},
    {"command": "set_dimension", "index": 0, "value": 2.5},
    {"wait": {"until_frame": 1}},
    {"screenshot": {"of": "picture", "path": "two.png"}},
    {"command": "undo"},
    {"screenshot": {"of": "picture", "path": "three.png"}}
  ])"),
                                   "test"),
                      folder / "out");
  ASSERT_TRUE(eventually([&] {
    app->tick(0.01);
    return !runner.tick(*app, 0.01);
  }));
  const auto hash = [&](const std::string& name) { return sha256_of_file(folder / ("out/" + name)); };
  EXPECT_EQ(hash("one.png"), hash("three.png"));
  EXPECT_NE(hash("one.png"), hash("two.png"));
}

TEST_F(WholeApp, AScriptEndsWithTheFirstError) {
  ScriptRunner runner(parse_script(Json::parse(R"([{"command": "stop_video"}, {"wait": {"seconds": 1}}])"), "test"),
                      folder / "out");
  EXPECT_THROW(eventually([&] {
                 app->tick(0.01);
                 return !runner.tick(*app, 0.01);
               }),
               Error);
}

template <typename C>
void expect_taken(const App& app) {
  constexpr bool changes_the_document = requires(CommandContext & context, const C& command) {
    command.apply(context);
  };
  constexpr bool history = std::is_same_v<C, Undo> || std::is_same_v<C, Redo>;
  if (!changes_the_document && !history) EXPECT_TRUE(app.services().takes<C>()) << C::command;
}

template <typename... C>
void expect_all_taken(const App& app, const std::variant<C...>* /*commands*/) {
  (expect_taken<C>(app), ...);
}

TEST_F(WholeApp, EveryCommandThatIsNotTheDocumentsHasItsService) {
  expect_all_taken(*app, static_cast<const Command*>(nullptr));
}

TEST_F(WholeApp, SettingsOutliveUndoSessionsAndTheProgram) {
  AppOptions with_file = options();
  with_file.settings.file = folder / "settings.json";
  app = std::make_unique<App>(with_file);
  const std::string session = folder / "stranger.json";
  app->send(SaveSession{session});
  app->send(SetSettings{{.theme = Theme::light, .frame_limit = 30}});
  EXPECT_EQ(app->view().settings->theme, Theme::light);
  EXPECT_FALSE(app->view().can_undo);
  app->send(SetPsi{0.5});
  app->send(Undo{});
  load(LoadSession{session});
  EXPECT_EQ(app->view().settings->theme, Theme::light);
  app->send(SetSettings{{.frame_limit = -1}});
  EXPECT_EQ(app->view().settings->frame_limit, 30);
  EXPECT_EQ(app->errors().size(), 1U);
  ASSERT_TRUE(until([&](const ViewModel&) { return app->files_in_flight() == 0; }));
  EXPECT_EQ(read_settings(with_file.settings.file), (Settings{.theme = Theme::light, .frame_limit = 30}));
}

TEST_F(WholeApp, TheCommandLinesScaleIsNotKept) {
  AppOptions with_file = options();
  with_file.settings.file = folder / "settings.json";
  with_file.settings.kept.ui_scale = 1.25;
  with_file.settings.given = {.ui_scale = 2};
  app = std::make_unique<App>(with_file);
  EXPECT_EQ(app->view().settings->ui_scale, 2);
  Settings changed = *app->view().settings;
  changed.theme = Theme::light;
  app->send(SetSettings{changed});
  ASSERT_TRUE(until([&](const ViewModel&) { return app->files_in_flight() == 0; }));
  EXPECT_EQ(read_settings(with_file.settings.file).ui_scale, 1.25);
  EXPECT_EQ(read_settings(with_file.settings.file).theme, Theme::light);
}

TEST_F(WholeApp, AnAnimationThatReachesTheEndOfTheSeedsStandsStill) {
  app->send(SetSeed{1e9, 0});
  app->send(SetAnimate{true, 5});
  app->tick(0.1);
  app->tick(0.1);
  EXPECT_FALSE(app->view().state->latent.animate);
  EXPECT_EQ(app->view().state->latent.seed_x, 1e9);
  EXPECT_EQ(app->errors().size(), 1U);
}

TEST_F(WholeApp, ASessionOpensNoPortAndNoDevice) {
  Json session = session_to_json(app->view().state != nullptr ? *app->view().state : AppState{});
  session["inputs"] = {{"osc", true},
                       {"osc_open", true},
                       {"midi", true},
                       {"audio", "device"},
                       {"bindings", {{{"source", "osc /1"}, {"target", "psi"}}}}};
  write_file(folder / "s.json", session.dump());
  load(LoadSession{folder / "s.json"});
  const InputControls& inputs = app->view().state->inputs;
  EXPECT_EQ(inputs.bindings.size(), 1U);
  EXPECT_FALSE(inputs.osc || inputs.osc_open || inputs.midi);
  EXPECT_EQ(inputs.audio, "");
  app->send(SetInputs{{.midi = true}});
  load(LoadSession{folder / "s.json"});
  EXPECT_TRUE(app->view().state->inputs.midi) << "what the person has opened stays";
}

}  // namespace
}  // namespace ganvas::app
