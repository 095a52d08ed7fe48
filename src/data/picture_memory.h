#pragma once
// Pictures that took long to make, kept for when they are asked for again: a training run passes over its data many
// times.

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

#include "core/image.h"

namespace ganvas::data {

/// The first pictures of a set of pictures of one size, as many as fit into `limit` bytes. Memory is taken as pictures
/// come. For any number of threads at once, none of which ever waits.
class PictureMemory {
 public:
  /// `size` bytes a picture, `count` pictures in the set.
  PictureMemory(std::size_t size, std::int64_t count, std::size_t limit);

  /// Copies picture `index` to `to`, which has its size. false: it is not kept, or not yet.
  bool recall(std::int64_t index, Image& to) const;
  /// Keeps a copy, if there is room. A picture that another thread keeps at this moment is left to that one.
  void keep(std::int64_t index, const Image& picture);

 private:
  enum class Place : std::uint8_t { empty, filling, full };

  std::size_t size_;
  std::vector<std::atomic<Place>> places_;
  std::unique_ptr<std::uint8_t[]> pixels_;  // not touched before it is filled, so the system gives no memory for it
};

}  // namespace ganvas::data
