#pragma once
// Films the picture while you play. No torch.

#include <atomic>
#include <memory>
#include <string>
#include <thread>

#include "app/film/film_view.h"
#include "app/render/frame.h"
#include "core/threads/queue.h"
#include "media/caption.h"
#include "media/film/video_writer.h"

namespace ganvas::app {

/// One film. Made on a worker (opening the file may take a moment), then used on the UI thread; never waits there, but
/// in the destructor. Copies from device memory happen on its own thread.
class Recorder {
 public:
  /// Throws Error when the file cannot be opened.
  Recorder(const std::string& path, int fps);
  ~Recorder();  ///< ends and finishes the film

  /// A frame that is shown from `seconds` on; with the caption below it, where there is one.
  void add(FramePtr frame, double seconds, std::shared_ptr<const media::Caption> caption = nullptr);
  /// Waits until the film is whole, or has failed.
  void finish();
  /// The film ends at `seconds`.
  void close(double seconds);
  /// The file is whole, or error() says why not. After close().
  [[nodiscard]] bool done() const { return writer_.done(); }
  [[nodiscard]] std::string error() const { return writer_.error(); }
  [[nodiscard]] RecordView view() const;

 private:
  struct Shot {
    FramePtr frame;
    double seconds = 0;
    std::shared_ptr<const media::Caption> caption;
  };
  void work();

  std::string path_;
  media::VideoWriter writer_;
  Queue<Shot> shots_{8};
  std::uint64_t dropped_ = 0;   // UI thread
  std::atomic<double> end_{0};  ///< when the last picture stops being shown
  std::jthread thread_;
};

}  // namespace ganvas::app
