#pragma once
// Upsample, filter, downsample: the resampling of StyleGAN2 and 3 (Karras et al. 2019, 2021).

#include <ATen/ATen.h>

#include <array>

#include "ops/vector/epilogue.h"

namespace ganvas::ops {

struct UpfirdnOptions {
  std::array<int, 2> up{1, 1};             ///< x, y: zeros inserted so that the size grows by this factor
  std::array<int, 2> down{1, 1};           ///< x, y: every down-th sample is kept
  std::array<int, 4> padding{0, 0, 0, 0};  ///< left, right, top, bottom zeros of the upsampled picture; negative crops
  bool flip_filter = false;                ///< true: correlation; false: convolution, the filter acts mirrored
  double gain = 1;                         ///< of the result
};

/// How make_filter treats its taps.
struct FilterOptions {
  bool normalize = true;   ///< to the sum 1
  bool flip = false;       ///< mirror
  double gain = 1;         ///< of the two-dimensional filter
  bool separable = false;  ///< keep taps [K] one-dimensional (each axis is filtered in turn); else their outer product
};

/// taps [K] or [KH, KW] -> the filter as upfirdn2d takes it, float.
at::Tensor make_filter(const at::Tensor& taps, const FilterOptions& options = {});

/// x [N, C, H, W] half, float or double -> [N, C, OH, OW], OW = (W * up + left + right - taps) / down + 1 (rounded
/// down). `filter` is [KH, KW], [K] (both axes in turn), or undefined (the identity). Differentiable any number of
/// times in x, not in the filter. Same device as x. Throws Error when nothing would be left.
at::Tensor upfirdn2d(const at::Tensor& x, const at::Tensor& filter, const UpfirdnOptions& options = {});

/// The transpose of upfirdn2d() on pictures of `height` x `width`: from what has the size of its result to such
/// pictures. filter [KH, KW].
at::Tensor upfirdn2d_transposed(const at::Tensor& x, const at::Tensor& filter, const UpfirdnOptions& options,
                                std::int64_t height, std::int64_t width);

/// Whether upfirdn2d_finished() takes this filter: a product of a column and a row, on a CPU with vector units.
bool upfirdn2d_finishes(const at::Tensor& filter);
/// upfirdn2d() of channels-last floats on the CPU, C a multiple of 8, followed by `end` in the same pass; not
/// differentiable.
at::Tensor upfirdn2d_finished(const at::Tensor& x, const at::Tensor& filter, const UpfirdnOptions& options,
                              const Epilogue& end);

/// The same with the padding that keeps the picture in place, to which `options.padding` is added. The size stays,
/// grows by options.up (2 where it is 1; brightness kept), shrinks by options.down (2 where it is 1).
at::Tensor filter2d(const at::Tensor& x, const at::Tensor& filter, UpfirdnOptions options = {});
at::Tensor upsample2d(const at::Tensor& x, const at::Tensor& filter, UpfirdnOptions options = {});
at::Tensor downsample2d(const at::Tensor& x, const at::Tensor& filter, UpfirdnOptions options = {});

/// n / 2 rounded towards minus infinity, as centring a filter needs it.
constexpr int floor_half(int n) {
  return n >= 0 ? n / 2 : -((1 - n) / 2);
}

/// Taps of a filter along x and y; 1, 1 when undefined.
std::array<int, 2> filter_size(const at::Tensor& filter);

}  // namespace ganvas::ops
