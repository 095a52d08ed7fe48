#pragma once
// One GIF or animated WebP through libavfilter, libavcodec and libavformat.

#include <cstdint>
#include <filesystem>
#include <memory>

#include "core/image.h"

namespace ganvas::media {

struct AnimationOptions {
  std::filesystem::path path;  ///< .gif or .webp: decides the format; the name in messages
  int fps = 30;                ///< 1..100; GIF counts time in 1/100 s
  bool loop = true;            ///< shown for ever, else once
};

/// Not thread-safe. Every method throws Error; the file is of no use then.
class AnimationEncoder {
 public:
  /// Opens `file` for writing.
  AnimationEncoder(const std::filesystem::path& file, const AnimationOptions& options);
  ~AnimationEncoder();
  AnimationEncoder(AnimationEncoder&&) noexcept;

  /// The next frame, of 1, 3 or 4 channels; all have the first one's size.
  void add(const ImageView& frame);
  /// Writes what is still in the encoder and closes the file. Throws when no frame came.
  void finish();

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace ganvas::media
