#include "media/charts/chart.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <set>

#include "core/error.h"
#include "media/charts/chart_scale.h"

namespace ganvas::media {
namespace {

const double nan = std::numeric_limits<double>::quiet_NaN();

TEST(Axis, TicksAreRoundAndWithin) {
  const Axis axis = make_axis(0, 97, {.ticks = 5});
  EXPECT_EQ(axis.labels, (std::vector<std::string>{"0", "20", "40", "60", "80"}));
  EXPECT_DOUBLE_EQ(axis.position(97), 1);
  EXPECT_DOUBLE_EQ(axis.position(0), 0);
}

TEST(Axis, WidensToWholeTicks) {
  const Axis axis = make_axis(-0.13, 1.61, {.ticks = 4, .widen = true});
  EXPECT_DOUBLE_EQ(axis.low, -0.5);
  EXPECT_DOUBLE_EQ(axis.high, 2.0);
  EXPECT_EQ(axis.labels, (std::vector<std::string>{"-0.5", "0", "0.5", "1.0", "1.5", "2.0"}));
}

TEST(Axis, LargeNumbersGetUnits) {
  EXPECT_EQ(make_axis(0, 40000, {.ticks = 4}).labels, (std::vector<std::string>{"0", "10k", "20k", "30k", "40k"}));
  EXPECT_EQ(make_axis(0, 2e6, {.ticks = 4}).labels, (std::vector<std::string>{"0", "0.5M", "1.0M", "1.5M", "2.0M"}));
}

TEST(Axis, LogarithmicTicksArePowers) {
  const Axis axis = make_axis(0.002, 300, {.ticks = 6, .logarithmic = true});
  EXPECT_EQ(axis.labels, (std::vector<std::string>{"0.01", "0.1", "1", "10", "100"}));
  EXPECT_NEAR(axis.position(std::sqrt(0.002 * 300)), 0.5, 1e-12);
  EXPECT_TRUE(std::isnan(axis.position(0)));
  EXPECT_EQ(make_axis(0.9, 8, {.ticks = 6, .logarithmic = true, .widen = true}).labels,
            (std::vector<std::string>{"0.5", "1", "2", "5", "10"}));
}

TEST(Axis, AConstantHasRoomAround) {
  const Axis axis = make_axis(3, 3, {.ticks = 4});
  EXPECT_LT(axis.low, 3);
  EXPECT_GT(axis.high, 3);
  EXPECT_GE(axis.ticks.size(), 2U);
  EXPECT_GE(make_axis(nan, nan, {}).ticks.size(), 2U);
}

TEST(Smoothing, KeepsConstantsFirstValuesAndGaps) {
  const std::vector<double> constant(50, 0.7);
  for (const double value : smoothed(constant, 0.95)) EXPECT_NEAR(value, 0.7, 1e-12);
  const std::vector<double> step = smoothed(std::vector<double>{1, 0, nan, 0}, 0.5);
  EXPECT_DOUBLE_EQ(step[0], 1);
  EXPECT_DOUBLE_EQ(step[1], 1.0 / 3);
  EXPECT_TRUE(std::isnan(step[2]));
  EXPECT_DOUBLE_EQ(step[3], 1.0 / 7);
  EXPECT_EQ(smoothed(std::vector<double>{1, 2, 3}, 0), (std::vector<double>{1, 2, 3}));
}

TEST(ValueRange, IgnoresFewOutliersOnly) {
  std::vector<double> values;
  for (int i = 0; i < 1000; ++i) values.push_back(i / 999.0);
  double low = 0;
  double high = 0;
  ASSERT_TRUE(value_range(values, false, low, high));
  EXPECT_EQ(low, 0);
  EXPECT_EQ(high, 1);
  values[500] = 1e6;
  values[501] = nan;
  ASSERT_TRUE(value_range(values, false, low, high));
  EXPECT_LT(high, 1.01);
  EXPECT_FALSE(value_range(std::vector<double>{nan, -1, 0}, true, low, high));
}

TEST(Thinning, KeepsExtremesOfEachColumnAndGaps) {
  std::vector<ChartPoint> line;
  for (int i = 0; i < 100000; ++i) line.push_back({i / 1000.0, i == 41234 ? 99.0 : std::sin(i * 0.1)});
  line[70000].y = nan;
  const std::vector<ChartPoint> few = thinned(line);
  EXPECT_LE(few.size(), 4U * 101 + 1);
  EXPECT_EQ(std::count_if(few.begin(), few.end(), [](const ChartPoint& p) { return p.y == 99.0; }), 1);
  EXPECT_EQ(std::count_if(few.begin(), few.end(), [](const ChartPoint& p) { return std::isnan(p.y); }), 1);
  EXPECT_EQ(few.front().x, line.front().x);
  EXPECT_EQ(few.back().x, line.back().x);
}

Chart example() {
  Chart chart{.title = "Losses", .x_label = "step", .y_label = "loss", .series = {{"D", {}, {}}, {"G", {}, {}}}};
  for (int i = 0; i < 400; ++i) {
    for (ChartSeries& series : chart.series) series.x.push_back(i);
    chart.series[0].y.push_back(0.2 + 0.001 * i);
    chart.series[1].y.push_back(1.0 - 0.001 * i);
  }
  return chart;
}

std::size_t count_of(const Image& image, std::uint8_t r, std::uint8_t g, std::uint8_t b) {
  std::size_t count = 0;
  for (std::size_t i = 0; i < image.pixels.size(); i += 3) {
    count += image.pixels[i] == r && image.pixels[i + 1] == g && image.pixels[i + 2] == b;
  }
  return count;
}

TEST(Chart, DrawsEveryLineInItsColour) {
  const Image image = draw_charts(std::vector{example()}, {.width = 800, .height = 400});
  ASSERT_EQ(image.width, 800);
  ASSERT_EQ(image.height, 400);
  EXPECT_GT(count_of(image, 0x3d, 0x7d, 0xf5), 200U);
  EXPECT_GT(count_of(image, 0xf2, 0x6b, 0x43), 200U);
  EXPECT_GT(count_of(image, 255, 255, 255), image.pixels.size() / 6) << "most of a light chart is white";
  EXPECT_EQ(draw_charts(std::vector{example()}, {.width = 800, .height = 400}), image);
}

TEST(Chart, LinesLieWhereTheValuesAre) {
  Chart chart = example();
  chart.series.pop_back();
  for (double& y : chart.series[0].y) y = 0.25;  // a level line; ticks around it are widened to 0.22 .. 0.28
  const Image image = draw_charts(std::vector{chart}, {.width = 800, .height = 400});
  std::set<int> rows;
  for (int y = 0; y < image.height; ++y) {
    const std::uint8_t* p = image.at(600, y);
    if (p[2] > p[0] + 100) rows.insert(y);  // blue
  }
  ASSERT_FALSE(rows.empty());
  EXPECT_LE(*rows.rbegin() - *rows.begin(), 2);
}

TEST(Chart, ThemesSmoothingLogAndStacking) {
  Chart chart = example();
  chart.smoothing = 0.9;
  chart.log_y = true;
  chart.series[0].y[10] = 0;
  chart.series[1].y[20] = nan;
  const Image image = draw_charts(std::vector{chart, example()}, {.width = 640, .height = 300, .dark = true});
  EXPECT_EQ(image.height, 600);
  EXPECT_GT(count_of(image, 0x15, 0x18, 0x1e), image.pixels.size() / 6);
}

TEST(Chart, WithoutValuesStillADrawing) {
  const Image empty = draw_charts(std::vector{Chart{.title = "Scores", .series = {{"real", {}, {}}}}});
  EXPECT_EQ(empty.width, 960);
  EXPECT_NO_THROW(draw_charts(std::vector{Chart{.series = {{"one", {5}, {1}}}}}));
}

TEST(Chart, RefusesWhatCannotBeDrawn) {
  EXPECT_THROW(draw_charts({}), Error);
  EXPECT_THROW(draw_charts(std::vector{example()}, {.width = 60, .height = 40}), Error);
  Chart uneven = example();
  uneven.series[0].y.pop_back();
  EXPECT_THROW(draw_charts(std::vector{uneven}), Error);
}

}  // namespace
}  // namespace ganvas::media
