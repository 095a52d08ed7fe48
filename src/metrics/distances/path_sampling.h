#pragma once
// The pairs of pictures that a perceptual path length is the mean of (metrics/distances/perceptual_path.h), as NVIDIA's
// program for StyleGAN2-ADA draws them.

#include <ATen/ATen.h>

#include <cstdint>
#include <filesystem>
#include <string>

#include "metrics/features/batches.h"
#include "metrics/features/feature_extractor.h"
#include "metrics/features/picture_source.h"
#include "models/generator.h"

namespace ganvas::metrics {

struct PathOptions {
  SamplingOptions sampling;  ///< pair i is drawn from the seed and i alone; both pictures have the same noise
  bool in_w = false;         ///< straight steps in W; else along the great circle in Z
  bool at_end = false;       ///< the path's first point; else anywhere on it
  bool centre = false;       ///< rows 3/8 to 7/8 and columns 2/8 to 6/8 of the pictures, where aligned faces are
  double epsilon = 1e-4;     ///< the step, as a part of the path
};

struct SampledPaths {
  at::Tensor distances;         // [count] double, squared distances over the squared step
  std::filesystem::path state;  ///< to remove when the result is safe
};

/// Distances of `count` pairs; pictures larger than 256 pixels are averaged down to that first. Single precision all
/// through. identity: of the generator's weights. Over processes, breaking off and errors: run_batches().
SampledPaths sample_paths(models::Generator& generator, FeatureExtractor& perceptual, const PathOptions& options,
                          std::int64_t count, const Json& identity, const BatchOptions& batches);

}  // namespace ganvas::metrics
