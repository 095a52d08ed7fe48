#pragma once
// Sound from a file or the default input device: how loud it is, its onsets and beats.

#include <memory>
#include <utility>
#include <vector>

#include "inputs/input_event.h"
#include "sound/heard.h"
#include "sound/track.h"

namespace ganvas::inputs {

/// "audio level", "audio low", "audio middle", "audio high", "audio onset", "audio beat".
std::vector<InputEvent> sound_events(const sound::Heard& heard);

/// A piece of music that plays silently, again and again. For one thread.
class SilentPlayer {
 public:
  explicit SilentPlayer(sound::Track track) : track_(std::move(track)) {}
  /// Moves on by 0 s or more, and says what is heard there: sound_events().
  std::vector<InputEvent> advance(double seconds);

 private:
  sound::Track track_;
  double position_ = 0;  ///< seconds
};

/// The default input device (PortAudio). Methods are for the owner's thread; the device calls from its own.
class SoundDevice {
 public:
  /// Throws Error where there is none.
  SoundDevice();
  ~SoundDevice();
  SoundDevice(const SoundDevice&) = delete;
  SoundDevice& operator=(const SoundDevice&) = delete;
  /// sound_events() of this moment.
  std::vector<InputEvent> now();

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace ganvas::inputs
