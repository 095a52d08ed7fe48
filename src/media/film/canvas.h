#pragma once
// Brings pictures of any size and channel count onto a film's canvas of one size.

#include "core/image.h"
#include "core/pictures/framing.h"
#include "media/film/libav.h"

namespace ganvas::media {

/// Not thread-safe.
class Canvas {
 public:
  /// Pictures fill width x height pixels as `framing` says; the canvas itself is made even by repeating the last column
  /// and row.
  Canvas(int width, int height, const Framing& framing = {});

  /// Paints a host picture: pixel by pixel where the canvas is a whole multiple of what is shown of it, else scaled.
  /// Alpha is ignored. The result is RGB0 and valid until the next call.
  const AVFrame& paint(const ImageView& picture);

 private:
  /// Pictures of another size, and the two frames that this takes.
  class Scaler {
   public:
    ImageView scaled(const ImageView& picture, int width, int height, int filter);

   private:
    libav::ScalerPtr scaler_;
    libav::FramePtr source_;
    libav::FramePtr target_;
  };
  void paint_border(const ImageView& picture);
  void put(const ImageView& picture, const PixelPlace& place);

  int width_;
  int height_;
  Framing framing_;
  libav::FramePtr canvas_;
  Scaler to_place_, to_blur_, from_blur_;
};

}  // namespace ganvas::media
