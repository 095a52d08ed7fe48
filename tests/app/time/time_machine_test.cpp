// The past of a run under the sliders: moments, what is between them, two of them in one picture.
#include "app/time/time_machine.h"

#include "app/open/open_model.h"
#include "app/render/renderer.h"
#include "app/style_app.h"
#include "core/files.h"
#include "train/recipe/recipe.h"
#include "train/watch/weight_history.h"

namespace ganvas::test {
namespace {

namespace fs = std::filesystem;

/// A run with moments at 0, 1, 2 and 3 kimg; its model is another one still.
class TimeTravel : public StyleApp {
 protected:
  fs::path run = folder / "run";
  std::string other = folder / "other.safetensors";

  void SetUp() override {
    train::Recipe recipe = train::load_recipe("starter-stylegan2");
    recipe.network = style_spec();
    write_json(run / "recipe.json", to_json(recipe));
    train::WeightHistory history(train::history_folder(run));
    for (int i = 0; i < 4; ++i)
      history.add(10 * i, i, models::weights_of(*models::make_generator(style_spec(), at::kCPU, seed_of(i))));
    io::write_safetensors(run / "model.safetensors",
                          models::model_file_of(*models::make_generator(style_spec(), at::kCPU, 9)));
    io::write_safetensors(other, models::model_file_of(*models::make_generator(style_spec(), at::kCPU, 8)));
    app::AppOptions options;
    options.state.model = (run / "model.safetensors").string();
    options.device = "cpu";
    options.threads = 1;
    options.runs = folder / "runs";
    app = std::make_unique<app::App>(options);
    app->send(app::command::SetSeed{.x = 5});
  }
  static std::uint64_t seed_of(int moment) { return static_cast<std::uint64_t>(moment) + 1; }

  void go(const app::TimeControls& time) {
    app->send(app::command::SetTime{time});
    ASSERT_TRUE(until([](const app::ViewModel& view) { return view.time.moments.size() == 4 && !view.time.loading; }));
  }
  std::vector<std::uint8_t> drawn(const io::WeightSet& weights, int columns = 1) {
    app::Renderer renderer(style_spec(), at::kCPU);
    renderer.load(weights);
    latent::LatentControls latent;
    latent.seed_x = 5;
    const at::Tensor rgba = renderer.render(app::grid_job(latent, columns, 1, style_spec())).contiguous();
    const auto* bytes = rgba.const_data_ptr<std::uint8_t>();
    return {bytes, bytes + rgba.numel()};
  }
  std::vector<std::uint8_t> of_seed(std::uint64_t seed, int columns = 1) {
    return drawn(models::weights_of(*models::make_generator(style_spec(), at::kCPU, seed)), columns);
  }
  io::WeightSet kept(double kimg) { return train::WeightHistory(train::history_folder(run)).at(kimg); }
  std::vector<std::uint8_t> on_screen() { return picture()->pixels; }
};

/// Grey levels.
int farthest(const std::vector<std::uint8_t>& a, const std::vector<std::uint8_t>& b) {
  EXPECT_EQ(a.size(), b.size());
  int most = 0;
  for (std::size_t i = 0; i < a.size(); ++i) most = std::max(most, std::abs(int{a[i]} - int{b[i]}));
  return most;
}

TEST_F(TimeTravel, ShowsEachMomentWithinTwoLevelsAndTheNewestAgain) {
  go({});
  EXPECT_EQ(on_screen(), of_seed(9));
  EXPECT_EQ(app->view().time.run, run.string());
  for (int i = 3; i >= 0; --i) {
    go({.at = i + 0.3});
    const auto shown = on_screen();
    EXPECT_EQ(shown, drawn(kept(i))) << i;
    EXPECT_LE(farthest(shown, of_seed(seed_of(i))), 2) << i << ": half precision";
    EXPECT_TRUE(app->view().frame->past);
    EXPECT_EQ(app->view().frame->step, 10 * i);
    EXPECT_EQ(app->view().frame->kimg, i);
  }
  go({});
  EXPECT_EQ(on_screen(), of_seed(9));
  EXPECT_FALSE(app->view().frame->past);
}

TEST_F(TimeTravel, MixesTheMomentsAroundWhenAsked) {
  go({.at = 1.25, .between = true});
  EXPECT_EQ(on_screen(), drawn(kept(1.25)));
  EXPECT_EQ(app->view().frame->kimg, 1.25);
  EXPECT_NE(drawn(kept(1.25)), drawn(kept(1)));
}

TEST_F(TimeTravel, ShowsTheWeightsInTrainingOfMomentsThatHaveThem) {
  const auto of = [](std::uint64_t seed) {
    return models::weights_of(*models::make_generator(style_spec(), at::kCPU, seed));
  };
  train::WeightHistory history(train::history_folder(run));
  history.add(10, 1, of(seed_of(1)), of(70));
  go({.at = 1});
  EXPECT_EQ(on_screen(), drawn(kept(1)));
  app->send(app::command::ShowWeights{true});
  ASSERT_TRUE(until([](const app::ViewModel& view) { return !view.time.loading; }));
  EXPECT_EQ(on_screen(), drawn(history.at(1, true)));
  EXPECT_LE(farthest(on_screen(), of_seed(70)), 2);
}

TEST_F(TimeTravel, TheSlidersGoOnSteering) {
  go({.at = 2});
  const auto before = on_screen();
  app->send(app::command::SetDimension{3, 2.5});
  EXPECT_NE(on_screen(), before);
  app->send(app::command::Undo{});
  EXPECT_EQ(on_screen(), before);
  app->send(app::command::Undo{});
  EXPECT_EQ(on_screen(), of_seed(9)) << "the moment is a step of undo as all else is";
}

TEST_F(TimeTravel, TwoMomentsShareEachPicture) {
  app->send(app::command::SetGrid{3, 1});
  go({.at = 0, .split = true, .divider = 0.25, .other = 3});
  const auto left = drawn(kept(0), 3), right = drawn(kept(3), 3);
  const auto check = [&](int cut) {
    const auto both = picture();
    for (int y = 0; y < 16; ++y) {
      for (int x = 0; x < 48; ++x) {
        const std::size_t at = static_cast<std::size_t>(4 * (y * 48 + x));
        const auto& side = x % 16 < cut ? left : right;
        for (std::size_t c = at; c < at + 4; ++c) ASSERT_EQ(both->pixels[c], side[c]) << x << " " << y << " " << cut;
      }
    }
  };
  check(4);
  EXPECT_EQ(app->view().frame->divider, 0.25);
  go({.at = 0, .split = true, .divider = 1, .other = 3});
  check(16);
  go({.at = 0, .split = true, .divider = 0, .other = 3});
  check(0);
}

TEST_F(TimeTravel, AnotherModelCanStandBeside) {
  go({.split = true, .divider = 0, .model = other});
  EXPECT_EQ(on_screen(), of_seed(8));
  go({.split = true, .divider = 0, .model = folder / "none.safetensors"});
  EXPECT_FALSE(app->errors().empty());
  EXPECT_EQ(on_screen(), of_seed(8)) << "what was there stays";
}

TEST_F(TimeTravel, AMomentKeptForGoodSaysSoOnDisk) {
  go({.at = 1});
  app->send(app::command::MarkMoment{10, true});
  EXPECT_TRUE(app->view().time.moments[1].marked ||
              until([](const app::ViewModel& view) { return view.time.moments[1].marked; }));
  EXPECT_TRUE(eventually([&] { return train::WeightHistory(train::history_folder(run)).moments()[1].marked; }));
  app->send(app::command::MarkMoment{11, true});
  EXPECT_EQ(app->errors().size(), 1U);
}

TEST_F(TimeTravel, AnotherModelHasAnotherPast) {
  go({.at = 1});
  app->send(app::command::OpenModel{other});
  ASSERT_TRUE(until([&](const app::ViewModel& view) { return view.state->model == other && !view.model.loading; }));
  EXPECT_EQ(app->view().state->time, app::TimeControls{});
  ASSERT_TRUE(until([](const app::ViewModel& view) { return view.time.moments.empty(); }));
  EXPECT_EQ(on_screen(), of_seed(8));
  app->send(app::command::Undo{});
  ASSERT_TRUE(until([](const app::ViewModel& view) { return view.time.moments.size() == 4 && !view.model.loading; }));
  ASSERT_TRUE(until([](const app::ViewModel& view) { return view.frame && view.frame->past; }));
  EXPECT_EQ(on_screen(), drawn(kept(1)));
}

TEST_F(TimeTravel, ATimelapseIsMadeBesideThePicture) {
  picture();
  go({});
  app->send(app::command::MakeTimelapse{
      .path = folder / "film", .columns = 2, .rows = 1, .size = 32, .fps = 5, .seconds = 1, .caption = false});
  ASSERT_TRUE(until([](const app::ViewModel& view) { return view.render.busy; }));
  ASSERT_TRUE(until([](const app::ViewModel& view) { return !view.render.busy; }));
  EXPECT_TRUE(app->errors().empty());
  EXPECT_TRUE(fs::exists(fs::path(folder / "film") / "frame00004.png"));
}

TEST_F(TimeTravel, RunsStandSideBySide) {
  app->send(app::command::CompareRuns{folder / "."});
  ASSERT_TRUE(until([](const app::ViewModel& view) { return view.runs.runs != nullptr; }));
  ASSERT_EQ(app->view().runs.runs->size(), 1U);
  EXPECT_EQ(app->view().runs.runs->front().kept_moments, 4U);
  EXPECT_EQ(app->view().runs.charts, nullptr) << "no step yet";
}

TEST(KeptMoments, OfTheStarterModelsShowTheirPicturesWithinAFewLevels) {
  const Folder folder;
  for (const char* name : {"starter", "starter-dcgan"}) {
    const app::OpenedModel opened = app::open_model(asset(fmt::format("models/{}.safetensors", name)).string());
    const models::NetworkSpec spec = opened.generator->spec();
    train::WeightHistory history(folder / name);
    const io::WeightSet weights = models::weights_of(*opened.generator);
    history.add(1, 1, weights);
    app::Renderer renderer(spec, at::kCPU);
    renderer.load(weights);
    const at::Tensor whole = renderer.render(app::grid_job({}, 6, 6, spec)).to(at::kInt);
    renderer.load(history.read(0));
    const at::Tensor kept = renderer.render(app::grid_job({}, 6, 6, spec)).to(at::kInt);
    const at::Tensor levels = (whole - kept).abs();
    EXPECT_LE(levels.max().item<int>(), 4) << name;
    EXPECT_LT((levels > 2).to(at::kDouble).mean().item<double>(), 1e-3) << name;
  }
}

TEST(RunOfModel, IsTheFolderAroundIt) {
  const Folder folder;
  write_json(fs::path(folder / "run") / "recipe.json", Json::object());
  for (const char* inside : {"run", "run/", "run/model.safetensors", "run/checkpoints/step-00000001.safetensors"})
    EXPECT_EQ(fs::path(app::run_of_model(folder / inside) / "").lexically_normal(), fs::path(folder / "run/"))
        << inside;
  EXPECT_EQ(app::run_of_model(folder / "model.safetensors"), fs::path());
  EXPECT_EQ(app::run_of_model(""), fs::path());
}

}  // namespace
}  // namespace ganvas::test
