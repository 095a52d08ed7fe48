#pragma once
// Pictures as bytes: a view on memory that someone else owns, and an owning picture.

#include <cstddef>
#include <cstdint>
#include <vector>

namespace ganvas {

/// Where the bytes of an ImageView live.
enum class Device { cpu, cuda };

/// A rectangle of interleaved 8-bit pixels, row 0 on top. Does not own the memory.
struct ImageView {
  const std::uint8_t* data = nullptr;  ///< host pointer when device is cpu, device pointer when cuda
  int width = 0;                       ///< pixels
  int height = 0;                      ///< pixels
  int channels = 4;                    ///< bytes a pixel: 1 grey, 3 RGB, 4 RGBA
  std::size_t stride = 0;              ///< bytes from one row to the next, at least width * channels
  Device device = Device::cpu;

  [[nodiscard]] bool empty() const { return width <= 0 || height <= 0; }
  [[nodiscard]] const std::uint8_t* row(int y) const { return data + static_cast<std::size_t>(y) * stride; }
};

/// An owning picture in host memory, rows packed without padding.
struct Image {
  int width = 0;                     ///< pixels
  int height = 0;                    ///< pixels
  int channels = 4;                  ///< bytes a pixel: 1 grey, 3 RGB, 4 RGBA
  std::vector<std::uint8_t> pixels;  // [height, width, channels]

  Image() = default;
  Image(int w, int h, int c)
      : width(w),
        height(h),
        channels(c),
        pixels(static_cast<std::size_t>(w) * static_cast<std::size_t>(h) * static_cast<std::size_t>(c)) {}

  [[nodiscard]] bool empty() const { return pixels.empty(); }
  [[nodiscard]] std::size_t stride() const {
    return static_cast<std::size_t>(width) * static_cast<std::size_t>(channels);
  }
  [[nodiscard]] std::uint8_t* at(int x, int y) {
    return pixels.data() + static_cast<std::size_t>(y) * stride() +
           static_cast<std::size_t>(x) * static_cast<std::size_t>(channels);
  }
  [[nodiscard]] const std::uint8_t* at(int x, int y) const {
    return pixels.data() + static_cast<std::size_t>(y) * stride() +
           static_cast<std::size_t>(x) * static_cast<std::size_t>(channels);
  }
  [[nodiscard]] ImageView view() const { return {pixels.data(), width, height, channels, stride(), Device::cpu}; }
  bool operator==(const Image&) const = default;
};

/// An owning copy of a host view. Throws Error for a view on another device.
Image copy_of(const ImageView& view);

}  // namespace ganvas
