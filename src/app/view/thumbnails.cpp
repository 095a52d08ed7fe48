#include "app/view/thumbnails.h"

#include <algorithm>

#include "app/render/renderer.h"
#include "app/view/synthesizer.h"
#include "core/threads/mutex.h"

namespace ganvas::app {

namespace {

constexpr std::int64_t side = 96;  ///< pixels at most

struct Entry {
  latent::LatentControls latent;
  std::uint64_t model = 0;
  bool training = false;
  Mutex mutex;
  std::shared_ptr<const Image> picture GANVAS_GUARDED_BY(mutex);
};

std::shared_ptr<const Image> small_picture(Renderer& renderer, const latent::LatentControls& latent) {
  const at::NoGradGuard no_grad;
  at::Tensor rgba = renderer.render(grid_job(latent, 1, 1, renderer.spec())).to(at::kCPU);
  if (const std::int64_t longer = std::max(rgba.size(0), rgba.size(1)); longer > side) {
    const at::Tensor planes = rgba.permute({2, 0, 1}).unsqueeze(0).to(at::kFloat);
    rgba = at::_adaptive_avg_pool2d(planes, {rgba.size(0) * side / longer, rgba.size(1) * side / longer})
               .round()
               .to(at::kByte)
               .squeeze(0)
               .permute({1, 2, 0});
  }
  rgba = rgba.contiguous();
  auto image = std::make_shared<Image>(static_cast<int>(rgba.size(1)), static_cast<int>(rgba.size(0)), 4);
  std::copy_n(rgba.const_data_ptr<std::uint8_t>(), image->pixels.size(), image->pixels.begin());
  return image;
}

}  // namespace

struct Thumbnails::Impl {
  Synthesizer& synthesizer;
  std::vector<std::shared_ptr<Entry>> entries;
  std::vector<std::shared_ptr<const Image>> pictures;

  std::shared_ptr<Entry> entry_of(const latent::LatentControls& latent, std::uint64_t model, bool training) {
    const auto fits = [&](const auto& entry) {
      return entry->model == model && entry->training == training && entry->latent == latent;
    };
    const auto there = std::find_if(entries.begin(), entries.end(), fits);
    if (there != entries.end()) return *there;
    auto entry = std::make_shared<Entry>();
    entry->latent = latent;
    entry->model = model;
    entry->training = training;
    synthesizer.when_idle(training, [entry = std::weak_ptr(entry)](Renderer& renderer) {
      const auto wanted = entry.lock();
      if (!wanted) return;  // the bookmark is gone
      auto picture = small_picture(renderer, wanted->latent);
      const MutexLock lock(wanted->mutex);
      wanted->picture = std::move(picture);
    });
    return entry;
  }
};

Thumbnails::Thumbnails(Synthesizer& synthesizer) : impl_(new Impl{synthesizer, {}, {}}) {}

Thumbnails::~Thumbnails() = default;

void Thumbnails::tick(const std::vector<Bookmark>& bookmarks, std::uint64_t model, bool training) {
  std::vector<std::shared_ptr<Entry>> kept;
  impl_->pictures.clear();
  for (const Bookmark& bookmark : bookmarks) {
    kept.push_back(impl_->entry_of(bookmark.latent, model, training));
    const MutexLock lock(kept.back()->mutex);
    impl_->pictures.push_back(kept.back()->picture);
  }
  impl_->entries = std::move(kept);
}

const std::vector<std::shared_ptr<const Image>>& Thumbnails::pictures() const {
  return impl_->pictures;
}

}  // namespace ganvas::app
