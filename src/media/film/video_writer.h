#pragma once
// Films: MP4 files written on a thread of their own while pictures keep coming.

#include <cstdint>
#include <filesystem>
#include <future>
#include <memory>
#include <string>
#include <thread>

#include "core/image.h"
#include "core/threads/mutex.h"
#include "core/threads/queue.h"

namespace ganvas::media {

class VideoEncoder;

struct VideoOptions {
  std::filesystem::path path;   ///< ends in .mp4; missing folders are made
  std::filesystem::path sound;  ///< a sound file, which begins with the first frame; empty: a silent film
  int width = 0;                ///< pixels; 0: the size of the first frame
  int height = 0;               ///< pixels; 0: the size of the first frame
  int shortest_side = 0;  ///< a smaller first frame is enlarged by a whole number, pixels sharp, up to this; 0: never
  int fps = 30;           ///< nominal frames a second: key frames, the length of the last frame
  int crf = 18;           ///< quality as x264 counts it: 0 lossless .. 51 worst
  std::string preset = "veryfast";  ///< x264's speed preset
  std::string encoder;              ///< a name of libavcodec; empty: the best there is
  int threads = 1;                  ///< of the encoder; 0: all cores
  std::size_t capacity = 8;         ///< frames that may wait for the encoder
  bool wait = false;                ///< push() waits for room (export) instead of dropping the frame (live)
};

struct VideoStats {
  std::uint64_t frames = 0;   ///< handed to the encoder
  std::uint64_t dropped = 0;  ///< live frames for which there was no room
  std::uint64_t bytes = 0;    ///< written so far
  double seconds = 0;         ///< from the first frame to the newest
};

/// The encoder that films use here: "libx264" (H.264), or "mpeg4" where libavcodec was built without it. Throws Error
/// when there is neither.
std::string video_encoder_name();

/// Records one film. Frames have the time stamps they come with (variable frame rate, 1/60000 s); sizes are padded to
/// even by repeating the last column and row; frames of another size are letterboxed into the first one's.
/// The file appears under its name when the film is whole, never before, and never when something failed.
/// Methods are for one thread at a time; none but finish() and a waiting push() takes longer than a lock.
class VideoWriter {
 public:
  /// Starts the thread and opens the file under a temporary name. Throws Error when that fails or the name is no .mp4.
  explicit VideoWriter(VideoOptions options);
  /// Without finish() or close() before, the film is given up and nothing is left of it.
  ~VideoWriter();
  VideoWriter(const VideoWriter&) = delete;
  VideoWriter& operator=(const VideoWriter&) = delete;

  /// Hands over a frame of 1, 3 or 4 channels, shown from `seconds` on (any origin; the first frame is time 0; times
  /// that do not grow move one tick on). A live frame that finds no room is counted and dropped.
  /// Returns false when the film takes no more frames: it was closed, or failed (see error()).
  bool push(std::shared_ptr<const Image> frame, double seconds);

  /// No more frames; returns at once. The thread writes what waits and ends: see done().
  void close();
  /// True once the thread has ended: the film is whole under its name, or error() says why not.
  [[nodiscard]] bool done() const;
  /// close(), waits for the end and throws Error with error() when the film failed. May be called again.
  void finish();

  [[nodiscard]] VideoStats stats() const;
  /// One sentence; empty while all is well.
  [[nodiscard]] std::string error() const;
  [[nodiscard]] const VideoOptions& options() const { return options_; }

 private:
  struct Item {
    std::shared_ptr<const Image> frame;
    double seconds = 0;
  };
  void run(const std::stop_token& stop);
  void write_film(VideoEncoder& encoder, const std::stop_token& stop);

  const VideoOptions options_;
  Queue<Item> queue_;
  std::promise<void> opened_;  // kept once by the thread: the file is open, or why not
  mutable Mutex mutex_;
  VideoStats stats_ GANVAS_GUARDED_BY(mutex_);
  std::string error_ GANVAS_GUARDED_BY(mutex_);
  bool done_ GANVAS_GUARDED_BY(mutex_) = false;
  bool closed_ = false;       // owner's thread
  bool any_ = false;          // owner's thread: a frame has come
  double first_seconds_ = 0;  // owner's thread
  std::jthread thread_;
};

}  // namespace ganvas::media
