#include "app/search/latent_map.h"

#include <ATen/CPUGeneratorImpl.h>

#include <algorithm>

#include "app/dispatch/command.h"
#include "app/render/renderer.h"
#include "app/search/map_point.h"
#include "app/view/loan.h"
#include "app/view/on_screen.h"
#include "core/error.h"
#include "latent/directions/directions.h"
#include "latent/latent.h"
#include "models/layers/style_layers.h"

namespace ganvas::app {

namespace {

constexpr int cells = 12;               ///< pictures each way
constexpr std::int64_t cell_side = 48;  ///< pixels at most
constexpr std::int64_t samples = 4'000, points_at_once = 500;
constexpr double reach = 2.5;  ///< standard deviations from the middle to the edge

std::vector<float> list_of(const at::Tensor& values) {
  const at::Tensor own = values.to(at::kCPU, at::kFloat).contiguous();
  return {own.const_data_ptr<float>(), own.const_data_ptr<float>() + own.numel()};
}

/// The plane through the mean style along the components that change it the most.
void lay_plane_in_w(models::Generator& generator, const latent::LatentControls& latent, Loan::Job& job, MapView& map) {
  const models::NetworkSpec& spec = generator.spec();
  const at::Device device = generator.parameters().front().device();
  const at::Generator stream = at::make_generator<at::CPUGeneratorImpl>(0);
  std::vector<at::Tensor> styles;
  for (std::int64_t done = 0; done < samples; done += points_at_once) {
    job.check();
    const at::Tensor z = at::randn({points_at_once, spec.z_dim}, stream).to(device);
    at::Tensor c;
    if (spec.c_dim > 0)
      c = at::tensor(latent::class_vector(latent, spec.c_dim)).to(device).expand({points_at_once, spec.c_dim});
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
void lay_plane_in_z(models::Generator& generator, const latent::LatentControls& latent, MapView& map) {
  const std::vector<models::StyleLayer> layers = models::style_layers(generator);
  require(!layers.empty() && layers.front().weight.size(1) >= 2,
          "This model does not tell by which layers its latent enters, so there is no map of it.");
  const latent::Directions found = latent::factorised_directions({layers.front().weight});
  map.middle = latent::present_latent(latent, generator.spec().z_dim);
  map.length = at::tensor(map.middle).norm().item<double>();
  map.right = list_of(found.vectors[0] * map.length);
  map.down = list_of(found.vectors[1] * map.length);
}

std::shared_ptr<const Image> sheet_of(Renderer& renderer, const latent::LatentControls& around, Loan::Job& job,
                                      const MapView& map) {
  std::vector<at::Tensor> rows;
  for (int y = 0; y < cells; ++y) {
    std::vector<at::Tensor> row;
    for (int x = 0; x < cells; ++x) {
      job.check();
      job.set_progress(static_cast<double>(y * cells + x) / (cells * cells));
      latent::LatentControls latent = around;
      latent.style.base = map_point(map, (2.0 * x + 1) / cells - 1, (2.0 * y + 1) / cells - 1);
      at::Tensor picture = renderer.render(grid_job(latent, 1, 1, renderer.spec())).to(at::kCPU);
      if (const std::int64_t longer = std::max(picture.size(0), picture.size(1)); longer > cell_side) {
        const at::Tensor planes = picture.permute({2, 0, 1}).unsqueeze(0).to(at::kFloat);
        const std::vector<std::int64_t> size{picture.size(0) * cell_side / longer,
                                             picture.size(1) * cell_side / longer};
        picture = at::_adaptive_avg_pool2d(planes, size).round().to(at::kByte)[0].permute({1, 2, 0});
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

MapView drawn(latent::LatentControls latent, const Borrowed& model, Loan::Job& job) {
  const at::NoGradGuard no_grad;
  MapView map{.cells = cells};
  latent.blend.on = false;
  latent.style.sources.clear();
  latent.style.mixing_grid = false;
  if (model.generator->spec().num_ws > 1) {
    lay_plane_in_w(*model.generator, latent, job, map);
  } else {
    lay_plane_in_z(*model.generator, latent, map);
  }
  Renderer renderer(model.generator, model.device);
  map.sheet = sheet_of(renderer, latent, job, map);
  return map;
}

}  // namespace

struct LatentMap::Impl {
  const OnScreen& on_screen;
  MapView view;
  Loan loan;

  Impl(Synthesizer& synthesizer, const OnScreen& screen, Notices& notices)
      : on_screen(screen), loan(synthesizer, notices) {}

  void draw(const latent::LatentControls& latent) {
    loan.start(
        on_screen.needed_model().training,
        [latent](const Borrowed& model, Loan::Job& job) { return drawn(latent, model, job); },
        [this](MapView map) { view = std::move(map); });
  }
};

LatentMap::LatentMap(Synthesizer& synthesizer, const OnScreen& on_screen, Notices& notices)
    : impl_(std::make_unique<Impl>(synthesizer, on_screen, notices)) {}
LatentMap::~LatentMap() = default;

void LatentMap::serve(Services& services) {
  services.on<command::DrawMap>([impl = impl_.get()](const auto&, const AppState& state) { impl->draw(state.latent); });
  services.on<command::CancelMap>([impl = impl_.get()](const auto&) { impl->loan.cancel(); });
}

void LatentMap::tick() {
  impl_->loan.tick();
}

const MapView& LatentMap::view() const {
  impl_->view.busy = impl_->loan.busy();
  impl_->view.progress = impl_->loan.progress();
  return impl_->view;
}

}  // namespace ganvas::app
