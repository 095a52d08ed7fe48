#pragma once
// Brings pictures of any size and channel count onto a film's canvas of one size.

#include "core/image.h"
#include "media/film/libav.h"

namespace ganvas::media {

/// A rectangle of whole pixels.
struct Placement {
  int x = 0;
  int y = 0;
  int width = 0;
  int height = 0;
  bool operator==(const Placement&) const = default;
};

/// The largest rectangle with the shape of width x height inside frame_width x frame_height, centred.
Placement place_inside(int width, int height, int frame_width, int frame_height);

/// Not thread-safe.
class Canvas {
 public:
  /// Pictures are fitted into width x height pixels; the canvas itself is made even by repeating the last column and
  /// row.
  Canvas(int width, int height);

  /// Paints a host picture: pixel by pixel where the canvas is a whole multiple of it, else scaled to fit, on black.
  /// Alpha is ignored. The result is RGB0 and valid until the next call.
  const AVFrame& paint(const ImageView& picture);

 private:
  ImageView scaled(const ImageView& picture, int width, int height);

  int width_;
  int height_;
  libav::FramePtr canvas_;
  libav::ScalerPtr scaler_;  // for pictures of another size, with its two frames
  libav::FramePtr source_;
  libav::FramePtr target_;
};

}  // namespace ganvas::media
