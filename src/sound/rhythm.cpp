#include "sound/rhythm.h"

#include <aubio/aubio.h>

#include <algorithm>
#include <bit>
#include <cmath>
#include <limits>
#include <numbers>
#include <utility>

#include "core/error.h"

namespace ganvas::sound {

namespace {

constexpr double pulse_seconds = 0.15;
constexpr double hop_seconds = 0.006;  ///< between two looks: how finely onsets and beats are placed
constexpr std::size_t hops_of_window = 4;
constexpr float loudest = 8;  ///< of a sample; the powers of louder ones may have no number

struct FreeAubio {
  void operator()(aubio_onset_t* onset) const { del_aubio_onset(onset); }
  void operator()(aubio_tempo_t* tempo) const { del_aubio_tempo(tempo); }
  void operator()(fvec_t* values) const { del_fvec(values); }
};

/// The power of two that is nearest to hop_seconds.
std::size_t hop_of(int rate) {
  const auto samples = static_cast<std::size_t>(std::max(4.0, hop_seconds * rate * std::numbers::sqrt2));
  return std::bit_floor(samples);
}

}  // namespace

double pulse(double seconds) {
  return std::exp(-seconds / pulse_seconds);
}

struct RhythmMeter::Impl {
  double rate;
  std::unique_ptr<fvec_t, FreeAubio> hop;    ///< the samples of a look
  std::unique_ptr<fvec_t, FreeAubio> found;  ///< a value: 0 where there is nothing
  std::unique_ptr<aubio_onset_t, FreeAubio> onset;
  std::unique_ptr<aubio_tempo_t, FreeAubio> tempo;
  std::size_t filled = 0;  ///< samples of `hop`
  std::vector<double> onsets, beats;

  explicit Impl(int r) : rate(r) {
    const auto length = static_cast<uint_t>(hop_of(r)), window = static_cast<uint_t>(hops_of_window) * length;
    hop.reset(new_fvec(length));
    found.reset(new_fvec(1));
    onset.reset(new_aubio_onset("default", window, length, static_cast<uint_t>(r)));
    tempo.reset(new_aubio_tempo("default", window, length, static_cast<uint_t>(r)));
    require(hop && found && onset && tempo, "There is no memory for listening to sound of {} samples a second.", r);
    // A beat between two strokes may fall into silence; it is one all the same.
    aubio_tempo_set_silence(tempo.get(), -std::numeric_limits<float>::infinity());
  }

  void look() {
    aubio_onset_do(onset.get(), hop.get(), found.get());
    if (found->data[0] > 0) keep(onsets, aubio_onset_get_last(onset.get()));
    aubio_tempo_do(tempo.get(), hop.get(), found.get());
    if (found->data[0] > 0) keep(beats, aubio_tempo_get_last(tempo.get()));
  }

  void keep(std::vector<double>& times, uint_t sample) const {
    const double seconds = sample / rate;
    if (times.empty() || times.back() < seconds) times.push_back(seconds);
  }
};

RhythmMeter::RhythmMeter(int rate) : impl_(std::make_unique<Impl>(rate)) {}
RhythmMeter::~RhythmMeter() = default;
RhythmMeter::RhythmMeter(RhythmMeter&&) noexcept = default;
RhythmMeter& RhythmMeter::operator=(RhythmMeter&&) noexcept = default;

void RhythmMeter::add(std::span<const float> samples) {
  Impl& impl = *impl_;
  while (!samples.empty()) {
    const std::size_t count = std::min<std::size_t>(samples.size(), impl.hop->length - impl.filled);
    std::transform(samples.begin(), samples.begin() + static_cast<std::ptrdiff_t>(count), impl.hop->data + impl.filled,
                   [](float sample) { return std::isfinite(sample) ? std::clamp(sample, -loudest, loudest) : 0; });
    samples = samples.subspan(count);
    impl.filled += count;
    if (impl.filled < impl.hop->length) return;
    impl.filled = 0;
    impl.look();
  }
}

std::vector<double> RhythmMeter::take_onsets() {
  return std::exchange(impl_->onsets, {});
}

std::vector<double> RhythmMeter::take_beats() {
  return std::exchange(impl_->beats, {});
}

}  // namespace ganvas::sound
