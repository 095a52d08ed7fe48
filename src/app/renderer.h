#pragma once
// A generator with its weights, and the one way from latents to a grid of RGBA bytes. The live view, pictures, films
// and the command line all go through it.

#include <torch/torch.h>

#include <filesystem>
#include <string>
#include <vector>

#include "io/weight_set.h"
#include "latent/controls.h"
#include "models/generator.h"
#include "train/snapshot.h"

namespace ganvas {

std::filesystem::path starter_model_path();

/// What one picture of a grid needs; all have values for the same model.
struct RenderJob {
  std::vector<float> latents;  // [count, z_dim]
  std::vector<float> classes;  // [c_dim], the same for all
  double psi = 1.0;
  StyleControls style;
  std::vector<float> mixed_with;  // [count, z_dim]: of a mixing grid, whose styles each picture takes; empty: none
  int columns = 1;                ///< pictures side by side
  int chunk = 16;                 ///< pictures at a time: bounds the memory of activations
};

/// Owns a generator replica in eval mode. For one thread; sets no torch state but within its methods.
class Renderer {
 public:
  /// With fresh weights, for those of snapshots.
  Renderer(const NetworkSpec& spec, at::Device device);
  /// A generator of nobody else's, on that device.
  Renderer(GeneratorPtr generator, at::Device device);

  void load(const WeightSet& weights);
  void load(const Snapshot& snapshot);  ///< waits, on the current stream, for the snapshot's copy

  /// RGBA bytes [rows * resolution, columns * resolution, 4] on the device; bit-identical for identical weights, job
  /// and thread count. Throws Error when the job does not fit the network.
  at::Tensor render(const RenderJob& job);

  [[nodiscard]] const NetworkSpec& spec() const { return generator_->spec(); }
  [[nodiscard]] at::Device device() const { return device_; }
  [[nodiscard]] std::int64_t parameter_count() const;
  [[nodiscard]] const Generator& generator() const { return *generator_; }
  /// A generator of its own with the same weights, on the same device; waits for nothing but the copy.
  [[nodiscard]] GeneratorPtr replica() const;

 private:
  at::Tensor styles(const RenderJob& job, std::int64_t first, std::int64_t last);
  at::Tensor map(const std::vector<float>& latents, const at::Tensor& classes, const RenderJob& job);

  GeneratorPtr generator_;
  at::Device device_;
};

/// Latents and classes of a whole grid as the controls ask.
RenderJob grid_job(const LatentControls& controls, int columns, int rows, const NetworkSpec& spec);

}  // namespace ganvas
