#pragma once
// The sound of a film: a sound file as a stream of AAC beside the pictures. For VideoEncoder.

#include <cstdint>
#include <filesystem>
#include <vector>

#include "media/film/libav.h"
#include "sound/sound_file.h"

namespace ganvas::media {

/// All channels of the file at its own rate, or at 48,000 samples a second where AAC has no such rate. Not thread-safe.
/// Every method throws Error; the film is of no use then.
class SoundEncoder {
 public:
  /// Opens `sound`. `film` is only its name in messages, and outlives this.
  SoundEncoder(const std::filesystem::path& sound, const std::filesystem::path& film);

  /// Adds the stream to a file whose header is not written yet.
  void add_stream(AVFormatContext& file);
  /// Hands over all sound before `seconds` of the film, in whole packets. After the header.
  void write_until(double seconds);
  /// The sound ends with the film: what is longer is cut off, after a shorter one there is silence.
  void finish(double seconds);

 private:
  struct FreeResampler {
    void operator()(SwrContext* resampler) const { swr_free(&resampler); }
  };
  void check(int result) const;
  void open_resampler();
  bool read_more();
  void encode(std::int64_t count);
  void write_packets();

  const std::filesystem::path& film_;
  sound::SoundFile sound_;
  libav::CodecPtr codec_;
  libav::PacketPtr packet_;
  std::unique_ptr<SwrContext, FreeResampler> resampler_;
  AVFormatContext* file_ = nullptr;          // VideoEncoder's
  AVStream* stream_ = nullptr;               // owned by file_
  std::vector<std::vector<float>> waiting_;  ///< samples for the encoder, of each channel
  std::vector<float> read_;                  ///< of the file
  bool ended_ = false;                       ///< the file has no more
  std::int64_t encoded_ = 0;                 ///< samples of a channel
};

}  // namespace ganvas::media
