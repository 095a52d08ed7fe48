#include "media/film/canvas.h"

#include <algorithm>
#include <cmath>
#include <cstring>

#include "core/error.h"

namespace ganvas::media {
namespace {

constexpr AVPixelFormat canvas_format = AV_PIX_FMT_RGB0;

/// Copies one row of pixels as RGB0, each pixel `repeat` times.
void copy_row(const std::uint8_t* from, int channels, int count, int repeat, std::uint8_t* to) {
  const int green = channels == 1 ? 0 : 1;
  const int blue = channels == 1 ? 0 : 2;
  for (int x = 0; x < count; ++x, from += channels) {
    for (int k = 0; k < repeat; ++k, to += 4) {
      to[0] = from[0];
      to[1] = from[green];
      to[2] = from[blue];
      to[3] = 0;
    }
  }
}

std::uint8_t* pixel(AVFrame& frame, int x, int y) {
  return frame.data[0] + static_cast<std::ptrdiff_t>(y) * frame.linesize[0] + static_cast<std::ptrdiff_t>(x) * 4;
}

bool has_size(const libav::FramePtr& frame, int width, int height) {
  return frame != nullptr && frame->width == width && frame->height == height;
}

}  // namespace

Placement place_inside(int width, int height, int frame_width, int frame_height) {
  const double scale = std::min(static_cast<double>(frame_width) / width, static_cast<double>(frame_height) / height);
  Placement place;
  place.width = std::clamp(static_cast<int>(std::lround(width * scale)), 1, frame_width);
  place.height = std::clamp(static_cast<int>(std::lround(height * scale)), 1, frame_height);
  place.x = (frame_width - place.width) / 2;
  place.y = (frame_height - place.height) / 2;
  return place;
}

Canvas::Canvas(int width, int height)
    : width_(width),
      height_(height),
      canvas_(libav::make_frame(canvas_format, width + (width & 1), height + (height & 1))) {}

const AVFrame& Canvas::paint(const ImageView& picture) {
  require(!picture.empty() && picture.device == Device::cpu, "A video frame must be a picture in host memory.");
  AVFrame& canvas = *canvas_;
  const Placement place = place_inside(picture.width, picture.height, width_, height_);
  const bool whole = place.width % picture.width == 0 && place.height % picture.height == 0 &&
                     place.width / picture.width == place.height / picture.height;
  const ImageView view = whole ? picture : scaled(picture, place.width, place.height);
  const int repeat = place.width / view.width;
  if (place.width < width_ || place.height < height_) {
    for (int y = 0; y < height_; ++y) std::memset(pixel(canvas, 0, y), 0, static_cast<std::size_t>(width_) * 4);
  }
  for (int y = 0; y < place.height; ++y) {
    copy_row(view.row(y / repeat), view.channels, view.width, repeat, pixel(canvas, place.x, place.y + y));
  }
  if (canvas.width > width_) {
    for (int y = 0; y < height_; ++y) std::memcpy(pixel(canvas, width_, y), pixel(canvas, width_ - 1, y), 4);
  }
  if (canvas.height > height_) {
    std::memcpy(pixel(canvas, 0, height_), pixel(canvas, 0, height_ - 1), static_cast<std::size_t>(canvas.width) * 4);
  }
  return canvas;
}

ImageView Canvas::scaled(const ImageView& picture, int width, int height) {
  if (!has_size(source_, picture.width, picture.height)) {
    source_ = libav::make_frame(canvas_format, picture.width, picture.height);
  }
  if (!has_size(target_, width, height)) target_ = libav::make_frame(canvas_format, width, height);
  for (int y = 0; y < picture.height; ++y) {
    copy_row(picture.row(y), picture.channels, picture.width, 1, pixel(*source_, 0, y));
  }
  const int filter = width < picture.width ? SWS_AREA : SWS_BICUBIC;
  const int flags = filter | SWS_FULL_CHR_H_INT | SWS_FULL_CHR_H_INP | SWS_ACCURATE_RND;
  scaler_.reset(sws_getCachedContext(scaler_.release(), picture.width, picture.height, canvas_format, width, height,
                                     canvas_format, flags, nullptr, nullptr, nullptr));
  require(scaler_ != nullptr, "A picture of {} x {} pixels cannot be scaled to {} x {} for the film.", picture.width,
          picture.height, width, height);
  sws_scale(scaler_.get(), source_->data, source_->linesize, 0, picture.height, target_->data, target_->linesize);
  return {target_->data[0], width, height, 4, static_cast<std::size_t>(target_->linesize[0]), Device::cpu};
}

}  // namespace ganvas::media
