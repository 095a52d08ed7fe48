#include "sound/sound_file.h"

#include <sndfile.h>

#include <algorithm>
#include <cmath>
#include <string>

#include "core/error.h"
#include "core/files.h"
#include "core/outside/limits.h"

namespace ganvas::sound {

namespace {

constexpr int least_rate = 1'000;
constexpr int most_rate = limits::sound_rate, most_channels = limits::sound_channels;

/// What libsndfile says is wrong, as part of a sentence. null: with the file that could not be opened.
std::string problem_with(SNDFILE* file) {
  std::string text = sf_strerror(file);
  while (text.ends_with('.')) text.pop_back();
  return text;
}

}  // namespace

void SoundFile::Close::operator()(void* file) const {
  sf_close(static_cast<SNDFILE*>(file));
}

SoundFile::SoundFile(const std::filesystem::path& path) : path_(path) {
  require_regular_file(path);
  SF_INFO info{};
  file_.reset(sf_open(path.c_str(), SFM_READ, &info));
  require(file_ != nullptr, "{} cannot be read as sound: {}; choose a WAV, FLAC or OGG file.", path.string(),
          problem_with(nullptr));
  require(info.frames > 0, "{} holds no sound; choose another file.", path.string());
  require(info.channels >= 1 && info.channels <= most_channels, "{} has {} channels; choose a file of 1 to {}.",
          path.string(), info.channels, most_channels);
  require(info.samplerate >= least_rate && info.samplerate <= most_rate,
          "{} has {} samples a second; choose a file of {} to {}.", path.string(), info.samplerate, least_rate,
          most_rate);
  rate_ = info.samplerate;
  channels_ = info.channels;
  seconds_ = static_cast<double>(info.frames) / rate_;
  require(seconds_ <= static_cast<double>(limits::sound_seconds),
          "{} is longer than half an hour; choose a shorter piece.", path.string());
  // Sound of nothing packs into next to nothing; what is played packs to a tenth at the best.
  const std::uint64_t bytes = 2 * static_cast<std::uint64_t>(info.frames) * static_cast<std::uint64_t>(channels_);
  require(bytes <= limits::unpacked(std::filesystem::file_size(path)),
          "{} holds far more sound than a file of its size can; choose another file.", path.string());
  most_ = limits::sound_seconds * static_cast<std::uint64_t>(rate_);
}

std::size_t SoundFile::read(std::span<float> to) {
  auto* file = static_cast<SNDFILE*>(file_.get());
  const std::uint64_t wanted = std::min<std::uint64_t>(to.size() / static_cast<std::size_t>(channels_), most_);
  if (wanted == 0) return 0;
  const sf_count_t count = sf_readf_float(file, to.data(), static_cast<sf_count_t>(wanted));
  require(sf_error(file) == SF_ERR_NO_ERROR && count >= 0, "{} is damaged: {}; choose another file.", path_.string(),
          problem_with(file));
  most_ -= static_cast<std::uint64_t>(count);
  const auto read = static_cast<std::size_t>(count);
  for (float& value : to.first(read * static_cast<std::size_t>(channels_)))
    if (!std::isfinite(value)) value = 0;
  return read;
}

}  // namespace ganvas::sound
