#include "app/search/latent_search.h"

#include <algorithm>
#include <atomic>
#include <filesystem>
#include <future>
#include <mutex>

#include "app/render/renderer.h"
#include "app/search/projection_input.h"
#include "app/view/synthesizer.h"
#include "core/error.h"
#include "core/threads/worker.h"
#include "io/reading.h"
#include "latent/search/drag.h"
#include "latent/search/projection.h"
#include "ops/to_rgba8/to_rgba8.h"

namespace ganvas::app {

namespace {

using Lent = std::pair<models::GeneratorPtr, at::Device>;

/// A search, shared with the thread that does it.
struct Search {
  std::function<Command(Search&, const Lent&)> work;  // throws Error, Cancelled
  std::promise<Lent> replica;
  std::future<Lent> arrived = replica.get_future();
  std::atomic<bool> cancelled = false;
  std::mutex mutex;
  SearchView live;  // guarded by mutex

  template <typename Change>
  void show(Change change) {
    const std::lock_guard lock(mutex);
    change(live);
  }
};

/// [1, C, R, R] in -1..1 as RGBA.
std::shared_ptr<const Image> image_of(const at::Tensor& picture) {
  const at::NoGradGuard no_grad;
  at::Tensor grid;
  ops::to_rgba8(picture, 1, grid);
  const at::Tensor rgba = grid.to(at::kCPU).contiguous();
  auto image = std::make_shared<Image>(static_cast<int>(rgba.size(1)), static_cast<int>(rgba.size(0)), 4);
  std::copy_n(rgba.const_data_ptr<std::uint8_t>(), image->pixels.size(), image->pixels.begin());
  return image;
}

std::vector<float> values_of(const at::Tensor& tensor) {
  const at::Tensor flat = tensor.detach().to(at::kCPU, at::kFloat).contiguous();
  return {flat.const_data_ptr<float>(), flat.const_data_ptr<float>() + flat.numel()};
}

Command projected(Search& search, const command::ProjectPicture& project, const Lent& lent) {
  const auto& [generator, device] = lent;
  const at::Tensor target = projection_target(project.path, generator->spec());
  const latent::PictureFeatures features = projection_features(project.extractor, device);
  search.show([&](SearchView& view) {
    view.features = features.name;
    view.target = image_of(target);
  });
  const bool each_row = project.space == "w+";
  latent::Projection projection(
      generator, target, features,
      {.each_row = each_row, .steps = project.steps, .cancelled = [&] { return search.cancelled.load(); }});
  bool more = true;
  while (more) {
    more = projection.step();
    if (!projection.pictures().defined()) continue;
    search.show([&](SearchView& view) {
      view.done = projection.done();
      view.psnr = projection.psnr()[0];
      view.picture = image_of(projection.pictures());
    });
  }
  const at::Tensor styles = projection.styles()[0];
  Bookmark bookmark{.name = std::filesystem::path(project.path).stem().string(), .latent = {}};
  bookmark.latent.style.base = values_of(each_row ? styles : styles.slice(0, 0, 1));
  return command::KeepFound{std::move(bookmark)};
}

/// [R, R], 1 in the discs; undefined where there are none.
at::Tensor mask_of(const std::vector<latent::MaskDisc>& discs, std::int64_t side) {
  if (discs.empty()) return {};
  const at::Tensor y = at::arange(side).view({-1, 1}), x = at::arange(side).view({1, -1});
  at::Tensor inside = at::zeros({side, side}, at::kBool);
  for (const latent::MaskDisc& disc : discs)
    inside = inside.logical_or((x - disc.x).square() + (y - disc.y).square() <= disc.radius * disc.radius);
  return inside.to(at::kFloat);
}

Command dragged(Search& search, const command::DragPicture& what, const latent::LatentControls& latent,
                const Lent& lent) {
  const auto& [generator, device] = lent;
  Renderer renderer(generator, device);
  const models::NetworkSpec& spec = renderer.spec();
  const RenderJob job = grid_job(latent, 1, 1, spec);
  latent::DragOptions options{.steps = what.steps,
                              .styles_of = [&](const at::Tensor& base) { return renderer.styles_over(base, job); },
                              .synthesis = synthesis_options(job),
                              .cancelled = [&] { return search.cancelled.load(); }};
  latent::Drag drag(generator, renderer.base_styles(job), what.points, mask_of(what.mask, spec.resolution), options);
  bool more = true;
  while (more) {
    more = drag.step();
    search.show([&](SearchView& view) {
      view.done = drag.done();
      view.points = drag.points();
      view.picture = image_of(drag.picture());
    });
  }
  return command::SetStyleBase{values_of(drag.base())};
}

}  // namespace

struct LatentSearch::Impl {
  Synthesizer& synthesizer;
  Tell tell;
  Found found;
  SearchView view;
  std::shared_ptr<Search> search;  // the one that counts; null: none
  Worker worker;

  Impl(Synthesizer& lender, Tell teller, Found finder)
      : synthesizer(lender), tell(std::move(teller)), found(std::move(finder)), worker([this](const std::string& text) {
          search.reset();
          view.busy = false;
          tell(true, text);
        }) {}

  ~Impl() { cancel(); }

  void cancel() {
    if (search) search->cancelled = true;
    search.reset();
    view.busy = false;
  }

  void start(SearchView first, bool training, std::function<Command(Search&, const Lent&)> work) {
    cancel();
    search = std::make_shared<Search>();
    search->work = std::move(work);
    first.busy = true;
    search->live = first;
    view = std::move(first);
    synthesizer.visit(training, [search = search](const Renderer& renderer) {
      if (!search->cancelled) search->replica.set_value({renderer.replica(), renderer.device()});
    });
  }

  void work(const std::shared_ptr<Search>& job) {
    worker.run([this, job, lent = job->arrived.get()]() -> Worker::Completion {
      try {
        return [this, job, result = job->work(*job, lent)] { take(job, result); };
      } catch (const io::Cancelled&) {
        return {};
      }
    });
  }

  void take(const std::shared_ptr<Search>& done, const Command& result) {
    if (search != done) return;
    look();
    search.reset();
    view.busy = false;
    found(result);
  }

  void look() {
    const std::lock_guard lock(search->mutex);
    view = search->live;
  }
};

LatentSearch::LatentSearch(Synthesizer& synthesizer, Tell tell, Found found)
    : impl_(std::make_unique<Impl>(synthesizer, std::move(tell), std::move(found))) {}

LatentSearch::~LatentSearch() = default;

void LatentSearch::project(const command::ProjectPicture& project, bool training) {
  require(project.space == "w" || project.space == "w+", "There is no space \"{}\"; choose one of w, w+.",
          project.space);
  require(project.steps >= 1 && project.steps <= 100'000, "A projection takes 1 to 100,000 steps, not {}.",
          project.steps);
  SearchView first{.name = std::filesystem::path(project.path).filename().string(), .steps = project.steps};
  impl_->start(first, training,
               [project](Search& search, const Lent& lent) { return projected(search, project, lent); });
}

void LatentSearch::drag(const command::DragPicture& drag, const latent::LatentControls& latent, bool training) {
  require(!drag.points.empty(), "There is no point to drag yet; put one on the picture first.");
  require(drag.steps >= 1 && drag.steps <= 100'000, "A drag takes 1 to 100,000 steps, not {}.", drag.steps);
  SearchView first{.drag = true, .name = "Drag", .steps = drag.steps, .points = drag.points};
  impl_->start(first, training,
               [drag, latent](Search& search, const Lent& lent) { return dragged(search, drag, latent, lent); });
}

void LatentSearch::cancel() {
  impl_->cancel();
}

void LatentSearch::tick() {
  if (const std::shared_ptr<Search> search = impl_->search) {
    impl_->look();
    if (search->arrived.valid() && search->arrived.wait_for(std::chrono::seconds(0)) == std::future_status::ready)
      impl_->work(search);
  }
  impl_->worker.drain();
}

const SearchView& LatentSearch::view() const {
  return impl_->view;
}

}  // namespace ganvas::app
