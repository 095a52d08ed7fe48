#include "app/recorder.h"

namespace ganvas {

Recorder::Recorder(const std::string& path, int fps)
    : path_(path), writer_({.path = path, .shortest_side = 512, .fps = fps}), thread_([this] { work(); }) {}

Recorder::~Recorder() {
  shots_.close();
  if (thread_.joinable()) thread_.join();
  try {
    writer_.finish();
  } catch (const std::exception&) {
    // error() had it for whoever asked in time; a destructor has nobody to tell.
  }
}

void Recorder::add(FramePtr frame, double seconds) {
  Shot shot{std::move(frame), seconds};
  if (!shots_.try_push(shot)) ++dropped_;
}

void Recorder::close(double seconds) {
  end_ = seconds;
  shots_.close();
}

RecordView Recorder::view() const {
  const VideoStats stats = writer_.stats();
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
    last = shot->seconds;
    writer_.push(image, last);
  }
  if (image && end_ > last) writer_.push(image, end_);  // the last picture is shown to the end
  writer_.close();
}

}  // namespace ganvas
