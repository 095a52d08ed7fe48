#include "latent/timeline.h"

#include <gtest/gtest.h>

#include <limits>
#include <numeric>
#include <utility>
#include <vector>

#include "core/error.h"

namespace ganvas::latent {
namespace {

Timeline three(bool loop) {
  Timeline timeline;
  timeline.keyframes = {{0, Easing::none, {}}, {1, Easing::none, {}}, {3, Easing::none, {}}};
  timeline.loop = loop;
  return timeline;
}

TEST(Timeline, IsAsLongAsItsKeyframesOrAsAsked) {
  EXPECT_EQ(timeline_length({}), 0);
  EXPECT_EQ(timeline_length(three(false)), 3);
  EXPECT_EQ(timeline_length(three(true)), 4.5) << "the way back takes as long as the others on average";
  Timeline timeline = three(true);
  timeline.seconds = 10;
  EXPECT_EQ(timeline_length(timeline), 10);
  timeline.seconds = 2;
  EXPECT_EQ(timeline_length(timeline), 4.5) << "too short to hold them";
  EXPECT_EQ(timeline_frames(three(false), 10), 31) << "with both ends";
  EXPECT_EQ(timeline_frames(three(true), 10), 45) << "the next frame would be the first again";
}

TEST(Timeline, PlacesLieBetweenNeighbours) {
  const Timeline open = three(false);
  EXPECT_EQ(timeline_place(open, 0.25).from, 0);
  EXPECT_EQ(timeline_place(open, 0.25).to, 1);
  EXPECT_DOUBLE_EQ(timeline_place(open, 0.25).t, 0.25);
  EXPECT_DOUBLE_EQ(timeline_place(open, 2).t, 0.5);
  EXPECT_EQ(timeline_place(open, -5).to, 0);
  EXPECT_EQ(timeline_place(open, 99).from, 2);
  EXPECT_EQ(timeline_place(open, 99).to, 2);
  const Timeline loop = three(true);
  EXPECT_EQ(timeline_place(loop, 3.75).from, 2);
  EXPECT_EQ(timeline_place(loop, 3.75).to, 0);
  EXPECT_DOUBLE_EQ(timeline_place(loop, 3.75).t, 0.5);
  EXPECT_EQ(timeline_place(loop, 4.5).from, 0);
  EXPECT_DOUBLE_EQ(timeline_place(loop, 4.5).t, 0);
  EXPECT_THROW(timeline_place({}, 0), Error);
}

TEST(Timeline, ALoopThatBeginsLateGoesRoundToo) {
  Timeline loop = three(true);
  loop.keyframes.change([](std::vector<Keyframe>& frames) {
    for (Keyframe& frame : frames) frame.seconds += 2;
  });
  EXPECT_EQ(timeline_place(loop, 1).from, 2) << "before the first keyframe lies the way back";
  EXPECT_EQ(timeline_place(loop, 2).from, 0);
  const TimelinePlace a = timeline_place(loop, 0.5), b = timeline_place(loop, 0.5 + timeline_length(loop));
  EXPECT_EQ(a.from, b.from);
  EXPECT_NEAR(a.t, b.t, 1e-12);
}

TEST(Timeline, EasingKeepsTheEndsAndHasNoSlopeWhereItEases) {
  for (const Easing ease : {Easing::none, Easing::in, Easing::out, Easing::both}) {
    EXPECT_EQ(eased(ease, 0), 0);
    EXPECT_EQ(eased(ease, 1), 1);
    double before = 0;
    for (double t = 0.01; t <= 1; t += 0.01) {
      EXPECT_GE(eased(ease, t), before);
      before = eased(ease, t);
    }
  }
  EXPECT_LT(eased(Easing::in, 1e-3), 1e-8);
  EXPECT_LT(1 - eased(Easing::out, 1 - 1e-3), 1e-8);
  EXPECT_LT(eased(Easing::both, 1e-3), 1e-5);
  EXPECT_LT(1 - eased(Easing::both, 1 - 1e-3), 1e-5);
}

/// Value at a time of keyframes with the values 5 + 2 * seconds of `line`, or others.
double spline_value(const Timeline& timeline, double seconds, const std::vector<double>& values) {
  const TimelinePlace place = timeline_place(timeline, seconds);
  const std::vector<int> keys = spline_keyframes(timeline, place);
  const std::vector<double> weights = spline_weights(timeline, place);
  EXPECT_NEAR(std::accumulate(weights.begin(), weights.end(), 0.0), 1, 1e-12);
  double sum = 0;
  for (std::size_t i = 0; i < 4; ++i) sum += weights[i] * values[static_cast<std::size_t>(keys[i])];
  return sum;
}

TEST(Timeline, ASplineKeepsALineMeetsItsKeysAndIsSmooth) {
  const Timeline open = three(false), loop = three(true);
  for (double s = 0; s <= 3; s += 0.1) EXPECT_NEAR(spline_value(open, s, {5, 7, 11}), 5 + 2 * s, 1e-9);
  const std::vector<double> values{4, -1, 2};
  for (const Timeline& timeline : {open, loop}) {
    for (std::size_t i = 0; i < 3; ++i)
      EXPECT_NEAR(spline_value(timeline, timeline.keyframes[i].seconds, values), values[i], 1e-12);
    constexpr double h = 1e-5;
    const auto slope = [&](double from) {
      return (spline_value(timeline, from + h, values) - spline_value(timeline, from, values)) / h;
    };
    EXPECT_NEAR(slope(1 - h), slope(1), 1e-3) << "no kink at a key";
    if (timeline.loop) EXPECT_NEAR(slope(4.5 - h), slope(0), 1e-3) << "nor where the loop closes";
  }
  EXPECT_NEAR(spline_value(loop, 4.5, values), spline_value(loop, 0, values), 1e-12);
}

TEST(Timeline, NoiseTurnsComeBackAtTheEnd) {
  Timeline timeline = three(true);
  timeline.noise_turns = 2;
  EXPECT_EQ(timeline_place(timeline, 0).turn, 0);
  EXPECT_NEAR(timeline_place(timeline, 4.5 / 8).turn, 0.25, 1e-12);
  EXPECT_NEAR(timeline_place(timeline, 4.5 / 2 + 4.5 / 8).turn, 0.25, 1e-12);
  EXPECT_EQ(timeline_place(timeline, 4.5).turn, 0);
}

TEST(Timeline, DisorderIsNamed) {
  EXPECT_NO_THROW(check_timeline(three(true)));
  Timeline wrong = three(false);
  wrong.keyframes.change([](std::vector<Keyframe>& frames) { std::swap(frames[0], frames[1]); });
  EXPECT_THROW(check_timeline(wrong), Error);
  for (const double seconds : {0.0, std::numeric_limits<double>::quiet_NaN()}) {
    wrong = three(false);
    wrong.keyframes.change([&](std::vector<Keyframe>& frames) { frames[1].seconds = seconds; });
    EXPECT_THROW(check_timeline(wrong), Error);
  }
}

TEST(Timeline, ASeedWalkHasAKeyframeAtEachTime) {
  const LatentControls from{.seed_x = 3, .seed_y = 1, .psi = 0.5, .animate = true};
  const Timeline walk = seed_walk(from, {0.25, 2, 4.5}, -2, 6);
  EXPECT_EQ(timeline_length(walk), 6);
  ASSERT_EQ(walk.keyframes.size(), 3U);
  EXPECT_EQ(walk.keyframes[2].seconds, 4.5);
  EXPECT_EQ(walk.keyframes[2].latent.seed_x, -1);
  EXPECT_EQ(walk.keyframes[2].latent.psi, 0.5);
  EXPECT_FALSE(walk.keyframes[2].latent.animate) << "keyframes stand still";
  EXPECT_THROW(seed_walk(from, {1, 1}, 1, 2), Error);
}

TEST(Timeline, BendsFadeInAndOutAndThoseWithoutAnAmountHold) {
  LatentControls from, to;
  from.style.bends = {{.layer = "a", .kind = "scale", .amount = 3}, {.layer = "b", .kind = "ablate"}};
  to.style.bends = {{.layer = "c", .kind = "shift", .amount = 1, .second = -1}, {.layer = "d", .kind = "invert"}};
  EXPECT_EQ(blended(from, to, 0.25).style.bends,
            (std::vector<Bend>{{.layer = "a", .kind = "scale", .amount = 2.5},
                               {.layer = "b", .kind = "ablate"},
                               {.layer = "c", .kind = "shift", .amount = 0.25, .second = -0.25}}));
}

}  // namespace
}  // namespace ganvas::latent
