#include "train/run/run_folder.h"

#include <gtest/gtest.h>

#include "core/error.h"
#include "core/files.h"
#include "train/step/trainer.h"
#include "train/tiny_run.h"

namespace ganvas::train {
namespace {

std::vector<std::int64_t> steps_in(const std::filesystem::path& folder) {
  std::vector<std::int64_t> steps;
  for (std::int64_t step = 0; step < 3000; ++step) {
    if (std::filesystem::exists(checkpoint_path(folder, step))) steps.push_back(step);
  }
  return steps;
}

TEST(CheckpointIndex, KeepsTheNewestTheBestAndTheLastThatStoodTheTest) {
  const test::TemporaryFolder folder;
  CheckpointIndex index(folder.path());
  const auto save = [&](std::int64_t step, const CheckpointHealth& health) {
    write_file(checkpoint_path(folder.path(), step), "x");
    index.set(step, health);
    index.prune(2);
  };
  save(0, {true, std::nullopt});
  save(100, {true, 0.3});
  save(200, {true, 0.1});  // the best
  save(500, {true, 0.2});
  save(900, {true, 0.4});
  EXPECT_EQ(steps_in(folder.path()), (std::vector<std::int64_t>{200, 500, 900}));
  save(1000, {true, 0.5});
  save(1100, {false, 0.05});
  EXPECT_EQ(steps_in(folder.path()), (std::vector<std::int64_t>{200, 500, 1000, 1100}));
  EXPECT_EQ(index.newest_healthy(), 1000);
  index.distrust_after(600);
  EXPECT_EQ(index.newest_healthy(), 500);
  EXPECT_EQ(CheckpointIndex(folder.path()).newest_healthy(), 500);  // it is on disk
  index.drop_after(500);
  EXPECT_EQ(steps_in(folder.path()), (std::vector<std::int64_t>{200, 500}));
  index.distrust_after(-1);
  EXPECT_FALSE(index.newest_healthy().has_value());
}

TEST(RunFolder, ADamagedCheckpointIsFoundOutAndTheOneBeforeTaken) {
  const test::TemporaryFolder folder;
  Trainer trainer(test::tiny_recipe(), std::make_shared<test::TinyDataset>(), {});
  trainer.save(checkpoint_path(folder.path(), 0));
  trainer.step();
  const auto newest = checkpoint_path(folder.path(), 1);
  trainer.save(newest);
  EXPECT_EQ(newest_whole_checkpoint(folder.path()), newest);
  std::string bytes = read_file(newest);
  bytes[bytes.size() - 100] = static_cast<char>(bytes[bytes.size() - 100] ^ 1);
  write_file(newest, bytes);
  EXPECT_EQ(newest_whole_checkpoint(folder.path()), checkpoint_path(folder.path(), 0));
  EXPECT_THROW(trainer.restore(newest), Error);
  write_file(newest, bytes.substr(0, bytes.size() / 2));
  EXPECT_EQ(newest_whole_checkpoint(folder.path()), checkpoint_path(folder.path(), 0));
}

}  // namespace
}  // namespace ganvas::train
