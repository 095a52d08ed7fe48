#pragma once
// What tells the factors of pictures: labels by name, and readings of them. Command line.

#include <ATen/ATen.h>

#include <functional>
#include <string>
#include <vector>

#include "data/dataset.h"

namespace ganvas::cli {

/// A label value and the factor that it belongs to.
struct LabelName {
  std::string factor, name;
};

/// The names of a label's `size` values: those of the factors of faces, or a labelled folder's sub-folders.
std::vector<LabelName> label_names(const std::string& data, int size);

/// What tells the labels of pictures.
struct Reading {
  std::function<at::Tensor(const at::Tensor& pictures)> read;  ///< [N, C, H, W] in -1..1 -> [N, labels] double
  at::Tensor accuracy;                                         // [labels] double
  double least_spread;  ///< deviation over a model's pictures below which a label counts as never changing
  std::string how;      ///< a sentence for people
};

constexpr double readable = 0.75;  ///< correlation from which a factor counts as read off pictures

/// By ridge regression on `count` labelled pictures, evenly out of the whole set, at 16 x 16.
Reading learned_reading(const data::Dataset& data, std::int64_t count);

/// The built-in network, which knows the built-in faces.
Reading face_reading(at::Device device);

}  // namespace ganvas::cli
