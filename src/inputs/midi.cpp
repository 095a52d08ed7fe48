#include "inputs/midi.h"

#include <rtmidi/RtMidi.h>

#include "core/error.h"

namespace ganvas::inputs {

std::vector<InputEvent> midi_events(std::span<const std::uint8_t> message) {
  if (message.size() < 3) return {};
  const int kind = message[0] & 0xf0, channel = (message[0] & 0x0f) + 1, first = message[1] & 0x7f,
            second = message[2] & 0x7f;
  const auto name = [&](const std::string& what) { return fmt::format("midi {} {}", channel, what); };
  switch (kind) {
    case 0xb0:
      return {{name(fmt::format("cc {}", first)), second / 127.0}};
    case 0x90:
      return {{name(fmt::format("note {}", first)), second / 127.0}};
    case 0x80:
      return {{name(fmt::format("note {}", first)), 0}};
    case 0xe0:
      return {{name("bend"), (first + 128 * second) / 16383.0}};
    default:
      return {};
  }
}

struct MidiInput::Impl {
  std::vector<std::unique_ptr<RtMidiIn>> inputs;
  std::vector<std::string> ports;
};

MidiInput::MidiInput() : impl_(std::make_unique<Impl>()) {
  try {
    auto own = std::make_unique<RtMidiIn>(RtMidi::UNSPECIFIED, "ganvas");
    require(own->getCurrentApi() != RtMidi::RTMIDI_DUMMY, "rtmidi was built without a MIDI system");
    own->openVirtualPort("ganvas");
    const unsigned count = own->getPortCount();
    impl_->inputs.push_back(std::move(own));
    impl_->ports.emplace_back("ganvas");
    for (unsigned i = 0; i < count; ++i) {
      auto input = std::make_unique<RtMidiIn>(RtMidi::UNSPECIFIED, "ganvas");
      const std::string name = input->getPortName(i);
      if (name.find("ganvas") != std::string::npos) continue;
      input->openPort(i, "ganvas");
      impl_->inputs.push_back(std::move(input));
      impl_->ports.push_back(name);
    }
  } catch (const std::exception& error) {
    std::string reason = error.what();
    while (!reason.empty() && (reason.back() == '.' || reason.back() == '!')) reason.pop_back();
    fail("There is no MIDI on this system ({}); on Linux load the kernel's sequencer (modprobe snd-seq).", reason);
  }
}

MidiInput::~MidiInput() = default;

std::vector<InputEvent> MidiInput::drain() {
  std::vector<InputEvent> events;
  std::vector<unsigned char> message;
  for (const auto& input : impl_->inputs) {
    while (true) {
      input->getMessage(&message);
      if (message.empty()) break;
      for (InputEvent& event : midi_events(message)) events.push_back(std::move(event));
    }
  }
  return events;
}

const std::vector<std::string>& MidiInput::ports() const {
  return impl_->ports;
}

}  // namespace ganvas::inputs
