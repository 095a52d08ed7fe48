#include "train/step/journal.h"

#include <gtest/gtest.h>

#include "core/error.h"
#include "core/files.h"
#include "train/tiny_run.h"

namespace ganvas::train {
namespace {

TEST(Journal, EveryLiveKeyNamesAValueOfTheRecipeThatCanBeSet) {
  const Recipe recipe = test::tiny_recipe();
  ASSERT_EQ(live_values(recipe).size(), live_keys().size());
  for (const auto& [key, value] : live_values(recipe)) {
    EXPECT_EQ(to_json(edited(recipe, {0, key, value})), to_json(recipe)) << key;
  }
}

TEST(Journal, AnEditChangesItsValueAlone) {
  const Recipe recipe = test::tiny_recipe();
  const Recipe changed = edited(recipe, {5, "loss.d_real", Json::array({0.7, 0.9})});
  EXPECT_EQ(changed.loss.d_real.low, 0.7);
  Json expected = to_json(recipe);
  expected["loss"]["d_real"] = Json::array({0.7, 0.9});
  EXPECT_EQ(to_json(changed), expected);
  EXPECT_EQ(edited(recipe, {0, "augment.mode", "fixed"}).augment.adaptation.mode, "fixed");
}

TEST(Journal, RefusesOtherKeysAndValuesThatDoNotFit) {
  const Recipe recipe = test::tiny_recipe();
  EXPECT_THROW(edited(recipe, {0, "network.z_dim", 4}), Error);
  EXPECT_THROW(edited(recipe, {0, "seed", 4}), Error);
  EXPECT_THROW(edited(recipe, {0, "batch", 0}), Error);
  EXPECT_THROW(edited(recipe, {0, "g_optimizer.lr", "fast"}), Error);
}

TEST(Journal, ARunThatGoesOnTakesTheLiveValuesOfItsCheckpointOnly) {
  Recipe own = test::tiny_recipe(), other = own;
  other.batch = 7;
  other.seed = 99;
  const Recipe result = with_live_values_of(own, other);
  EXPECT_EQ(result.batch, 7);
  EXPECT_EQ(result.seed, own.seed);
}

TEST(Journal, MakesTheRoundTripAndForgivesATornLastLine) {
  const test::TemporaryFolder folder;
  const auto file = folder.path() / "journal.jsonl";
  Journal journal(file, {}, {});
  journal.add({1, "batch", 3});
  journal.add({4, "one_step", "generator"});
  journal.flush();
  EXPECT_EQ(read_edits(file), journal.done());
  write_file(file, read_file(file) + "{\"step\": 5, \"ke");
  EXPECT_EQ(read_edits(file), journal.done());
  write_file(file, "{\"step\": 5}\n");
  EXPECT_THROW(read_edits(file), Error);
  EXPECT_TRUE(read_edits(folder.path() / "none").empty());
}

TEST(Journal, PlansWhatFollowsTheEditsThatAreDone) {
  const std::vector<Edit> done{{1, "batch", 3}};
  const std::vector<Edit> all{{1, "batch", 3}, {6, "kimg", 9}, {6, "batch", 4}};
  Journal journal("unused", done, all);
  EXPECT_FALSE(journal.due(5).has_value());
  EXPECT_EQ(journal.due(6), all[1]);
  journal.add(all[1]);
  EXPECT_EQ(journal.due(6), all[2]);
  journal.add(all[2]);
  EXPECT_FALSE(journal.due(100).has_value());
  EXPECT_EQ(journal.done(), all);
  // The journal of another run is none of its business.
  EXPECT_FALSE(Journal("unused", {{2, "batch", 3}}, all).due(100).has_value());
}

}  // namespace
}  // namespace ganvas::train
