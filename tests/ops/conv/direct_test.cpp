#include "ops/conv/direct.h"

#include <gtest/gtest.h>

#include <ATen/ATen.h>

namespace ganvas::ops {
namespace {

TEST(DirectConvolution, EqualsLibTorchsForKernelsStridesAndBothDirections) {
  if (!has_vector_unit()) GTEST_SKIP() << "no vector unit";
  at::manual_seed(1);
  const auto last = at::MemoryFormat::ChannelsLast;
  for (const auto& [from, to] : {std::pair{3, 5}, {16, 24}, {40, 17}}) {
    for (const int kernel : {1, 2, 3, 4}) {
      for (const int stride : {1, 2, 3}) {
        for (const bool transposed : {false, true}) {
          const int pad = kernel / 2;
          const at::Tensor x = at::randn({2, from, 7, 9}).contiguous(last);
          const at::Tensor weight = at::randn({to, from, kernel, kernel});
          const at::Tensor expected =
              transposed
                  ? at::conv_transpose2d(x.to(at::kDouble), weight.transpose(0, 1).to(at::kDouble), {}, stride, pad)
                  : at::conv2d(x.to(at::kDouble), weight.to(at::kDouble), {}, stride, pad);
          const direct::Shape shape{.pictures = 2,
                                    .from = from,
                                    .to = to,
                                    .in_height = 7,
                                    .in_width = 9,
                                    .out_height = expected.size(2),
                                    .out_width = expected.size(3),
                                    .kernel_height = kernel,
                                    .kernel_width = kernel,
                                    .stride = stride,
                                    .pad_y = pad,
                                    .pad_x = pad,
                                    .transposed = transposed};
          at::Tensor packed = at::empty({direct::packed_size(shape)});
          direct::pack(shape, weight.const_data_ptr<float>(),
                       {weight.stride(0), weight.stride(1), weight.stride(2), weight.stride(3)},
                       packed.mutable_data_ptr<float>());
          at::Tensor out = at::empty(expected.sizes(), x.options().memory_format(last));
          direct::convolve(shape, x.const_data_ptr<float>(), packed.const_data_ptr<float>(), {},
                           out.mutable_data_ptr<float>());
          EXPECT_LT((out - expected).abs().max().item<double>(), 2e-4)
              << from << " " << kernel << " " << stride << " " << transposed;
        }
      }
    }
  }
}

}  // namespace
}  // namespace ganvas::ops
