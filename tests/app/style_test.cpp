// Styles in the whole app: mixing, noise, directions, and sessions of them, on a small StyleGAN2.
#include "app/style_app.h"
#include "core/random.h"

namespace ganvas::app {
namespace {

using namespace app::command;
using test::rows;
using test::w_dim;

class Styles : public test::StyleApp {
 protected:
  /// The 16 x 16 picture at a cell of the grid.
  std::vector<std::uint8_t> cell(const Image& image, int column, int row) {
    std::vector<std::uint8_t> pixels;
    for (int y = 0; y < 16; ++y) {
      const std::uint8_t* line = image.pixels.data() + ((row * 16 + y) * image.width + column * 16) * 4;
      pixels.insert(pixels.end(), line, line + 16 * 4);
    }
    return pixels;
  }
  std::vector<latent::StyleMove> directions(const std::string& method) {
    app->send(FindDirections{method});
    EXPECT_TRUE(app->view().directions.busy || !app->view().directions.found.empty());
    EXPECT_TRUE(until([&](const ViewModel& view) { return !view.directions.busy; }));
    EXPECT_EQ(app->view().directions.method, method) << (app->errors().empty() ? "" : app->errors().front());
    return app->view().directions.found;
  }
};

TEST_F(Styles, TheModelTellsItsRowsAndNoise) {
  hash();
  const ModelView& model = app->view().model;
  EXPECT_EQ(model.style_rows,
            (std::vector<std::string>{"b4.conv1", "b8.conv0", "b8.conv1", "b16.conv0", "b16.conv1", "b16.torgb"}));
  EXPECT_EQ(model.noise_layers, 5);
  EXPECT_EQ(model.w_dim, w_dim);
  EXPECT_FALSE(model.placeable);
}

TEST_F(Styles, NoiseCanBeDrawnWeakenedAndSwitchedOff) {
  const std::string fixed = hash();
  app->send(SetNoise{{.mode = "random", .seed = 1}});
  const std::string first = hash();
  app->send(SetNoise{{.mode = "random", .seed = 2}});
  EXPECT_NE(hash(), first);
  app->send(SetNoise{{.mode = "random", .seed = 1}});
  EXPECT_EQ(hash(), first);
  app->send(SetNoise{{.mode = "none"}});
  const std::string none = hash();
  app->send(SetNoise{{.mode = "const", .strengths = std::vector<double>(5, 0.0)}});
  EXPECT_EQ(hash(), none);
  app->send(SetNoise{{.mode = "const", .strengths = {0.5}}});
  EXPECT_NE(hash(), none);
  EXPECT_NE(hash(), fixed);
  app->send(SetNoise{});
  EXPECT_EQ(hash(), fixed);
}

TEST_F(Styles, ASourceInAllRowsIsItsSeed) {
  app->send(SetSeed{12, 0});
  const std::string twelve = hash();
  app->send(SetSeed{3, 0});
  const std::string three = hash();
  app->send(SetStyleSource{0, {12, std::vector<double>(rows, 1.0)}});
  EXPECT_EQ(hash(), twelve);
  app->send(SetStyleSource{0, {12, {0, 0, 0, 0.5}}});
  const std::string some = hash();
  EXPECT_NE(some, twelve);
  EXPECT_NE(some, three);
  app->send(SetStyleSource{0, {12, {}}});
  EXPECT_EQ(hash(), three);
}

TEST_F(Styles, ASourceMayBeABookmarkOrAProjectedPicture) {
  const auto all_rows = [](latent::LatentControls kept) {
    return SetStyleSource{0, {.weights = std::vector<double>(rows, 1.0), .kept = {std::move(kept)}, .name = "kept"}};
  };
  app->send(SetSeed{3, 0});
  const std::string three = hash();
  // A picture with everything that a bookmark keeps of its styles, and one of styles that no seed has.
  std::vector<Command> sliders = {SetSeed{12, 0}, SetPsi{0.6}, SetDimension{1, 2.5}, SetStyleSource{0, {5, {1, 0.5}}},
                                  SetStyleMove{0, {.direction = std::vector<float>(w_dim, 0.25F), .strength = 2}}};
  for (const Command& slider : sliders) app->send(slider);
  app->send(AddBookmark{"edited"});
  const std::string edited = hash();
  app->send(SetStyleBase{std::vector<float>(w_dim, 0.5F)});
  app->send(AddBookmark{"projected"});
  const std::string projected = hash();
  app->send(ResetStyles{});
  app->send(ResetDimensions{});
  app->send(SetPsi{1});
  app->send(SetSeed{3, 0});
  ASSERT_EQ(hash(), three);
  ASSERT_NE(edited, projected);

  const std::vector<Bookmark> bookmarks = app->view().state->bookmarks;
  app->send(all_rows(bookmarks[0].latent));
  EXPECT_EQ(hash(), edited);
  app->send(all_rows(bookmarks[1].latent));
  EXPECT_EQ(hash(), projected);
  const std::string file = folder / "mixed.json";
  app->send(SaveSession{file});
  app->send(SetStyleSource{0, {.weights = {0, 0, 1}, .kept = {bookmarks[1].latent}}});
  EXPECT_NE(hash(), projected);
  EXPECT_NE(hash(), three);
  start();
  load(LoadSession{file});
  EXPECT_EQ(hash(), projected);
  // Bookmarks of mixtures of bookmarks: some steps, then it says so and stays as it was.
  for (int i = 0; app->errors().empty() && i < 10; ++i) app->send(all_rows(app->view().state->latent));
  ASSERT_EQ(app->errors().size(), 1u);
  EXPECT_NE(app->errors().back().find("more than four deep"), std::string::npos) << app->errors().back();
  EXPECT_EQ(hash(), projected);
}

TEST_F(Styles, TheMixingGridCrossesItsRowsAndColumns) {
  app->send(SetGrid{3, 3});
  const auto plain = picture();
  app->send(SetMixingGrid{true, std::vector<double>(rows, 1.0)});
  const auto all = picture();
  app->send(SetMixingGrid{true, {}});
  const auto none = picture();
  app->send(SetMixingGrid{true, {1, 1, 0.5}});
  const auto some = picture();
  for (int i = 0; i < 3; ++i) {
    for (const auto& grid : {all, none, some}) {
      EXPECT_EQ(cell(*grid, i, 0), cell(*plain, i, 0));
      EXPECT_EQ(cell(*grid, 0, i), cell(*plain, 0, i));
    }
  }
  EXPECT_EQ(cell(*all, 2, 1), cell(*plain, 2, 0));
  EXPECT_EQ(cell(*none, 2, 1), cell(*plain, 0, 1));
  EXPECT_NE(cell(*some, 2, 1), cell(*all, 2, 1));
  EXPECT_NE(cell(*some, 2, 1), cell(*none, 2, 1));
}

TEST_F(Styles, DirectionsAreFoundGetSlidersAndAreKept) {
  const std::string before = hash();
  for (const std::string method : {"sefa", "pca"}) {
    const std::vector<latent::StyleMove> found = directions(method);
    ASSERT_EQ(found.size(), static_cast<std::size_t>(w_dim)) << method;
    for (const latent::StyleMove& move : found) {
      EXPECT_EQ(move.direction.size(), static_cast<std::size_t>(w_dim));
      EXPECT_GT(move.unit, 0);
    }
    EXPECT_EQ(hash(), before) << "finding alone changes nothing";
    app->send(SetStyleMove{0, found[0]});
    EXPECT_EQ(hash(), before) << "at strength 0";
    app->send(SetStrength{0, 3});
    EXPECT_NE(hash(), before);
    EXPECT_EQ(directions(method), found) << "the same weights give the same directions";
    app->send(RemoveStyleMove{0});
    EXPECT_EQ(hash(), before);
  }
  app->send(FindDirections{"luck"});
  EXPECT_NE(app->errors().back().find("choose one of sefa, pca"), std::string::npos);
  app->send(FindDirections{"sefa", 9, -1});
  ASSERT_TRUE(until([&](const ViewModel&) { return app->errors().size() == 2; }));
  EXPECT_NE(app->errors().back().find("style rows 0 to 5"), std::string::npos) << app->errors().back();
  app->send(FindDirections{"pca"});
  app->send(CancelDirections{});
  EXPECT_FALSE(app->view().directions.busy);
}

/// One of the commands that change the picture.
Command random_change(RandomStream& random) {
  const auto weights = [&] {
    std::vector<double> values(random.below(rows + 1));
    for (double& value : values) value = random.uniform();
    return values;
  };
  const int index = static_cast<int>(random.below(3));
  switch (random.below(18)) {
    case 0:
      return SetSeed{random.uniform(-50, 50), random.uniform(-5, 5)};
    case 1:
      return SetDimension{index, random.normal()};
    case 2:
      return SetPsi{random.uniform(0, 2)};
    case 3:
      return SetGrid{1 + index, 1 + static_cast<int>(random.below(3))};
    case 4:
      return CaptureBlend{random.below(2) == 0};
    case 5:
      return SetBlend{random.below(2) == 0, random.uniform()};
    case 6:
      return SetNoise{{.mode = "random", .seed = random.next_u32(), .strengths = weights()}};
    case 7: {
      latent::StyleSource source{.seed = random.next_u32(), .weights = weights()};
      if (random.below(2) == 0) source.kept = {{.seed_x = random.uniform(-50, 50), .psi = random.uniform()}};
      return SetStyleSource{index, source};
    }
    case 8:
      return SetMixingGrid{random.below(2) == 0, weights()};
    case 9:
      return SetStyleMove{index, {.direction = std::vector<float>(w_dim, 0.25F), .strength = random.normal()}};
    case 10:
      return SetStyleOffset{{index - 1, index, random.normal()}};
    case 11:
      return SetCutoff{static_cast<int>(random.below(rows + 1)) - 1};
    case 12:
      return SetStyleBase{std::vector<float>(random.below(2) * w_dim, static_cast<float>(random.normal()))};
    case 13:
      return SetBend{index,
                     {.layer = "b8.conv1", .channel = index - 1, .kind = "rotate", .amount = random.uniform(-90, 90)}};
    case 14:
      return AddKeyframe{random.uniform(0, 3)};
    case 15:
      return random.below(2) == 0 ? Command{SeekTimeline{random.uniform(0, 3)}} : Command{LeaveTimeline{}};
    case 16:
      return random.below(2) == 0 ? Command{AddBookmark{}} : Command{RecallBookmark{index}};
    default:
      return random.below(2) == 0 ? Command{RemoveStyleSource{index}} : Command{ResetStyles{}};
  }
}

TEST_F(Styles, AnySessionComesBackWithTheSameBytesAndUndoesToTheStart) {
  const std::string beginning = hash();
  RandomStream random(5);
  for (int round = 0; round < 12; ++round) {
    for (int i = 0; i < 25; ++i) app->send(random_change(random));
    const std::string end = hash();
    const std::string file = folder / ("session" + std::to_string(round) + ".json");
    app->send(SaveSession{file});
    while (app->view().can_undo) app->send(Undo{});
    EXPECT_EQ(hash(), beginning) << round;
    while (app->view().can_redo) app->send(Redo{});
    EXPECT_EQ(hash(), end) << round;
    start();
    load(LoadSession{file});
    EXPECT_EQ(hash(), end) << round;
    start();
  }
}

}  // namespace
}  // namespace ganvas::app
