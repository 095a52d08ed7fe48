#include "app/search/latent_search.h"

#include <algorithm>
#include <filesystem>

#include "app/render/renderer.h"
#include "app/search/projection_input.h"
#include "app/view/loan.h"
#include "app/view/on_screen.h"
#include "core/error.h"
#include "core/threads/mutex.h"
#include "latent/search/drag.h"
#include "latent/search/projection.h"
#include "ops/to_rgba8/to_rgba8.h"

namespace ganvas::app {

namespace {

/// What is seen of a search while it works, shared with the thread that does it.
struct Live {
  Mutex mutex;
  SearchView view GANVAS_GUARDED_BY(mutex);

  template <typename Change>
  void show(Change change) {
    const MutexLock lock(mutex);
    change(view);
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

Command projected(Live& live, const command::ProjectPicture& project, const Borrowed& model, Loan::Job& job) {
  const auto& [generator, device] = model;
  const at::Tensor target = projection_target(project.path, generator->spec());
  const latent::PictureFeatures features = projection_features(project.extractor, device);
  live.show([&](SearchView& view) {
    view.features = features.name;
    view.target = image_of(target);
  });
  const bool each_row = project.space == "w+";
  latent::Projection projection(
      generator, target, features,
      {.each_row = each_row, .steps = project.steps, .cancelled = [&] { return job.cancelled(); }});
  bool more = true;
  while (more) {
    more = projection.step();
    if (!projection.pictures().defined()) continue;
    live.show([&](SearchView& view) {
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

Command dragged(Live& live, const command::DragPicture& what, const latent::LatentControls& latent,
                const Borrowed& model, Loan::Job& job) {
  const auto& [generator, device] = model;
  Renderer renderer(generator, device);
  const models::NetworkSpec& spec = renderer.spec();
  const RenderJob render = grid_job(latent, 1, 1, spec);
  latent::DragOptions options{.steps = what.steps,
                              .styles_of = [&](const at::Tensor& base) { return renderer.styles_over(base, render); },
                              .synthesis = synthesis_options(render),
                              .cancelled = [&] { return job.cancelled(); }};
  latent::Drag drag(generator, renderer.base_styles(render), what.points, mask_of(what.mask, spec.resolution), options);
  bool more = true;
  while (more) {
    more = drag.step();
    live.show([&](SearchView& view) {
      view.done = drag.done();
      view.points = drag.points();
      view.picture = image_of(drag.picture());
    });
  }
  return command::SetStyleBase{values_of(drag.base())};
}

}  // namespace

struct LatentSearch::Impl {
  const OnScreen& on_screen;
  Notices& notices;
  Present present;
  Found found;
  ModelReady searched;         // the model of the newest search
  std::shared_ptr<Live> live;  // of the newest search
  SearchView view;
  Loan loan;

  Impl(Synthesizer& synthesizer, const OnScreen& screen, Notices& n, Present p, Found f)
      : on_screen(screen), notices(n), present(std::move(p)), found(std::move(f)), loan(synthesizer, n) {}

  void project(const command::ProjectPicture& project) {
    require(project.space == "w" || project.space == "w+", "There is no space \"{}\"; choose one of w, w+.",
            project.space);
    require(project.steps >= 1 && project.steps <= 100'000, "A projection takes 1 to 100,000 steps, not {}.",
            project.steps);
    const std::string name = std::filesystem::path(project.path).filename().string();
    start({.name = name, .steps = project.steps}, [project](Live& shown, const Borrowed& model, Loan::Job& job) {
      return projected(shown, project, model, job);
    });
  }

  /// Begins at the present picture.
  void drag(const command::DragPicture& drag, const AppState& state) {
    require(!drag.points.empty(), "There is no point to drag yet; put one on the picture first.");
    require(drag.steps >= 1 && drag.steps <= 100'000, "A drag takes 1 to 100,000 steps, not {}.", drag.steps);
    latent::LatentControls latent = state.latent;
    latent.style.moves = present(std::move(latent.style.moves));
    start({.drag = true, .name = "Drag", .steps = drag.steps, .points = drag.points},
          [drag, latent](Live& shown, const Borrowed& model, Loan::Job& job) {
            return dragged(shown, drag, latent, model, job);
          });
  }

  template <typename Work>
  void start(SearchView first, Work work) {
    searched = on_screen.needed_model();
    live = std::make_shared<Live>();
    live->show([&](SearchView& shown) { shown = std::move(first); });
    loan.start(
        searched.training,
        [work = std::move(work), live = live](const Borrowed& model, Loan::Job& job) {
          return work(*live, model, job);
        },
        [this](const Command& result) { take(result); });
  }

  void take(const Command& result) {
    const ModelReady* model = on_screen.model();
    if (model != nullptr && model->model == searched.model && model->training == searched.training) {
      found(result);
    } else {
      notices.fail("Another model is on screen than the one that was searched, so what was found is dropped.");
    }
  }

  void look() {
    if (live) live->show([this](const SearchView& now) { view = now; });
    view.busy = loan.busy();
  }
};

LatentSearch::LatentSearch(Synthesizer& synthesizer, const OnScreen& on_screen, Notices& notices, Present present,
                           Found found)
    : impl_(std::make_unique<Impl>(synthesizer, on_screen, notices, std::move(present), std::move(found))) {}

LatentSearch::~LatentSearch() = default;

void LatentSearch::serve(Services& services) {
  services.on<command::ProjectPicture>([impl = impl_.get()](const auto& project) { impl->project(project); });
  services.on<command::DragPicture>(
      [impl = impl_.get()](const auto& drag, const AppState& state) { impl->drag(drag, state); });
  services.on<command::CancelSearch>([impl = impl_.get()](const auto&) { impl->loan.cancel(); });
}

void LatentSearch::tick() {
  impl_->loan.tick();
}

const SearchView& LatentSearch::view() const {
  impl_->look();
  return impl_->view;
}

}  // namespace ganvas::app
