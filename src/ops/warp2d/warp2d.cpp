#include "ops/warp2d/warp2d.h"

#include <torch/csrc/autograd/custom_function.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <utility>
#include <vector>

#include "core/error.h"
#include "ops/vector/parallel.h"

namespace ganvas::ops {
namespace {

/// Four channels of a pixel, in which all arithmetic happens: no loop here is over channels.
template <typename T>
struct FourChannels {
  typedef T Type __attribute__((vector_size(4 * sizeof(T))));  // NOLINT(modernize-use-using): GCC wants it so
};
template <typename T>
using Pixel = typename FourChannels<T>::Type;

template <typename T>
Pixel<T> all_channels(double value) {
  return Pixel<T>{} + static_cast<T>(value);
}

/// The picture's pixel that position i of the reflected line shows; -1 where there is none.
int reflected(int i, int size) {
  if (i <= -size || i > 2 * size - 2) return -1;
  return i < 0 ? -i : std::min(i, 2 * size - 2 - i);
}

/// The map as the samples meet it: sample (i, k) lies at (x[0] i + x[1] k + x[2], the same of y) of the enlarged plane,
/// whose position 0 is the first that belongs to the picture itself.
struct SampleMap {
  std::array<double, 3> x{}, y{};
};

/// Positions [begin, end) of the enlarged plane along an axis.
struct Extent {
  int begin = 0, end = 0;
  [[nodiscard]] int size() const { return end - begin; }
};

/// Those that the samples touch, as far as the reflected picture reaches.
Extent touched(const std::array<double, 3>& map, int samples_x, int samples_y, int size) {
  double low = map[2], high = map[2];
  for (const double across : {map[0] * (samples_x - 1), map[1] * (samples_y - 1)}) (across < 0 ? low : high) += across;
  const double first = -2.0 * (size - 1), past = 2.0 * (2 * size - 1);
  Extent extent{static_cast<int>(std::floor(std::clamp(low, first, past))),
                static_cast<int>(std::floor(std::clamp(high, first, past)) + 2)};
  extent.end = std::max(std::min(extent.end, static_cast<int>(past)), extent.begin);
  return extent;
}

constexpr int taps = 12, phase_taps = taps / 2, reach = taps / 4;

/// The stages for one picture, and each stage's transpose: what a stage reads its transpose adds to.
template <typename T>
class Warp {
 public:
  Warp(const double* filter, int width, int height)
      : width_(width),
        height_(height),
        samples_x_(2 * width + taps - 2),
        samples_y_(2 * height + taps - 2),
        picture_(static_cast<std::size_t>(width) * height),
        line_(width),
        samples_(samples_x_),
        reduced_(static_cast<std::size_t>(width) * samples_y_) {
    for (int t = 0; t < phase_taps; ++t) {
      enlarge_[0][t] = all_channels<T>(2 * filter[taps - 1 - 2 * t]);
      enlarge_[1][t] = all_channels<T>(2 * filter[taps - 2 - 2 * t]);
    }
    for (int t = 0; t < taps; ++t) reduce_[t] = all_channels<T>(filter[t]);
  }

  /// The picture is moved in place: [height, width] pixels.
  std::vector<Pixel<T>>& picture() { return picture_; }

  /// `map` [2, 3] in pixels from the centre.
  template <bool Transposed>
  void run(const double* map) {
    use(map);
    plane_.assign(static_cast<std::size_t>(stride_) * (rows_.size() + 3), Pixel<T>{});
    if constexpr (Transposed) {
      std::fill(reduced_.begin(), reduced_.end(), Pixel<T>{});
      reduce_rows<true>();
      sample<true>();
      std::fill(picture_.begin(), picture_.end(), Pixel<T>{});
      enlarge<true>();
    } else {
      enlarge<false>();
      sample<false>();
      reduce_rows<false>();
    }
  }

 private:
  template <std::size_t Count>
  using Weights = std::array<Pixel<T>, Count>;  // each in all channels

  void use(const double* map) {
    const auto in_samples = [&](const double* row, int size) {
      const double x = 0.75 - width_ / 2.0 - reach, y = 0.75 - height_ / 2.0 - reach;  // of the first sample
      return std::array{row[0], row[1], 2 * (row[0] * x + row[1] * y + row[2] + size / 2.0) - 0.5};
    };
    map_ = {in_samples(map, width_), in_samples(map + 3, height_)};
    columns_ = touched(map_.x, samples_x_, samples_y_, width_);
    rows_ = touched(map_.y, samples_x_, samples_y_, height_);
    stride_ = columns_.size() + 3;  // empty positions, one before and two behind: no sample asks whether it is inside
    first_ = first_pixel(columns_.begin & ~1);
    extended_.resize(static_cast<std::size_t>(columns_.size() / 2 + phase_taps + 2));
  }

  /// Of those that a position of the enlarged plane is made of.
  static int first_pixel(int position) {
    const int odd = position & 1;
    return (position - odd) / 2 + odd - reach;
  }

  /// out = sum of weights[t] * in[t], or its transpose.
  template <bool Transposed, std::size_t Count>
  static void filter(const Weights<Count>& weights, Pixel<T>* in, Pixel<T>& out) {
    if constexpr (Transposed) {
      const Pixel<T> value = out;
      for (std::size_t t = 0; t < Count; ++t) in[t] += weights[t] * value;
    } else {
      Pixel<T> sum = weights[0] * in[0];
      for (std::size_t t = 1; t < Count; ++t) sum += weights[t] * in[t];
      out = sum;
    }
  }

  /// The same of whole rows of `width` pixels; a row may be missing.
  template <bool Transposed, std::size_t Count>
  static void filter_rows(const Weights<Count>& weights, const std::array<Pixel<T>*, Count>& in, Pixel<T>* out,
                          int width) {
    if constexpr (!Transposed) std::fill_n(out, width, Pixel<T>{});
    for (std::size_t t = 0; t < Count; ++t) {
      Pixel<T>* row = in[t];
      if (row == nullptr) continue;
      const Pixel<T> weight = weights[t];
      for (int i = 0; i < width; ++i) Transposed ? row[i] += weight * out[i] : out[i] += weight * row[i];
    }
  }

  /// Picture -> enlarged plane, a row of the plane at a time.
  template <bool Transposed>
  void enlarge() {
    for (int v = rows_.begin; v < rows_.end; ++v) {
      Pixel<T>* row = plane_.data() + static_cast<std::size_t>(v - rows_.begin + 1) * stride_ + 1;
      std::array<Pixel<T>*, phase_taps> pixels{};
      for (int t = 0; t < phase_taps; ++t) {
        const int y = reflected(first_pixel(v) + t, height_);
        if (y >= 0) pixels[t] = picture_.data() + static_cast<std::size_t>(y) * width_;
      }
      if constexpr (Transposed) enlarge_row<true>(row);
      filter_rows<Transposed>(enlarge_[v & 1], pixels, line_.data(), width_);
      if constexpr (!Transposed) enlarge_row<false>(row);
    }
  }

  /// A line of pixels -> a row of the enlarged plane.
  template <bool Transposed>
  void enlarge_row(Pixel<T>* row) {
    const int count = static_cast<int>(extended_.size());
    if constexpr (Transposed) {
      std::fill(extended_.begin(), extended_.end(), Pixel<T>{});
    } else {
      for (int i = 0; i < count; ++i) {
        const int x = reflected(first_ + i, width_);
        extended_[i] = x < 0 ? Pixel<T>{} : line_[x];
      }
    }
    for (int u = columns_.begin; u < columns_.end; ++u)
      filter<Transposed>(enlarge_[u & 1], extended_.data() + (first_pixel(u) - first_), row[u - columns_.begin]);
    if constexpr (!Transposed) return;
    std::fill(line_.begin(), line_.end(), Pixel<T>{});
    for (int i = 0; i < count; ++i) {
      const int x = reflected(first_ + i, width_);
      if (x >= 0) line_[x] += extended_[i];
    }
  }

  /// Enlarged plane -> samples, each row of which is reduced along x at once.
  template <bool Transposed>
  void sample() {
    for (int k = 0; k < samples_y_; ++k) {
      Pixel<T>* reduced = reduced_.data() + static_cast<std::size_t>(k) * width_;
      if constexpr (Transposed) {
        std::fill(samples_.begin(), samples_.end(), Pixel<T>{});
      } else {
        sample_row<false>(k);
      }
      for (int o = 0; o < width_; ++o) filter<Transposed>(reduce_, samples_.data() + std::ptrdiff_t{2} * o, reduced[o]);
      if constexpr (Transposed) sample_row<true>(k);
    }
  }

  template <bool Transposed>
  void sample_row(int k) {
    // From the empty position before the plane.
    const double x = map_.x[1] * k + map_.x[2] - columns_.begin + 1, y = map_.y[1] * k + map_.y[2] - rows_.begin + 1;
    const double most_x = columns_.size() + 1, most_y = rows_.size() + 1;
    for (int i = 0; i < samples_x_; ++i) {
      const double u = std::clamp(x + map_.x[0] * i, 0.0, most_x), v = std::clamp(y + map_.y[0] * i, 0.0, most_y);
      const int left = static_cast<int>(u), top = static_cast<int>(v);
      const T right_share = static_cast<T>(u - left), low_share = static_cast<T>(v - top);
      Pixel<T>* high_row = plane_.data() + static_cast<std::size_t>(top) * stride_ + left;
      Pixel<T>* low_row = high_row + stride_;
      if constexpr (Transposed) {
        const Pixel<T> low = samples_[i] * low_share, high = samples_[i] - low;
        const Pixel<T> high_right = high * right_share, low_right = low * right_share;
        high_row[0] += high - high_right;
        high_row[1] += high_right;
        low_row[0] += low - low_right;
        low_row[1] += low_right;
      } else {
        const Pixel<T> high = high_row[0] + (high_row[1] - high_row[0]) * right_share;
        const Pixel<T> low = low_row[0] + (low_row[1] - low_row[0]) * right_share;
        samples_[i] = high + (low - high) * low_share;
      }
    }
  }

  /// Samples that are reduced along x -> the picture.
  template <bool Transposed>
  void reduce_rows() {
    for (int o = 0; o < height_; ++o) {
      std::array<Pixel<T>*, taps> rows{};
      for (int t = 0; t < taps; ++t) rows[t] = reduced_.data() + static_cast<std::size_t>(2 * o + t) * width_;
      filter_rows<Transposed>(reduce_, rows, picture_.data() + static_cast<std::size_t>(o) * width_, width_);
    }
  }

  int width_, height_, samples_x_, samples_y_;
  std::array<Weights<phase_taps>, 2> enlarge_;  // of even and of odd positions
  Weights<taps> reduce_;
  SampleMap map_;
  Extent columns_, rows_;
  int stride_ = 0, first_ = 0;
  std::vector<Pixel<T>> picture_, line_, extended_, plane_, samples_, reduced_;
};

/// Between a picture of any layout and pixels of four channels, from `channel` on.
template <typename T>
struct Places {
  T* data;
  std::array<std::int64_t, 4> strides;

  Places(const at::Tensor& tensor, T* address) : data(address) {
    std::copy_n(tensor.strides().begin(), 4, strides.begin());
  }
  T& at(std::int64_t n, std::int64_t c, std::int64_t y, std::int64_t x) const {
    return data[n * strides[0] + c * strides[1] + y * strides[2] + x * strides[3]];
  }
};

template <typename T>
void run_pictures(const at::Tensor& x, const at::Tensor& maps, const at::Tensor& filter, bool transposed,
                  const at::Tensor& out) {
  const Places<const T> from(x, x.const_data_ptr<T>());
  const Places<T> to(out, out.mutable_data_ptr<T>());
  const auto channels = x.size(1);
  const int height = static_cast<int>(x.size(2)), width = static_cast<int>(x.size(3));
  parallel_for(0, x.size(0), 1, [&](std::int64_t begin, std::int64_t end) {
    Warp<T> warp(filter.const_data_ptr<double>(), width, height);
    std::vector<Pixel<T>>& picture = warp.picture();
    for (std::int64_t n = begin; n < end; ++n) {
      const double* map = maps.const_data_ptr<double>() + n * 6;
      constexpr std::array<double, 6> identity{1, 0, 0, 0, 1, 0};
      const bool moves = !std::equal(identity.begin(), identity.end(), map);
      for (std::int64_t first = 0; first < channels; first += 4) {
        const auto here = static_cast<int>(std::min<std::int64_t>(channels - first, 4));
        const auto each = [&](const auto& use) {
          for (int y = 0; y < height; ++y)
            for (int column = 0; column < width; ++column)
              for (int c = 0; c < here; ++c) use(picture[static_cast<std::size_t>(y) * width + column], c, y, column);
        };
        if (here < 4) std::fill(picture.begin(), picture.end(), Pixel<T>{});
        each([&](Pixel<T>& pixel, int c, int y, int column) { pixel[c] = from.at(n, first + c, y, column); });
        if (moves) transposed ? warp.template run<true>(map) : warp.template run<false>(map);
        each([&](const Pixel<T>& pixel, int c, int y, int column) { to.at(n, first + c, y, column) = pixel[c]; });
      }
    }
  });
}

struct Warp2dFunction : torch::autograd::Function<Warp2dFunction> {
  static at::Tensor forward(torch::autograd::AutogradContext* context, const at::Tensor& x, const at::Tensor& maps,
                            const at::Tensor& filter, bool transposed) {
    context->saved_data["maps"] = maps;
    context->saved_data["filter"] = filter;
    context->saved_data["transposed"] = transposed;
    at::Tensor out = at::empty_like(x);
    if (x.scalar_type() == at::kDouble) {
      run_pictures<double>(x, maps, filter, transposed, out);
    } else {
      run_pictures<float>(x, maps, filter, transposed, out);
    }
    return out;
  }

  static torch::autograd::variable_list backward(torch::autograd::AutogradContext* context,
                                                 const torch::autograd::variable_list& gradients) {
    auto& saved = context->saved_data;
    return {apply(gradients[0], saved["maps"].toTensor(), saved["filter"].toTensor(), !saved["transposed"].toBool()),
            {},
            {},
            {}};
  }
};

}  // namespace

at::Tensor warp2d(const at::Tensor& x, const at::Tensor& maps, const at::Tensor& filter) {
  require(x.dim() == 4 && x.size(2) >= 2 && x.size(3) >= 2 && x.is_cpu() &&
              (x.scalar_type() == at::kFloat || x.scalar_type() == at::kDouble),
          "warp2d works on float or double pictures [N, C, H, W] of at least 2 x 2 pixels on the CPU.");
  require(maps.sizes() == at::IntArrayRef{x.size(0), 2, 3} && maps.scalar_type() == at::kDouble && maps.is_cpu(),
          "warp2d takes one map [2, 3] of doubles for each of the {} pictures.", x.size(0));
  require(filter.dim() == 1 && filter.numel() == taps && filter.scalar_type() == at::kDouble,
          "The filter of warp2d has {} taps, in double precision.", taps);
  return Warp2dFunction::apply(x, maps.contiguous(), filter.contiguous(), false);
}

}  // namespace ganvas::ops
