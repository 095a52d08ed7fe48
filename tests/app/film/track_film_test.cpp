// Films of whole pieces of music, decoded again: what follows the sound is in time with it.
#include "app/film/track_film.h"

#include <algorithm>
#include <cmath>

#include "app/control/bound_command.h"
#include "app/document/session_file.h"
#include "app/open/open_model.h"
#include "app/style_app.h"
#include "core/error.h"
#include "core/files.h"
#include "inputs/audio.h"
#include "media/support.h"
#include "support/sounds.h"

namespace ganvas::app {
namespace {

using namespace command;
namespace fs = std::filesystem;

bool to_the_end(int, int) {
  return true;
}

/// Where something begins that was not there before: values that rise above `level` after `rest` seconds below it.
std::vector<double> beginnings(const std::vector<double>& values, double a_second, double level, double rest) {
  std::vector<double> times;
  double below = rest;
  for (std::size_t i = 0; i < values.size(); ++i) {
    if (values[i] > level && below >= rest - 1e-9) times.push_back(static_cast<double>(i) / a_second);
    below = values[i] > level ? 0 : below + 1 / a_second;
  }
  return times;
}

/// The mean difference of each picture from the first one, 0..255.
std::vector<double> differences(const test::Film& film) {
  std::vector<double> all;
  for (const test::FilmFrame& frame : film.frames) {
    double sum = 0;
    for (std::size_t i = 0; i < frame.image.pixels.size(); ++i)
      sum += std::abs(frame.image.pixels[i] - film.frames[0].image.pixels[i]);
    all.push_back(sum / static_cast<double>(frame.image.pixels.size()));
  }
  return all;
}

std::vector<double> first_channel(const test::FilmSound& sound) {
  std::vector<double> all;
  for (std::size_t i = 0; i < sound.samples.size(); i += static_cast<std::size_t>(sound.channels))
    all.push_back(std::abs(sound.samples[i]));
  return all;
}

class FilmsOfTracks : public test::StyleApp {
 protected:
  std::string track = folder / "clicks.wav";

  Renderer renderer() { return {std::move(open_model(folder / "style.safetensors").generator), at::kCPU}; }
  /// A direction that flashes at each onset.
  static AppState flashing() {
    AppState document;
    std::vector<float> direction(test::w_dim);
    for (std::size_t i = 0; i < direction.size(); ++i) direction[i] = i % 2 == 0 ? 0.5F : -0.3F;
    document.latent.style.moves = {{.name = "flash", .direction = direction}};
    document.inputs.bindings = {{"audio onset", "move 0", 0, 12}};
    return document;
  }
  void write_clicks(double tempo, double first, double seconds, int channels = 1) const {
    test::write_sound(track, test::click_track(test::even_clicks(tempo, first, seconds), seconds, 44100, channels),
                      44100, channels);
  }
  [[nodiscard]] TrackFilmOptions options(int fps) const {
    return {.path = folder / "film.mp4", .track = track, .fps = fps};
  }
};

/// Two minutes at a tempo whose beats fall anywhere between two frames. Both streams are judged as they come out of a
/// player: a click where the sound rises out of silence, a flash where the picture leaves that of silence.
TEST_F(FilmsOfTracks, TwoMinutesFlashInTimeWithTheirSound) {
  constexpr int fps = 20;
  constexpr double seconds = 120.03;
  write_clicks(97, 0.31, seconds, 2);
  Renderer own = renderer();
  const sound::Track heard = *sound::hear_track(track);
  ASSERT_TRUE(make_track_film(own, flashing(), heard, options(fps), to_the_end));
  const test::Film film = test::read_film(folder / "film.mp4");
  ASSERT_TRUE(film.sound) << "the film is silent";
  EXPECT_EQ(film.sound->channels, 2);
  EXPECT_EQ(film.frames.size(), 2401U);
  EXPECT_NEAR(film.seconds, seconds, 1.0 / fps);
  EXPECT_NEAR(film.sound->seconds, film.seconds, 0.001);
  const std::vector<double> pictures = differences(film);
  const double flash = *std::max_element(pictures.begin(), pictures.end());
  ASSERT_GT(flash, 20) << "levels of 255";
  const std::vector<double> clicks = beginnings(first_channel(*film.sound), film.sound->rate, 0.1, 0.3);
  const std::vector<double> flashes = beginnings(pictures, fps, flash / 2, 0.2);
  ASSERT_EQ(clicks.size(), test::even_clicks(97, 0.31, seconds).size());
  ASSERT_EQ(flashes.size(), clicks.size());
  double least = 1, most = -1;
  for (std::size_t i = 0; i < clicks.size(); ++i) {
    least = std::min(least, flashes[i] - clicks[i]);
    most = std::max(most, flashes[i] - clicks[i]);
  }
  EXPECT_GE(least, -1.0 / fps) << "a flash before its click";
  EXPECT_LE(most, 1.0 / fps) << "a flash after its click";
  EXPECT_NEAR(clicks.back(), test::even_clicks(97, 0.31, seconds).back(), 0.01) << "the sound does not drift";
}

TEST_F(FilmsOfTracks, AMomentIsAFunctionOfItsTimeAndOfTheBindingsAsLive) {
  write_clicks(120, 0.5, 4);
  const sound::Track heard = *sound::hear_track(track);
  AppState start = flashing();
  start.inputs.bindings.push_back({"audio level", "psi", 0.5, 1});
  start.inputs.bindings.push_back({"osc /a", "seed_y", 3, 4});
  const auto at = [&](double seconds) { return at_track_moment(start, heard, seconds, test::w_dim); };
  const AppState late = at(2.51), early = at(0.1);
  EXPECT_EQ(at(2.51), late) << "whatever was asked for in between";
  EXPECT_EQ(early.latent.style.moves[0].strength, 0);
  EXPECT_NEAR(late.latent.style.moves[0].strength, 12 * heard.at(2.51).onset, 1e-9);
  EXPECT_GT(late.latent.style.moves[0].strength, 10);
  EXPECT_NEAR(late.latent.psi, 0.5 + 0.5 * heard.at(2.51).loudness.level, 1e-9);
  EXPECT_EQ(late.latent.seed_y, 0) << "no message of OSC is in a sound file";
  const auto live = bound_command(start.inputs.bindings[0], inputs::sound_events(heard.at(2.51)), start);
  ASSERT_TRUE(live);
  EXPECT_EQ(std::get<SetStrength>(*live).strength, late.latent.style.moves[0].strength);
}

TEST_F(FilmsOfTracks, WalksAndTimelinesGoOn) {
  write_clicks(120, 0.5, 4);
  const sound::Track heard = *sound::hear_track(track);
  AppState walking;
  walking.latent.animate = true;
  walking.latent.animate_speed = 0.5;
  EXPECT_NEAR(at_track_moment(walking, heard, 3, test::w_dim).latent.seed_x, 1.5, 1e-9);
  AppState playing;
  playing.timeline.timeline = latent::seed_walk({}, {0, 1, 2, 3}, 1, 4);
  playing.timeline.on = true;
  playing.timeline.at = 3.5;
  EXPECT_NEAR(at_track_moment(playing, heard, 1.25, test::w_dim).timeline.at, 1.25, 1e-9);
  Renderer own = renderer();
  ASSERT_TRUE(make_track_film(own, playing, heard, options(5), to_the_end));
  const std::vector<double> pictures = differences(test::read_film(folder / "film.mp4"));
  ASSERT_EQ(pictures.size(), 20U);
  EXPECT_GT(pictures[10], 4) << "the picture of seed 2 is not that of seed 0";
}

TEST_F(FilmsOfTracks, AStoppedOneGoesOnWhereItWas) {
  write_clicks(120, 0.5, 2);
  const sound::Track heard = *sound::hear_track(track);
  Renderer own = renderer();
  EXPECT_FALSE(make_track_film(own, flashing(), heard, options(10), [](int done, int) { return done < 8; }));
  EXPECT_FALSE(fs::exists(folder / "film.mp4"));
  const fs::path frame = fs::path(folder / "film.mp4.frames") / "frame00007.png";
  const auto written = fs::last_write_time(frame);
  EXPECT_FALSE(make_track_film(own, flashing(), heard, options(10), [](int done, int) { return done < 10; }));
  EXPECT_EQ(fs::last_write_time(frame), written) << "not made again";
  write_clicks(125, 0.5, 2);
  EXPECT_FALSE(
      make_track_film(own, flashing(), *sound::hear_track(track), options(10), [](int done, int) { return done < 2; }));
  EXPECT_FALSE(fs::exists(frame)) << "frames of another piece go";
  EXPECT_TRUE(make_track_film(own, flashing(), *sound::hear_track(track), options(10), to_the_end));
  EXPECT_EQ(test::read_film(folder / "film.mp4").frames.size(), 20U);
}

TEST_F(FilmsOfTracks, WhatMakesNoneIsSaid) {
  const auto refusal = [](const AppState& document, const TrackFilmOptions& film) -> std::string {
    try {
      check_track_film(document, film);
      return "";
    } catch (const Error& error) {
      return error.what();
    }
  };
  EXPECT_EQ(refusal(flashing(), options(30)), "");
  EXPECT_NE(refusal({}, options(30)).find("Nothing would move with clicks.wav"), std::string::npos);
  AppState other = flashing();
  other.inputs.bindings = {{"midi 1 cc 7", "psi", 0, 1}};
  EXPECT_NE(refusal(other, options(30)).find("Nothing would move"), std::string::npos);
  other.inputs.bindings = {{"audio low", "coarse", 0, 1}};
  EXPECT_NE(refusal(other, options(30)).find("mix models"), std::string::npos);
  TrackFilmOptions film = options(30);
  film.path = folder / "film.gif";
  EXPECT_NE(refusal(flashing(), film).find(".mp4"), std::string::npos);
  film = options(0);
  EXPECT_NE(refusal(flashing(), film).find("frames a second"), std::string::npos);
  film = options(30);
  film.track.clear();
  EXPECT_NE(refusal(flashing(), film).find("choose one"), std::string::npos);
}

TEST_F(FilmsOfTracks, TheWindowMakesTheSameFilm) {
  write_clicks(120, 0.5, 2);
  AppState state = flashing();
  state.model = folder / "style.safetensors";
  save_session(folder / "session.json", state);
  load(LoadSession{folder / "session.json"});
  hash();
  app->send(FilmTrack{.path = folder / "window.mp4", .track = track, .fps = 10});
  EXPECT_TRUE(app->view().render.busy);
  ASSERT_TRUE(until([&](const ViewModel& view) { return !view.render.busy && app->files_in_flight() == 0; }));
  ASSERT_TRUE(app->errors().empty()) << app->errors().front();
  EXPECT_EQ(app->view().render.frames, 20);
  Renderer own = renderer();
  ASSERT_TRUE(make_track_film(own, flashing(), *sound::hear_track(track), options(10), to_the_end));
  EXPECT_EQ(read_file(folder / "window.mp4"), read_file(folder / "film.mp4"));
}

TEST_F(FilmsOfTracks, ATimelineHasTheSoundThatItIsGiven) {
  write_clicks(120, 0.5, 2);
  hash();
  app->send(AddKeyframe{0});
  app->send(SetSeed{3, 0});
  app->send(AddKeyframe{1.4});
  app->send(RenderTimeline{folder / "film.mp4", 10, 0, track});
  ASSERT_TRUE(until([&](const ViewModel& view) { return !view.render.busy && app->files_in_flight() == 0; }));
  ASSERT_TRUE(app->errors().empty()) << app->errors().front();
  const test::Film film = test::read_film(folder / "film.mp4");
  ASSERT_TRUE(film.sound);
  EXPECT_NEAR(film.sound->seconds, 1.5, 0.001);
  EXPECT_EQ(beginnings(first_channel(*film.sound), film.sound->rate, 0.1, 0.3).size(), 2U);
}

TEST_F(FilmsOfTracks, DamagedSoundIsSaid) {
  hash();
  write_file(track, "RIFF and nothing else");
  load(LoadSession{[&] {
    AppState state = flashing();
    state.model = folder / "style.safetensors";
    save_session(folder / "session.json", state);
    return std::string(folder / "session.json");
  }()});
  app->send(FilmTrack{.path = folder / "film.mp4", .track = track});
  ASSERT_TRUE(until([&](const ViewModel& view) { return !view.render.busy && app->files_in_flight() == 0; }));
  ASSERT_FALSE(app->errors().empty());
  EXPECT_NE(app->errors().back().find("cannot be read as sound"), std::string::npos) << app->errors().back();
  load(WalkTrack{track});
  EXPECT_EQ(app->errors().size(), 2U);
}

TEST_F(FilmsOfTracks, AWalkHasAKeyframeABar) {
  write_clicks(120, 0.5, 20.5);
  hash();
  app->send(SetSeed{10, 2});
  load(WalkTrack{track, 4, -0.5});
  ASSERT_TRUE(app->errors().empty()) << app->errors().front();
  const TimelineControls controls = app->view().state->timeline;
  const auto& frames = controls.timeline.keyframes;
  ASSERT_EQ(frames.size(), 10U);
  for (std::size_t i = 0; i < frames.size(); ++i) {
    EXPECT_NEAR(frames[i].seconds, 0.5 + 2.0 * static_cast<double>(i), 0.02);
    EXPECT_EQ(frames[i].latent.seed_x, 10 - 0.5 * static_cast<double>(i));
    EXPECT_EQ(frames[i].latent.seed_y, 2);
  }
  EXPECT_NEAR(latent::timeline_length(controls.timeline), 20.5, 1e-6);
  EXPECT_TRUE(controls.on);
  app->send(Undo{});
  EXPECT_TRUE(app->view().state->timeline.timeline.keyframes.empty());
  load(WalkTrack{track, 0});
  EXPECT_NE(app->errors().back().find("1 to 64 beats"), std::string::npos);
}

}  // namespace
}  // namespace ganvas::app
