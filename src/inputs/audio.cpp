#include "inputs/audio.h"

#include <portaudio.h>

#include <cmath>
#include <span>
#include <string>

#include "core/error.h"
#include "core/threads/mutex.h"

namespace ganvas::inputs {

namespace {

constexpr int rate = 48000;  ///< of the device

}  // namespace

std::vector<InputEvent> sound_events(const sound::Heard& heard) {
  return {
      {"audio level", heard.loudness.level}, {"audio low", heard.loudness.low}, {"audio middle", heard.loudness.middle},
      {"audio high", heard.loudness.high},   {"audio onset", heard.onset},      {"audio beat", heard.beat}};
}

std::vector<InputEvent> SilentPlayer::advance(double seconds) {
  position_ = std::fmod(position_ + seconds, track_.seconds());
  return sound_events(track_.at(position_));
}

struct SoundDevice::Impl {
  PaStream* stream = nullptr;
  Mutex mutex;
  sound::Ear ear GANVAS_GUARDED_BY(mutex){rate};

  static int heard(const void* input, void*, unsigned long frames, const PaStreamCallbackTimeInfo*,
                   PaStreamCallbackFlags, void* own) {
    auto* impl = static_cast<Impl*>(own);
    if (input == nullptr || !impl->mutex.try_lock()) return paContinue;  // the device must not wait
    const MutexLock lock(impl->mutex, std::adopt_lock);
    impl->ear.add({static_cast<const float*>(input), frames});
    return paContinue;
  }
};

SoundDevice::SoundDevice() : impl_(std::make_unique<Impl>()) {
  constexpr const char* sentence = "There is no sound input ({}); choose a sound file instead.";
  PaError error = Pa_Initialize();
  require(error == paNoError, sentence, Pa_GetErrorText(error));
  error = Pa_OpenDefaultStream(&impl_->stream, 1, 0, paFloat32, rate, 256, &Impl::heard, impl_.get());
  if (error == paNoError) error = Pa_StartStream(impl_->stream);
  if (error == paNoError) return;
  const std::string reason = Pa_GetErrorText(error);
  if (impl_->stream != nullptr) Pa_CloseStream(impl_->stream);
  Pa_Terminate();
  fail(sentence, reason);
}

SoundDevice::~SoundDevice() {
  Pa_StopStream(impl_->stream);
  Pa_CloseStream(impl_->stream);
  Pa_Terminate();
}

std::vector<InputEvent> SoundDevice::now() {
  const MutexLock lock(impl_->mutex);
  return sound_events(impl_->ear.now());
}

}  // namespace ganvas::inputs
