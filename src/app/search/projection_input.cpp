#include "app/search/projection_input.h"

#include <memory>

#include "data/picture_file.h"
#include "data/resize.h"
#include "metrics/features/feature_extractor.h"
#include "models/traits.h"

namespace ganvas::app {

namespace {

constexpr std::int64_t largest_side = 256;  // pixels that LPIPS networks are made for

}  // namespace

at::Tensor projection_target(const std::filesystem::path& picture, const models::NetworkSpec& spec) {
  const Image image = data::with_channels(
      data::part_of(data::read_picture(picture), models::picture_width(spec), spec.resolution), spec.image_channels);
  const at::Tensor bytes = at::from_blob(const_cast<std::uint8_t*>(image.pixels.data()),
                                         {1, image.height, image.width, image.channels}, at::kByte);
  // The middle of what to_rgba8() makes this byte of.
  return ((bytes.permute({0, 3, 1, 2}).to(at::kFloat) - 127.5) / 127.5).contiguous();
}

latent::PictureFeatures projection_features(const std::filesystem::path& extractor, at::Device device) {
  if (extractor.empty()) return latent::pyramid_features();
  const auto network = std::make_shared<metrics::TorchscriptExtractor>(extractor, device);
  const auto of = [network](const at::Tensor& pictures) {
    at::Tensor bytes = pictures * 127.5 + 127.5;
    if (bytes.size(1) == 2 || bytes.size(1) == 4)
      bytes = bytes.narrow(1, 0, bytes.size(1) - 1);  // not how opaque they are
    if (bytes.size(2) > largest_side) bytes = at::adaptive_avg_pool2d(bytes, {largest_side, largest_side});
    return network->differentiable(bytes.to(at::kFloat), metrics::ExtractorOutput::perceptual);
  };
  return {network->name(), of};
}

}  // namespace ganvas::app
