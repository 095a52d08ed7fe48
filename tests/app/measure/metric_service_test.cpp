// Measuring the model on screen, in the whole app.
#include <gtest/gtest.h>

#include <cstdlib>

#include "app/app.h"
#include "app/support.h"
#include "core/files.h"
#include "media/png.h"

namespace ganvas::app {
namespace {

using namespace command;
using test::eventually;

class Measuring : public testing::Test {
 protected:
  test::Folder folder;
  std::unique_ptr<App> app;

  void SetUp() override {
    ::setenv("XDG_CACHE_HOME", (folder / "cache").c_str(), 1);
    test::write_model(folder / "small.safetensors", 3);
    AppOptions options;
    options.state.model = folder / "small.safetensors";
    options.device = "cpu";
    app = std::make_unique<App>(options);
    EXPECT_TRUE(until([](const ViewModel& view) { return view.frame != nullptr; }));
  }
  bool until(const std::function<bool(const ViewModel&)>& wanted) {
    return eventually([&] {
      app->tick(0.002);
      return wanted(app->view());
    });
  }
};

TEST_F(Measuring, GivesRowsWithTheirChoicesAndExportsThem) {
  const MeasureModel measure{.metrics = "face_fid64,face_kid64,factors64"};
  app->send(measure);
  app->tick(0);
  EXPECT_TRUE(app->view().metrics.busy);
  app->send(measure);
  EXPECT_NE(app->errors().back().find("measured already"), std::string::npos);
  ASSERT_TRUE(until([](const ViewModel& view) { return !view.metrics.busy; }));
  const auto rows = app->view().metrics.rows;
  ASSERT_EQ(rows.size(), 3U);
  EXPECT_EQ(rows[0].value_name, "face_fid");
  EXPECT_GT(rows[0].value, 1) << "a fresh model makes no faces";
  EXPECT_EQ(rows[2].value_name, "coverage");
  for (const MetricRow& row : rows)
    for (const char* choice : {"n_generated: 64", "n_data: 64", "seed: 0", "extractor_sha256: ", "weights: ",
                               "truncation: ", "resize: ", "split: ", "not to be compared with FID"})
      EXPECT_NE(row.choices.find(choice), std::string::npos) << choice << " of " << row.metric;
  app->send(measure);
  ASSERT_TRUE(until([](const ViewModel& view) { return view.metrics.rows.size() == 6; }));
  EXPECT_EQ(app->view().metrics.rows[3].value, rows[0].value) << "the same model, seed and number";
  app->send(ExportMetrics{folder / "figures.csv"});
  app->send(ExportMetrics{folder / "figures.png"});
  ASSERT_TRUE(until([&](const ViewModel&) { return std::filesystem::exists(folder / "figures.png"); }));
  const std::string table = read_file(folder / "figures.csv");
  EXPECT_NE(table.find("face_fid64,face_fid,"), std::string::npos);
  EXPECT_EQ(std::count(table.begin(), table.end(), '\n'), 7);
  EXPECT_GT(media::read_png(folder / "figures.png").width, 100);
}

TEST_F(Measuring, SaysWhatIsMissingAndCanBeGivenUp) {
  app->send(ExportMetrics{folder / "figures.csv"});
  EXPECT_NE(app->errors().back().find("no figures yet"), std::string::npos);
  app->send(MeasureModel{.metrics = "fid500"});
  EXPECT_NE(app->errors().back().find("face_fid needs none"), std::string::npos);
  app->send(MeasureModel{.metrics = "face_fid", .data = folder / "x"});
  EXPECT_NE(app->errors().back().find("built-in faces"), std::string::npos);
  app->send(MeasureModel{.metrics = "luck"});
  EXPECT_NE(app->errors().back().find("is no metric"), std::string::npos);
  const std::size_t errors = app->errors().size();
  app->send(MeasureModel{.metrics = "face_fid50k"});
  app->send(CancelMeasuring{});
  ASSERT_TRUE(until([](const ViewModel& view) { return !view.metrics.busy; }));
  EXPECT_TRUE(app->view().metrics.rows.empty());
  EXPECT_EQ(app->errors().size(), errors) << "who cancels is told of no error";
}

}  // namespace
}  // namespace ganvas::app
