#pragma once
// Sound files (libsndfile), read from begin to end.

#include <cstdint>
#include <filesystem>
#include <memory>
#include <span>

namespace ganvas::sound {

/// A WAV, FLAC, OGG or other file that libsndfile reads: at most half an hour, 8 channels, 1,000 to 384,000 samples a
/// second. For one thread. Every method throws Error, naming the file, when it is damaged.
class SoundFile {
 public:
  explicit SoundFile(const std::filesystem::path& path);

  [[nodiscard]] int rate() const { return rate_; }  ///< samples a second of each channel
  [[nodiscard]] int channels() const { return channels_; }
  /// As the file states it; a file that was cut off ends before.
  [[nodiscard]] double seconds() const { return seconds_; }

  /// The next samples of all channels, sample by sample, finite and mostly in -1..1. `to` holds a multiple of
  /// channels() values; returns how many times that was read, less than asked for at the end alone.
  std::size_t read(std::span<float> to);

 private:
  struct Close {
    void operator()(void* file) const;
  };
  std::filesystem::path path_;
  std::unique_ptr<void, Close> file_;  ///< an SNDFILE
  int rate_ = 0, channels_ = 0;
  double seconds_ = 0;
  std::uint64_t most_ = 0;  ///< samples of a channel that half an hour holds, less those that were read
};

}  // namespace ganvas::sound
