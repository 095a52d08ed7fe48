#include "train/random/random_tensors.h"

namespace ganvas::train {
namespace {

template <typename Draw>
at::Tensor filled(at::IntArrayRef sizes, Draw draw) {
  at::Tensor tensor = at::empty(sizes, at::kFloat);
  float* values = tensor.mutable_data_ptr<float>();
  for (std::int64_t i = 0; i < tensor.numel(); ++i) values[i] = static_cast<float>(draw());
  return tensor;
}

}  // namespace

at::Tensor draw_normal(at::IntArrayRef sizes, RandomStream& random) {
  return filled(sizes, [&] { return random.normal(); });
}

at::Tensor draw_uniform(at::IntArrayRef sizes, RandomStream& random) {
  return filled(sizes, [&] { return random.uniform(); });
}

}  // namespace ganvas::train
