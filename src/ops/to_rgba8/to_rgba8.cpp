#include "ops/to_rgba8/to_rgba8.h"

#include "core/error.h"
#include "ops/to_rgba8/to_rgba8_device.h"
#include "ops/vector/parallel.h"

namespace ganvas::ops {
namespace {

Rgba8Grid grid_of(const at::Tensor& pictures, int columns) {
  Rgba8Grid grid;
  grid.pictures = pictures.const_data_ptr<float>();
  grid.stride_n = pictures.stride(0);
  grid.stride_c = pictures.stride(1);
  grid.stride_h = pictures.stride(2);
  grid.stride_w = pictures.stride(3);
  grid.count = static_cast<int>(pictures.size(0));
  grid.channels = static_cast<int>(pictures.size(1));
  grid.height = static_cast<int>(pictures.size(2));
  grid.width = static_cast<int>(pictures.size(3));
  grid.columns = columns;
  grid.rows = (grid.count + columns - 1) / columns;
  return grid;
}

void on_cpu(const Rgba8Grid& grid, std::uint8_t* out) {
  const std::int64_t width = std::int64_t{grid.columns} * grid.width;
  parallel_for(0, std::int64_t{grid.rows} * grid.height, 64, [&](std::int64_t begin, std::int64_t end) {
    for (std::int64_t y = begin; y < end; ++y) {
      for (std::int64_t x = 0; x < width; ++x) {
        write_rgba8(grid, static_cast<int>(x), static_cast<int>(y), out + 4 * (y * width + x));
      }
    }
  });
}

}  // namespace

void to_rgba8(const at::Tensor& pictures, int columns, at::Tensor& out) {
  require(pictures.dim() == 4 && pictures.size(0) > 0 && pictures.size(1) >= 1 && pictures.size(1) <= 4,
          "Pictures must be [N, 1 to 4, H, W] with N at least 1, not {}.", fmt::join(pictures.sizes(), " x "));
  require(columns >= 1, "A grid needs at least one column, not {}.", columns);
  const at::Tensor floats = pictures.scalar_type() == at::kFloat ? pictures : pictures.to(at::kFloat);
  const Rgba8Grid grid = grid_of(floats, columns);
  const std::vector<std::int64_t> shape{std::int64_t{grid.rows} * grid.height, std::int64_t{columns} * grid.width, 4};
  if (!out.defined() || out.sizes() != at::IntArrayRef(shape) || out.device() != floats.device() ||
      out.scalar_type() != at::kByte || !out.is_contiguous()) {
    out = at::empty(shape, at::TensorOptions(at::kByte).device(floats.device()));
  }
  if (floats.is_cuda()) {
    to_rgba8_on_device(grid, out.mutable_data_ptr<std::uint8_t>(), floats.get_device());
  } else {
    on_cpu(grid, out.mutable_data_ptr<std::uint8_t>());
  }
}

}  // namespace ganvas::ops
