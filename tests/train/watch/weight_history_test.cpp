#include "train/watch/weight_history.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>

#include "core/error.h"
#include "core/files.h"
#include "io/safetensors.h"
#include "models/generator.h"
#include "train/watch/history_keeper.h"

namespace ganvas::train {
namespace {

namespace fs = std::filesystem;

class History : public testing::Test {
 protected:
  fs::path folder = fs::temp_directory_path() / ("ganvas-history-" + std::to_string(::getpid()));
  void SetUp() override { fs::remove_all(folder); }
  void TearDown() override { fs::remove_all(folder); }

  static io::WeightSet weights(double value, std::int64_t size = 1000) {
    io::WeightSet set;
    set.set("a", at::full({size}, value));
    set.set("count", at::full({1}, static_cast<std::int64_t>(value), at::kLong));
    return set;
  }
  static std::vector<std::int64_t> steps(const WeightHistory& history) {
    std::vector<std::int64_t> all;
    for (const Moment& moment : history.moments()) all.push_back(moment.step);
    return all;
  }
  static std::uint64_t bytes(const WeightHistory& history) {
    std::uint64_t sum = 0;
    for (const Moment& moment : history.moments()) sum += moment.bytes;
    return sum;
  }
};

TEST_F(History, GivesBackWhatItKeptInHalfPrecision) {
  WeightHistory history(folder);
  io::WeightSet kept;
  const at::Tensor values = at::randn({64, 33});
  const at::Tensor wild = at::tensor({1e-9F, 1e9F, 3.0F});  // beyond half precision
  kept.set("values", values);
  kept.set("wild", wild);
  kept.set("count", at::full({1}, std::int64_t{1} << 40, at::kLong));
  kept.metadata["spec"] = "x";
  history.add(7, 0.448, kept);
  const io::WeightSet back = WeightHistory(folder).read(0);
  EXPECT_LE((((back.at("values") - values).abs() - 1e-7) / values.abs()).max().item<double>(), 0.0005);
  EXPECT_TRUE(at::equal(back.at("wild"), wild));
  EXPECT_TRUE(at::equal(back.at("count"), kept.at("count")));
  EXPECT_EQ(back.metadata.at("spec"), "x");
}

TEST_F(History, StandsInTheFolderAlone) {
  {
    WeightHistory history(folder);
    for (const std::int64_t step : {20, 5, 10}) history.add(step, static_cast<double>(step) / 10, weights(0.5));
    history.mark(10, true);
  }
  write_file(folder / "step-00000030-kimg-000003.000.safetensors.zst.tmp12", "half a file");
  write_file(folder / "notes.txt", "mine");
  WeightHistory history(folder);
  EXPECT_EQ(steps(history), (std::vector<std::int64_t>{5, 10, 20}));
  EXPECT_TRUE(history.moments()[1].marked);
  EXPECT_EQ(history.moments()[2].kimg, 2.0);
  history.drop_after(10);
  EXPECT_EQ(steps(WeightHistory(folder)), (std::vector<std::int64_t>{5, 10}));
  EXPECT_TRUE(fs::exists(folder / "notes.txt"));
}

TEST_F(History, KeepsToItsBudgetAndToWhatIsMarked) {
  io::WeightSet random;
  random.set("a", at::randn({20'000}));  // noise hardly packs: about 36 kB
  WeightHistory first(folder);
  first.add(0, 0, random);
  const std::uint64_t one = bytes(first);
  WeightHistory history(folder, 10 * one + one / 2);
  for (std::int64_t step = 1; step <= 40; ++step) {
    history.add(step, static_cast<double>(step), random);
    if (step == 3) history.mark(3, true);
    ASSERT_LE(bytes(history), 10 * one + one / 2);
  }
  const std::vector<std::int64_t> left = steps(history);
  EXPECT_EQ(left.size(), 10U);
  EXPECT_EQ(left.front(), 0);
  EXPECT_EQ(left.back(), 40);
  EXPECT_NE(std::find(left.begin(), left.end(), 3), left.end());
  for (std::size_t i = 1; i < left.size(); ++i) EXPECT_LE(left[i] - left[i - 1], 10) << "no long stretch is forgotten";
}

TEST_F(History, WhatIsPinnedStaysWhateverIsThinned) {
  const fs::path run = folder / "run";
  WeightHistory history(history_folder(run));
  for (int i = 0; i < 5; ++i) history.add(i, i, weights(i));
  {
    const PinnedHistory pinned(run);
    history.drop_after(1);
    fs::remove(history_folder(run) / "step-00000000-kimg-000000.000.safetensors.zst");
    ASSERT_EQ(steps(*pinned), (std::vector<std::int64_t>{0, 1, 2, 3, 4}));
    for (std::size_t i = 0; i < 5; ++i)
      EXPECT_EQ(pinned->read(i).at("a")[0].item<double>(), static_cast<double>(i)) << i;
    EXPECT_EQ(steps(WeightHistory(history_folder(run))), (std::vector<std::int64_t>{1})) << "links are no moments";
  }
  for (const auto& entry : fs::directory_iterator(history_folder(run))) EXPECT_FALSE(entry.is_directory());
  EXPECT_TRUE(PinnedHistory(folder / "none")->moments().empty());
  EXPECT_FALSE(fs::exists(folder / "none")) << "nothing is made where there is no history";
}

TEST_F(History, GoesBetweenMoments) {
  WeightHistory history(folder);
  history.add(10, 1, weights(2));
  history.add(20, 2, weights(4));
  EXPECT_FLOAT_EQ(history.at(1.25).at("a")[0].item<float>(), 2.5F);
  EXPECT_FLOAT_EQ(history.at(0).at("a")[0].item<float>(), 2);
  EXPECT_FLOAT_EQ(history.at(9).at("a")[0].item<float>(), 4);
  history.add(30, 3, weights(8, 500));  // the network grew
  EXPECT_EQ(history.at(2.4).at("a").size(0), 1000);
  EXPECT_EQ(history.at(2.6).at("a").size(0), 500);
}

TEST_F(History, KeepsTheWeightsInTrainingBesideTheirAverage) {
  WeightHistory history(folder);
  history.add(10, 1, weights(2), weights(20));
  history.add(20, 2, weights(4), weights(40));
  history.add(30, 3, weights(6));
  const auto value = [&](double kimg, bool in_training) {
    const io::WeightSet read = WeightHistory(folder).at(kimg, in_training);
    EXPECT_EQ(read.size(), weights(0).size());
    return read.at("a")[0].item<float>();
  };
  EXPECT_FLOAT_EQ(value(1, false), 2);
  EXPECT_FLOAT_EQ(value(1, true), 20);
  EXPECT_FLOAT_EQ(value(1.5, true), 30);
  EXPECT_FLOAT_EQ(value(3, true), 6) << "nobody looked then";
}

TEST_F(History, ADamagedMomentIsSaid) {
  WeightHistory history(folder);
  history.add(1, 1, weights(1));
  for (const auto& entry : fs::directory_iterator(folder)) {
    std::string bytes = read_file(entry.path());
    bytes.resize(bytes.size() / 2);
    write_file(entry.path(), bytes);
  }
  EXPECT_THROW(static_cast<void>(WeightHistory(folder).read(0)), Error);
  EXPECT_THROW(static_cast<void>(WeightHistory(folder / "none").at(1)), Error);
}

TEST_F(History, PicturesStayWithinAFewLevels) {
  const at::NoGradGuard no_grad;
  for (const char* name : {"starter-dcgan", "starter"}) {
    const io::WeightSet trained = io::read_safetensors(asset(std::string("models/") + name + ".safetensors"));
    const models::NetworkSpec spec = models::recognise(trained);
    const models::GeneratorPtr own = models::make_generator(spec, at::kCPU),
                               again = models::make_generator(spec, at::kCPU);
    models::load_weights(*own, trained);
    own->eval();
    again->eval();
    WeightHistory history(folder / name);
    history.add(1, 1, models::weights_of(*own));
    models::load_weights(*again, history.read(0));
    const at::Tensor z = at::randn({8, spec.z_dim});
    const auto levels = [&](models::Generator& g) {
      return ((g.synthesize(g.map(z, {}, {}), {}).clamp(-1, 1) + 1) * 127.5).round();
    };
    const at::Tensor off = (levels(*own) - levels(*again)).abs();
    EXPECT_LE(off.max().item<double>(), 4) << name;
    EXPECT_LT((off > 2).to(at::kDouble).mean().item<double>(), 1e-3) << name;
  }
}

TEST_F(History, TheKeeperTakesWhatIsDueAndFollowsARunBack) {
  const auto snapshot = [](std::int64_t step) {
    auto made = std::make_shared<Snapshot>();
    made->step = step;
    made->kimg = static_cast<double>(step);
    made->weights = weights(static_cast<double>(step));
    return made;
  };
  const auto keep = [&](HistoryKeeper& keeper, std::int64_t step) {
    if (!keeper.due(static_cast<double>(step))) return;
    keeper.keep(snapshot(step));
    while (!keeper.due(1e9)) ::usleep(1000);  // until it is on disk
  };
  {
    HistoryKeeper keeper(folder, {.every_kimg = 2, .growth = 0.5});
    for (std::int64_t step = 0; step <= 20; ++step) keep(keeper, step);
    EXPECT_EQ(keeper.error(), "");
    EXPECT_GT(keeper.bytes(), 0U);
  }
  EXPECT_EQ(steps(WeightHistory(history_folder(folder))), (std::vector<std::int64_t>{0, 2, 4, 6, 9, 14}));
  {
    HistoryKeeper keeper(folder, {.every_kimg = 2, .growth = 0.5});
    EXPECT_FALSE(keeper.due(15)) << "it goes on where it was";
    keep(keeper, 5);  // the run went back
  }
  EXPECT_EQ(steps(WeightHistory(history_folder(folder))), (std::vector<std::int64_t>{0, 2, 4, 5}));
  HistoryKeeper none(folder, {.budget = 0});
  EXPECT_FALSE(none.due(1e9));
}

}  // namespace
}  // namespace ganvas::train
