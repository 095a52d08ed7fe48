#include "app/control/input_service.h"

#include <algorithm>
#include <atomic>
#include <cmath>
#include <map>
#include <optional>

#include "app/control/bound_command.h"
#include "app/dispatch/targets.h"
#include "core/error.h"
#include "core/threads/worker.h"
#include "inputs/audio.h"
#include "inputs/midi.h"
#include "inputs/osc.h"

namespace ganvas::app {

namespace {

using Clock = std::chrono::steady_clock;

constexpr double clear_move = 0.05;  ///< what counts as moving while a slider learns: audio always moves a little

/// What takes long to open.
struct Slow {
  std::optional<inputs::MidiInput> midi;
  std::optional<inputs::SilentPlayer> file;
  std::unique_ptr<inputs::SoundDevice> device;
  std::atomic<bool> wanted = true;  ///< else a file need not be heard to its end
};

/// Opens one source; what goes wrong becomes a sentence.
template <typename Open>
void guarded(std::vector<std::string>& problems, Open open) {
  try {
    open();
  } catch (const Error& error) {
    problems.emplace_back(error.what());
  }
}

}  // namespace

struct InputService::Impl {
  MidiSource midi_source;
  InputsView view;
  InputControls open;  ///< what the sources below were opened for
  bool any = false;
  std::optional<inputs::OscInput> osc;
  std::shared_ptr<Slow> slow = std::make_shared<Slow>();
  Clock::time_point before = Clock::now();
  std::string source;                         ///< what the slider is to follow; empty: what moves next
  std::map<std::string, double> at_learning;  ///< values when learning began
  Worker opener{[](const std::string&) {}};   // its jobs throw nothing; last, as they end before the rest goes

  ~Impl() { slow->wanted = false; }

  void adopt(const InputControls& wanted) {
    const bool same = any && wanted.osc == open.osc && wanted.osc_port == open.osc_port &&
                      wanted.osc_open == open.osc_open && wanted.midi == open.midi && wanted.audio == open.audio;
    if (same) return;
    any = true;
    open = wanted;
    view.problems.clear();
    view.heard.clear();
    osc.reset();
    if (wanted.osc) guarded(view.problems, [&] { osc.emplace(wanted.osc_port, wanted.osc_open); });
    slow->wanted = false;
    opener.run([old = std::exchange(slow, std::make_shared<Slow>())]() mutable -> Worker::Completion {
      old.reset();
      return {};
    });
    const bool midi = wanted.midi && !midi_source;
    if (!midi && wanted.audio.empty()) return;
    opener.run([this, midi, audio = wanted.audio, mine = slow]() -> Worker::Completion {
      auto opened = std::make_shared<Slow>();
      const auto problems = std::make_shared<std::vector<std::string>>();
      if (midi) guarded(*problems, [&] { opened->midi.emplace(); });
      if (audio == "device") {
        guarded(*problems, [&] { opened->device = std::make_unique<inputs::SoundDevice>(); });
      } else if (!audio.empty()) {
        guarded(*problems, [&] {
          if (auto track = sound::hear_track(audio, [&] { return mine->wanted.load(); }))
            opened->file.emplace(std::move(*track));
        });
      }
      return [this, mine, opened, problems] {
        if (slow != mine) return;  // something else is wanted by now
        slow = opened;
        view.problems.insert(view.problems.end(), problems->begin(), problems->end());
      };
    });
  }

  std::vector<inputs::InputEvent> events() {
    std::vector<inputs::InputEvent> all;
    const auto add = [&all](std::vector<inputs::InputEvent> some) {
      std::move(some.begin(), some.end(), std::back_inserter(all));
    };
    const double passed = std::chrono::duration<double>(Clock::now() - before).count();
    before = Clock::now();
    if (osc) add(osc->drain());
    if (slow->midi) add(slow->midi->drain());
    if (open.midi && midi_source)
      for (const std::vector<std::uint8_t>& message : midi_source()) add(inputs::midi_events(message));
    if (slow->file) add(slow->file->advance(passed));
    if (slow->device) add(slow->device->now());
    return all;
  }

  void note(const inputs::InputEvent& event) {
    const auto there = std::find_if(view.heard.begin(), view.heard.end(),
                                    [&](const auto& heard) { return heard.first == event.source; });
    if (there != view.heard.end()) {
      there->second = event.value;
    } else if (view.heard.size() < 200) {
      view.heard.emplace_back(event.source, event.value);
    }
  }

  /// True when the event is what the slider waited for.
  bool learnt(const inputs::InputEvent& event) {
    if (view.learning.empty()) return false;
    const auto [known, fresh] = at_learning.try_emplace(event.source, event.value);
    const bool audio = event.source.starts_with("audio");
    return audio ? !fresh && std::abs(event.value - known->second) > clear_move : true;
  }

  /// The slider that waits follows the source from now on, and nothing else.
  Command learn(const std::string& follows, const AppState& state) {
    InputControls inputs = state.inputs;
    const std::string target = std::exchange(view.learning, {});
    std::erase_if(inputs.bindings, [&](const Binding& binding) { return binding.target == target; });
    const latent::ValueRange range = target_range(target);
    inputs.bindings.push_back({follows, target, range.low, range.high});
    return command::SetInputs{inputs};
  }
};

InputService::InputService(MidiSource midi) : impl_(std::make_unique<Impl>()) {
  impl_->midi_source = std::move(midi);
}
InputService::~InputService() = default;

void InputService::serve(Services& services) {
  services.on<command::LearnInput>([impl = impl_.get()](const auto& learn) {
    impl->view.learning = learn.target;
    impl->source = learn.source;
    impl->at_learning.clear();
  });
}

std::vector<Command> InputService::tick(const AppState& state) {
  impl_->opener.drain();
  impl_->adopt(state.inputs);
  std::vector<Command> commands;
  if (!impl_->view.learning.empty() && !impl_->source.empty()) commands.push_back(impl_->learn(impl_->source, state));
  const std::vector<inputs::InputEvent> events = impl_->events();
  for (const inputs::InputEvent& event : events) {
    impl_->note(event);
    if (impl_->learnt(event)) commands.push_back(impl_->learn(event.source, state));
  }
  for (const Binding& binding : state.inputs.bindings)  // a storm of messages of one source is one move
    if (auto command = bound_command(binding, events, state)) commands.push_back(std::move(*command));
  return commands;
}

const InputsView& InputService::view() const {
  return impl_->view;
}

}  // namespace ganvas::app
