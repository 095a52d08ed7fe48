#include "app/search/sensitivity.h"

#include <chrono>
#include <cmath>

#include "app/render/renderer.h"
#include "app/view/on_screen.h"
#include "core/error.h"
#include "core/sentence.h"
#include "core/threads/mutex.h"
#include "latent/latent.h"

namespace ganvas::app {

namespace {

constexpr double step = 0.5;                          ///< how far each slider is moved
constexpr auto turn = std::chrono::milliseconds(15);  ///< of work beside the view

struct Measurement {
  latent::LatentControls latent;
  command::MeasureSensitivity what;
  bool training = false;
  at::Tensor middle;     // the picture that nothing has moved; on the synthesizer's thread alone
  std::size_t next = 0;  // slider; likewise
  Mutex mutex;
  std::vector<float> moved GANVAS_GUARDED_BY(mutex);  // root mean square change in grey levels a unit
  std::size_t count GANVAS_GUARDED_BY(mutex) = 0;     // sliders; 0: not known yet
  std::string problem GANVAS_GUARDED_BY(mutex);
  bool waiting GANVAS_GUARDED_BY(mutex) = false;  // asked for a turn and not had it yet
};

at::Tensor picture(Renderer& renderer, const latent::LatentControls& latent) {
  return renderer.render(grid_job(latent, 1, 1, renderer.spec())).slice(2, 0, 3).to(at::kFloat);
}

/// `latent` with slider `index` of the space moved up.
latent::LatentControls with_step(const Measurement& job, const std::vector<float>& z, int index) {
  latent::LatentControls latent = job.latent;
  if (job.what.space == "z") {
    latent.edits[index] = static_cast<float>(z[static_cast<std::size_t>(index)] + step);
  } else {
    latent.style.offsets.push_back({job.what.row, index, step});
  }
  return latent;
}

/// As many sliders as fit into a turn, and one at least.
void work(Renderer& renderer, Measurement& job) {
  const at::NoGradGuard no_grad;
  const auto start = std::chrono::steady_clock::now();
  const models::NetworkSpec& spec = renderer.spec();
  const std::vector<float> z = latent::present_latent(job.latent, spec.z_dim);
  const auto count = static_cast<std::size_t>(job.what.space == "z" ? spec.z_dim : spec.w_dim);
  if (!job.middle.defined()) job.middle = picture(renderer, job.latent);
  do {
    const at::Tensor changed = picture(renderer, with_step(job, z, static_cast<int>(job.next++)));
    const double levels = (changed - job.middle).square().mean().sqrt().item<double>() / step;
    const MutexLock lock(job.mutex);
    job.count = count;
    job.moved.push_back(static_cast<float>(levels));
  } while (job.next < count && std::chrono::steady_clock::now() - start < turn);
}

}  // namespace

struct Sensitivity::Impl {
  Synthesizer& synthesizer;
  const OnScreen& on_screen;
  Notices& notices;
  SensitivityView view;
  std::shared_ptr<Measurement> job;  // null: none

  void measure(const command::MeasureSensitivity& what, const latent::LatentControls& latent) {
    require(what.space == "z" || what.space == "w", "There is no latent space \"{}\"; choose z or w.", what.space);
    job = std::make_shared<Measurement>();
    job->latent = latent;
    job->what = what;
    job->training = on_screen.needed_model().training;
    view.busy = true;
    view.progress = 0;
  }

  void ask_for_turn() GANVAS_REQUIRES(job->mutex) {
    job->waiting = true;
    synthesizer.when_idle(job->training, [job = job](Renderer& renderer) {
      std::string problem;
      try {
        work(renderer, *job);
      } catch (const std::exception& error) {
        problem = sentence_of(error);
      }
      const MutexLock lock(job->mutex);
      job->problem = problem;
      job->waiting = false;
    });
  }

  void tick() {
    if (!job) return;
    {
      const MutexLock lock(job->mutex);
      if (job->waiting) return;
      view.progress = job->count == 0 ? 0 : static_cast<double>(job->moved.size()) / static_cast<double>(job->count);
      if (job->problem.empty() && (job->count == 0 || job->moved.size() < job->count)) {
        ask_for_turn();
        return;
      }
      if (job->problem.empty()) {
        view = {.space = job->what.space, .row = job->what.row, .levels = job->moved};
      } else {
        notices.fail(job->problem);
        view.busy = false;
      }
    }
    job.reset();
  }
};

Sensitivity::Sensitivity(Synthesizer& synthesizer, const OnScreen& on_screen, Notices& notices)
    : impl_(new Impl{.synthesizer = synthesizer, .on_screen = on_screen, .notices = notices, .view = {}, .job = {}}) {}
Sensitivity::~Sensitivity() = default;

void Sensitivity::serve(Services& services) {
  services.on<command::MeasureSensitivity>(
      [impl = impl_.get()](const auto& measure, const AppState& state) { impl->measure(measure, state.latent); });
  services.on<command::CancelSensitivity>([impl = impl_.get()](const auto&) {
    impl->job.reset();
    impl->view.busy = false;
  });
}

void Sensitivity::tick() {
  impl_->tick();
}

const SensitivityView& Sensitivity::view() const {
  return impl_->view;
}

}  // namespace ganvas::app
