#pragma once
// One MP4 file through libavcodec and libavformat. VideoWriter gives it a thread.

#include <cstdint>
#include <filesystem>
#include <optional>

#include "media/film/canvas.h"
#include "media/film/libav.h"
#include "media/film/sound_encoder.h"
#include "media/film/video_writer.h"

namespace ganvas::media {

/// Not thread-safe. Every method throws Error; the file is of no use then.
class VideoEncoder {
 public:
  /// Opens `file` for writing; options.path is only its name in messages.
  VideoEncoder(const std::filesystem::path& file, const VideoOptions& options);

  /// Encodes a frame. The first one decides the size where the options do not.
  void add(const ImageView& frame, double seconds);
  /// Writes everything that is still in the encoder, and the index, and closes the file. Throws when no frame came.
  void finish();
  /// Bytes written so far.
  [[nodiscard]] std::uint64_t bytes() const { return bytes_; }

 private:
  struct CloseFile {
    void operator()(AVFormatContext* file) const;
  };
  void start(const ImageView& first);
  void open_codec(int width, int height);
  void write_packets();
  [[nodiscard]] double end() const;
  void check_file(int result) const;
  void check_codec(int result) const;

  const VideoOptions options_;
  std::unique_ptr<AVFormatContext, CloseFile> file_;
  libav::CodecPtr codec_;
  libav::PacketPtr packet_;
  libav::ScalerPtr to_yuv_;
  libav::FramePtr yuv_;
  std::optional<Canvas> canvas_;
  std::optional<SoundEncoder> sound_;
  AVStream* stream_ = nullptr;  // owned by file_
  double first_seconds_ = 0;
  std::int64_t last_pts_ = -1;
  std::uint64_t bytes_ = 0;
};

}  // namespace ganvas::media
