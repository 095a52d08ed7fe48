#include "app/search/latent_map.h"

#include <ATen/CPUGeneratorImpl.h>

#include <atomic>
#include <future>

#include "app/render/renderer.h"
#include "app/search/map_point.h"
#include "app/view/synthesizer.h"
#include "core/error.h"
#include "core/threads/worker.h"
#include "io/reading.h"
#include "latent/directions/directions.h"
#include "latent/latent.h"
#include "models/layers/style_layers.h"

namespace ganvas::app {

namespace {

constexpr int cells = 12;               ///< pictures each way
constexpr std::int64_t cell_side = 48;  ///< pixels at most
constexpr std::int64_t samples = 4'000, at_once = 500;
constexpr double reach = 2.5;  ///< standard deviations from the middle to the edge

struct Drawing {
  latent::LatentControls latent;
  std::promise<std::pair<models::GeneratorPtr, at::Device>> replica;
  std::future<std::pair<models::GeneratorPtr, at::Device>> arrived = replica.get_future();
  std::atomic<bool> cancelled = false;
  std::atomic<double> progress = 0;
};

std::vector<float> list_of(const at::Tensor& values) {
  const at::Tensor own = values.to(at::kCPU, at::kFloat).contiguous();
  return {own.const_data_ptr<float>(), own.const_data_ptr<float>() + own.numel()};
}

/// The plane through the mean style along the components that change it the most.
void lay_plane_in_w(models::Generator& generator, Drawing& job, MapView& map) {
  const models::NetworkSpec& spec = generator.spec();
  const at::Device device = generator.parameters().front().device();
  const at::Generator stream = at::make_generator<at::CPUGeneratorImpl>(0);
  std::vector<at::Tensor> styles;
  for (std::int64_t done = 0; done < samples; done += at_once) {
    if (job.cancelled) throw io::Cancelled();
    const at::Tensor z = at::randn({at_once, spec.z_dim}, stream).to(device);
    at::Tensor c;
    if (spec.c_dim > 0)
      c = at::tensor(latent::class_vector(job.latent, spec.c_dim)).to(device).expand({at_once, spec.c_dim});
    styles.push_back(generator.map(z, c, {}).select(1, 0).to(at::kCPU, at::kDouble));
  }
  const at::Tensor all = at::cat(styles);
  const latent::Directions found = latent::principal_directions(all).directions;
  map.middle = list_of(all.mean(0));
  map.right = list_of(found.vectors[0] * found.sizes[0] * reach);
  map.down = list_of(found.vectors[1] * found.sizes[1] * reach);
}

/// Of a model that takes z itself, whose latents are alike in all directions: the plane around the present latent along
/// the directions that change the picture the most; latents keep their length.
void lay_plane_in_z(models::Generator& generator, const Drawing& job, MapView& map) {
  const std::vector<models::StyleLayer> layers = models::style_layers(generator);
  require(!layers.empty() && layers.front().weight.size(1) >= 2,
          "This model does not tell by which layers its latent enters, so there is no map of it.");
  const latent::Directions found = latent::factorised_directions({layers.front().weight});
  map.middle = latent::present_latent(job.latent, generator.spec().z_dim);
  map.length = at::tensor(map.middle).norm().item<double>();
  map.right = list_of(found.vectors[0] * map.length);
  map.down = list_of(found.vectors[1] * map.length);
}

std::shared_ptr<const Image> sheet_of(Renderer& renderer, Drawing& job, const MapView& map) {
  std::vector<at::Tensor> rows;
  for (int y = 0; y < cells; ++y) {
    std::vector<at::Tensor> row;
    for (int x = 0; x < cells; ++x) {
      if (job.cancelled) throw io::Cancelled();
      job.progress = static_cast<double>(y * cells + x) / (cells * cells);
      latent::LatentControls latent = job.latent;
      latent.style.base = map_point(map, (2.0 * x + 1) / cells - 1, (2.0 * y + 1) / cells - 1);
      at::Tensor picture = renderer.render(grid_job(latent, 1, 1, renderer.spec())).to(at::kCPU);
      if (picture.size(0) > cell_side) {
        const at::Tensor planes = picture.permute({2, 0, 1}).unsqueeze(0).to(at::kFloat);
        picture = at::_adaptive_avg_pool2d(planes, {cell_side, cell_side}).round().to(at::kByte)[0].permute({1, 2, 0});
      }
      row.push_back(picture);
    }
    rows.push_back(at::cat(row, 1));
  }
  const at::Tensor all = at::cat(rows, 0).contiguous();
  auto image = std::make_shared<Image>(static_cast<int>(all.size(1)), static_cast<int>(all.size(0)), 4);
  std::copy_n(all.const_data_ptr<std::uint8_t>(), image->pixels.size(), image->pixels.begin());
  return image;
}

MapView drawn(Drawing& job, const models::GeneratorPtr& generator, at::Device device) {
  const at::NoGradGuard no_grad;
  MapView map{.cells = cells};
  job.latent.blend.on = false;
  job.latent.style.sources.clear();
  job.latent.style.mixing_grid = false;
  if (generator->spec().num_ws > 1) {
    lay_plane_in_w(*generator, job, map);
  } else {
    lay_plane_in_z(*generator, job, map);
  }
  Renderer renderer(generator, device);
  map.sheet = sheet_of(renderer, job, map);
  return map;
}

}  // namespace

struct LatentMap::Impl {
  Synthesizer& synthesizer;
  Tell tell;
  MapView view;
  std::shared_ptr<Drawing> job;  // null: none
  Worker worker;

  Impl(Synthesizer& lender, Tell teller)
      : synthesizer(lender), tell(std::move(teller)), worker([this](const std::string& text) {
          job.reset();
          tell(true, text);
        }) {}
  ~Impl() { cancel(); }

  void cancel() {
    if (job) job->cancelled = true;
    job.reset();
  }

  void work(const std::shared_ptr<Drawing>& own) {
    worker.run([this, own, lent = own->arrived.get()]() -> Worker::Completion {
      try {
        return [this, own, map = drawn(*own, lent.first, lent.second)]() mutable {
          if (job != own) return;
          view = std::move(map);
          job.reset();
        };
      } catch (const io::Cancelled&) {
        return {};
      }
    });
  }
};

LatentMap::LatentMap(Synthesizer& synthesizer, Tell tell)
    : impl_(std::make_unique<Impl>(synthesizer, std::move(tell))) {}
LatentMap::~LatentMap() = default;

void LatentMap::draw(bool training, const latent::LatentControls& latent) {
  impl_->cancel();
  auto job = std::make_shared<Drawing>();
  job->latent = latent;
  impl_->job = job;
  impl_->synthesizer.visit(training, [job](const Renderer& renderer) {
    if (!job->cancelled) job->replica.set_value({renderer.replica(), renderer.device()});
  });
}

void LatentMap::cancel() {
  impl_->cancel();
}

void LatentMap::tick() {
  if (const auto job = impl_->job;
      job && job->arrived.valid() && job->arrived.wait_for(std::chrono::seconds(0)) == std::future_status::ready)
    impl_->work(job);
  impl_->worker.drain();
  impl_->view.busy = impl_->job != nullptr;
  impl_->view.progress = impl_->job ? impl_->job->progress.load() : 0;
}

const MapView& LatentMap::view() const {
  return impl_->view;
}

}  // namespace ganvas::app
