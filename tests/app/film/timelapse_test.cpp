#include "app/film/timelapse.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "app/render/renderer.h"
#include "app/support.h"
#include "app/training/run_files.h"
#include "core/error.h"
#include "media/caption.h"
#include "media/png.h"
#include "train/recipe/recipe.h"
#include "train/run/run_folder.h"

namespace ganvas::test {
namespace {

namespace fs = std::filesystem;

/// A run of five moments, whose weights are as far apart as can be, at 0, 1, 2, 3 and 10 kimg.
class Timelapse : public testing::Test {
 protected:
  Folder folder;
  fs::path run = folder / "run";
  const std::vector<double> kimg{0, 1, 2, 3, 10};

  void SetUp() override {
    train::Recipe recipe = train::load_recipe("starter-dcgan");
    recipe.network = small_spec();
    write_json(run / "recipe.json", to_json(recipe));
    train::WeightHistory history(train::history_folder(run));
    train::RunLog log(run, 0);
    for (std::size_t i = 0; i < kimg.size(); ++i) {
      const auto step = static_cast<std::int64_t>(10 * i);
      history.add(step, kimg[i], models::weights_of(*models::make_generator(small_spec(), at::kCPU, i + 1)));
      if (i > 0)
        log.add(train::StepReport{
            .step = step, .kimg = kimg[i], .d_loss = 1.0 / static_cast<double>(i), .g_loss = 2, .seconds = 3});
    }
    log.flush();
  }
  app::TimelapseOptions options(const std::string& name) const {
    app::TimelapseOptions made;
    made.path = folder / name;
    made.columns = 2;
    made.rows = 1;
    made.fps = 11;
    made.seconds = 1;
    return made;
  }
  std::vector<Image> frames(const app::TimelapseOptions& made) {
    EXPECT_TRUE(app::make_timelapse(run, made, at::kCPU, [](int, int) { return true; }));
    std::vector<Image> all;
    for (int i = 0; i < 11; ++i) all.push_back(media::read_png(made.path / fmt::format("frame{:05}.png", i)));
    return all;
  }
  /// RGB of the kept weights between moments.
  Image expected(double at) {
    app::Renderer renderer(small_spec(), at::kCPU);
    renderer.load(train::WeightHistory(train::history_folder(run)).at(at));
    const at::Tensor rgb = renderer.render(app::grid_job({}, 2, 1, small_spec())).slice(2, 0, 3).contiguous();
    Image image(64, 32, 3);
    std::copy_n(rgb.const_data_ptr<std::uint8_t>(), image.pixels.size(), image.pixels.begin());
    return image;
  }
};

TEST_F(Timelapse, ShowsTheWeightsInTrainingOfMomentsThatHaveThem) {
  train::WeightHistory history(train::history_folder(run));
  const models::GeneratorPtr other = models::make_generator(small_spec(), at::kCPU, 99);
  history.add(10, 1, models::weights_of(*other),
              models::weights_of(*models::make_generator(small_spec(), at::kCPU, 2)));
  app::TimelapseOptions film = options("in training");
  const Image average = frames(options("average"))[1];
  film.in_training = true;
  const Image in_training = frames(film)[1];
  EXPECT_EQ(average.pixels, expected(1).pixels);
  history.add(10, 1, models::weights_of(*models::make_generator(small_spec(), at::kCPU, 2)));
  EXPECT_EQ(in_training.pixels, expected(1).pixels);
}

TEST_F(Timelapse, ShowsTheWeightsOfEachMomentByKimg) {
  const std::vector<Image> all = frames(options("film"));
  for (int i = 0; i <= 10; ++i) EXPECT_EQ(all[static_cast<std::size_t>(i)].pixels, expected(i).pixels) << i << " kimg";
}

TEST_F(Timelapse, ByChangeTheBeginningTakesItsTime) {
  app::TimelapseOptions made = options("film");
  made.pace = app::TimelapsePace::change;
  const std::vector<double> way =
      app::timelapse_pace(train::WeightHistory(train::history_folder(run)), small_spec(), made.pace, at::kCPU);
  ASSERT_EQ(way.size(), kimg.size());
  EXPECT_EQ(way.front(), 0);
  EXPECT_EQ(way.back(), 1);
  EXPECT_TRUE(std::is_sorted(way.begin(), way.end()));
  EXPECT_GT(way[3], 0.5) << "three of the four changes, which are alike, though only 3 of 10 kimg";
  EXPECT_EQ(frames(made).back().pixels, expected(10).pixels);
}

TEST_F(Timelapse, AWalkAndATimelineMoveMeanwhile) {
  app::TimelapseOptions walk = options("walk");
  walk.form = app::TimelapseForm::walk;
  walk.walk_speed = 3;
  EXPECT_EQ(frames(walk).front().pixels, expected(0).pixels);
  EXPECT_NE(media::read_png(walk.path / "frame00010.png").pixels, expected(10).pixels);
  app::TimelapseOptions along = options("along");
  along.form = app::TimelapseForm::timeline;
  along.timeline = latent::Timeline{};
  along.timeline->keyframes = {{0, latent::Easing::none, {.seed_x = 5}}, {1, latent::Easing::none, {}}};
  const std::vector<Image> all = frames(along);
  EXPECT_NE(all.front().pixels, expected(0).pixels);
  EXPECT_EQ(all.back().pixels, expected(10).pixels) << "the last keyframe is the plain latent";
}

TEST_F(Timelapse, GoesOnWhereItWasStopped) {
  const app::TimelapseOptions made = options("film.mp4");
  EXPECT_FALSE(app::make_timelapse(run, made, at::kCPU, [](int done, int) { return done < 4; }));
  EXPECT_FALSE(fs::exists(made.path));
  const fs::path frame = folder / "film.mp4.frames/frame00002.png";
  const auto written = fs::last_write_time(frame);
  bool kept = false;
  EXPECT_TRUE(app::make_timelapse(run, made, at::kCPU, [&](int done, int) {
    if (done == 6) kept = fs::last_write_time(frame) == written;
    return true;
  }));
  EXPECT_TRUE(kept);
  EXPECT_GT(fs::file_size(made.path), 500U);
}

TEST_F(Timelapse, ARunThatThinsItsHistoryMeanwhileDoesNotMatter) {
  const std::vector<Image> alone = frames(options("alone"));
  const app::TimelapseOptions made = options("film");
  EXPECT_TRUE(app::make_timelapse(run, made, at::kCPU, [&](int done, int) {
    if (done == 3) train::WeightHistory(train::history_folder(run)).drop_after(0);
    return true;
  }));
  for (std::size_t i = 0; i < alone.size(); ++i)
    EXPECT_EQ(media::read_png(made.path / fmt::format("frame{:05}.png", i)).pixels, alone[i].pixels) << i;
}

TEST_F(Timelapse, ACaptionStandsBelowAndItsCurveGrows) {
  app::TimelapseOptions made = options("film");
  made.size = 128;
  made.caption = true;
  const std::vector<Image> all = frames(made);
  const int bar = media::caption_height(256);
  std::size_t before = 0;
  for (const Image& image : all) {
    ASSERT_EQ(image.width, 256);
    ASSERT_EQ(image.height, 128 + bar);
    std::size_t vivid = 0;  // pixels of the curves' own colours
    for (std::size_t i = 3UL * 256 * 128; i + 2 < image.pixels.size(); i += 3) {
      const auto [low, high] = std::minmax({image.pixels[i], image.pixels[i + 1], image.pixels[i + 2]});
      vivid += high - low > 130 ? 1 : 0;
    }
    EXPECT_GE(vivid, before);
    before = vivid;
  }
  EXPECT_GT(before, 20U);
}

TEST_F(Timelapse, SaysWhatARunLacks) {
  fs::remove_all(train::history_folder(run));
  try {
    app::make_timelapse(run, options("film"), at::kCPU, [](int, int) { return true; });
    FAIL();
  } catch (const Error& error) {
    EXPECT_NE(std::string(error.what()).find("--history-mb"), std::string::npos);
  }
}

TEST(SampleFilm, HasTheSheetsOfTheRunInTheOrderOfTheirSteps) {
  const Folder folder;
  const fs::path run = folder / "run";
  EXPECT_EQ(app::make_sample_film(run, "samples.gif", 5), 0) << "there is no sheet yet";
  for (const std::int64_t step : {999'999, 1'000'000, 20}) {
    Image sheet(64, 32, 4);
    std::fill(sheet.pixels.begin(), sheet.pixels.end(), static_cast<std::uint8_t>(step % 251));
    app::write_sample_sheet(run, {.step = step, .image = sheet});
  }
  EXPECT_EQ(app::make_sample_film(run, "film", 5), 3);
  const std::vector<std::int64_t> steps{20, 999'999, 1'000'000};
  for (std::size_t i = 0; i < steps.size(); ++i)
    EXPECT_EQ(media::read_png(run / "film" / fmt::format("frame{:05}.png", i)).pixels[0], steps[i] % 251) << steps[i];
  EXPECT_EQ(app::make_sample_film(run, "samples.gif", 5), 3);
  EXPECT_GT(fs::file_size(run / "samples.gif"), 100U);
  EXPECT_EQ(app::fresh_branch_folder(folder / "runs", "a/first"), fs::path(folder / "runs") / "first-branch-001");
  EXPECT_EQ(app::fresh_branch_folder(folder / "runs", "a/first-branch-003/"),
            fs::path(folder / "runs") / "first-branch-001");
}

}  // namespace
}  // namespace ganvas::test
