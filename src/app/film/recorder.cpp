#include "app/film/recorder.h"

#include <algorithm>

namespace ganvas::app {

namespace {

constexpr int shortest_side = 512;  // pixels; smaller pictures are enlarged by a whole number

/// RGBA -> RGB with the caption, large enough for its text. As the file's size is that of its first picture, all of a
/// film have a caption or none has.
Image captioned(const Image& picture, const media::Caption& caption) {
  const int factor = std::max(1, (shortest_side + picture.width - 1) / picture.width);
  Image large(picture.width * factor, picture.height * factor, 3);
  for (int y = 0; y < large.height; ++y)
    for (int x = 0; x < large.width; ++x) std::copy_n(picture.at(x / factor, y / factor), 3, large.at(x, y));
  return media::with_caption(large, caption);
}

}  // namespace

Recorder::Recorder(const std::string& path, int fps)
    : path_(path), writer_({.path = path, .shortest_side = shortest_side, .fps = fps}), thread_([this] { work(); }) {}

Recorder::~Recorder() {
  finish();
}

void Recorder::finish() {
  shots_.close();
  if (thread_.joinable()) thread_.join();
  try {
    writer_.finish();
  } catch (const std::exception&) {
    // error() has it.
  }
}

void Recorder::add(FramePtr frame, double seconds, std::shared_ptr<const media::Caption> caption) {
  Shot shot{std::move(frame), seconds, std::move(caption)};
  if (!shots_.try_push(shot)) ++dropped_;
}

void Recorder::close(double seconds) {
  end_ = seconds;
  shots_.close();
}

RecordView Recorder::view() const {
  const media::VideoStats stats = writer_.stats();
  return {.recording = true,
          .path = path_,
          .seconds = stats.seconds,
          .bytes = stats.bytes,
          .frames = stats.frames,
          .dropped = stats.dropped + dropped_};
}

void Recorder::work() {
  std::shared_ptr<const Image> image;
  double last = 0;
  while (auto shot = shots_.pop()) {
    image = host_image(*shot->frame);
    if (shot->caption) image = std::make_shared<const Image>(captioned(*image, *shot->caption));
    last = shot->seconds;
    writer_.push(image, last);
  }
  if (image && end_ > last) writer_.push(image, end_);  // the last picture is shown to the end
  writer_.close();
}

}  // namespace ganvas::app
