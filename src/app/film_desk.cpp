#include "app/film_desk.h"

#include <atomic>
#include <future>

#include "app/recorder.h"
#include "app/renderer.h"
#include "app/synthesizer.h"
#include "app/timeline_film.h"
#include "app/worker.h"
#include "core/error.h"
#include "media/film.h"

namespace ganvas {

namespace {

/// A film of a timeline, shared with the thread that makes it.
struct Rendering {
  Timeline timeline;
  TimelineFilmOptions options;
  std::promise<std::pair<GeneratorPtr, at::Device>> replica;
  std::future<std::pair<GeneratorPtr, at::Device>> arrived = replica.get_future();
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
    if (newest) recorder->add(newest, 0);
    if (stop_asked) stop();
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
      const bool whole = make_timeline_film(own, job->timeline, job->options, [&](int done, int) {
        job->done = done;
        return !job->cancelled;
      });
      return [this, job, whole] {
        if (rendering == job) rendering.reset();
        const std::string path = job->options.path.string();
        tell(false, whole ? "Film saved to " + path : "The film was stopped; rendering " + path + " again goes on.");
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

void FilmDesk::start_recording(const std::string& path, int fps) {
  require(!impl_->recorder && !impl_->starting, "A film is being recorded already; stop it first.");
  impl_->starting = true;
  impl_->stop_asked = false;
  impl_->files.run([impl = impl_.get(), path, fps]() -> Worker::Completion {
    auto film = std::make_shared<Recorder>(path, fps);
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
  if (impl_->recorder) impl_->recorder->add(frame, impl_->clock - impl_->begin);
}

void FilmDesk::render(const command::RenderTimeline& render, const AppState& state, bool training) {
  require(impl_->rendering == nullptr, "A film is being rendered already; wait for it or cancel it.");
  auto job = std::make_shared<Rendering>();
  job->timeline = state.timeline.timeline;
  job->options = {.path = render.path,
                  .fps = render.fps,
                  .size = render.size,
                  .columns = state.view.columns,
                  .rows = state.view.rows};
  const int frames = timeline_frames(job->timeline, render.fps);
  check_film({.path = render.path, .frames = frames, .fps = render.fps});
  impl_->rendering = job;
  impl_->render = {.busy = true, .path = render.path, .done = 0, .frames = frames};
  impl_->synthesizer.visit(training, [job](const Renderer& renderer) {
    if (!job->cancelled) job->replica.set_value({renderer.replica(), renderer.device()});
  });
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

}  // namespace ganvas
