#include "app/film/film_service.h"

#include <atomic>

#include "app/film/recorder.h"
#include "app/film/timelapse.h"
#include "app/film/timeline_film.h"
#include "app/film/track_film.h"
#include "app/render/renderer.h"
#include "app/view/loan.h"
#include "app/view/on_screen.h"
#include "core/error.h"
#include "core/threads/worker.h"
#include "media/film/film.h"

namespace ganvas::app {

namespace {

constexpr double between_captions = 0.5;  // seconds

/// Makes a film with a replica of the model on screen; false: it was stopped.
using MakeFilm = std::function<bool(Renderer& model, const std::function<bool(int done, int frames)>& progress)>;

}  // namespace

struct FilmService::Impl {
  const OnScreen& on_screen;
  Notices& notices;
  RunFolder run;
  double clock = 0;

  std::shared_ptr<Recorder> recorder;
  bool starting = false;
  bool stop_asked = false;  ///< while starting
  double begin = 0;
  bool captions = false;  ///< of the film that is being recorded
  std::shared_ptr<const media::Caption> caption;
  double caption_at = -1;
  std::vector<std::shared_ptr<Recorder>> closing;  ///< films that are being finished
  FramePtr newest;
  RecordView record;

  RenderView render;
  /// Of the film in `rendering`.
  struct Frames {
    std::atomic<int> done = 0, all = 0;
  };
  std::shared_ptr<Frames> rendered = std::make_shared<Frames>();
  Loan rendering;
  Worker opener;  // of recordings

  Impl(Synthesizer& synthesizer, const OnScreen& screen, Notices& n, RunFolder r)
      : on_screen(screen),
        notices(n),
        run(std::move(r)),
        rendering(synthesizer, n),
        opener([this](const std::string& text) {
          starting = false;
          notices.fail(text);
        }) {}

  ~Impl() { finish(); }
  Impl(const Impl&) = delete;
  Impl& operator=(const Impl&) = delete;

  void finish() {
    stop();
    opener.finish();  // one that has only begun
    for (const auto& film : closing) film->finish();
    finish_films();
  }

  void stop() {
    stop_asked = true;
    if (!recorder) return;
    recorder->close(clock - begin);
    closing.push_back(std::exchange(recorder, nullptr));
  }

  void start(const std::shared_ptr<Recorder>& film) {
    recorder = film;
    starting = false;
    begin = clock;
    if (newest) add(newest);
    if (stop_asked) stop();
  }

  void add(const FramePtr& frame) {
    if (captions && !caption) return;  // all pictures of a film have one
    recorder->add(frame, clock - begin, captions ? caption : nullptr);
  }

  void start_recording(const command::StartVideo& video) {
    require(!recorder && !starting, "A film is being recorded already; stop it first.");
    starting = true;
    stop_asked = false;
    captions = video.caption;
    opener.run([this, video]() -> Worker::Completion {
      auto film = std::make_shared<Recorder>(video.path, video.fps);
      return [this, film] { start(film); };
    });
  }

  void check_free() const { require(!rendering.busy(), "A film is being rendered already; wait for it or cancel it."); }

  void render_with_model(const std::string& path, MakeFilm make) {
    render = {.busy = true, .path = path};
    rendered = std::make_shared<Frames>();
    rendering.start(
        on_screen.needed_model().training,
        [path, make = std::move(make), shown = rendered](const Borrowed& model, Loan::Job& job) {
          Renderer own(model.generator, model.device);
          make(own, [&](int done, int frames) {
            shown->done = done;
            shown->all = frames;
            return !job.cancelled();
          });
          return path;
        },
        [this](const std::string& written) { notices.say("Film saved to " + written); });
  }

  void render_timeline(const command::RenderTimeline& film, const AppState& state) {
    check_free();
    const TimelineFilmOptions options{.path = film.path,
                                      .fps = film.fps,
                                      .size = film.size,
                                      .columns = state.view.columns,
                                      .rows = state.view.rows,
                                      .sound = film.sound};
    media::check_film({.path = film.path,
                       .frames = latent::timeline_frames(state.timeline.timeline, film.fps),
                       .fps = film.fps,
                       .sound = film.sound});
    render_with_model(film.path, [timeline = state.timeline.timeline, options](Renderer& model, const auto& progress) {
      return make_timeline_film(model, timeline, options, progress);
    });
  }

  void film_track(const command::FilmTrack& film, const AppState& state) {
    check_free();
    const TrackFilmOptions options{.path = film.path,
                                   .track = !film.track.empty()              ? film.track
                                            : state.inputs.audio != "device" ? state.inputs.audio
                                                                             : "",
                                   .fps = film.fps,
                                   .size = film.size,
                                   .columns = state.view.columns,
                                   .rows = state.view.rows};
    check_track_film(state, options);
    render_with_model(film.path, [state, options](Renderer& model, const auto& progress) {
      const auto track = sound::hear_track(options.track, [&] { return progress(0, 0); });
      return track && make_track_film(model, state, *track, options, progress);
    });
  }

  void make_timelapse(const command::MakeTimelapse& film, const AppState& state) {
    const std::string folder = run();
    require(!folder.empty(), "The model on screen comes from no run; open a run folder, or train one.");
    check_free();
    TimelapseOptions options{.path = film.path,
                             .form = timelapse_form_from(film.form),
                             .pace = timelapse_pace_from(film.pace),
                             .latent = state.latent,
                             .columns = film.columns,
                             .rows = film.rows,
                             .size = film.size,
                             .fps = film.fps,
                             .seconds = film.seconds,
                             .caption = film.caption,
                             .in_training = state.train.in_training};
    if (options.form == TimelapseForm::timeline) options.timeline = state.timeline.timeline;
    check_timelapse(options);
    render_with_model(film.path, [options, folder](Renderer& model, const auto& progress) {
      return app::make_timelapse(folder, options, model.device(), progress);
    });
  }

  void cancel_rendering() {
    if (!rendering.busy()) return;
    rendering.cancel();
    notices.say("The film was stopped; rendering " + render.path + " again goes on.");
  }

  void finish_films() {
    std::erase_if(closing, [this](const std::shared_ptr<Recorder>& film) {
      if (!film->done()) return false;
      const std::string error = film->error();
      std::string told = error.empty() ? "Film saved to " + film->view().path : error;
      if (const std::uint64_t dropped = film->view().dropped; error.empty() && dropped > 0)
        told += fmt::format("; {} pictures came too fast and are not in it", dropped);
      notices.add(!error.empty(), told);
      return true;
    });
    if (recorder && !recorder->error().empty()) stop();  // a full disk: say so now
    record = recorder ? recorder->view() : RecordView{};
    if (recorder) record.seconds = clock - begin;
  }

  void tick(double seconds) {
    clock += seconds;
    newest = on_screen.frame();
    opener.drain();
    rendering.tick();
    finish_films();
  }
};

FilmService::FilmService(Synthesizer& synthesizer, const OnScreen& on_screen, Notices& notices, RunFolder run)
    : impl_(std::make_unique<Impl>(synthesizer, on_screen, notices, std::move(run))) {}

FilmService::~FilmService() = default;

void FilmService::serve(Services& services) {
  Impl* impl = impl_.get();
  services.on<command::StartVideo>([impl](const auto& video) { impl->start_recording(video); });
  services.on<command::StopVideo>([impl](const auto&) {
    require(impl->recorder || impl->starting, "No film is being recorded; start one first.");
    impl->stop();
  });
  services.on<command::RenderTimeline>(
      [impl](const auto& film, const AppState& state) { impl->render_timeline(film, state); });
  services.on<command::FilmTrack>([impl](const auto& film, const AppState& state) { impl->film_track(film, state); });
  services.on<command::MakeTimelapse>(
      [impl](const auto& film, const AppState& state) { impl->make_timelapse(film, state); });
  services.on<command::CancelRender>([impl](const auto&) { impl->cancel_rendering(); });
}

void FilmService::add(const FramePtr& frame) {
  impl_->newest = frame;
  if (impl_->recorder) impl_->add(frame);
}

bool FilmService::wants_caption() const {
  return impl_->captions && (impl_->recorder || impl_->starting) &&
         (!impl_->caption || impl_->clock - impl_->caption_at > between_captions);
}

void FilmService::set_caption(media::Caption caption) {
  impl_->caption = std::make_shared<const media::Caption>(std::move(caption));
  impl_->caption_at = impl_->clock;
}

void FilmService::tick(double seconds) {
  impl_->tick(seconds);
}

void FilmService::finish() {
  impl_->finish();
}

const RecordView& FilmService::recording() const {
  return impl_->record;
}

const RenderView& FilmService::rendering() const {
  impl_->render.busy = impl_->rendering.busy();
  impl_->render.done = impl_->rendered->done;
  impl_->render.frames = impl_->rendered->all;
  return impl_->render;
}

int FilmService::in_flight() const {
  return static_cast<int>(impl_->closing.size()) + impl_->opener.in_flight() + impl_->rendering.in_flight();
}

}  // namespace ganvas::app
