#pragma once
// Where a live picture goes, once somebody is there to take it.

#include <cstdint>
#include <memory>
#include <stop_token>
#include <string>

#include "media/film/libav.h"

namespace ganvas::media {

/// Used by the thread that opened it. Every method throws Error when the other side is gone.
class LiveSink {
 public:
  virtual ~LiveSink() = default;
  LiveSink() = default;
  LiveSink(const LiveSink&) = delete;
  LiveSink& operator=(const LiveSink&) = delete;
  /// A picture in YUV 4:2:0, BT.709, 16..235; `number` counts frames at the stream's rate and grows.
  virtual void send(AVFrame& picture, std::int64_t number) = 0;
  /// Sent so far.
  [[nodiscard]] virtual std::uint64_t bytes() const = 0;
};

struct SinkOptions {
  std::string address;
  int width = 0;   ///< pixels, even
  int height = 0;  ///< pixels, even
  int fps = 30;
  int kilobits = 0;  ///< a second
};

/// H.264 in MPEG-TS over UDP or SRT, in FLV over RTMP. Waits for the other side at most ten seconds, and no longer than
/// `stop` allows. Throws Error.
std::unique_ptr<LiveSink> open_network(const SinkOptions& options, std::stop_token stop);

/// A device of the kernel module v4l2loopback, which other programs take for a camera. Throws Error, which says how to
/// get one.
std::unique_ptr<LiveSink> open_camera(const SinkOptions& options);

}  // namespace ganvas::media
