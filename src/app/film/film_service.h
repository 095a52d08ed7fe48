#pragma once
// The films of the window: the one that records while you play, and the one that is rendered from the timeline. No
// torch in this header.

#include <functional>
#include <memory>
#include <string>

#include "app/document/command.h"
#include "app/film/film_view.h"
#include "app/render/frame.h"
#include "core/threads/worker.h"
#include "media/caption.h"

namespace ganvas::app {

class Synthesizer;

/// Methods are for the UI thread and never wait, but for the destructor, which finishes the recording and gives up the
/// rendering.
class FilmDesk {
 public:
  using Tell = std::function<void(bool error, const std::string& text)>;

  /// `synthesizer` lends the weights, `files` opens files; both must outlive this.
  FilmDesk(Synthesizer& synthesizer, Worker& files, Tell tell);
  ~FilmDesk();

  /// Throws Error when a film is being recorded already.
  void start_recording(const command::StartVideo& video);
  /// Throws Error when none is.
  void stop_recording();
  /// A worker's job failed: the recording that was to start will not.
  void give_up_starting();
  /// True when the film that is being recorded wants a newer caption for the frames that follow.
  [[nodiscard]] bool wants_caption() const;
  void set_caption(media::Caption caption);
  /// Shows a frame from now on.
  void add(const FramePtr& frame);

  /// Renders the timeline of `state` with the model on screen (`training`: the one in training, at its newest weights).
  /// Throws Error when a rendering is on, or for a path or a rate that does not go.
  void render(const command::RenderTimeline& render, const AppState& state, bool training);
  /// Films how a run learned, on the device of the model on screen; the same otherwise.
  void make_timelapse(const command::MakeTimelapse& film, const AppState& state, const std::string& run_folder,
                      bool training);
  void cancel_render();

  /// seconds since the last tick; `newest`: what a film that begins now shows first.
  void tick(double seconds, const FramePtr& newest);
  [[nodiscard]] const RecordView& recording() const;
  [[nodiscard]] const RenderView& rendering() const;
  /// Films that are still being written.
  [[nodiscard]] int in_flight() const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace ganvas::app
