#pragma once
// Reads labels off pictures: how `ganvas directions` tells what a direction changes.

#include <torch/torch.h>

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "data/dataset.h"

namespace ganvas {

/// A place of the labels and the factor that it belongs to: "hair color: blonde" of "hair color".
struct LabelName {
  std::string factor, name;
};

struct LabelReading {
  std::function<at::Tensor(const at::Tensor& pictures)> read;  ///< [N, C, R, R] in -1..1 -> [N, labels] double, CPU
  std::vector<LabelName> names;                                ///< of each label
  at::Tensor accuracy;                                         ///< [labels]: correlation on pictures not learned from
  std::string text;                                            ///< a sentence about how labels are read
};

/// The built-in faces are read by the built-in face network, other labelled sets by ridge regression on the pictures at
/// 16 x 16, which learns from at most `pictures` of them. Throws Error for a set without labels.
LabelReading read_labels(const Dataset& data, bool faces, std::int64_t pictures, at::Device device);

}  // namespace ganvas
