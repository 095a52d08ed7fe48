#include "app/search/latent_search.h"

#include "app/style_app.h"
#include "media/png.h"

namespace ganvas::test {
namespace {

using namespace app::command;

class Searches : public StyleApp {
 protected:
  /// Writes the picture of a seed; the seed of before is shown again.
  std::string file_of_seed(double seed) {
    app->send(SetSeed{seed, 0});
    media::write_png(folder / "mine.png", picture()->view());
    app->send(Undo{});
    return folder / "mine.png";
  }
  static double mean_difference(const Image& a, const Image& b) {
    double sum = 0;
    for (std::size_t i = 0; i < a.pixels.size(); ++i) sum += std::abs(a.pixels[i] - b.pixels[i]);
    return sum / static_cast<double>(a.pixels.size());
  }
};

TEST_F(Searches, APictureBecomesABookmarkAndIsShown) {
  const std::string file = file_of_seed(12);
  const auto wanted = picture();  // of seed 0, which must come back
  const std::string before = hash();
  for (const std::string space : {"w", "w+"}) {
    app->send(ProjectPicture{.path = file, .space = space, .steps = 150});
    EXPECT_TRUE(app->view().search.busy);
    ASSERT_TRUE(until([](const app::ViewModel& view) { return !view.search.busy; }));
    EXPECT_TRUE(app->errors().empty()) << app->errors().back();
    const app::SearchView& search = app->view().search;
    EXPECT_EQ(search.done, 150);
    EXPECT_GT(search.psnr, 25);
    EXPECT_EQ(search.features, "the built-in multi-scale features");
    const app::AppState& state = *app->view().state;
    ASSERT_EQ(state.bookmarks.size(), 1U);
    EXPECT_EQ(state.bookmarks[0].name, "mine");
    EXPECT_EQ(state.bookmarks[0].latent.style.base.size(), space == "w" ? w_dim : rows * w_dim);
    EXPECT_EQ(state.latent.style.base, state.bookmarks[0].latent.style.base);
    EXPECT_LT(mean_difference(*picture(), *search.target), 8);
    EXPECT_LT(mean_difference(*picture(), *search.picture), 1);
    app->send(Undo{});
    EXPECT_TRUE(app->view().state->bookmarks.empty());
    EXPECT_EQ(hash(), before) << "one step";
  }
}

TEST_F(Searches, ACancelledOneLeavesNothing) {
  const std::string file = file_of_seed(12);
  const std::string before = hash();
  app->send(ProjectPicture{.path = file, .steps = 100'000});
  ASSERT_TRUE(until([](const app::ViewModel& view) { return view.search.done > 2; }));
  app->send(CancelSearch{});
  EXPECT_FALSE(app->view().search.busy);
  // The thread is free again: the next one goes through.
  app->send(ProjectPicture{.path = file, .steps = 3});
  ASSERT_TRUE(until([](const app::ViewModel& view) { return !view.search.busy; }));
  EXPECT_EQ(app->view().state->bookmarks.size(), 1U);
  app->send(Undo{});
  EXPECT_EQ(hash(), before);
  EXPECT_TRUE(app->errors().empty());
}

TEST_F(Searches, SayWhatCannotBeSearched) {
  hash();
  app->send(ProjectPicture{.path = folder / "none.png"});
  ASSERT_TRUE(until([](const app::ViewModel& view) { return !view.search.busy; }));
  ASSERT_EQ(app->errors().size(), 1U);
  EXPECT_NE(app->errors()[0].find("none.png"), std::string::npos);
  app->send(ProjectPicture{.path = "a.png", .space = "y"});
  app->send(DragPicture{});
  app->send(DragPicture{.points = {{99, 0, 0, 0}}});
  ASSERT_TRUE(until([&](const app::ViewModel& view) { return !view.search.busy && app->errors().size() == 4; }));
  EXPECT_NE(app->errors()[1].find("choose one of w, w+"), std::string::npos);
  EXPECT_NE(app->errors()[2].find("no point"), std::string::npos);
  EXPECT_NE(app->errors()[3].find("outside"), std::string::npos);
}

TEST_F(Searches, ADragMovesTheBaseUnderTheMovesInOneStep) {
  app->send(SetStyleMove{0, {.name = "m", .direction = std::vector<float>(w_dim, 0.3F), .strength = 1}});
  app->send(SetStyleOffset{{2, 1, 0.5}});
  const std::string before = hash();
  app->send(DragPicture{.points = {{5, 5, 8, 7}}, .mask = {{6, 6, 5}}, .steps = 12});
  ASSERT_TRUE(until([](const app::ViewModel& view) { return !view.search.busy; }));
  EXPECT_TRUE(app->errors().empty()) << app->errors().back();
  EXPECT_EQ(app->view().state->latent.style.base.size(), static_cast<std::size_t>(rows * w_dim));
  EXPECT_EQ(app->view().state->latent.style.moves[0].strength, 1);
  EXPECT_NE(hash(), before);
  EXPECT_LT(mean_difference(*picture(), *app->view().search.picture), 1) << "what the drag saw is what is shown";
  app->send(Undo{});
  EXPECT_EQ(hash(), before);
}

}  // namespace
}  // namespace ganvas::test
