// Draws the whole interface headless, clicks its widgets and looks at the commands that come out.

#include <gtest/gtest.h>
#include <imgui.h>

#include <cstdlib>

#include "core/files.h"
#include "media/png.h"
#include "render/context.h"
#include "support/process.h"
#include "ui/fake_view.h"
#include "ui/ui.h"
#include "ui/widgets/keys.h"

namespace ganvas::ui {
namespace {

using test::FakeView;
using test::KeepingSink;

/// The interface on a surface of its own, with a mouse.
class Stage {
 public:
  explicit Stage(render::PixelSize size = {1280, 720}) : target_(size), ui_({.hooks = hooks()}) { target_.bind(); }

  void key(int key, bool control = false, bool shift = false) {
    keys_.push_back({.key = key, .control = control, .shift = shift});
    frame();
  }
  void frame(int count = 1) {
    for (int i = 0; i < count; ++i) {
      if (fake.view.frame != shown_) {
        shown_ = fake.view.frame;
        picture_.show({.pixels = shown_->pixels, .memory = shown_});
      }
      picture_.update();
      fake.view.tier = to_string(picture_.tier());
      fake.view.tier_reason = picture_.reason();
      target_.bind();
      ui_.frame({.surface = target_.size(), .window = target_.size(), .keys = std::exchange(keys_, {})}, fake.view,
                sink, picture_);
    }
  }

  void mouse(float x, float y, bool down = false) {
    ImGuiIO& io = ImGui::GetIO();
#if IMGUI_VERSION_NUM >= 18700
    io.AddMousePosEvent(x, y);
    io.AddMouseButtonEvent(0, down);
#else
    io.MousePos = {x, y};
    io.MouseDown[0] = down;
#endif
    frame();
  }
  render::Rectangle where(const std::string& widget) {
    const auto& all = ui_.inspector().widgets();
    const auto found = all.find(widget);
    EXPECT_NE(found, all.end()) << widget << " is not on screen";
    return found == all.end() ? render::Rectangle{} : found->second;
  }
  /// `part` of the widget's width from its left edge.
  void click(const std::string& widget, float part = 0.5F) {
    const render::Rectangle r = where(widget);
    const float x = r.x + part * r.width;
    const float y = r.y + r.height / 2;
    mouse(x, y);
    mouse(x, y, true);
    mouse(x, y, false);
    frame();
  }
  /// A click with the right button.
  void menu(const std::string& widget) {
    const render::Rectangle r = where(widget);
    mouse(r.x + r.width / 2, r.y + r.height / 2);
    for (const bool down : {true, false}) {
#if IMGUI_VERSION_NUM >= 18700
      ImGui::GetIO().AddMouseButtonEvent(1, down);
#else
      ImGui::GetIO().MouseDown[1] = down;
#endif
      frame();
    }
  }
  void drag(const std::string& widget, float dx, float dy) {
    const render::Rectangle r = where(widget);
    const float x = r.x + r.width / 2;
    const float y = r.y + r.height / 2;
    mouse(x, y);
    mouse(x, y, true);
    for (int i = 1; i <= 10; ++i) mouse(x + dx * static_cast<float>(i) / 10, y + dy * static_cast<float>(i) / 10, true);
    mouse(x + dx, y + dy, false);
  }
  void type(const std::string& text) {
    ImGui::GetIO().AddInputCharactersUTF8(text.c_str());
    frame();
  }
  bool has(const std::string& widget) {
    return ui_.inspector().has(widget);
  }
  UiState& state() {
    return ui_.state();
  }
  Image picture() {
    return render::read_pixels(target_.size());
  }
  /// For looking at: $GANVAS_TEST_PICTURES names a folder.
  void keep(const std::string& name) {
    if (const char* folder = std::getenv("GANVAS_TEST_PICTURES")) {
      media::write_png(std::string(folder) + "/" + name + ".png", picture().view());
    }
  }

  FakeView fake;
  KeepingSink sink;
  std::string clipboard_latent;

 private:
  UiHooks hooks() {
    return {.latent_to_text = [](std::span<const float> latent) { return std::to_string(latent.size()) + " numbers"; },
            .latent_from_text = [](const std::string& text) -> std::optional<std::vector<float>> {
              if (text.empty()) return std::nullopt;
              return std::vector<float>{1, 2};
            }};
  }

  render::HeadlessContext context_;
  render::RenderTarget target_;
  render::PictureTexture picture_;
  Ui ui_;
  app::FramePtr shown_;
  std::vector<render::KeyPress> keys_;
};

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

TEST(Panels, EveryTabDrawsAtEverySizeAndTheme) {
  for (const app::Theme theme : {app::Theme::dark, app::Theme::light}) {
    for (const double scale : {1.0, 2.0}) {
      Stage stage(scale == 1.0 ? render::PixelSize{1280, 800} : render::PixelSize{2560, 1440});
      stage.fake.state.settings.theme = theme;
      stage.fake.state.settings.ui_scale = scale;
      stage.fake.train(5000);
      stage.fake.show(test::fake_sheet(4, 64, 7), 4);
      stage.fake.state.view.columns = stage.fake.state.view.rows = 4;
      stage.fake.view.record = {
          .recording = true, .path = "out/film.mp4", .seconds = 12.3, .bytes = 4'200'000, .frames = 369};
      for (int tab = 0; tab < 5; ++tab) {
        stage.state().tab = static_cast<Tab>(tab);
        stage.frame(scale == 1.0 ? 20 : 3);
        stage.keep(std::string(to_string(stage.state().tab)) + (theme == app::Theme::dark ? "-dark-" : "-light-") +
                   std::to_string(static_cast<int>(scale)));
        EXPECT_GT(stage.fake.view.frame->pixels.width, 0);
      }
      EXPECT_TRUE(stage.sink.sent.empty());
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

TEST(Panels, WhatIsBeingOpenedCanBeGivenUp) {
  Stage stage;
  stage.key(static_cast<int>(Key::escape));
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
  stage.key(static_cast<int>(Key::escape));
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
  stage.state().tab = Tab::train;
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
  stage.state().tab = Tab::train;
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
  stage.state().tab = Tab::train;
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

  stage.state().tab = Tab::style;
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
  stage.state().tab = Tab::style;
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
  EXPECT_NE(stage.sink.last<app::command::SetPlacement>()->placement.angle, 0);

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
  stage.state().tab = Tab::record;
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
  stage.state().tab = Tab::settings;
  stage.frame(3);
  stage.click("settings.theme.1");
  ASSERT_NE(stage.sink.last<app::command::SetSettings>(), nullptr);
  EXPECT_EQ(stage.sink.last<app::command::SetSettings>()->settings.theme, app::Theme::light);
  stage.click("settings.tier.3");
  EXPECT_EQ(stage.sink.last<app::command::SetSettings>()->settings.tier, app::DisplayTier::plain);
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

TEST(Panels, EveryShortcutSendsItsCommand) {
  Stage stage;
  stage.frame(3);
  const auto name = [&](int key, bool control = false, bool shift = false) {
    stage.sink.sent.clear();
    stage.key(key, control, shift);
    return stage.sink.sent.size() == 1 ? static_cast<int>(stage.sink.sent.front().index()) : -1;
  };
  const auto index = [](const app::Command& command) { return static_cast<int>(command.index()); };
  EXPECT_EQ(name('Z', true), index(app::command::Undo{}));
  EXPECT_EQ(name('Z', true, true), index(app::command::Redo{}));
  EXPECT_EQ(name('Y', true), index(app::command::Redo{}));
  EXPECT_EQ(name(' '), index(app::command::SetAnimate{}));
  EXPECT_EQ(name('R'), index(app::command::RandomizeDimensions{}));
  EXPECT_EQ(name('G'), index(app::command::SetGrid{}));
  EXPECT_EQ(name('I'), index(app::command::SetView{}));
  EXPECT_EQ(name('0'), index(app::command::SetView{}));
  EXPECT_EQ(name('='), index(app::command::SetView{}));
  EXPECT_EQ(name('R', true), index(app::command::StartVideo{}));
  EXPECT_EQ(name('Q', true), index(app::command::Quit{}));
  EXPECT_EQ(name(static_cast<int>(Key::f12)), index(app::command::SaveWindow{}));
  EXPECT_EQ(name(static_cast<int>(Key::right)), index(app::command::PanSeed{}));
  EXPECT_DOUBLE_EQ(stage.sink.last<app::command::PanSeed>()->dx, 1.0);
  EXPECT_EQ(name(static_cast<int>(Key::down), false, true), index(app::command::PanSeed{}));
  EXPECT_DOUBLE_EQ(stage.sink.last<app::command::PanSeed>()->dy, 0.1);
  EXPECT_EQ(name('R', false, true), index(app::command::RandomizeDimensions{}));
  stage.key(static_cast<int>(Key::f1));
  EXPECT_TRUE(stage.state().keyboard_map);
  stage.state().session_path = "kept.json";
  EXPECT_EQ(name('S', true), index(app::command::SaveSession{}));
  EXPECT_EQ(name('S', true, true), -1);
  stage.frame(2);
  EXPECT_TRUE(stage.has("file.accept")) << "Save as asks for a name";
  EXPECT_EQ(name('Z', true), -1) << "no shortcuts under a question";
}

TEST(Panels, KeyboardMapAndNoticesDraw) {
  Stage stage;
  stage.fake.view.notices = {{false, "Picture saved to out/picture.png", 1},
                             {true, "The file model.pt is cut off after 12 kB; copy it again.", 1}};
  stage.state().keyboard_map = true;
  stage.frame(5);
  stage.keep("keyboard");
  stage.click("keyboard.close");
  EXPECT_FALSE(stage.state().keyboard_map);
}

}  // namespace
}  // namespace ganvas::ui
