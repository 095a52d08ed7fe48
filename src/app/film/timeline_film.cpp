#include "app/film/timeline_film.h"

#include <algorithm>

#include "app/document/session_file.h"
#include "app/render/moment_job.h"
#include "core/error.h"
#include "core/hash.h"
#include "core/json_text.h"
#include "media/film/film.h"

namespace ganvas::app {

std::string weights_hash(const models::Generator& generator) {
  Sha256 hash;
  const auto add = [&](const at::Tensor& tensor) {
    const at::Tensor bytes = tensor.detach().to(at::kCPU).contiguous();
    hash.update(bytes.const_data_ptr(), bytes.nbytes());
  };
  for (const at::Tensor& tensor : generator.parameters()) add(tensor);
  for (const at::Tensor& tensor : generator.buffers()) add(tensor);
  return hash.hex();
}

void check_film_size(int size) {
  require(size >= 0 && size <= 8192, "A picture of a film has 1 to 8192 pixels a side, not {}.", size);
}

Image film_picture(const at::Tensor& rgba, int resolution, int side) {
  at::Tensor rgb = rgba.slice(2, 0, 3).to(at::kCPU);
  if (side > 0 && side != resolution) {
    const std::vector<std::int64_t> size{rgb.size(0) * side / resolution, rgb.size(1) * side / resolution};
    at::Tensor planes = rgb.permute({2, 0, 1}).unsqueeze(0);
    if (side % resolution == 0) {
      const std::int64_t factor = side / resolution;
      planes = planes.repeat_interleave(factor, 2).repeat_interleave(factor, 3);
    } else {
      planes = at::_upsample_bicubic2d_aa(planes.to(at::kFloat), size, false).round().clamp(0, 255).to(at::kByte);
    }
    rgb = planes.squeeze(0).permute({1, 2, 0});
  }
  rgb = rgb.contiguous();
  Image image(static_cast<int>(rgb.size(1)), static_cast<int>(rgb.size(0)), 3);
  std::copy_n(rgb.const_data_ptr<std::uint8_t>(), image.pixels.size(), image.pixels.begin());
  return image;
}

Image timeline_picture(Renderer& renderer, const latent::Timeline& timeline, double seconds,
                       const TimelineFilmOptions& options) {
  const MomentJob job = moment_job(timeline, seconds, {options.columns, options.rows}, renderer.spec());
  return film_picture(renderer.render(job), renderer.spec().resolution, options.size);
}

bool make_timeline_film(Renderer& renderer, const latent::Timeline& timeline, const TimelineFilmOptions& options,
                        const std::function<bool(int, int)>& progress) {
  check_film_size(options.size);
  media::FilmOptions film{.path = options.path, .fps = options.fps, .loop = true, .sound = options.sound};
  film.frames = latent::timeline_frames(timeline, options.fps);
  AppState state;
  state.timeline.timeline = timeline;
  film.content = json_text(session_to_json(state)) +
                 fmt::format(" {} {} {} ", options.size, options.columns, options.rows) +
                 weights_hash(renderer.generator());
  return media::make_film(
      film,
      [&](int index) {
        return timeline_picture(renderer, timeline, static_cast<double>(index) / options.fps, options);
      },
      progress);
}

}  // namespace ganvas::app
