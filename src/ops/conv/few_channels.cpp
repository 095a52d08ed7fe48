#include "ops/conv/few_channels.h"

#include <torch/csrc/autograd/custom_function.h>

#include "ops/vector/library_only.h"
#include "ops/vector/parallel.h"
#include "ops/vector/pixel_sums.h"
#include "ops/vector/vectors.h"

GANVAS_VECTOR_BEGIN
namespace ganvas::ops {
namespace {

constexpr std::int64_t most_planes = 4;

struct FewShape {
  std::int64_t pictures, pixels, channels, planes;
};

/// The sums of eight vectors.
Float8 sums_of(const Float8 (&v)[8]) {
  const auto neighbours = [](Float8 a, Float8 b) {  // a0 + a1, b0 + b1, a2 + a3, ...
    return __builtin_shufflevector(a, b, 0, 8, 2, 10, 4, 12, 6, 14) +
           __builtin_shufflevector(a, b, 1, 9, 3, 11, 5, 13, 7, 15);
  };
  const auto pairs = [](Float8 a, Float8 b) {
    return __builtin_shufflevector(a, b, 0, 1, 8, 9, 4, 5, 12, 13) +
           __builtin_shufflevector(a, b, 2, 3, 10, 11, 6, 7, 14, 15);
  };
  const Float8 low = pairs(neighbours(v[0], v[1]), neighbours(v[2], v[3]));
  const Float8 high = pairs(neighbours(v[4], v[5]), neighbours(v[6], v[7]));
  return __builtin_shufflevector(low, high, 0, 1, 2, 3, 8, 9, 10, 11) +
         __builtin_shufflevector(low, high, 4, 5, 6, 7, 12, 13, 14, 15);
}

/// planes[n, o, p] = sum over c of x[n, p, c] * weight[n, o, c].
void gather(const FewShape& s, const float* x, const float* weight, float* planes) {
  const std::int64_t groups = (s.pixels + 7) / 8;
  const std::int64_t grain = std::max<std::int64_t>(1, 4096 / s.channels);
  parallel_for(0, s.pictures * groups, grain, [&](std::int64_t begin, std::int64_t end) {
    for (std::int64_t i = begin; i < end; ++i) {
      const std::int64_t picture = i / groups, first = i % groups * 8;
      const std::int64_t count = std::min<std::int64_t>(8, s.pixels - first);
      const float* from = x + (picture * s.pixels + first) * s.channels;
      for (std::int64_t o = 0; o < s.planes; ++o) {
        const float* w = weight + (picture * s.planes + o) * s.channels;
        Float8 sums[8] = {};
        for (std::int64_t k = 0; k < s.channels; k += 8) {
          const Float8 factors = load<Float8>(w + k);
          for (std::int64_t p = 0; p < count; ++p) sums[p] += load<Float8>(from + p * s.channels + k) * factors;
        }
        store_some(planes + (picture * s.planes + o) * s.pixels + first, sums_of(sums), count);
      }
    }
  });
}

/// x[n, p, c] = sum over o of planes[n, o, p] * weight[n, o, c].
void spread(const FewShape& s, const float* planes, const float* weight, float* x) {
  const std::int64_t grain = std::max<std::int64_t>(1, 16384 / s.channels);
  parallel_for(0, s.pictures * s.pixels, grain, [&](std::int64_t begin, std::int64_t end) {
    for (std::int64_t i = begin; i < end; ++i) {
      const std::int64_t picture = i / s.pixels, pixel = i % s.pixels;
      const float *value = planes + picture * s.planes * s.pixels + pixel,
                  *w = weight + picture * s.planes * s.channels;
      for (std::int64_t k = 0; k < s.channels; k += 8) {
        Float8 sum = {};
        for (std::int64_t o = 0; o < s.planes; ++o)
          sum += splat<Float8>(value[o * s.pixels]) * load<Float8>(w + o * s.channels + k);
        store(x + i * s.channels + k, sum);
      }
    }
  });
}

/// weight[n, o, c] = sum over p of planes[n, o, p] * x[n, p, c]; sums [planes][pictures, channels].
void correlate(const FewShape& s, const float* planes, const float* x, float* sums) {
  std::array<float*, most_planes> totals{};
  for (std::int64_t o = 0; o < s.planes; ++o) totals[o] = sums + o * s.pictures * s.channels;
  sum_over_pixels<most_planes>({s.pictures, s.pixels, s.channels}, totals, [&](const PixelBlock& block, float* own) {
    const float* from = x + (block.picture * s.pixels + block.first) * s.channels;
    const float* values = planes + block.picture * s.planes * s.pixels + block.first;
    for (std::int64_t k = 0; k < s.channels; k += 8) {
      Float8 sum[most_planes] = {};
      for (std::int64_t p = 0; p < block.count; ++p) {
        const Float8 here = load<Float8>(from + p * s.channels + k);
        for (std::int64_t o = 0; o < s.planes; ++o) sum[o] += splat<Float8>(values[o * s.pixels + p]) * here;
      }
      for (std::int64_t o = 0; o < s.planes; ++o) {
        float* to = own + o * s.channels + k;
        store(to, load<Float8>(to) + sum[o]);
      }
    }
  });
}

}  // namespace
}  // namespace ganvas::ops
GANVAS_VECTOR_END

namespace ganvas::ops {
namespace {

constexpr auto last = at::MemoryFormat::ChannelsLast;

using torch::autograd::AutogradContext;
using torch::autograd::variable_list;

// Three maps, each the derivative of the others: planes from features and weight, features from planes and weight,
// weight from both.
at::Tensor planes_of(const at::Tensor& x, const at::Tensor& weight);
at::Tensor features_of(const at::Tensor& planes, const at::Tensor& weight);
at::Tensor weight_of(const at::Tensor& planes, const at::Tensor& x);

template <typename Map>
variable_list both(AutogradContext* context, const Map& map) {
  const variable_list saved = context->get_saved_variables();
  variable_list gradients(2);
  for (std::size_t i = 0; i < 2; ++i)
    if (context->needs_input_grad(i)) gradients[i] = map(i, saved);
  return gradients;
}

struct Planes : torch::autograd::Function<Planes> {
  static at::Tensor forward(AutogradContext* context, const at::Tensor& x, const at::Tensor& weight) {
    context->save_for_backward({x, weight});
    const at::Tensor from = x.contiguous(last), w = weight.contiguous();
    at::Tensor out = at::empty({x.size(0), w.size(1), x.size(2), x.size(3)}, x.options().requires_grad(false));
    gather({x.size(0), x.size(2) * x.size(3), x.size(1), w.size(1)}, from.const_data_ptr<float>(),
           w.const_data_ptr<float>(), out.mutable_data_ptr<float>());
    return out;
  }
  static variable_list backward(AutogradContext* context, const variable_list& d) {
    return both(context, [&](std::size_t i, const variable_list& saved) {
      return i == 0 ? features_of(d[0], saved[1]) : weight_of(d[0], saved[0]);
    });
  }
};

struct Features : torch::autograd::Function<Features> {
  static at::Tensor forward(AutogradContext* context, const at::Tensor& planes, const at::Tensor& weight) {
    context->save_for_backward({planes, weight});
    const at::Tensor from = planes.contiguous(), w = weight.contiguous();
    at::Tensor out = at::empty({from.size(0), w.size(2), from.size(2), from.size(3)},
                               from.options().requires_grad(false).memory_format(last));
    spread({from.size(0), from.size(2) * from.size(3), w.size(2), w.size(1)}, from.const_data_ptr<float>(),
           w.const_data_ptr<float>(), out.mutable_data_ptr<float>());
    return out;
  }
  static variable_list backward(AutogradContext* context, const variable_list& d) {
    return both(context, [&](std::size_t i, const variable_list& saved) {
      return i == 0 ? planes_of(d[0], saved[1]) : weight_of(saved[0], d[0]);
    });
  }
};

struct Weight : torch::autograd::Function<Weight> {
  static at::Tensor forward(AutogradContext* context, const at::Tensor& planes, const at::Tensor& x) {
    context->save_for_backward({planes, x});
    const at::Tensor few = planes.contiguous(), from = x.contiguous(last);
    at::Tensor sums = at::empty({few.size(1), x.size(0), x.size(1)}, x.options().requires_grad(false));
    correlate({x.size(0), x.size(2) * x.size(3), x.size(1), few.size(1)}, few.const_data_ptr<float>(),
              from.const_data_ptr<float>(), sums.mutable_data_ptr<float>());
    return sums.transpose(0, 1).contiguous();
  }
  static variable_list backward(AutogradContext* context, const variable_list& d) {
    return both(context, [&](std::size_t i, const variable_list& saved) {
      return i == 0 ? planes_of(saved[1], d[0]) : features_of(saved[0], d[0]);
    });
  }
};

at::Tensor planes_of(const at::Tensor& x, const at::Tensor& weight) {
  return Planes::apply(x, weight);
}
at::Tensor features_of(const at::Tensor& planes, const at::Tensor& weight) {
  return Features::apply(planes, weight);
}
at::Tensor weight_of(const at::Tensor& planes, const at::Tensor& x) {
  return Weight::apply(planes, x);
}

}  // namespace

bool to_planes_takes(const at::Tensor& x, std::int64_t planes) {
  return has_own_kernels() && x.is_cpu() && x.scalar_type() == at::kFloat && planes <= most_planes &&
         x.size(1) % 8 == 0 && x.is_contiguous(last);
}

at::Tensor to_planes(const at::Tensor& x, const at::Tensor& weight) {
  return planes_of(x, weight);
}

}  // namespace ganvas::ops
