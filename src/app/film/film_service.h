#pragma once
// The films of the window: the one that records while you play, and the one that is rendered from the timeline, a track
// or a run. No torch in this header.

#include <functional>
#include <memory>
#include <string>

#include "app/dispatch/command.h"
#include "app/document/notices.h"
#include "app/document/services.h"
#include "app/film/film_view.h"
#include "app/render/frame.h"
#include "media/caption.h"

namespace ganvas::app {

class Synthesizer;
struct OnScreen;

/// Methods are for the UI thread and never wait, but for the destructor, which finishes the recording and gives up the
/// rendering.
class FilmService {
 public:
  /// The folder of the run that the model on screen comes from; empty: none.
  using RunFolder = std::function<std::string()>;

  /// `synthesizer` lends the weights; all three must outlive this.
  FilmService(Synthesizer& synthesizer, const OnScreen& on_screen, Notices& notices, RunFolder run);
  ~FilmService();

  /// Takes StartVideo and StopVideo; RenderTimeline and FilmTrack, of the model on screen, MakeTimelapse, of
  /// its run, and CancelRender.
  void serve(Services& services);

  /// True when the film that is being recorded wants a newer caption for the frames that follow.
  [[nodiscard]] bool wants_caption() const;
  void set_caption(media::Caption caption);
  /// Shows a frame from now on.
  void add(const FramePtr& frame);

  /// seconds since the last tick.
  void tick(double seconds);
  [[nodiscard]] const RecordView& recording() const;
  [[nodiscard]] const RenderView& rendering() const;
  /// Ends the recording, and waits until its file is whole.
  void finish();
  /// Films that are still being written.
  [[nodiscard]] int in_flight() const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace ganvas::app
