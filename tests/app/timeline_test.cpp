// The timeline in the whole app: scrubbing, playing, films that are equal to headless ones; and the layer microscope.
#include "app/document/session_file.h"
#include "app/film/timeline_film.h"
#include "app/open/open_model.h"
#include "app/render/renderer.h"
#include "app/style_app.h"
#include "core/error.h"
#include "core/files.h"
#include "media/png.h"

namespace ganvas::app {
namespace {

using namespace command;
using test::rows;
using test::w_dim;
namespace fs = std::filesystem;

class TimelineInApp : public test::StyleApp {
 protected:
  /// Three keyframes of everything that can be moved.
  void compose() {
    app->send(SetSeed{1, 0});
    app->send(SetNoise{{.mode = "random", .seed = 4}});
    app->send(AddKeyframe{0});
    app->send(SetSeed{7, 2});
    app->send(SetPsi{0.5});
    app->send(SetStyleSource{0, {3, std::vector<double>(2, 1.0)}});
    app->send(SetBend{0, {.layer = "b8.conv1", .kind = "scale", .amount = 1.5}});
    app->send(AddKeyframe{0.5});
    app->send(SetStyleBase{std::vector<float>(w_dim, 0.5F)});
    app->send(AddKeyframe{1});
  }
  Renderer renderer() { return {std::move(open_model(folder / "style.safetensors").generator), at::kCPU}; }
};

TEST_F(TimelineInApp, AtAKeyframeThePictureIsThatOfItsSliders) {
  compose();
  const std::string last = hash();
  for (const latent::Course course : {latent::Course::linear, latent::Course::spherical, latent::Course::spline}) {
    latent::Timeline timeline = app->view().state->timeline.timeline;
    timeline.course = course;
    app->send(SetTimeline{timeline});
    for (int i = 0; i < 3; ++i) {
      app->send(SeekTimeline{0.5 * i});
      const std::string scrubbed = hash();
      app->send(RecallKeyframe{i});
      EXPECT_FALSE(app->view().state->timeline.on) << "the sliders have the picture again";
      EXPECT_EQ(hash(), scrubbed) << i;
    }
    EXPECT_EQ(hash(), last);
    app->send(SeekTimeline{0.25});
    EXPECT_NE(hash(), last);
  }
}

TEST_F(TimelineInApp, ALoopClosesAndNeighboursAreNear) {
  compose();
  latent::Timeline timeline = app->view().state->timeline.timeline;
  timeline.loop = true;
  timeline.noise_turns = 1;
  Renderer own = renderer();
  const TimelineFilmOptions options;
  for (const latent::Course course : {latent::Course::linear, latent::Course::spherical, latent::Course::spline}) {
    timeline.course = course;
    const double length = latent::timeline_length(timeline);
    EXPECT_EQ(timeline_picture(own, timeline, length, options), timeline_picture(own, timeline, 0, options));
    const auto distance = [&](double a, double b) {
      const Image one = timeline_picture(own, timeline, a, options), two = timeline_picture(own, timeline, b, options);
      double sum = 0;
      for (std::size_t i = 0; i < one.pixels.size(); ++i) sum += std::abs(one.pixels[i] - two.pixels[i]);
      return sum / static_cast<double>(one.pixels.size());
    };
    const double seam = distance(length - 1e-3, 0), within = distance(0.3, 0.3 + 1e-3), far = distance(0, 0.5);
    EXPECT_LT(seam, 2.0) << "mean difference in levels across the seam";
    EXPECT_LT(within, 2.0);
    EXPECT_GT(far, 4 * seam);
  }
}

TEST_F(TimelineInApp, AFilmOfTheWindowIsThatOfTheCommandLineByteForByte) {
  compose();
  app->send(SetGrid{2, 1});
  hash();
  app->send(RenderTimeline{folder / "window", 8, 24});
  ASSERT_TRUE(until([&](const ViewModel& view) { return !view.render.busy && app->files_in_flight() == 0; }));
  ASSERT_TRUE(app->errors().empty()) << app->errors().front();
  app->send(SaveTimeline{folder / "walk.json"});
  ASSERT_TRUE(until([&](const ViewModel&) { return app->files_in_flight() == 0; }));
  const TimelineFile file = load_timeline(folder / "walk.json");
  EXPECT_EQ(file.model, folder / "style.safetensors");
  EXPECT_EQ(file.timeline, app->view().state->timeline.timeline);
  Renderer own = renderer();
  const TimelineFilmOptions options{.path = folder / "headless", .fps = 8, .size = 24, .columns = 2};
  ASSERT_TRUE(make_timeline_film(own, file.timeline, options, [](int, int) { return true; }));
  ASSERT_EQ(latent::timeline_frames(file.timeline, 8), 9);
  for (int i = 0; i < 9; ++i) {
    const std::string name = fmt::format("frame{:05}.png", i);
    const std::string frame = read_file(fs::path(folder / "window") / name);
    EXPECT_EQ(frame, read_file(fs::path(folder / "headless") / name)) << i;
    const Image image = media::read_png(fs::path(folder / "window") / name);
    EXPECT_EQ(image.width, 48);
    EXPECT_EQ(image.height, 24);
  }
}

TEST_F(TimelineInApp, AStoppedFilmGoesOnWhereItWas) {
  compose();
  const latent::Timeline timeline = app->view().state->timeline.timeline;
  Renderer own = renderer();
  const TimelineFilmOptions options{.path = folder / "film.mp4", .fps = 10};
  EXPECT_FALSE(make_timeline_film(own, timeline, options, [](int done, int) { return done < 4; }));
  EXPECT_FALSE(fs::exists(folder / "film.mp4"));
  const fs::path frames = folder / "film.mp4.frames";
  const auto written = fs::last_write_time(frames / "frame00003.png");
  std::vector<int> seen;
  EXPECT_FALSE(make_timeline_film(own, timeline, options, [&](int done, int) { return done < 6; }));
  EXPECT_EQ(fs::last_write_time(frames / "frame00003.png"), written) << "not made again";
  latent::Timeline other = timeline;
  other.course = latent::Course::linear;
  EXPECT_FALSE(make_timeline_film(own, other, options, [](int done, int) { return done < 1; }));
  EXPECT_FALSE(fs::exists(frames / "frame00003.png")) << "frames of another timeline go";
  EXPECT_TRUE(make_timeline_film(own, timeline, options, [](int, int) { return true; }));
  EXPECT_TRUE(fs::exists(folder / "film.mp4"));
  EXPECT_FALSE(fs::exists(frames));
  fs::create_directories(folder / "mine");
  write_file(fs::path(folder / "mine") / "thesis.tex", "!");
  EXPECT_THROW(make_timeline_film(own, timeline, {.path = folder / "mine"}, [](int, int) { return true; }), Error);
  EXPECT_TRUE(fs::exists(fs::path(folder / "mine") / "thesis.tex"));
}

TEST_F(TimelineInApp, PlayingMovesThePlayheadAndEnds) {
  compose();
  EXPECT_TRUE(until([&](const ViewModel& view) { return !view.model.loading; }));
  app->send(SeekTimeline{0.4});
  app->send(PlayTimeline{true});
  app->tick(0.25);
  EXPECT_NEAR(app->view().state->timeline.at, 0.65, 1e-9);
  app->tick(5);
  EXPECT_EQ(app->view().state->timeline.at, 1);
  EXPECT_FALSE(app->view().state->timeline.playing);
  app->send(PlayTimeline{true});
  EXPECT_EQ(app->view().state->timeline.at, 0) << "from the end it begins again";
  latent::Timeline loop = app->view().state->timeline.timeline;
  loop.loop = true;
  app->send(SetTimeline{loop});
  app->tick(latent::timeline_length(loop) + 0.2);
  EXPECT_NEAR(app->view().state->timeline.at, 0.2, 1e-6);
}

TEST_F(TimelineInApp, OnionSkinShowsTheNeighbours) {
  compose();
  app->send(SeekTimeline{0.25});
  const std::string plain = hash();
  app->send(SetOnionSkin{1});
  EXPECT_NE(hash(), plain);
  app->send(SetOnionSkin{0});
  EXPECT_EQ(hash(), plain);
}

TEST_F(TimelineInApp, WhatCannotBeRenderedIsSaid) {
  hash();
  app->send(RenderTimeline{folder / "a.mp4"});
  EXPECT_NE(app->errors().back().find("no keyframe"), std::string::npos);
  compose();
  app->send(RenderTimeline{folder / "a.avi"});
  EXPECT_NE(app->errors().back().find(".webp"), std::string::npos);
  app->send(RenderTimeline{folder / "a.gif", 120});
  EXPECT_NE(app->errors().back().find("1 to 100 frames"), std::string::npos);
}

using Layers = test::StyleApp;

TEST_F(Layers, ASheetShowsEveryChannelAndItsFigures) {
  picture();
  ASSERT_TRUE(until([](const ViewModel& view) { return !view.model.layers.empty(); }));
  const std::vector<LayerEntry> layers = app->view().model.layers;
  ASSERT_EQ(layers.front(), (LayerEntry{"b4.conv1", 8, 4}));
  for (const LayerEntry& layer : layers) {
    for (const bool spectrum : {false, true}) {
      app->send(SetLayerView{{layer.name, spectrum}});
      const auto sheet = picture();
      const Frame& frame = *app->view().frame;
      ASSERT_NE(frame.layer, nullptr);
      EXPECT_EQ(frame.layer->channels, layer.channels);
      EXPECT_GE(frame.columns * frame.rows, layer.channels);
      EXPECT_EQ(sheet->width, frame.columns * layer.side);
      EXPECT_EQ(sheet->height, frame.rows * layer.side);
      double share = 0;
      for (const float part : frame.layer->histogram) share += part;
      EXPECT_NEAR(share, 1, 1e-4);
    }
  }
  app->send(SetLayerView{});
  EXPECT_NE(picture(), nullptr);
  EXPECT_EQ(app->view().frame->layer, nullptr);
}

TEST_F(Layers, ABentChannelShowsInItsLayerAndInThePicture) {
  const std::string before = hash();
  app->send(SetBend{0, {.layer = "b8.conv1", .channel = 2, .kind = "ablate"}});
  EXPECT_NE(hash(), before);
  app->send(SetLayerView{{"b8.conv1"}});
  picture();
  const LayerFigures& figures = *app->view().frame->layer;
  EXPECT_EQ(figures.each[2].most, 0);
  EXPECT_EQ(figures.each[2].deviation, 0);
  EXPECT_GT(figures.each[3].deviation, 0);
  app->send(SetLayerView{});
  app->send(RemoveBend{0});
  EXPECT_EQ(hash(), before);
  app->send(SetBend{0, {.layer = "b8.conv1", .kind = "melt"}});
  EXPECT_NE(app->errors().back().find("no bend \"melt\""), std::string::npos);
}

}  // namespace
}  // namespace ganvas::app
