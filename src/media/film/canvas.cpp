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

/// The whole pixels nearest to a part, one at least.
ImageView part_of(const ImageView& picture, const PicturePart& part) {
  const auto left = std::min(static_cast<int>(std::lround(part.x * picture.width)), picture.width - 1);
  const auto top = std::min(static_cast<int>(std::lround(part.y * picture.height)), picture.height - 1);
  const auto right = static_cast<int>(std::lround((part.x + part.width) * picture.width));
  const auto bottom = static_cast<int>(std::lround((part.y + part.height) * picture.height));
  ImageView shown = picture;
  shown.data = picture.row(top) + static_cast<std::ptrdiff_t>(left) * picture.channels;
  shown.width = std::clamp(right, left + 1, picture.width) - left;
  shown.height = std::clamp(bottom, top + 1, picture.height) - top;
  return shown;
}

bool has_size(const libav::FramePtr& frame, int width, int height) {
  return frame != nullptr && frame->width == width && frame->height == height;
}

}  // namespace

Canvas::Canvas(int width, int height, const Framing& framing)
    : width_(width),
      height_(height),
      framing_(framing),
      canvas_(libav::make_frame(canvas_format, width + (width & 1), height + (height & 1))) {}

const AVFrame& Canvas::paint(const ImageView& picture) {
  require(!picture.empty() && picture.device == Device::cpu, "A video frame must be a picture in host memory.");
  AVFrame& canvas = *canvas_;
  const Framed shown = framed(framing_, picture.width, picture.height, width_, height_);
  if (shown.place.width < width_ || shown.place.height < height_) paint_border(picture);
  const ImageView part = part_of(picture, shown.part);
  const bool whole = shown.place.width % part.width == 0 && shown.place.height % part.height == 0 &&
                     shown.place.width / part.width == shown.place.height / part.height;
  const int filter = shown.place.width < part.width ? SWS_AREA : SWS_BICUBIC;
  put(whole ? part : to_place_.scaled(part, shown.place.width, shown.place.height, filter), shown.place);
  if (canvas.width > width_) {
    for (int y = 0; y < height_; ++y) std::memcpy(pixel(canvas, width_, y), pixel(canvas, width_ - 1, y), 4);
  }
  if (canvas.height > height_) {
    std::memcpy(pixel(canvas, 0, height_), pixel(canvas, 0, height_ - 1), static_cast<std::size_t>(canvas.width) * 4);
  }
  return canvas;
}

void Canvas::paint_border(const ImageView& picture) {
  if (framing_.border == Framing::Border::black) {
    for (int y = 0; y < height_; ++y) std::memset(pixel(*canvas_, 0, y), 0, static_cast<std::size_t>(width_) * 4);
    return;
  }
  Framing behind = framing_;
  behind.fit = Framing::Fit::cover;
  const ImageView part = part_of(picture, framed(behind, picture.width, picture.height, width_, height_).part);
  const PixelPlace cells = place_inside(width_, height_, Framing::blurred_cells, Framing::blurred_cells);
  const ImageView small = to_blur_.scaled(part, cells.width, cells.height, SWS_AREA);
  put(from_blur_.scaled(small, width_, height_, SWS_BICUBIC), {0, 0, width_, height_});
}

/// Each pixel as often as the place asks.
void Canvas::put(const ImageView& picture, const PixelPlace& place) {
  const int repeat = place.width / picture.width;
  for (int y = 0; y < place.height; ++y) {
    copy_row(picture.row(y / repeat), picture.channels, picture.width, repeat, pixel(*canvas_, place.x, place.y + y));
  }
}

ImageView Canvas::Scaler::scaled(const ImageView& picture, int width, int height, int filter) {
  if (!has_size(source_, picture.width, picture.height)) {
    source_ = libav::make_frame(canvas_format, picture.width, picture.height);
  }
  if (!has_size(target_, width, height)) target_ = libav::make_frame(canvas_format, width, height);
  for (int y = 0; y < picture.height; ++y) {
    copy_row(picture.row(y), picture.channels, picture.width, 1, pixel(*source_, 0, y));
  }
  const int flags = filter | SWS_FULL_CHR_H_INT | SWS_FULL_CHR_H_INP | SWS_ACCURATE_RND;
  scaler_.reset(sws_getCachedContext(scaler_.release(), picture.width, picture.height, canvas_format, width, height,
                                     canvas_format, flags, nullptr, nullptr, nullptr));
  require(scaler_ != nullptr, "A picture of {} x {} pixels cannot be scaled to {} x {} for the film.", picture.width,
          picture.height, width, height);
  sws_scale(scaler_.get(), source_->data, source_->linesize, 0, picture.height, target_->data, target_->linesize);
  return {target_->data[0], width, height, 4, static_cast<std::size_t>(target_->linesize[0]), Device::cpu};
}

}  // namespace ganvas::media
