#pragma once
// Batches of a data set in a seeded, endless, shuffled order, decoded ahead on loader threads.

#include <ATen/ATen.h>

#include <array>
#include <memory>
#include <thread>
#include <vector>

#include "core/threads/queue.h"
#include "data/dataset.h"

namespace ganvas::data {

struct Batch {
  at::Tensor pictures;  // [N, C, H, W] uint8
  at::Tensor labels;    // [N, label_size] float, or undefined
};

/// Which pictures come when: position k of the endless order is a pure function of (seed, size, k). Each pass over the
/// data is one full shuffle; of data of more than `listed` pictures, one that is computed and not listed.
class Sampler {
 public:
  Sampler(std::int64_t size, std::uint64_t seed, std::int64_t listed = 1 << 22)
      : size_(size), seed_(seed), listed_(listed) {}
  /// Index of the picture at position k >= 0 of the endless order.
  std::int64_t at(std::int64_t position);

 private:
  std::int64_t size_;
  std::uint64_t seed_;
  std::int64_t listed_;
  std::int64_t pass_ = -1;           ///< the pass that order_ or keys_ hold
  std::vector<std::int64_t> order_;  // [size]
  std::array<std::uint64_t, 6> keys_{};
};

struct LoaderOptions {
  int batch = 64;
  std::uint64_t seed = 0;
  int threads = 1;            ///< decoding threads
  int ahead = 4;              ///< batches kept ready
  std::int64_t position = 0;  ///< first position of the sampler: where a resumed run goes on
  /// Which pictures of each batch are made, in this order (0 .. batch - 1); empty: all. Positions pass over the others.
  std::vector<std::int64_t> rows;
};

/// The order of batches does not depend on the number of threads. next() is for one thread.
class Loader {
 public:
  Loader(std::shared_ptr<const Dataset> dataset, LoaderOptions options);
  ~Loader();  ///< stops and joins the threads

  /// The next batch; waits for it. Throws Error when a picture could not be made.
  Batch next();
  /// Sampler position after the batches handed out so far.
  [[nodiscard]] std::int64_t position() const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace ganvas::data
