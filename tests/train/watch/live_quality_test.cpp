#include "train/watch/live_quality.h"

#include <gtest/gtest.h>

#include <chrono>
#include <thread>

#include "core/files.h"
#include "io/safetensors.h"
#include "models/generator.h"
#include "train/tiny_run.h"

namespace ganvas::train {
namespace {

/// A run on the built-in faces at the size of the starter model.
Recipe faces_recipe() {
  Recipe recipe = load_recipe("starter-dcgan");
  recipe.data.count = 200;
  return recipe;
}

SnapshotPtr snapshot_of_file(const io::WeightSet& weights, std::int64_t step) {
  auto snapshot = std::make_shared<Snapshot>();
  snapshot->version = static_cast<std::uint64_t>(step);
  snapshot->step = step;
  snapshot->kimg = static_cast<double>(step) / 10;
  snapshot->spec = models::recognise(weights);
  snapshot->weights = weights;
  return snapshot;
}

QualityFigure next(LiveQuality& quality) {
  for (int i = 0; i < 6000; ++i) {
    auto figures = quality.take();
    if (!figures.empty()) return figures.front();
    EXPECT_EQ(quality.error(), "");
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
  }
  ADD_FAILURE() << "no figure came";
  return {};
}

TEST(LiveQuality, TellsALearntModelFromAFreshOneAndKeepsTheBest) {
  const test::TemporaryFolder folder;
  const Recipe recipe = faces_recipe();
  const io::WeightSet learnt = io::read_safetensors(asset("models/starter-dcgan.safetensors"));
  const io::WeightSet fresh = models::model_file_of(*models::make_generator(models::recognise(learnt), at::kCPU, 1));
  const LiveQualityOptions options{
      .share = 1, .most_seconds = 60, .samples = 256, .reals = 256, .run_folder = folder.path()};
  QualityFigure good, bad;
  {
    LiveQuality quality(recipe, options);
    quality.offer(snapshot_of_file(fresh, 10));
    bad = next(quality);
    quality.offer(snapshot_of_file(learnt, 20));
    good = next(quality);
    quality.offer(snapshot_of_file(fresh, 30));
    next(quality);
  }
  EXPECT_EQ(bad.step, 10);
  EXPECT_EQ(good.samples, 256);
  EXPECT_LT(good.high, bad.low) << "far beyond their uncertainty";
  EXPECT_LT(good.low, good.face_kid);
  EXPECT_GT(good.high, good.face_kid);
  EXPECT_GT(good.coverage, bad.coverage);
  EXPECT_LT(good.missing.size(), bad.missing.size());
  EXPECT_EQ(io::read_safetensors(folder.path() / "best.safetensors").metadata.value("ganvas.step", ""), "20");
  const std::vector<QualityFigure> kept = read_quality(folder.path());
  ASSERT_EQ(kept.size(), 3U);
  EXPECT_EQ(kept[1].face_kid, good.face_kid);
  EXPECT_EQ(kept[1].missing, good.missing);
  EXPECT_EQ(kept[0].face_kid, kept[2].face_kid) << "the same weights, the same figure";
  // A run that goes on does not forget which was the best.
  LiveQuality later(recipe, options);
  later.offer(snapshot_of_file(fresh, 40));
  next(later);
  EXPECT_EQ(io::read_safetensors(folder.path() / "best.safetensors").metadata.value("ganvas.step", ""), "20");
}

TEST(LiveQuality, FiguresOfStepsThatTheRunHasLeftAreDropped) {
  const test::TemporaryFolder folder;
  const io::WeightSet learnt = io::read_safetensors(asset("models/starter-dcgan.safetensors"));
  const LiveQualityOptions options{
      .share = 1, .most_seconds = 0, .samples = 256, .reals = 256, .run_folder = folder.path()};
  const auto kept = [&] {
    std::vector<std::int64_t> steps;
    for (const QualityFigure& figure : read_quality(folder.path())) steps.push_back(figure.step);
    return steps;
  };
  {
    LiveQuality quality(faces_recipe(), options);
    for (const std::int64_t step : {10, 20, 30}) {
      quality.offer(snapshot_of_file(learnt, step));
      next(quality);
    }
    EXPECT_EQ(kept(), (std::vector<std::int64_t>{10, 20, 30}));
    quality.rewind(25);
    quality.offer(snapshot_of_file(learnt, 40));
    quality.rewind(15);  // of what is being measured, too
    for (int i = 0; i < 6000 && !quality.hungry(); ++i) std::this_thread::sleep_for(std::chrono::milliseconds(5));
    quality.offer(snapshot_of_file(learnt, 12));
    for (int i = 0; i < 6000 && kept() != std::vector<std::int64_t>{10, 12}; ++i)
      std::this_thread::sleep_for(std::chrono::milliseconds(5));
    for (const QualityFigure& figure : quality.take()) EXPECT_EQ(figure.step, 12);
    quality.rewind(11);
  }
  EXPECT_EQ(kept(), (std::vector<std::int64_t>{10})) << "also when the program ends at once";
  drop_quality_after(folder.path(), 9);
  EXPECT_TRUE(kept().empty());
}

TEST(LiveQuality, FewSamplesSayHowMany) {
  const io::WeightSet learnt = io::read_safetensors(asset("models/starter-dcgan.safetensors"));
  LiveQuality quality(faces_recipe(), {.share = 1, .most_seconds = 0, .samples = 100'000, .reals = 300});
  EXPECT_TRUE(quality.hungry());
  quality.offer(snapshot_of_file(learnt, 1));
  EXPECT_EQ(next(quality).samples, 256) << "no more than its time allows, and no fewer than it can judge by";
}

TEST(LiveQuality, AsksForNothingWhileItsShareOfTheTimeIsUsedUp) {
  const io::WeightSet learnt = io::read_safetensors(asset("models/starter-dcgan.safetensors"));
  LiveQuality quality(faces_recipe(), {.share = 0.001, .most_seconds = 0, .samples = 100'000, .reals = 300});
  quality.offer(snapshot_of_file(learnt, 1));
  for (int i = 0; i < 500 && quality.hungry(); ++i) std::this_thread::sleep_for(std::chrono::milliseconds(2));
  EXPECT_FALSE(quality.hungry()) << "its work is spread over the minutes that follow";
  EXPECT_TRUE(quality.take().empty());
}

TEST(LiveQuality, DataThatIsGoneEndsItWithASentence) {
  Recipe recipe = faces_recipe();
  recipe.data.source = "/nowhere/at/all";
  LiveQuality quality(recipe, {});
  quality.offer(snapshot_of_file(io::read_safetensors(asset("models/starter-dcgan.safetensors")), 1));
  for (int i = 0; i < 3000 && quality.error().empty(); ++i) std::this_thread::sleep_for(std::chrono::milliseconds(2));
  EXPECT_NE(quality.error().find("/nowhere/at/all"), std::string::npos) << quality.error();
  EXPECT_FALSE(quality.hungry());
}

}  // namespace
}  // namespace ganvas::train
