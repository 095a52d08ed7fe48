#pragma once
// A generator with its weights, and the one way from latents to a grid of RGBA bytes. The live view, pictures, films
// and the command line all go through it.

#include <ATen/ATen.h>

#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "io/weight_set.h"
#include "latent/controls.h"
#include "latent/model_mixing.h"
#include "models/generator.h"
#include "train/step/snapshot.h"

namespace ganvas::app {

std::filesystem::path starter_model_path();

/// What one picture of a grid needs; all have values for the same model.
struct RenderJob {
  std::vector<float> latents;  // [count, z_dim]
  std::vector<float> classes;  // [c_dim], the same for all
  double psi = 1.0;
  latent::StyleControls style;
  std::vector<float> mixed_with;  // [count, z_dim]: of a mixing grid, whose styles each picture takes; empty: none
  int columns = 1;                ///< pictures side by side
  int chunk = 16;                 ///< pictures at a time: bounds the memory of activations
};

/// A moment between keyframes, all of the same number of pictures.
struct MomentJob {
  RenderJob now;                ///< latents, classes, psi of a spherical course; noise, placement, bends; the grid
  std::vector<RenderJob> keys;  ///< the keyframes around
  std::vector<double> weights;  ///< of their styles; those of a spherical course weigh what is added to the latent's
  bool spherical = false;
};

/// How quickly pictures are wanted, and what became of that. Of networks that can do no other they are exact.
struct Haste {
  double most_ms = 0;  ///< pictures that would take longer are coarse, by fewer blocks and scaled up; 0: never
  std::function<bool()> overtaken;  ///< asked between blocks: whether nobody wants them any more; may be empty
  int coarse = 0;                   ///< told: height in pixels at which they were made; 0: they are exact
  double left_ms = 0;               ///< told, of coarse ones: what exact ones take beyond it
};

/// A layer of a generator.
struct LayerShape {
  std::string name;
  std::int64_t channels = 0;
  std::int64_t side = 0;  ///< cells of a channel's map, each way
};

/// Owns a generator replica in eval mode. For one thread; sets no torch state but within its methods.
class Renderer {
 public:
  /// With fresh weights, for those of snapshots.
  Renderer(const models::NetworkSpec& spec, at::Device device);
  /// A generator of nobody else's, on that device.
  Renderer(models::GeneratorPtr generator, at::Device device);

  void load(const io::WeightSet& weights);
  /// Mixes another model's weights into those that were loaded last, or takes them out again (null). Throws Error when
  /// they do not fit; nothing has changed then.
  void mix(const std::shared_ptr<const io::WeightSet>& other, const latent::MixWeights& weights);
  void load(const train::Snapshot& snapshot);  ///< waits, on the current stream, for the snapshot's copy

  /// RGBA bytes [rows * resolution, columns * resolution, 4] on the device; bit-identical for identical weights, job
  /// and thread count. Throws Error when the job does not fit the network.
  at::Tensor render(const RenderJob& job);
  at::Tensor render(const MomentJob& job);
  /// The same in haste: coarse where it must be, undefined where it was overtaken. After coarse pictures the exact ones
  /// of the same job go on where those ended.
  at::Tensor render(const RenderJob& job, Haste& haste);
  at::Tensor render(const MomentJob& job, Haste& haste);
  /// What a layer hands on for the first picture, after the bends, [C, H, W]. Throws Error when there is no such layer.
  at::Tensor layer(const RenderJob& job, const std::string& name);
  at::Tensor layer(const MomentJob& job, const std::string& name);
  /// Styles of the first picture before mixing and moves, [1, num_ws, w_dim], and those that are drawn where `base`
  /// stands in for them. Gradients flow from the result to `base`.
  at::Tensor base_styles(const RenderJob& job);
  at::Tensor styles_over(const at::Tensor& base, const RenderJob& job);
  /// Layers that can be looked into and bent, in the order in which they run; known once a picture has been rendered.
  [[nodiscard]] const std::vector<LayerShape>& layers() const { return layers_; }

  [[nodiscard]] const models::NetworkSpec& spec() const { return generator_->spec(); }
  [[nodiscard]] at::Device device() const { return device_; }
  [[nodiscard]] std::int64_t parameter_count() const;
  [[nodiscard]] const models::Generator& generator() const { return *generator_; }
  /// A generator of its own with the same weights, on the same device; waits for nothing but the copy.
  [[nodiscard]] models::GeneratorPtr replica() const;

 private:
  using Styles = std::function<at::Tensor(std::int64_t first, std::int64_t last)>;  // of pictures first .. last - 1
  at::Tensor draw(const RenderJob& job, const Styles& styles_of, Haste& haste);
  class Watch;
  at::Tensor layer_while(const RenderJob& job, const Styles& styles_of, const std::string& name);
  models::SynthesisOptions listing(models::SynthesisOptions options);
  at::Tensor styles(const RenderJob& job, std::int64_t first, std::int64_t last);
  at::Tensor with_style(at::Tensor w, const RenderJob& job, std::int64_t first, std::int64_t last);
  at::Tensor moment_styles(const MomentJob& job, std::int64_t first, std::int64_t last);
  at::Tensor latent_styles(const RenderJob& job, std::int64_t first, std::int64_t last);
  at::Tensor classes_of(const RenderJob& job) const;
  at::Tensor map(const std::vector<float>& latents, const at::Tensor& classes, const RenderJob& job);

  models::GeneratorPtr generator_;
  at::Device device_;
  std::vector<LayerShape> layers_;
  std::map<std::pair<std::int64_t, std::int64_t>, double> block_ms_;  ///< by pictures and their height: what it took
  std::optional<io::WeightSet> own_;                                  ///< while mixed: the weights as they were loaded
};

/// How synthesize() makes the job's pictures. Refers to the job.
models::SynthesisOptions synthesis_options(const RenderJob& job);

/// Latents and classes of a whole grid as the controls ask.
RenderJob grid_job(const latent::LatentControls& controls, int columns, int rows, const models::NetworkSpec& spec);

}  // namespace ganvas::app
