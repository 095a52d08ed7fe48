#include "inputs/midi.h"

#include <gtest/gtest.h>
#include <rtmidi/RtMidi.h>

#include <chrono>
#include <filesystem>
#include <thread>

#include "core/error.h"

namespace ganvas::inputs {
namespace {

std::vector<InputEvent> events_of(std::vector<std::uint8_t> message) {
  return midi_events(message);
}

TEST(Midi, ReadsControllersNotesAndBends) {
  EXPECT_EQ(events_of({0xb0, 7, 127}), (std::vector<InputEvent>{{"midi 1 cc 7", 1}}));
  EXPECT_EQ(events_of({0xbf, 1, 0}), (std::vector<InputEvent>{{"midi 16 cc 1", 0}}));
  EXPECT_EQ(events_of({0x91, 60, 127}), (std::vector<InputEvent>{{"midi 2 note 60", 1}}));
  EXPECT_EQ(events_of({0x80, 60, 64}), (std::vector<InputEvent>{{"midi 1 note 60", 0}}));
  EXPECT_EQ(events_of({0xe0, 127, 127}), (std::vector<InputEvent>{{"midi 1 bend", 1}}));
  EXPECT_TRUE(events_of({0xf8}).empty());
  EXPECT_TRUE(events_of({}).empty());
  EXPECT_TRUE(events_of({0xc0, 5}).empty());
}

/// Where the kernel has a sequencer, through a virtual port; elsewhere the sentence that says so.
TEST(Midi, ArrivesThroughAVirtualPortOrSaysThatThereIsNone) {
  if (!std::filesystem::exists("/dev/snd/seq")) {
    try {
      MidiInput input;
      FAIL() << "there is no sequencer";
    } catch (const Error& error) {
      EXPECT_NE(std::string(error.what()).find("There is no MIDI on this system"), std::string::npos) << error.what();
    }
    return;
  }
  MidiInput input;
  RtMidiOut sender;
  for (unsigned i = 0; i < sender.getPortCount(); ++i) {
    if (sender.getPortName(i).find("ganvas") != std::string::npos) sender.openPort(i);
  }
  ASSERT_TRUE(sender.isPortOpen());
  const std::vector<unsigned char> message{0xb0, 7, 127};
  sender.sendMessage(&message);
  std::vector<InputEvent> events;
  for (int i = 0; i < 2000 && events.empty(); ++i) {
    events = input.drain();
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
  }
  EXPECT_EQ(events, (std::vector<InputEvent>{{"midi 1 cc 7", 1}}));
}

}  // namespace
}  // namespace ganvas::inputs
