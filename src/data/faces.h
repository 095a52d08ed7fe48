#pragma once
// The built-in data set: faces drawn by the program, with every factor known.

#include <cstdint>

#include "data/dataset.h"
#include "data/faces/factors.h"
#include "data/picture_memory.h"

namespace ganvas::data {

/// The face with these factors as [size, size, channels] bytes, size 16..1024, channels 1 or 3. A pure function, safe
/// on any thread. Throws Error for another size or number of channels.
Image draw_face(const FaceFactors& face, int size, int channels = 3);

/// Picture `index` shows sample_face(seed, index); its label is face_label() of it. Drawing takes a millisecond or two,
/// so pictures of the first 256 MiB are drawn once.
class FacesDataset final : public Dataset {
 public:
  explicit FacesDataset(const DatasetOptions& options);
  [[nodiscard]] std::string name() const override { return "faces"; }
  [[nodiscard]] std::int64_t size() const override { return count_; }
  [[nodiscard]] int resolution() const override { return resolution_; }
  [[nodiscard]] int width() const override { return width_; }
  [[nodiscard]] int channels() const override { return channels_; }
  [[nodiscard]] int label_size() const override { return face_label_size(); }
  [[nodiscard]] Image picture(std::int64_t index) const override;
  [[nodiscard]] std::vector<float> label(std::int64_t index) const override;
  [[nodiscard]] FaceFactors factors(std::int64_t index) const;

 private:
  std::uint64_t seed_;
  std::int64_t count_;
  int resolution_;
  int width_;
  int channels_;
  mutable PictureMemory drawn_;

  [[nodiscard]] Image drawn(const FaceFactors& factors) const;
};

}  // namespace ganvas::data
