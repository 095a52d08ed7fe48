#include "media/live/live_stream.h"

#include <optional>
#include <utility>

#include "core/error.h"
#include "core/sentence.h"
#include "core/threads/threads.h"
#include "media/film/canvas.h"
#include "media/live/address.h"
#include "media/live/live_sink.h"

namespace ganvas::media {

namespace {

using Clock = std::chrono::steady_clock;

constexpr std::chrono::seconds between_tries{2};

void check_number(int value, int least, int most, const char* what) {
  require(value >= least && value <= most, "{} of a live picture must be {} to {}, not {}.", what, least, most, value);
}

}  // namespace

void check_live(const LiveOptions& options) {
  kind_of_address(options.address);
  check_number(options.width, 16, 7680, "The width");
  check_number(options.height, 16, 4320, "The height");
  require(options.width % 2 == 0 && options.height % 2 == 0,
          "A live picture has an even number of pixels each way, not {} x {}.", options.width, options.height);
  check_number(options.fps, 1, 120, "The frames a second");
  check_number(options.kilobits, 100, 100'000, "The kilobits a second");
  check_framing(options.framing);
}

/// The picture as the encoder takes it; what did not change is not painted again.
class LiveStream::Painter {
 public:
  explicit Painter(const LiveOptions& options)
      : width_(options.width),
        height_(options.height),
        to_yuv_(libav::make_yuv_converter(width_, height_)),
        yuv_(libav::make_frame(AV_PIX_FMT_YUV420P, width_, height_)) {
    Image black(16, 16, 1);
    picture_ = std::make_shared<const Image>(std::move(black));
  }

  /// A null picture: the one before.
  AVFrame& paint(std::shared_ptr<const Image> picture, const Framing& framing) {
    if (picture != nullptr) picture_ = std::move(picture);
    const bool reframed = !canvas_ || framing != framing_;
    if (reframed) canvas_.emplace(width_, height_, framing);
    framing_ = framing;
    if (!reframed && painted_ == picture_) return *yuv_;
    painted_ = picture_;
    const AVFrame& rgb = canvas_->paint(picture_->view());
    require(av_frame_make_writable(yuv_.get()) >= 0, "There is no memory for a picture of the stream.");
    sws_scale(to_yuv_.get(), rgb.data, rgb.linesize, 0, rgb.height, yuv_->data, yuv_->linesize);
    return *yuv_;
  }

 private:
  int width_, height_;
  libav::ScalerPtr to_yuv_;
  libav::FramePtr yuv_;
  std::optional<Canvas> canvas_;
  Framing framing_;
  std::shared_ptr<const Image> picture_, painted_;
};

LiveStream::LiveStream(const LiveOptions& options)
    : options_((check_live(options), options)),
      framing_(options.framing),
      thread_([this](const std::stop_token& stop) { run(stop); }) {}

LiveStream::~LiveStream() {
  thread_.request_stop();
  if (thread_.joinable()) thread_.join();
}

void LiveStream::show(Picture picture) {
  const MutexLock lock(mutex_);
  newest_ = std::move(picture);
  fresh_ = true;
}

void LiveStream::set_framing(const Framing& framing) {
  const MutexLock lock(mutex_);
  framing_ = framing;
}

bool LiveStream::done() const {
  const MutexLock lock(mutex_);
  return done_;
}

LiveStats LiveStream::stats() const {
  const MutexLock lock(mutex_);
  return stats_;
}

std::string LiveStream::error() const {
  const MutexLock lock(mutex_);
  return error_;
}

// An exception may not leave a thread: it becomes the sentence of error().
void LiveStream::run(const std::stop_token& stop) {
  name_thread("live");
  std::string sentence;
  try {
    keep_sending(stop);
  } catch (const std::exception& problem) {
    sentence = sentence_of(problem);
  }
  const MutexLock lock(mutex_);
  if (!stop.stop_requested()) error_ = sentence;
  stats_.connected = false;
  done_ = true;
}

void LiveStream::keep_sending(const std::stop_token& stop) {
  const SinkOptions wanted{options_.address, options_.width, options_.height, options_.fps, options_.kilobits};
  Painter painter(options_);
  bool connected_once = false;
  while (!stop.stop_requested()) {
    try {
      const std::unique_ptr<LiveSink> sink =
          kind_of_address(options_.address) == LiveKind::camera ? open_camera(wanted) : open_network(wanted, stop);
      connected_once = true;
      {
        const MutexLock lock(mutex_);
        stats_.connected = true;
        stats_.problem.clear();
        ++stats_.connections;
      }
      send(*sink, painter, stop);
    } catch (const Error& problem) {
      if (!connected_once) throw;
      const MutexLock lock(mutex_);
      stats_.connected = false;
      stats_.problem = problem.what();
    }
    pause(stop, Clock::now() + between_tries);
  }
}

/// One connection: frame after frame at its time, until it is lost or the stream ends.
void LiveStream::send(LiveSink& sink, Painter& painter, const std::stop_token& stop) {
  const Clock::time_point begin = Clock::now();
  const std::chrono::duration<double> period(1.0 / options_.fps);
  for (std::int64_t number = 0; !stop.stop_requested();) {
    Picture newer;
    Framing framing;
    {
      const MutexLock lock(mutex_);
      if (std::exchange(fresh_, false)) newer = newest_;
      framing = framing_;
    }
    sink.send(painter.paint(newer ? newer() : nullptr, framing), number);
    const auto due = static_cast<std::int64_t>((Clock::now() - begin) / period) + 1;  // the next one in time
    {
      const MutexLock lock(mutex_);
      ++stats_.frames;
      if (newer) ++stats_.pictures;
      stats_.late += static_cast<std::uint64_t>(due - number - 1);
      stats_.bytes = sink.bytes();
    }
    number = due;
    pause(stop, begin + std::chrono::duration_cast<Clock::duration>(period * static_cast<double>(number)));
  }
}

void LiveStream::pause(const std::stop_token& stop, std::chrono::steady_clock::time_point until) {
  MutexLock lock(mutex_);
  wake_.wait_until(lock, stop, until, [] { return false; });
}

}  // namespace ganvas::media
