#pragma once
// The two networks of a GAN as the rest of the program sees them. One folder a family implements them.

#include <ATen/ATen.h>
#include <torch/nn/module.h>

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "io/weight_set.h"
#include "models/network_spec.h"

namespace ganvas::models {

/// How map() places styles.
struct MapOptions {
  double truncation_psi = 1.0;  ///< 1 off; w = w_avg + psi * (w - w_avg). Without a W space w_avg is 0 and w is z.
  int truncation_cutoff = -1;   ///< first style rows that are truncated; -1 all
  bool update_average = false;  ///< training only: move w_avg
};

/// Where a network asks for half precision in some of its layers.
enum class Precision {
  automatic,  ///< half on a GPU, single on a CPU
  full,       ///< single everywhere
  half,       ///< half on a CPU too, which is slow
};

/// How synthesize() makes pictures.
struct SynthesisOptions {
  std::string noise_mode = "const";  ///< const, random, none
  std::uint64_t noise_seed = 0;      ///< for random
  /// For random noise from noise_seed: turns along a circle through noise that starts at the seed's own and comes back
  /// to it after each whole turn. Not with `generator`.
  double noise_phase = 0;
  /// A factor for the noise of each layer, in the order in which they run; layers beyond the end keep theirs.
  std::vector<double> noise_strengths;
  /// For random noise and dropout in training: the stream to draw from; null: derived from noise_seed.
  const at::Generator* generator = nullptr;
  /// Where w is a part of a batch: random noise is drawn for a batch of `noise_batch` pictures, of which w is these
  /// rows ([N] int64 on the CPU). Undefined: w is the whole batch.
  at::Tensor noise_rows;
  std::int64_t noise_batch = 0;
  /// StyleGAN: level of detail while growing, 0 full resolution, 1.5 half way from a quarter to half of it; negative:
  /// what the network's buffer "lod" says.
  double lod = -1;
  /// StyleGAN3: [3, 3] float, moves the picture (scale and rotation in the upper left 2x2, shift in picture widths in
  /// the last column); undefined: what the network's buffer "transform" says.
  at::Tensor transform;
  bool update_average = false;  ///< StyleGAN3, training only: move the magnitude averages
  Precision precision = Precision::automatic;
  /// Sees the output of each layer or block on the way, under its module's name ("b16.conv0", "L3_52_512"); may be
  /// empty.
  std::function<void(const std::string& name, const at::Tensor& x)> tap;
  /// May change what each layer hands to the next: gets its output, [N, C, H, W], under its module's name, and returns
  /// what goes on, of the same shape. Runs after the tap; may be empty.
  std::function<at::Tensor(const std::string& layer, const at::Tensor& x)> bend;

  /// Networks that add up a picture from block to block (StyleGAN2's skip connections) show it after each, [N, C, h,
  /// w]; false: that picture is what comes out, smaller than the network's. Others never ask. May be empty.
  std::function<bool(const at::Tensor& picture)> goes_on;

  /// x after the bend.
  [[nodiscard]] at::Tensor bent(const std::string& layer, const at::Tensor& x) const {
    return bend ? bend(layer, x) : x;
  }
};

/// A generator network. Not thread-safe: each thread has its own replica.
/// The program knows buffers by their names: "noise" in it is a layer's noise map, which a projection may change; one
/// that ends with "_avg", "_ema" or "lod" is copied into the moving average of the weights, not averaged (optim/ema.h).
class Generator : public torch::nn::Module {
 public:
  [[nodiscard]] const NetworkSpec& spec() const { return spec_; }

  /// z [N, z_dim] float, c [N, c_dim] float or undefined when c_dim is 0 -> w [N, num_ws, w_dim].
  virtual at::Tensor map(const at::Tensor& z, const at::Tensor& c, const MapOptions& options) = 0;

  /// w [N, num_ws, w_dim] -> pictures [N, image_channels, resolution, picture width], in -1..1 (not clamped), or
  /// smaller ones, see SynthesisOptions::goes_on.
  virtual at::Tensor synthesize(const at::Tensor& w, const SynthesisOptions& options) = 0;

 protected:
  explicit Generator(NetworkSpec spec) : spec_(std::move(spec)) {}
  NetworkSpec spec_;
};

/// A discriminator or critic. Not thread-safe.
class Discriminator : public torch::nn::Module {
 public:
  [[nodiscard]] const NetworkSpec& spec() const { return spec_; }

  /// pictures [N, image_channels, resolution, picture width] in -1..1, c as above -> logits [N, 1] (before any
  /// sigmoid).
  virtual at::Tensor forward(const at::Tensor& pictures, const at::Tensor& c) = 0;

  /// In a batch of `batch`, how many pictures are judged together: picture n belongs to group n % (batch / result). 1:
  /// each for itself. Batch norm does not count (models/batch_sharing.h).
  [[nodiscard]] virtual std::int64_t pictures_in_group(std::int64_t) const { return 1; }

 protected:
  explicit Discriminator(NetworkSpec spec) : spec_(std::move(spec)) {}
  NetworkSpec spec_;
};

using GeneratorPtr = std::shared_ptr<Generator>;
using DiscriminatorPtr = std::shared_ptr<Discriminator>;

/// Makes a network with fresh weights on `device`. Fresh weights come from `seed` alone (never from the global stream).
/// Throws Error for an unknown family, naming the known ones, and for sizes that the family cannot have.
GeneratorPtr make_generator(const NetworkSpec& spec, at::Device device, std::uint64_t seed = 0);
DiscriminatorPtr make_discriminator(const NetworkSpec& spec, at::Device device, std::uint64_t seed = 0);

/// The same on the CPU with tensors that hold whatever the memory does, which costs next to nothing: to be filled, or
/// to be counted.
GeneratorPtr empty_generator(const NetworkSpec& spec);
DiscriminatorPtr empty_discriminator(const NetworkSpec& spec);

/// Names of the registered families.
std::vector<std::string> family_names();

/// Copies parameters and buffers by name. Throws Error naming the first missing name or shape that differs; names in
/// `weights` that the network does not have are an error too, unless they are known leftovers of the family.
void load_weights(torch::nn::Module& network, const io::WeightSet& weights);

/// A network in eval mode whose weights are those of `weights`, on `device`. On the CPU the tensors are taken over, not
/// copied, where type and layout allow it: for looking and converting, not for training. Throws Error as
/// load_weights().
GeneratorPtr generator_of(const NetworkSpec& spec, const io::WeightSet& weights, at::Device device);
DiscriminatorPtr discriminator_of(const NetworkSpec& spec, const io::WeightSet& weights, at::Device device);

/// A copy of all parameters and buffers, on the CPU, in registration order.
io::WeightSet weights_of(const torch::nn::Module& network);

enum class Role { generator, discriminator };

/// What a set of weights is.
struct Recognised {
  NetworkSpec spec;
  Role role = Role::generator;
};

/// Reads the NetworkSpec out of the metadata of our own files ("ganvas.spec", "ganvas.role"), or recognises the family
/// by names and shapes. Throws Error saying what the file holds when no family fits.
Recognised recognise_network(const io::WeightSet& weights);

/// The same for a file that must hold a generator. Throws Error when it holds a discriminator.
NetworkSpec recognise(const io::WeightSet& weights);

/// The weights of `network` with the metadata that makes them a model file of ours.
io::WeightSet model_file_of(const Generator& network);
io::WeightSet model_file_of(const Discriminator& network);

}  // namespace ganvas::models
