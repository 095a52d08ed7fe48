#include "train/augment/adaptive_augmentation.h"

#include <gtest/gtest.h>

#include <cmath>

#include "core/error.h"

namespace ganvas::train {
namespace {

/// `count` whole intervals of a discriminator that is right about the share (1 + r) / 2 of reals.
void run(AdaptiveAugmentation& adaptation, double r, int count, int interval = 4, std::int64_t batch = 50) {
  for (int i = 0; i < count * interval; ++i) adaptation.step(r * static_cast<double>(batch), batch);
}

TEST(AugmentAdaptation, RisesFromZeroToOneInItsKimg) {
  AdaptiveAugmentation adaptation({.kimg = 10});
  run(adaptation, 1, 25);  // 5000 pictures
  EXPECT_NEAR(adaptation.p(), 0.5, 1e-12);
  run(adaptation, 0.7, 25);
  EXPECT_NEAR(adaptation.p(), 1, 1e-12);
  run(adaptation, 0.5, 10);
  EXPECT_NEAR(adaptation.p(), 0.8, 1e-12);
}

TEST(AugmentAdaptation, StaysAtItsTargetAndAboveZero) {
  AdaptiveAugmentation adaptation({.p = 0.3, .target = 0.5, .kimg = 1});
  run(adaptation, 0.5, 20);
  EXPECT_EQ(adaptation.p(), 0.3);
  run(adaptation, -1, 20);
  EXPECT_EQ(adaptation.p(), 0);
}

TEST(AugmentAdaptation, MovesOnlyAtTheEndOfAnInterval) {
  AdaptiveAugmentation adaptation({.kimg = 1, .interval = 3});
  EXPECT_FALSE(adaptation.step(8, 8));
  EXPECT_FALSE(adaptation.step(-2, 8));
  EXPECT_EQ(adaptation.statistic(), 0);
  EXPECT_EQ(adaptation.p(), 0);
  EXPECT_TRUE(adaptation.step(12, 12));
  EXPECT_NEAR(adaptation.statistic(), 18.0 / 28, 1e-12);
  EXPECT_NEAR(adaptation.p(), 28.0 / 1000, 1e-12);
}

TEST(AugmentAdaptation, PassesOneWithoutACeilingAndKeepsBelowOne) {
  AdaptiveAugmentation open({.kimg = 1}), capped({.kimg = 1, .max_p = 0.85});
  run(open, 1, 10);
  run(capped, 1, 10);
  EXPECT_NEAR(open.p(), 2, 1e-12);
  EXPECT_EQ(capped.p(), 0.85);
}

TEST(AugmentAdaptation, AFixedProbabilityStaysButTheStatisticIsKept) {
  AdaptiveAugmentation adaptation({.mode = "fixed", .p = 0.25, .kimg = 1});
  run(adaptation, 0.8, 10);
  EXPECT_EQ(adaptation.p(), 0.25);
  EXPECT_NEAR(adaptation.statistic(), 0.8, 1e-12);
}

TEST(AugmentAdaptation, GoesOnFromItsState) {
  const AdaptationSpec spec{.kimg = 3};
  AdaptiveAugmentation whole(spec), part(spec), resumed(spec);
  const auto steps = [](AdaptiveAugmentation& adaptation, int from, int to) {
    for (int i = from; i < to; ++i) adaptation.step(16 - i % 7, 16);
  };
  steps(whole, 0, 50);
  steps(part, 0, 22);  // in the middle of an interval
  resumed.restore(parse_json(part.state().dump(), "state"));
  steps(resumed, 22, 50);
  EXPECT_EQ(resumed.p(), whole.p());
  EXPECT_EQ(resumed.state(), whole.state());
}

TEST(AugmentAdaptation, WrongStatesAndSumsAreRefused) {
  AdaptiveAugmentation adaptation({.p = 0.5});
  for (const auto& [key, value] : {std::pair<const char*, Json>{"p", -1}, {"steps", 4}, {"sign_sum", 3}, {"p", "x"}}) {
    Json state = adaptation.state();
    state[key] = value;
    EXPECT_THROW(adaptation.restore(state), Error) << key;
  }
  EXPECT_THROW(adaptation.restore(Json::object()), Error);
  EXPECT_EQ(adaptation.p(), 0.5);
  EXPECT_THROW(adaptation.step(9, 8), Error);
  EXPECT_THROW(adaptation.step(NAN, 8), Error);
  EXPECT_THROW(adaptation.step(0, 0), Error);
}

TEST(AugmentAdaptation, TheSpecGoesThroughJson) {
  const AdaptationSpec spec{.mode = "fixed", .p = 0.2, .target = 0.5, .kimg = 100, .interval = 8, .max_p = 0.9};
  const auto read = [](const Json& json) {
    AdaptationSpec read;
    fields::from_json(json, "ada", read);
    return read;
  };
  EXPECT_EQ(read(fields::to_json(spec)), spec);
  EXPECT_EQ(read(fields::to_json(AdaptationSpec{})), AdaptationSpec{});
  for (const Json& wrong : {Json{{"speed", 1}}, Json{{"mode", "auto"}}, Json{{"kimg", 0}}, Json{{"interval", 1.5}},
                            Json{{"interval", 0}}, Json{{"max_p", -1}}, Json{{"p", "high"}}, Json{{"target", 2}}})
    EXPECT_THROW(read(wrong), Error) << wrong.dump();
  EXPECT_THROW(AdaptiveAugmentation({.kimg = -1}), Error);
}

}  // namespace
}  // namespace ganvas::train
