// OSC from a real sender and sound from a file move sliders of the whole app.
#include <fmt/format.h>
#include <lo/lo.h>
#include <rtmidi/RtMidi.h>

#include <cmath>
#include <filesystem>
#include <optional>

#include "app/style_app.h"
#include "inputs/osc.h"
#include "support/sounds.h"

namespace ganvas::app {
namespace {

using namespace command;
namespace fs = std::filesystem;

class FromOutside : public test::StyleApp {
 protected:
  /// A port that was free a moment ago.
  static int free_port() { return inputs::OscInput(0, false).port(); }
  void send(int port, const char* path, float value) {
    lo_address to = lo_address_new("127.0.0.1", std::to_string(port).c_str());
    EXPECT_GT(lo_send(to, path, "f", value), 0);
    lo_address_free(to);
  }
  const latent::LatentControls& latent() { return app->view().state->latent; }
};

TEST_F(FromOutside, ASliderLearnsAFaderAndFollowsIt) {
  const std::string before = hash();
  const int port = free_port();
  app->send(SetInputs{{.osc = true, .osc_port = port}});
  app->tick(0);
  ASSERT_TRUE(app->view().inputs.problems.empty());
  send(port, "/fader/1", 0.25F);
  ASSERT_TRUE(until([](const ViewModel& view) { return !view.inputs.heard.empty(); }));
  EXPECT_EQ(hash(), before) << "nothing is bound yet";
  app->send(LearnInput{"psi"});
  EXPECT_EQ(app->view().inputs.learning, "psi");
  send(port, "/fader/1", 0.5F);
  ASSERT_TRUE(until([](const ViewModel& view) { return !view.state->inputs.bindings.empty(); }));
  EXPECT_EQ(app->view().state->inputs.bindings[0], (Binding{"osc /fader/1", "psi", 0, 2}));
  send(port, "/fader/1", 0.125F);
  ASSERT_TRUE(until([&](const ViewModel& view) { return view.state->latent.psi == 0.25; }));
  EXPECT_NE(hash(), before);
  send(port, "/fader/2", 1);
  ASSERT_TRUE(until([](const ViewModel& view) { return view.inputs.heard.size() == 2; })) << "before the learning";
  app->send(LearnInput{"dimension 3"});
  send(port, "/fader/3", 0.75F);
  ASSERT_TRUE(until([](const ViewModel& view) { return view.state->inputs.bindings.size() == 2; }));
  send(port, "/fader/3", 1);
  ASSERT_TRUE(until([&](const ViewModel&) { return latent().edits.contains(3) && latent().edits.at(3) == 3; }));
  app->send(ForgetInput{"psi"});
  send(port, "/fader/1", 1);
  send(port, "/fader/3", 0);
  ASSERT_TRUE(until([&](const ViewModel&) { return latent().edits.at(3) == -3; }));
  EXPECT_EQ(latent().psi, 0.25) << "forgotten";
  while (app->view().can_undo) app->send(Undo{});
  EXPECT_EQ(*app->view().state, AppState{.model = folder / "style.safetensors"});
}

/// Where the kernel has a sequencer, from another program's port to our virtual one; where it has none, the same bytes
/// by the app's own way in, which is all that is left out then.
TEST_F(FromOutside, AKnobMovesASlider) {
  std::vector<std::vector<std::uint8_t>> waiting;
  const bool sequencer = fs::exists("/dev/snd/seq");
  AppOptions options;
  options.state.model = folder / "style.safetensors";
  options.device = "cpu";
  options.threads = 1;
  if (!sequencer) options.midi = [&] { return std::exchange(waiting, {}); };
  app = std::make_unique<App>(options);
  const std::string before = hash();
  app->send(SetInputs{{.midi = true}});
  app->tick(0);
  ASSERT_TRUE(app->view().inputs.problems.empty());
  std::optional<RtMidiOut> sender;
  if (sequencer) {
    sender.emplace();
    ASSERT_TRUE(until([&](const ViewModel&) {  // it is opened beside the window
      for (unsigned i = 0; i < sender->getPortCount() && !sender->isPortOpen(); ++i)
        if (sender->getPortName(i).find("ganvas") != std::string::npos) sender->openPort(i);
      return sender->isPortOpen();
    }));
  } else {
    fmt::print("This kernel has no ALSA sequencer, so no virtual port: the messages come by the app's own way in.\n");
  }
  const auto turn = [&](std::uint8_t value) {
    const std::vector<std::uint8_t> message{0xb0, 7, value};
    sender ? sender->sendMessage(&message) : waiting.push_back(message);
  };
  turn(5);
  ASSERT_TRUE(until([](const ViewModel& view) { return !view.inputs.heard.empty(); }));
  app->send(LearnInput{"psi"});
  turn(127);
  ASSERT_TRUE(until([](const ViewModel& view) { return !view.state->inputs.bindings.empty(); }));
  EXPECT_EQ(app->view().state->inputs.bindings[0], (Binding{"midi 1 cc 7", "psi", 0, 2}));
  turn(0);
  ASSERT_TRUE(until([&](const ViewModel& view) { return view.state->latent.psi == 0; }));
  EXPECT_NE(hash(), before);
}

TEST_F(FromOutside, SoundMovesASlider) {
  hash();
  const std::string path = folder / "beat.wav";
  std::vector<float> samples(20 * 8000);
  for (std::size_t i = 0; i < samples.size(); ++i)
    if (i % 8000 < 2000) samples[i] = std::sin(static_cast<float>(i % 8000) * 0.05F);  // a quarter of a second of 64 Hz
  test::write_sound(path, samples, 8000);
  app->send(SetInputs{{.audio = path, .bindings = {{"audio low", "dimension 0", -1, 1}}}});
  float least = 9, most = -9;
  ASSERT_TRUE(until([&](const ViewModel&) {
    if (latent().edits.contains(0)) {
      least = std::min(least, latent().edits.at(0));
      most = std::max(most, latent().edits.at(0));
    }
    return most > 0.8F && least < 0.6F;
  })) << least
      << " to " << most;
}

TEST_F(FromOutside, ASliderFollowsWhatOfTheSoundItIsToldTo) {
  hash();
  const std::string path = folder / "clicks.wav";
  test::write_sound(path, test::click_track(test::even_clicks(120, 0.25, 10), 10, 8000), 8000);
  app->send(LearnInput{"psi", "audio onset"});
  app->tick(0);
  EXPECT_EQ(app->view().inputs.learning, "") << "nothing has to move for it";
  EXPECT_EQ(app->view().state->inputs.bindings, (std::vector<Binding>{{"audio onset", "psi", 0, 2}}));
  InputControls inputs = app->view().state->inputs;
  inputs.audio = path;
  app->send(SetInputs{inputs});
  double least = 9, most = -9;
  EXPECT_TRUE(until([&](const ViewModel&) {
    least = std::min(least, latent().psi);
    most = std::max(most, latent().psi);
    return most > 1.4 && least < 0.3;
  })) << least
      << " to " << most;
}

TEST_F(FromOutside, ALongTrackThatNobodyWantsAnyMoreIsNotHeardToItsEnd) {
  hash();
  test::write_sound(folder / "long.wav", std::vector<float>(1700 * 8000), 8000);
  test::write_sound(folder / "short.wav", test::click_track({0.2}, 1, 8000), 8000);
  app->send(SetInputs{{.audio = folder / "long.wav"}});
  app->tick(0);
  app->send(SetInputs{{.audio = folder / "short.wav"}});
  EXPECT_TRUE(until([](const ViewModel& view) { return !view.inputs.heard.empty(); }));
}

TEST_F(FromOutside, WhatIsNotThereIsSaid) {
  hash();
  app->send(SetInputs{{.audio = "/nowhere.wav"}});
  ASSERT_TRUE(until([](const ViewModel& view) { return view.inputs.problems.size() == 1; }));
  EXPECT_NE(app->view().inputs.problems[0].find("/nowhere.wav"), std::string::npos);
  app->send(SetInputs{});
  app->tick(0);
  EXPECT_TRUE(app->view().inputs.problems.empty());
}

}  // namespace
}  // namespace ganvas::app
