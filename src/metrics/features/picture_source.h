#pragma once
// Where the pictures of one side of a comparison come from: numbered, the same number always the same picture.

#include <ATen/ATen.h>

#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

#include "core/json.h"
#include "data/dataset.h"
#include "models/generator.h"

namespace ganvas::metrics {

/// For one thread.
class PictureSource {
 public:
  virtual ~PictureSource() = default;
  /// How many different pictures there are; for a generator as many as seeds.
  [[nodiscard]] virtual std::int64_t size() const = 0;
  /// Pictures first .. first + count - 1 -> [count, 1 or 3, H, W] uint8, on any device. Batches of a generator with
  /// random noise must begin at the same numbers to be the same.
  virtual at::Tensor pictures(std::int64_t first, std::int64_t count) = 0;
  /// All that decides the pictures.
  [[nodiscard]] virtual Json identity() const = 0;
  /// Whether pictures have been missing, so that what was made of them should not be kept.
  [[nodiscard]] virtual bool damaged() const { return false; }
};

/// The pictures of a data set in its order; of one class, where that is chosen. Decoded on the threads of torch.
class DatasetPictures final : public PictureSource {
 public:
  /// identity: of the data set (data_identity()). Throws Error for a class that the data set does not have or that is
  /// empty.
  DatasetPictures(std::shared_ptr<const data::Dataset> dataset, Json identity, std::optional<int> only_class = {});

  [[nodiscard]] std::int64_t size() const override;
  at::Tensor pictures(std::int64_t first, std::int64_t count) override;
  [[nodiscard]] Json identity() const override { return identity_; }
  [[nodiscard]] bool damaged() const override { return !dataset_->lost().empty(); }

 private:
  std::shared_ptr<const data::Dataset> dataset_;
  Json identity_;
  std::optional<std::vector<std::int64_t>> indices_;  // of the class
};

/// How samples are drawn from a generator.
struct SamplingOptions {
  at::Device device = at::kCPU;
  std::uint64_t seed = 0;  ///< sample i has the latent of seed + i, as `ganvas generate --seeds` has it
  double psi = 1.0;
  std::string noise_mode = "random";  ///< as SynthesisOptions::noise_mode; random noise is drawn for each batch
  std::optional<int> only_class;      ///< of a conditional generator
  std::shared_ptr<const data::Dataset>
      labels;  ///< else sample i has the label of a random picture of this set, if it fits
};

/// The label of sample i: of `only_class`, of a picture of `labels`, or a random class -> [1, c_dim] on the CPU;
/// undefined without classes. Throws Error for a class that there is not.
at::Tensor sample_label(const models::NetworkSpec& spec, const SamplingOptions& options, std::int64_t i);
/// "of the data", "at random" or "class 3"; empty without classes.
std::string label_choice(const models::NetworkSpec& spec, const SamplingOptions& options);

/// Samples of a generator, as bytes.
class GeneratorPictures final : public PictureSource {
 public:
  /// A generator of nobody else's, in eval mode, on the device. identity: of its weights.
  GeneratorPictures(models::GeneratorPtr generator, SamplingOptions options, Json identity);

  [[nodiscard]] std::int64_t size() const override;
  at::Tensor pictures(std::int64_t first, std::int64_t count) override;
  [[nodiscard]] Json identity() const override;

 private:
  models::GeneratorPtr generator_;
  SamplingOptions options_;
  Json identity_;
};

}  // namespace ganvas::metrics
