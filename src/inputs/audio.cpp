#include "inputs/audio.h"

#include <portaudio.h>
#include <sndfile.h>

#include <algorithm>
#include <cmath>
#include <numbers>

#include "core/error.h"
#include "core/files.h"
#include "core/threads/mutex.h"

namespace ganvas::inputs {

namespace {

constexpr double split_low = 250, split_high = 2000;  ///< Hz
constexpr double floor_db = -60, rise_seconds = 0.01, fall_seconds = 0.2;
constexpr double longest_seconds = 1800;

double loudness(double mean_square) {
  const double db = 10 * std::log10(std::max(2 * mean_square, 1e-12));  // a full sine has the mean square 1/2
  return std::clamp(1 - db / floor_db, 0.0, 1.0);
}

std::vector<InputEvent> events_of(const Loudness& now) {
  return {{"audio level", now.level}, {"audio low", now.low}, {"audio middle", now.middle}, {"audio high", now.high}};
}

}  // namespace

double LoudnessMeter::Biquad::step(double x) {
  const double y = b0 * x + z1;
  z1 = b1 * x - a1 * y + z2;
  z2 = b2 * x - a2 * y;
  return y;
}

/// By the bilinear transform.
LoudnessMeter::Biquad LoudnessMeter::butterworth(double rate, double cutoff, bool high_pass) {
  const double k = std::tan(std::numbers::pi * std::min(cutoff, 0.45 * rate) / rate);
  const double norm = 1 / (1 + std::numbers::sqrt2 * k + k * k);
  Biquad filter;
  filter.b0 = (high_pass ? 1 : k * k) * norm;
  filter.b1 = (high_pass ? -2 : 2) * filter.b0;
  filter.b2 = filter.b0;
  filter.a1 = 2 * (k * k - 1) * norm;
  filter.a2 = (1 - std::numbers::sqrt2 * k + k * k) * norm;
  return filter;
}

LoudnessMeter::LoudnessMeter(double rate)
    : rise_(std::exp(-1 / (rise_seconds * rate))),
      fall_(std::exp(-1 / (fall_seconds * rate))),
      low_(butterworth(rate, split_low, false)),
      middle_from_(butterworth(rate, split_low, true)),
      middle_to_(butterworth(rate, split_high, false)),
      high_(butterworth(rate, split_high, true)) {}

void LoudnessMeter::add(std::span<const float> samples) {
  for (const float sample : samples) {
    const double x = std::isfinite(sample) ? sample : 0;
    const double bands[4] = {x, low_.step(x), middle_to_.step(middle_from_.step(x)), high_.step(x)};
    for (int i = 0; i < 4; ++i) {
      means_[i] = rise_ * means_[i] + (1 - rise_) * bands[i] * bands[i];
      powers_[i] = std::max(means_[i], fall_ * powers_[i]);
    }
  }
}

Loudness LoudnessMeter::now() const {
  return {loudness(powers_[0]), loudness(powers_[1]), loudness(powers_[2]), loudness(powers_[3])};
}

SoundFile::SoundFile(const std::filesystem::path& path) {
  require_regular_file(path);
  SF_INFO info{};
  const std::unique_ptr<SNDFILE, int (*)(SNDFILE*)> file(sf_open(path.c_str(), SFM_READ, &info), &sf_close);
  require(file != nullptr, "{} cannot be read as sound: {}; choose a WAV, FLAC or OGG file.", path.string(),
          sf_strerror(nullptr));
  require(info.frames > 0 && info.channels > 0 && info.samplerate > 0, "{} holds no sound.", path.string());
  require(static_cast<double>(info.frames) / info.samplerate <= longest_seconds,
          "{} is longer than half an hour; choose a shorter piece.", path.string());
  rate_ = info.samplerate;
  meter_ = LoudnessMeter(rate_);
  std::vector<float> all(static_cast<std::size_t>(info.frames) * static_cast<std::size_t>(info.channels));
  const sf_count_t read = sf_readf_float(file.get(), all.data(), info.frames);
  const auto channels = static_cast<std::size_t>(info.channels);
  samples_.resize(static_cast<std::size_t>(std::max<sf_count_t>(read, 1)));
  for (std::size_t i = 0; i < samples_.size(); ++i) {
    float sum = 0;
    for (std::size_t c = 0; c < channels; ++c) sum += all[i * channels + c];
    samples_[i] = sum / static_cast<float>(channels);
  }
}

std::vector<InputEvent> SoundFile::advance(double seconds) {
  double left = std::clamp(seconds, 0.0, 10.0) * rate_;
  while (left >= 1) {
    const auto from = static_cast<std::size_t>(position_);
    const std::size_t count = std::min(static_cast<std::size_t>(left), samples_.size() - from);
    meter_.add(std::span(samples_).subspan(from, count));
    position_ = from + count == samples_.size() ? 0 : position_ + static_cast<double>(count);
    left -= static_cast<double>(count);
  }
  position_ = std::min(position_ + left, static_cast<double>(samples_.size() - 1));
  return events_of(meter_.now());
}

struct SoundDevice::Impl {
  PaStream* stream = nullptr;
  Mutex mutex;
  LoudnessMeter meter GANVAS_GUARDED_BY(mutex){48000};

  static int heard(const void* input, void*, unsigned long frames, const PaStreamCallbackTimeInfo*,
                   PaStreamCallbackFlags, void* own) {
    auto* impl = static_cast<Impl*>(own);
    if (input == nullptr || !impl->mutex.try_lock()) return paContinue;  // the device must not wait
    const MutexLock lock(impl->mutex, std::adopt_lock);
    impl->meter.add({static_cast<const float*>(input), frames});
    return paContinue;
  }
};

SoundDevice::SoundDevice() : impl_(std::make_unique<Impl>()) {
  constexpr const char* sentence = "There is no sound input ({}); choose a sound file instead.";
  PaError error = Pa_Initialize();
  require(error == paNoError, sentence, Pa_GetErrorText(error));
  error = Pa_OpenDefaultStream(&impl_->stream, 1, 0, paFloat32, 48000, 256, &Impl::heard, impl_.get());
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
  return events_of(impl_->meter.now());
}

}  // namespace ganvas::inputs
