#include "app/render/frame.h"

#include <ATen/ATen.h>

#include <algorithm>

#include "core/error.h"

namespace ganvas::app {

std::shared_ptr<const Image> host_image(const Frame& frame) {
  if (frame.pixels.device == Device::cpu) return std::make_shared<const Image>(copy_of(frame.pixels));
  // The synthesizer has waited for its own work before it handed the frame over, so the copy sees all of it.
  const ImageView& view = frame.pixels;
  auto image = std::make_shared<Image>(view.width, view.height, view.channels);
  const auto options = at::TensorOptions(at::kCUDA).dtype(at::kByte);
  const at::Tensor device =
      at::from_blob(const_cast<std::uint8_t*>(view.data), {view.height, view.width, view.channels},
                    {static_cast<std::int64_t>(view.stride), view.channels, 1}, options);
  const at::Tensor host = device.to(at::kCPU).contiguous();
  std::copy_n(host.data_ptr<std::uint8_t>(), image->pixels.size(), image->pixels.begin());
  return image;
}

}  // namespace ganvas::app
