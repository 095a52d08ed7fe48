// Films and walks of a piece of music, from the tab Record and above the timeline.

#include <gtest/gtest.h>

#include "ui/stage.h"

namespace ganvas::ui {
namespace {

class TrackWidgets : public testing::Test {
 protected:
  test::Stage stage;
  void open_record() {
    stage.state().tab = "record";
    stage.frame(3);
  }
};

TEST_F(TrackWidgets, AFilmNeedsASoundFile) {
  open_record();
  stage.click("record.track");
  EXPECT_EQ(stage.sink.last<app::command::FilmTrack>(), nullptr) << "there is no sound file";
  stage.fake.state.inputs.audio = "device";
  stage.frame();
  stage.click("record.track");
  EXPECT_EQ(stage.sink.last<app::command::FilmTrack>(), nullptr) << "a device has no end";
  stage.fake.state.inputs.audio = "music/song.wav";
  stage.frame();
  stage.click("record.track.rate.2");
  stage.click("record.track.size.1");
  stage.click("record.track");
  const auto* film = stage.sink.last<app::command::FilmTrack>();
  ASSERT_NE(film, nullptr);
  EXPECT_EQ(film->track, "music/song.wav");
  EXPECT_EQ(film->fps, 60);
  EXPECT_EQ(film->size, 256);
  EXPECT_TRUE(film->path.ends_with(".mp4")) << film->path;
  stage.state().track = "music/other.flac";
  stage.frame();
  stage.click("record.track");
  EXPECT_EQ(stage.sink.last<app::command::FilmTrack>()->track, "music/other.flac") << "the one that was chosen";
}

TEST_F(TrackWidgets, AFilmThatIsBeingMadeCanBeStopped) {
  stage.fake.view.render = {.busy = true, .path = "out/track.mp4", .done = 3, .frames = 10};
  open_record();
  EXPECT_FALSE(stage.has("record.track")) << "one film at a time";
  stage.click("record.render.stop");
  EXPECT_NE(stage.sink.last<app::command::CancelRender>(), nullptr);
}

TEST_F(TrackWidgets, TheTimelineWalksInTimeAndItsFilmHasTheSound) {
  stage.state().track = "song.wav";
  stage.state().open = {"timeline"};
  stage.fake.state.timeline.timeline.keyframes = {{0, latent::Easing::none, {}}, {1, latent::Easing::none, {}}};
  stage.frame(3);
  stage.click("timeline.walk");
  stage.click("timeline.walk.make");
  const auto* walk = stage.sink.last<app::command::WalkTrack>();
  ASSERT_NE(walk, nullptr);
  EXPECT_EQ(walk->track, "song.wav");
  EXPECT_EQ(walk->beats, 4);
  EXPECT_EQ(walk->seeds, 1);
  stage.frame(3);
  stage.click("timeline.film");
  stage.click("timeline.film.sound");
  stage.click("timeline.film.gif");
  ASSERT_NE(stage.sink.last<app::command::RenderTimeline>(), nullptr);
  EXPECT_EQ(stage.sink.last<app::command::RenderTimeline>()->sound, "") << "a GIF is silent";
  stage.frame(3);
  stage.click("timeline.film");
  stage.click("timeline.film.mp4");
  EXPECT_EQ(stage.sink.last<app::command::RenderTimeline>()->sound, "song.wav");
}

}  // namespace
}  // namespace ganvas::ui
