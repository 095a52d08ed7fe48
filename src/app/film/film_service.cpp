#include "app/film/film_service.h"

#include <atomic>
#include <future>

#include "app/film/recorder.h"
#include "app/film/timelapse.h"
#include "app/film/timeline_film.h"
#include "app/render/renderer.h"
#include "app/view/synthesizer.h"
#include "core/error.h"
#include "core/threads/worker.h"
#include "media/film/film.h"

namespace ganvas::app {

namespace {

constexpr double between_captions = 0.5;  // seconds

/// A film that is being rendered, shared with the thread that makes it.
struct Rendering {
  std::string path;
  /// Makes it with a replica of the model on screen; false: it was stopped.
  std::function<bool(Renderer& model, const std::function<bool(int done, int frames)>& progress)> make;
  std::promise<std::pair<models::GeneratorPtr, at::Device>> replica;
  std::future<std::pair<models::GeneratorPtr, at::Device>> arrived = replica.get_future();
  std::atomic<bool> cancelled = false;
  std::atomic<int> done = 0;
};

}  // namespace

struct FilmDesk::Impl {
  Synthesizer& synthesizer;
  Worker& files;
  Tell tell;
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

  std::shared_ptr<Rendering> rendering;  // null: none
  RenderView render;
  Worker renderer;

  Impl(Synthesizer& lender, Worker& worker, Tell teller)
      : synthesizer(lender), files(worker), tell(std::move(teller)), renderer([this](const std::string& text) {
          rendering.reset();
          tell(true, text);
        }) {}

  ~Impl() {
    if (recorder) stop();
    closing.clear();  // waits for the films
    if (rendering) rendering->cancelled = true;
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

  void render_with_model(std::shared_ptr<Rendering> job, int frames, bool training) {
    rendering = job;
    render = {.busy = true, .path = job->path, .done = 0, .frames = frames};
    synthesizer.visit(training, [job = std::move(job)](const Renderer& model) {
      if (!job->cancelled) job->replica.set_value({model.replica(), model.device()});
    });
  }

  void finish_films() {
    std::erase_if(closing, [this](const std::shared_ptr<Recorder>& film) {
      if (!film->done()) return false;
      const std::string error = film->error();
      std::string told = error.empty() ? "Film saved to " + film->view().path : error;
      if (const std::uint64_t dropped = film->view().dropped; error.empty() && dropped > 0)
        told += fmt::format("; {} pictures came too fast and are not in it", dropped);
      tell(!error.empty(), told);
      return true;
    });
    if (recorder && !recorder->error().empty()) stop();  // a full disk: say so now
    record = recorder ? recorder->view() : RecordView{};
    if (recorder) record.seconds = clock - begin;
  }

  void make(const std::shared_ptr<Rendering>& job) {
    renderer.run([this, job, lent = job->arrived.get()]() -> Worker::Completion {
      Renderer own(lent.first, lent.second);
      const bool whole = job->make(own, [&](int done, int) {
        job->done = done;
        return !job->cancelled;
      });
      return [this, job, whole] {
        if (rendering == job) rendering.reset();
        tell(false,
             whole ? "Film saved to " + job->path : "The film was stopped; rendering " + job->path + " again goes on.");
      };
    });
  }

  void tick_rendering() {
    if (rendering && rendering->arrived.valid() &&
        rendering->arrived.wait_for(std::chrono::seconds(0)) == std::future_status::ready)
      make(rendering);
    renderer.drain();
    render.busy = rendering != nullptr;
    if (rendering) render.done = rendering->done;
  }
};

FilmDesk::FilmDesk(Synthesizer& synthesizer, Worker& files, Tell tell)
    : impl_(std::make_unique<Impl>(synthesizer, files, std::move(tell))) {}

FilmDesk::~FilmDesk() = default;

void FilmDesk::start_recording(const command::StartVideo& video) {
  require(!impl_->recorder && !impl_->starting, "A film is being recorded already; stop it first.");
  impl_->starting = true;
  impl_->stop_asked = false;
  impl_->captions = video.caption;
  impl_->files.run([impl = impl_.get(), video]() -> Worker::Completion {
    auto film = std::make_shared<Recorder>(video.path, video.fps);
    return [impl, film] { impl->start(film); };
  });
}

void FilmDesk::stop_recording() {
  require(impl_->recorder || impl_->starting, "No film is being recorded; start one first.");
  impl_->stop();
}

void FilmDesk::give_up_starting() {
  impl_->starting = false;
}

void FilmDesk::add(const FramePtr& frame) {
  impl_->newest = frame;
  if (impl_->recorder) impl_->add(frame);
}

bool FilmDesk::wants_caption() const {
  return impl_->captions && (impl_->recorder || impl_->starting) &&
         (!impl_->caption || impl_->clock - impl_->caption_at > between_captions);
}

void FilmDesk::set_caption(media::Caption caption) {
  impl_->caption = std::make_shared<const media::Caption>(std::move(caption));
  impl_->caption_at = impl_->clock;
}

void FilmDesk::render(const command::RenderTimeline& render, const AppState& state, bool training) {
  require(impl_->rendering == nullptr, "A film is being rendered already; wait for it or cancel it.");
  const TimelineFilmOptions options{.path = render.path,
                                    .fps = render.fps,
                                    .size = render.size,
                                    .columns = state.view.columns,
                                    .rows = state.view.rows};
  const int frames = latent::timeline_frames(state.timeline.timeline, render.fps);
  media::check_film({.path = render.path, .frames = frames, .fps = render.fps});
  auto job = std::make_shared<Rendering>();
  job->path = render.path;
  job->make = [timeline = state.timeline.timeline, options](Renderer& model, const auto& progress) {
    return make_timeline_film(model, timeline, options, progress);
  };
  impl_->render_with_model(std::move(job), frames, training);
}

void FilmDesk::make_timelapse(const command::MakeTimelapse& film, const AppState& state, const std::string& run_folder,
                              bool training) {
  require(impl_->rendering == nullptr, "A film is being rendered already; wait for it or cancel it.");
  TimelapseOptions options{.path = film.path,
                           .form = timelapse_form_from(film.form),
                           .pace = timelapse_pace_from(film.pace),
                           .latent = state.latent,
                           .columns = film.columns,
                           .rows = film.rows,
                           .size = film.size,
                           .fps = film.fps,
                           .seconds = film.seconds,
                           .caption = film.caption};
  if (options.form == TimelapseForm::timeline) options.timeline = state.timeline.timeline;
  check_timelapse(options);
  auto job = std::make_shared<Rendering>();
  job->path = film.path;
  job->make = [options, run_folder](Renderer& model, const auto& progress) {
    return app::make_timelapse(run_folder, options, model.device(), progress);
  };
  impl_->render_with_model(std::move(job), timelapse_frames(options), training);
}

void FilmDesk::cancel_render() {
  if (!impl_->rendering) return;
  impl_->rendering->cancelled = true;
  if (impl_->rendering->arrived.valid()) impl_->rendering.reset();  // it has not begun
}

void FilmDesk::tick(double seconds, const FramePtr& newest) {
  impl_->clock += seconds;
  impl_->newest = newest;
  impl_->tick_rendering();
  impl_->finish_films();
}

const RecordView& FilmDesk::recording() const {
  return impl_->record;
}

const RenderView& FilmDesk::rendering() const {
  return impl_->render;
}

int FilmDesk::in_flight() const {
  return static_cast<int>(impl_->closing.size()) + (impl_->rendering ? 1 : 0);
}

}  // namespace ganvas::app
