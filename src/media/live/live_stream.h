#pragma once
// The picture in another program at once: over the network or as a camera.

#include <chrono>
#include <condition_variable>
#include <functional>
#include <memory>
#include <stop_token>
#include <string>
#include <thread>

#include "core/image.h"
#include "core/threads/mutex.h"
#include "media/live/live_options.h"

namespace ganvas::media {

class LiveSink;

/// Sends the newest picture at a steady rate, the last one again where no newer has come, black before the first. A
/// thread of its own connects, scales and encodes. What cannot be reached at first ends the stream (error()); a
/// connection that is lost later is tried again every two seconds. Methods are for one thread and never wait, but for
/// the destructor.
class LiveStream {
 public:
  /// Gives the picture in host memory; called on the stream's thread.
  using Picture = std::function<std::shared_ptr<const Image>()>;

  /// Throws Error as check_live().
  explicit LiveStream(const LiveOptions& options);
  ~LiveStream();
  LiveStream(const LiveStream&) = delete;
  LiveStream& operator=(const LiveStream&) = delete;

  /// From now on.
  void show(Picture picture);
  void set_framing(const Framing& framing);
  /// Ends soon: see done().
  void stop() { thread_.request_stop(); }
  /// It has ended, by stop() or with error().
  [[nodiscard]] bool done() const;
  [[nodiscard]] LiveStats stats() const;
  /// One sentence; empty while all is well.
  [[nodiscard]] std::string error() const;
  [[nodiscard]] const LiveOptions& options() const { return options_; }

 private:
  class Painter;
  void run(const std::stop_token& stop);
  void keep_sending(const std::stop_token& stop);
  void send(LiveSink& sink, Painter& painter, const std::stop_token& stop);
  void pause(const std::stop_token& stop, std::chrono::steady_clock::time_point until);

  const LiveOptions options_;
  mutable Mutex mutex_;
  std::condition_variable_any wake_;
  Picture newest_ GANVAS_GUARDED_BY(mutex_);
  bool fresh_ GANVAS_GUARDED_BY(mutex_) = false;
  Framing framing_ GANVAS_GUARDED_BY(mutex_);
  LiveStats stats_ GANVAS_GUARDED_BY(mutex_);
  std::string error_ GANVAS_GUARDED_BY(mutex_);
  bool done_ GANVAS_GUARDED_BY(mutex_) = false;
  std::jthread thread_;
};

}  // namespace ganvas::media
