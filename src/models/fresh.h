#pragma once
// Fresh weights. A network whose weights come out of a file is made with an undefined stream: its tensors then keep
// the memory as it is, which the system does not even hand out before the file's tensors take their place.

#include <ATen/ATen.h>

namespace ganvas::models {

/// Float tensor of values N(mean, deviation) from `random`, or of whatever the memory holds when it is undefined.
inline at::Tensor fresh_normal(at::IntArrayRef sizes, at::Generator& random, double mean = 0, double deviation = 1) {
  at::Tensor values = at::empty(sizes, at::kFloat);
  return random.defined() ? values.normal_(mean, deviation, random) : values;
}

/// The same, uniform in low..high.
inline at::Tensor fresh_uniform(at::IntArrayRef sizes, at::Generator& random, double low, double high) {
  at::Tensor values = at::empty(sizes, at::kFloat);
  return random.defined() ? values.uniform_(low, high, random) : values;
}

}  // namespace ganvas::models
