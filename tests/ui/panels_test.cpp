// Draws the whole interface headless, clicks its widgets and looks at the commands that come out.

#include <gtest/gtest.h>
#include <imgui.h>

#include <set>

#include "core/files.h"
#include "support/process.h"
#include "ui/panels/panels.h"
#include "ui/stage.h"

namespace ganvas::ui {
namespace {

using test::FakeView;
using test::Stage;

TEST(Panels, ExploreShowsItsWidgets) {
  Stage stage;
  stage.frame(20);
  for (const char* widget :
       {"explore.seed", "explore.psi", "explore.grid.2", "explore.animate", "blend.a", "latent.search",
        "explore.dimension.0", "explore.dimension.1.reset", "status.tier", "tools.undo", "picture", "tab.record"}) {
    EXPECT_TRUE(stage.has(widget)) << widget;
  }
  EXPECT_FALSE(stage.has("explore.dimension.99")) << "the list draws only the rows that are in sight";
  EXPECT_TRUE(stage.sink.sent.empty()) << "drawing alone must not change the document";
  stage.keep("explore");
}

/// Brings one panel on screen, and closes the strips and overlays that are open.
void show(Stage& stage, const PanelInfo& info) {
  stage.state().open.clear();
  if (info.place == PanelPlace::tab) {
    stage.state().tab = info.name;
  } else {
    stage.state().open = {info.name};
  }
}

TEST(Panels, EachOfTheListDrawsAtEverySizeAndTheme) {
  for (const app::Theme theme : {app::Theme::dark, app::Theme::light}) {
    for (const double scale : {1.0, 2.0}) {
      Stage stage(scale == 1.0 ? render::PixelSize{1280, 800} : render::PixelSize{2560, 1440});
      stage.fake.settings.theme = theme;
      stage.fake.settings.ui_scale = scale;
      stage.fake.train(5000);
      stage.fake.show(test::fake_sheet(4, 64, 7), 4);
      stage.fake.state.view.columns = stage.fake.state.view.rows = 4;
      stage.fake.view.record = {
          .recording = true, .path = "out/film.mp4", .seconds = 12.3, .bytes = 4'200'000, .frames = 369};
      for (const auto& panel : make_panels()) {
        const PanelInfo& info = panel->info();
        show(stage, info);
        stage.frame(3);
        stage.keep(info.name + (theme == app::Theme::dark ? "-dark-" : "-light-") +
                   std::to_string(static_cast<int>(scale)));
        const std::string mark = info.place == PanelPlace::tab       ? "tab." + info.name
                                 : info.place == PanelPlace::overlay ? info.name + ".close"
                                                                     : info.name;
        EXPECT_TRUE(stage.has(mark)) << mark;
        EXPECT_EQ(stage.has("tools." + info.name), info.icon != Icon::none) << info.name;
        EXPECT_TRUE(stage.sink.sent.empty()) << info.name << ": drawing alone must not change the document";
      }
      stage.state().open.clear();
      stage.frame(3);
      const Image picture = stage.picture();
      const auto* corner = picture.at(picture.width - 3, picture.height / 2);
      if (theme == app::Theme::dark) {
        EXPECT_LT(corner[0], 60);
      } else {
        EXPECT_GT(corner[0], 200);
      }
    }
  }
}

TEST(Panels, NamesAreOfOnePanelEach) {
  std::set<std::string> names;
  for (const auto& panel : make_panels()) {
    EXPECT_TRUE(names.insert(panel->info().name).second) << panel->info().name;
    EXPECT_STRNE(panel->info().title, "") << panel->info().name;
  }
}

TEST(Panels, StripsTakeTheirHeightFromThePicture) {
  Stage stage;
  stage.frame(2);
  const float whole = stage.where("picture.area").height;
  stage.click("tools.time");
  stage.click("tools.timeline");
  stage.frame(2);
  const render::Rectangle time = stage.where("time"), timeline = stage.where("timeline");
  EXPECT_FLOAT_EQ(stage.where("picture.area").height, whole - time.height - timeline.height);
  EXPECT_FLOAT_EQ(time.y + time.height, timeline.y);
  stage.click("tools.time");
  stage.frame(2);
  EXPECT_FALSE(stage.has("time"));
}

TEST(Panels, SliderSendsTheValueUnderTheMouse) {
  Stage stage;
  stage.frame(3);
  stage.click("explore.dimension.0", 0.75F);
  const auto* set = stage.sink.last<app::command::SetDimension>();
  ASSERT_NE(set, nullptr);
  EXPECT_EQ(set->index, 0);
  EXPECT_NEAR(set->value, 1.5, 0.15);
}

TEST(Panels, RowButtonsLockAndReset) {
  Stage stage;
  stage.frame(3);
  stage.click("explore.dimension.1.lock");
  const auto* lock = stage.sink.last<app::command::LockDimension>();
  ASSERT_NE(lock, nullptr);
  EXPECT_EQ(lock->index, 1);
  EXPECT_TRUE(lock->locked);
  stage.click("explore.dimension.2.lock");
  EXPECT_FALSE(stage.sink.last<app::command::LockDimension>()->locked);
  stage.click("explore.dimension.1.reset");
  ASSERT_NE(stage.sink.last<app::command::ResetDimension>(), nullptr);
  stage.sink.sent.clear();
  stage.click("explore.dimension.0.reset");
  EXPECT_EQ(stage.sink.last<app::command::ResetDimension>(), nullptr) << "nothing to reset: it is not edited";
}

TEST(Panels, DragOnThePictureMovesTheSeed) {
  Stage stage;
  stage.frame(3);
  stage.drag("picture", -130, 52);
  double dx = 0;
  double dy = 0;
  for (const app::Command& command : stage.sink.sent) {
    if (const auto* pan = std::get_if<app::command::PanSeed>(&command)) {
      dx += pan->dx;
      dy += pan->dy;
    }
  }
  EXPECT_NEAR(dx, 0.5, 0.1);
  EXPECT_NEAR(dy, -0.2, 0.05);
}

TEST(Panels, ButtonsSendTheirCommands) {
  Stage stage;
  stage.frame(3);
  stage.click("latent.randomise");
  EXPECT_NE(stage.sink.last<app::command::RandomizeDimensions>(), nullptr);
  stage.click("latent.reset");
  EXPECT_NE(stage.sink.last<app::command::ResetDimensions>(), nullptr);
  stage.click("explore.animate");
  ASSERT_NE(stage.sink.last<app::command::SetAnimate>(), nullptr);
  EXPECT_TRUE(stage.sink.last<app::command::SetAnimate>()->on);
  stage.click("blend.b");
  ASSERT_NE(stage.sink.last<app::command::CaptureBlend>(), nullptr);
  EXPECT_TRUE(stage.sink.last<app::command::CaptureBlend>()->b);
  stage.click("explore.grid.2");
  ASSERT_NE(stage.sink.last<app::command::SetGrid>(), nullptr);
  EXPECT_EQ(stage.sink.last<app::command::SetGrid>()->columns, 4);
  stage.click("tools.undo");
  EXPECT_NE(stage.sink.last<app::command::Undo>(), nullptr);
  stage.click("tools.redo");
  EXPECT_EQ(stage.sink.last<app::command::Redo>(), nullptr) << "there is nothing to redo";
  stage.click("latent.copy");
  EXPECT_STREQ(ImGui::GetClipboardText(), "100 numbers");
  stage.click("latent.paste");
  ASSERT_NE(stage.sink.last<app::command::SetLatent>(), nullptr);
  EXPECT_EQ(stage.sink.last<app::command::SetLatent>()->values.size(), 2U);
}

TEST(Panels, RecentFilesOpenAndCanBeForgotten) {
  Stage stage;
  stage.fake.view.recent = {{"/models/faces.pt", false}, {"/runs/starter-dcgan-001", false}, {"/gone/old.pkl", true}};
  stage.frame(3);
  EXPECT_FALSE(stage.has("recent.0"));
  stage.click("explore.recent");
  stage.frame(3);
  stage.keep("recent");
  stage.click("recent.2");
  EXPECT_EQ(stage.sink.last<app::command::OpenModel>(), nullptr) << "its file is gone";
  stage.click("recent.1");
  ASSERT_NE(stage.sink.last<app::command::OpenModel>(), nullptr);
  EXPECT_EQ(stage.sink.last<app::command::OpenModel>()->path, "/runs/starter-dcgan-001");
  EXPECT_EQ(stage.sink.last<app::command::OpenModel>()->network, "");
  stage.frame(2);
  EXPECT_FALSE(stage.has("recent.0")) << "the list closes";
  stage.click("explore.recent");
  stage.frame(2);
  stage.click("recent.clear");
  EXPECT_NE(stage.sink.last<app::command::ClearRecent>(), nullptr);
}

TEST(Panels, TheNetworkIsChosenAmongThoseThatMakePictures) {
  Stage stage;
  stage.frame(3);
  EXPECT_FALSE(stage.has("explore.network")) << "the file has one network";
  stage.fake.state.model = "run/checkpoint.safetensors";
  stage.fake.view.model.network = "G_ema";
  stage.fake.view.model.networks = {{"G_ema", "generator", "dcgan", 1'900'000, true},
                                    {"G", "generator", "dcgan", 1'900'000, true},
                                    {"D", "discriminator", "dcgan", 2'700'000, false}};
  stage.frame(3);
  stage.click("explore.network");
  stage.frame(3);
  stage.keep("network");
  stage.click("explore.network.D");
  EXPECT_EQ(stage.sink.last<app::command::OpenModel>(), nullptr) << "it makes no pictures";
  stage.click("explore.network.G");
  ASSERT_NE(stage.sink.last<app::command::OpenModel>(), nullptr);
  EXPECT_EQ(stage.sink.last<app::command::OpenModel>()->path, "run/checkpoint.safetensors");
  EXPECT_EQ(stage.sink.last<app::command::OpenModel>()->network, "G");
}

TEST(Panels, WhatIsAssumedOfANetworkIsChangedByOneClick) {
  Stage stage;
  EXPECT_FALSE(stage.has("picture.reading")) << "its file says it all";
  auto& reading = stage.fake.view.model.reading;
  reading = {{"net.2", "kind", "relu", "as usual", {"leaky_relu", "elu"}},
             {"net.5", "kind", "relu", "as usual", {"leaky_relu", "elu"}},
             {"net.7", "kind", "sigmoid", "as it was chosen", {"tanh"}, true}};
  stage.frame(3);
  stage.click("picture.reading");
  stage.frame(3);
  stage.keep("reading");
  stage.click("reading.net.2.kind.relu");
  EXPECT_EQ(stage.sink.last<app::command::SetReading>(), nullptr) << "it is so already";
  using Values = std::vector<std::string>;
  const auto sent = [&](const std::string& widget) {
    stage.sink.sent.clear();
    stage.click(widget);
    const auto* command = stage.sink.last<app::command::SetReading>();
    return command == nullptr ? Values{} : command->set;
  };
  EXPECT_EQ(sent("reading.net.2.kind.elu"), (Values{"net.2.kind=elu", "net.5.kind=elu"})) << "what is alike, together";
  EXPECT_EQ(sent("reading.inferred"), Values{"net.7.kind="});
  stage.click("reading.each");
  EXPECT_EQ(sent("reading.net.5.kind.elu"), Values{"net.5.kind=elu"});
  stage.click("reading.close");
  stage.frame(3);
  EXPECT_FALSE(stage.has("reading.inferred"));
  for (app::ReadingEntry& entry : reading) entry.given = true;
  stage.frame(3);
  EXPECT_FALSE(stage.has("picture.reading")) << "nothing is assumed any more";
}

TEST(Panels, WhatIsBeingOpenedCanBeGivenUp) {
  Stage stage;
  stage.key(Key::escape);
  EXPECT_TRUE(stage.sink.sent.empty()) << "nothing is being opened";
  stage.fake.view.model.loading = true;
  stage.fake.view.model.loading_name = "stylegan3-r-ffhq-1024x1024.pkl";
  stage.fake.view.model.progress = 0.4;
  stage.frame(3);
  EXPECT_FALSE(stage.has("explore.opening")) << "no flicker for what opens at once";
  stage.fake.view.model.loading_seconds = 0.5;
  stage.frame(3);
  stage.keep("opening");
  EXPECT_TRUE(stage.has("explore.opening"));
  stage.click("explore.cancel_opening");
  EXPECT_NE(stage.sink.last<app::command::CancelOpening>(), nullptr);
  stage.sink.sent.clear();
  stage.key(Key::escape);
  EXPECT_NE(stage.sink.last<app::command::CancelOpening>(), nullptr);
}

TEST(Panels, ASessionThatIsBeingReadCanBeGivenUp) {
  Stage stage;
  stage.fake.view.reading = {.name = "evening.json", .seconds = 0.1};
  stage.frame(3);
  EXPECT_FALSE(stage.has("explore.opening"));
  stage.fake.view.reading.seconds = 0.5;
  stage.frame(3);
  stage.click("explore.cancel_opening");
  EXPECT_NE(stage.sink.last<app::command::CancelOpening>(), nullptr);
  stage.sink.sent.clear();
  stage.key(Key::escape);
  EXPECT_NE(stage.sink.last<app::command::CancelOpening>(), nullptr);
}

TEST(Panels, TheFileDialogKnowsRuns) {
  const test::TemporaryFolder folder;
  const auto touch = [&](const std::string& name) { write_file(folder / name, "x"); };
  for (const char* name : {"runs/first/recipe.json", "runs/first/model.safetensors", "runs/first/samples/a.png",
                           "runs/first/checkpoints/step-00001200.safetensors",
                           "runs/first/checkpoints/step-00000900.safetensors", "runs/other/notes.txt"}) {
    touch(name);
  }
  Stage stage;
  stage.frame(2);
  const auto enter = [&](const std::string& path) {
    stage.click("explore.open");
    stage.frame(3);
    stage.type(path);
    stage.frame(2);
    stage.click("file.accept");
    stage.frame(3);
  };
  enter((folder / "runs").string());
  EXPECT_TRUE(stage.has("file.first")) << "a plain folder is entered";
  EXPECT_TRUE(stage.has("file.other"));
  stage.keep("dialog-runs");
  stage.click("file.first");
  EXPECT_TRUE(stage.has("file.other")) << "a click chooses the run, and does not enter it";
  stage.click("file.accept");
  ASSERT_NE(stage.sink.last<app::command::OpenModel>(), nullptr);
  EXPECT_EQ(stage.sink.last<app::command::OpenModel>()->path,
            std::filesystem::canonical(folder / "runs/first").string());
  stage.click("explore.open");
  stage.frame(3);
  stage.click("file.first");
  stage.click("file.first");
  stage.frame(3);
  stage.keep("dialog-run");
  EXPECT_TRUE(stage.has("file.model.safetensors")) << "a double click enters";
  EXPECT_FALSE(stage.has("file.samples"));
  stage.click("file.checkpoints/step-00001200.safetensors");
  stage.click("file.accept");
  EXPECT_TRUE(stage.sink.last<app::command::OpenModel>()->path.ends_with("checkpoints/step-00001200.safetensors"));
}

TEST(Panels, TrainTabStartsPausesAndStops) {
  Stage stage;
  stage.state().tab = "train";
  stage.frame(3);
  stage.keep("train-idle");
  stage.click("train.start");
  EXPECT_NE(stage.sink.last<app::command::StartTraining>(), nullptr);
  EXPECT_FALSE(stage.has("train.stop"));
  stage.fake.train(300);
  stage.frame(3);
  EXPECT_TRUE(stage.has("train.chart.loss"));
  EXPECT_TRUE(stage.has("train.chart.score"));
  EXPECT_FALSE(stage.has("train.start"));
  stage.click("train.pause");
  EXPECT_NE(stage.sink.last<app::command::PauseTraining>(), nullptr);
  stage.click("train.save");
  EXPECT_NE(stage.sink.last<app::command::SaveTraining>(), nullptr);
  stage.click("train.stop");
  EXPECT_NE(stage.sink.last<app::command::StopTraining>(), nullptr);
  stage.click("train.csv");
  ASSERT_NE(stage.sink.last<app::command::ExportCharts>(), nullptr);
  EXPECT_TRUE(stage.sink.last<app::command::ExportCharts>()->path.ends_with(".csv"));
}

TEST(Panels, ARunIsSteppedEditedAndTakenBack) {
  Stage stage;
  stage.state().tab = "train";
  stage.fake.train(300);
  stage.fake.view.train.live = {{"g_optimizer.lr", "0.0002"}, {"batch", "64"}};
  stage.fake.view.train.edited = {"batch"};
  stage.frame(3);
  EXPECT_FALSE(stage.has("train.roll_back")) << "nothing is wrong";
  stage.click("train.step");
  ASSERT_NE(stage.sink.last<app::command::StepTraining>(), nullptr);
  EXPECT_EQ(stage.sink.last<app::command::StepTraining>()->network, "both");
  stage.click("train.step_d");
  EXPECT_EQ(stage.sink.last<app::command::StepTraining>()->network, "discriminator");
  stage.click("train.step_g");
  EXPECT_EQ(stage.sink.last<app::command::StepTraining>()->network, "generator");
  EXPECT_FALSE(stage.has("train.live.batch"));
  stage.click("train.live");
  stage.frame(2);
  EXPECT_TRUE(stage.has("train.live.batch"));
  stage.keep("train-live");
  stage.fake.view.train.alarms = {{260, train::Trouble::collapse, "The generator has collapsed."}};
  stage.frame(3);
  stage.keep("train-trouble");
  stage.click("train.roll_back");
  EXPECT_NE(stage.sink.last<app::command::RollBackTraining>(), nullptr);
  stage.frame(2);
  EXPECT_FALSE(stage.has("train.dismiss")) << "it was answered";
}

TEST(Panels, ARecipeThatCannotBeUsedCannotBeStarted) {
  Stage stage;
  stage.state().tab = "train";
  stage.fake.view.train.problem = "The folder holds no pictures.";
  stage.frame(3);
  stage.click("train.start");
  EXPECT_EQ(stage.sink.last<app::command::StartTraining>(), nullptr);
}

void show_style_model(FakeView& fake);

TEST(Panels, ABookmarkIsMixedInAndASourceChoosesOne) {
  Stage stage({1440, 1600});
  show_style_model(stage.fake);
  stage.fake.state.bookmarks = {{"mine", {.seed_x = 4}}, {"other", {.seed_x = 5}}};
  stage.frame(3);
  stage.menu("bookmarks.1");
  stage.click("bookmarks.mix");
  const auto* mixed = stage.sink.last<app::command::SetStyleSource>();
  ASSERT_NE(mixed, nullptr);
  EXPECT_EQ(mixed->source.name, "other");
  EXPECT_EQ(mixed->source.kept, (std::vector<latent::LatentControls>{{.seed_x = 5}}));
  EXPECT_EQ(mixed->source.weights, (std::vector<double>{0, 0, 0, 0, 1, 1, 1, 1}));

  stage.state().tab = "style";
  stage.fake.state.latent.style.sources = {{1000, {1}}, mixed->source};
  stage.frame(3);
  stage.keep("style_sources");
  stage.click("style.source.0.of");
  stage.click("style.source.0.of.0");
  EXPECT_EQ(stage.sink.last<app::command::SetStyleSource>()->index, 0);
  EXPECT_EQ(stage.sink.last<app::command::SetStyleSource>()->source.name, "mine");
  EXPECT_EQ(stage.sink.last<app::command::SetStyleSource>()->source.weights, std::vector<double>{1});
  stage.click("style.source.1.of");
  stage.click("style.source.1.of.seed");
  EXPECT_EQ(stage.sink.last<app::command::SetStyleSource>()->index, 1);
  EXPECT_TRUE(stage.sink.last<app::command::SetStyleSource>()->source.kept.empty());
}

/// A conditional model with eight style rows, noise and a picture that moves.
void show_style_model(FakeView& fake) {
  fake.view.model.family = "stylegan3";
  fake.view.model.w_dim = 64;
  fake.view.model.c_dim = 3;
  fake.view.model.placeable = true;
  fake.view.model.noise_layers = 7;
  for (int i = 0; i < 8; ++i) fake.view.model.style_rows.push_back("row" + std::to_string(i));
}

TEST(Panels, StyleTabMixesAndFindsDirections) {
  Stage stage({1440, 1600});
  stage.state().tab = "style";
  show_style_model(stage.fake);
  latent::StyleControls& style = stage.fake.state.latent.style;
  style.sources = {{1000, {0, 0, 0, 0, 1, 1, 1, 1}}};
  style.moves = {{.name = "SeFa 1", .direction = std::vector<float>(64, 0.125F), .strength = 1.5}};
  style.mixing_grid = true;
  style.grid_weights = {1, 1, 1, 0.5};
  stage.fake.view.directions.found.assign(12, style.moves[0]);
  stage.frame(20);
  EXPECT_TRUE(stage.sink.sent.empty()) << "drawing alone must not change the document";
  stage.keep("style");

  stage.click("style.noise.1");
  EXPECT_EQ(stage.sink.last<app::command::SetNoise>()->noise.mode, "random");
  stage.click("style.add_source");
  EXPECT_EQ(stage.sink.last<app::command::SetStyleSource>()->index, 1);
  EXPECT_EQ(stage.sink.last<app::command::SetStyleSource>()->source.weights.size(), 8u);
  stage.click("style.source.0.rows", 0.06F);  // the middle of a cell is half
  EXPECT_EQ(stage.sink.last<app::command::SetStyleSource>()->index, 0);
  EXPECT_NEAR(stage.sink.last<app::command::SetStyleSource>()->source.weights[0], 0.5, 0.1);
  stage.click("style.source.0.remove");
  EXPECT_EQ(stage.sink.last<app::command::RemoveStyleSource>()->index, 0);
  stage.click("style.mixing_grid");
  EXPECT_FALSE(stage.sink.last<app::command::SetMixingGrid>()->on);
  stage.click("style.class.2", 0.9F);
  EXPECT_GT(stage.sink.last<app::command::SetClasses>()->weights.at(2), 0.5F);
  stage.drag("style.angle", 40, 0);
  EXPECT_EQ(stage.sink.last<app::command::SetParameter>()->name, "angle");
  EXPECT_NE(stage.sink.last<app::command::SetParameter>()->value, 0);

  stage.click("directions.method.1");
  stage.click("directions.find");
  EXPECT_EQ(stage.sink.last<app::command::FindDirections>()->method, "pca");
  stage.click("directions.add.11");
  EXPECT_EQ(stage.sink.last<app::command::SetStyleMove>()->index, 1);
  stage.click("directions.move.0", 0.95F);
  EXPECT_GT(stage.sink.last<app::command::SetStrength>()->strength, 3);
  stage.click("directions.move.0.remove");
  EXPECT_EQ(stage.sink.last<app::command::RemoveStyleMove>()->index, 0);
  stage.click("style.reset");
  EXPECT_NE(stage.sink.last<app::command::ResetStyles>(), nullptr);
  stage.fake.view.directions.busy = true;
  stage.frame(2);
  stage.click("directions.cancel");
  EXPECT_NE(stage.sink.last<app::command::CancelDirections>(), nullptr);
}

TEST(Panels, RecordTabTakesPicturesAndFilms) {
  Stage stage;
  stage.state().tab = "record";
  stage.state().output_folder = "somewhere";
  stage.frame(3);
  stage.click("record.picture");
  ASSERT_NE(stage.sink.last<app::command::SavePicture>(), nullptr);
  EXPECT_TRUE(stage.sink.last<app::command::SavePicture>()->path.starts_with("somewhere/"));
  stage.click("record.window");
  EXPECT_NE(stage.sink.last<app::command::SaveWindow>(), nullptr);
  stage.click("record.rate.2");
  stage.click("record.film");
  ASSERT_NE(stage.sink.last<app::command::StartVideo>(), nullptr);
  EXPECT_EQ(stage.sink.last<app::command::StartVideo>()->fps, 60);
  stage.fake.view.record.recording = true;
  stage.frame(2);
  stage.click("record.film");
  EXPECT_NE(stage.sink.last<app::command::StopVideo>(), nullptr);
}

TEST(Panels, SettingsSendTheWholeOfThem) {
  Stage stage;
  stage.state().tab = "settings";
  stage.frame(3);
  stage.click("settings.theme.1");
  ASSERT_NE(stage.sink.last<app::command::SetSettings>(), nullptr);
  EXPECT_EQ(stage.sink.last<app::command::SetSettings>()->settings.theme, app::Theme::light);
  stage.click("settings.tier.3");
  EXPECT_EQ(stage.sink.last<app::command::SetSettings>()->settings.tier, app::DisplayTier::plain);
}

TEST(Panels, AnUnsavedSessionIsOfferedUntilItIsAnswered) {
  Stage stage;
  stage.fake.view.rescue = {"/state/unsaved/1.json", "2026-11-28 22:41"};
  stage.frame(3);
  stage.keep("unsaved");
  stage.click("unsaved.open");
  ASSERT_NE(stage.sink.last<app::command::LoadSession>(), nullptr);
  EXPECT_EQ(stage.sink.last<app::command::LoadSession>()->path, "/state/unsaved/1.json");
  stage.click("unsaved.later");
  EXPECT_FALSE(stage.sink.last<app::command::LeaveUnsaved>()->forget);
  stage.click("unsaved.forget");
  EXPECT_TRUE(stage.sink.last<app::command::LeaveUnsaved>()->forget);
  stage.fake.view.rescue = {};
  stage.frame(3);
  EXPECT_FALSE(stage.has("unsaved.open"));
}

TEST(Panels, QuittingWhileTrainingAsksFirst) {
  Stage stage;
  stage.fake.train(10);
  stage.frame(3);
  EXPECT_FALSE(stage.has("quit.confirm"));
  stage.fake.view.wants_quit = true;
  stage.frame(3);
  stage.keep("quit");
  stage.click("quit.stay");
  EXPECT_NE(stage.sink.last<app::command::CancelQuit>(), nullptr);
  stage.click("quit.confirm");
  ASSERT_NE(stage.sink.last<app::command::Quit>(), nullptr);
  EXPECT_TRUE(stage.sink.last<app::command::Quit>()->confirmed);
  stage.fake.view.wants_quit = false;
  stage.frame(3);
  EXPECT_FALSE(stage.has("quit.confirm"));
}

}  // namespace
}  // namespace ganvas::ui
