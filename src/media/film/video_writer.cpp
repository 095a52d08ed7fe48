#include "media/film/video_writer.h"

#include <algorithm>
#include <exception>
#include <utility>

#include "core/error.h"
#include "core/files.h"
#include "core/sentence.h"
#include "media/film/video_encoder.h"

namespace ganvas::media {
namespace {

VideoOptions checked(VideoOptions options) {
  require(options.path.extension() == ".mp4", "Films are MP4 files, so give {} a name that ends in .mp4.",
          options.path.string());
  require(options.fps >= 1 && options.fps <= 1000, "A film cannot have {} frames a second; use 1 to 1000.",
          options.fps);
  require(options.crf >= 0 && options.crf <= 51, "A film's quality cannot be {}; use 0 (best) to 51.", options.crf);
  options.capacity = std::max<std::size_t>(options.capacity, 1);
  return options;
}

}  // namespace

VideoWriter::VideoWriter(VideoOptions options)
    : options_(checked(std::move(options))),
      queue_(options_.capacity),
      thread_([this](const std::stop_token& stop) { run(stop); }) {
  opened_.get_future().get();
}

VideoWriter::~VideoWriter() {
  if (!closed_) thread_.request_stop();
  queue_.close();
  if (thread_.joinable()) thread_.join();  // here, because a jthread's own destructor would give the film up
}

bool VideoWriter::push(std::shared_ptr<const Image> frame, double seconds) {
  require(frame != nullptr && !frame->empty(), "An empty picture cannot be recorded to {}.", options_.path.string());
  if (closed_ || done()) return false;
  Item item{std::move(frame), seconds};
  const bool room = options_.wait ? queue_.push(std::move(item)) : queue_.try_push(item);
  const MutexLock lock(mutex_);
  if (!room && (options_.wait || !error_.empty())) return false;
  if (!std::exchange(any_, true)) first_seconds_ = seconds;
  stats_.seconds = std::max(stats_.seconds, seconds - first_seconds_);
  if (!room) ++stats_.dropped;
  return true;
}

void VideoWriter::close() {
  closed_ = true;
  queue_.close();
}

void VideoWriter::finish() {
  close();
  if (thread_.joinable()) thread_.join();
  const std::string sentence = error();
  if (!sentence.empty()) throw Error(sentence);
}

bool VideoWriter::done() const {
  const MutexLock lock(mutex_);
  return done_;
}

VideoStats VideoWriter::stats() const {
  const MutexLock lock(mutex_);
  return stats_;
}

std::string VideoWriter::error() const {
  const MutexLock lock(mutex_);
  return error_;
}

// An exception may not leave a thread: it becomes the sentence of error(), and of the constructor when it comes that
// early.
void VideoWriter::run(const std::stop_token& stop) {
  bool opened = false;
  std::string sentence;
  try {
    write_file_with(options_.path, [&](const std::filesystem::path& temporary) {
      VideoEncoder encoder(temporary, options_);
      opened = true;
      opened_.set_value();
      write_film(encoder, stop);
    });
  } catch (const std::exception& problem) {
    sentence = sentence_of(problem);
  }
  {
    const MutexLock lock(mutex_);
    error_ = sentence;
    done_ = true;
  }
  queue_.close();
  if (!opened) opened_.set_exception(std::make_exception_ptr(Error(sentence)));
}

void VideoWriter::write_film(VideoEncoder& encoder, const std::stop_token& stop) {
  const auto go_on = [&] {
    require(!stop.stop_requested(), "The recording of {} was given up.", options_.path.string());
  };
  while (const std::optional<Item> item = queue_.pop()) {
    go_on();
    encoder.add(item->frame->view(), item->seconds);
    const MutexLock lock(mutex_);
    ++stats_.frames;
    stats_.bytes = encoder.bytes();
  }
  go_on();
  encoder.finish();
  const MutexLock lock(mutex_);
  stats_.bytes = encoder.bytes();
}

}  // namespace ganvas::media
