#include "cli/rgb_image.h"

#include <algorithm>

namespace ganvas::cli {

Image rgb_image(const at::Tensor& rgba) {
  const at::Tensor rgb = rgba.slice(2, 0, 3).to(at::kCPU).contiguous();
  Image image(static_cast<int>(rgb.size(1)), static_cast<int>(rgb.size(0)), 3);
  std::copy_n(rgb.const_data_ptr<std::uint8_t>(), image.pixels.size(), image.pixels.begin());
  return image;
}

}  // namespace ganvas::cli
