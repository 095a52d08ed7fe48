#pragma once
// Immutable weights on their way from the trainer to whoever looks.

#include <ATen/ATen.h>

#include <cstdint>
#include <memory>
#include <optional>

#include "io/weight_set.h"
#include "models/generator.h"

namespace ganvas::train {

/// A copy of the EMA generator's weights. Never changes after it is published; any thread may read it, on a GPU
/// after wait_for().
struct Snapshot {
  std::uint64_t version = 0;  ///< 1, 2, 3, ... within a session
  std::int64_t step = 0;
  double kimg = 0;
  models::NetworkSpec spec;
  io::WeightSet weights;              ///< on the trainer's device
  std::shared_ptr<c10::Event> ready;  ///< recorded after the copy on the trainer's stream; null on the CPU
};
using SnapshotPtr = std::shared_ptr<const Snapshot>;

/// Before the weights are read on a GPU: the current stream of their device waits until they are whole, and their
/// memory is nobody else's before that stream is done with them. Does nothing on the CPU.
void wait_for(const Snapshot& snapshot);

/// A copy of the generator's weights on its device; version, step and kimg are the caller's to set. On a GPU the copy
/// is made on the current stream, which must be `stream`.
std::shared_ptr<Snapshot> snapshot_of(const models::Generator& generator, const std::optional<c10::Stream>& stream);

}  // namespace ganvas::train
