// How models that come with the program are shown at first, and that nothing of a person's is ever touched.
#include "app/open/presentation.h"

#include "app/app.h"
#include "app/open/open_model.h"
#include "app/style_app.h"
#include "core/files.h"
#include "train/recipe/recipe.h"

namespace ganvas::test {
namespace {

TEST(Presentations, FitTheirModels) {
  const std::vector<app::BuiltInModel> examples = app::built_in_models();
  ASSERT_GE(examples.size(), 2U);
  EXPECT_EQ(examples.front().path, "") << "the starter model comes first";
  for (const app::BuiltInModel& model : examples) {
    EXPECT_NE(model.title, "");
    const auto presentation = app::presentation_of(model.path);
    ASSERT_TRUE(presentation) << model.title;
    EXPECT_EQ(presentation->title, model.title);
    EXPECT_EQ(presentation->bookmarks.size(), 3U);
    EXPECT_EQ(presentation->columns, 3);
    EXPECT_EQ(presentation->rows, 2);
    EXPECT_NO_THROW(train::load_recipe(presentation->recipe)) << model.title;
    const app::OpenedModel opened = app::open_model(model.path);
    const models::NetworkSpec& spec = opened.generator->spec();
    for (const latent::StyleMove& move : presentation->latent.style.moves) {
      const auto size = static_cast<std::int64_t>(move.direction.size());
      EXPECT_TRUE(size == spec.w_dim || size == spec.num_ws * spec.w_dim) << move.name << " " << size;
    }
    for (const app::Bookmark& bookmark : presentation->bookmarks)
      for (const latent::StyleSource& source : bookmark.latent.style.sources)
        EXPECT_LE(source.weights.size(), static_cast<std::size_t>(spec.num_ws)) << bookmark.name;
  }
  EXPECT_FALSE(app::presentation_of(asset("models/face-network.safetensors").string()));
}

TEST(FirstLooks, ComeWithTheModelUntilSomebodyDoesSomething) {
  app::FirstLook look(true, {});
  app::AppState document = look.document();
  EXPECT_EQ(document.view.columns * document.view.rows, 6);
  EXPECT_EQ(document.train.recipe, "first-faces") << "which shows something within two minutes";
  EXPECT_FALSE(look.of(document, false)) << "it looks so already";
  document.model = "somebody's.pkl";
  document.train.recipe = "anime-dcgan-v1";
  auto next = look.of(document, true);
  ASSERT_TRUE(next);
  EXPECT_EQ(next->latent.psi, app::FirstLook::psi);
  EXPECT_EQ(next->view, app::ViewControls{}) << "its faces were not chosen, so there is one picture";
  EXPECT_TRUE(next->bookmarks.empty());
  EXPECT_EQ(next->model, document.model);
  EXPECT_EQ(next->train, document.train);
  document = *next;
  document.model = "another.pkl";
  next = look.of(document, false);
  ASSERT_TRUE(next);
  EXPECT_EQ(next->latent, latent::LatentControls{}) << "no mean style, nothing to be truncated towards";
  document = *next;
  document.latent.seed_x = 0.5;
  document.model.clear();
  EXPECT_FALSE(look.of(document, false)) << "it is somebody's now";
}

TEST(FirstLooks, AreOffForScriptsAndSessions) {
  app::FirstLook look(false, {});
  EXPECT_EQ(look.document(), app::AppState{});
  app::AppState document;
  document.model = "m.pkl";
  EXPECT_FALSE(look.of(document, true));
  const auto welcome = [](const app::ExploreOptions& options) { return app::app_options(options).welcome; };
  EXPECT_TRUE(welcome({}));
  EXPECT_FALSE(welcome({.headless = true}));
  EXPECT_FALSE(welcome({.script = "walk.json"}));
  EXPECT_FALSE(welcome({.record = "walk.json"}));
  EXPECT_FALSE(welcome({.plain = true}));
}

class FirstLookOfApp : public StyleApp {
 protected:
  void begin(bool welcome) {
    app::AppOptions options;
    options.state.model = folder / "style.safetensors";
    options.device = "cpu";
    options.threads = 1;
    options.welcome = welcome;
    app = std::make_unique<app::App>(options);
    picture();
  }
  [[nodiscard]] const app::AppState& document() const { return *app->view().state; }
};

TEST_F(FirstLookOfApp, IsNoStepOfUndo) {
  begin(false);
  EXPECT_EQ(document().latent.psi, 1);
  begin(true);
  EXPECT_EQ(document().latent.psi, app::FirstLook::psi);
  EXPECT_FALSE(app->view().can_undo);
  app->send(app::command::OpenModel{});
  ASSERT_TRUE(until([](const app::ViewModel& view) { return view.model.name == "starter" && !view.model.loading; }));
  EXPECT_EQ(document().view.columns, 3);
  EXPECT_EQ(document().bookmarks.size(), 3U);
  app->send(app::command::Undo{});
  EXPECT_EQ(document().latent.psi, app::FirstLook::psi);
  EXPECT_EQ(document().view.columns, 1);
  EXPECT_FALSE(app->view().can_undo) << "opening and what came with it are one step";
}

TEST_F(FirstLookOfApp, StaysAwayFromWhatWasTouched) {
  begin(true);
  app->send(app::command::PanSeed{1, 0});
  app->send(app::command::OpenModel{});
  ASSERT_TRUE(until([](const app::ViewModel& view) { return view.model.name == "starter" && !view.model.loading; }));
  EXPECT_EQ(document().view.columns, 1);
  EXPECT_EQ(document().latent.seed_x, 1);
}

}  // namespace
}  // namespace ganvas::test
