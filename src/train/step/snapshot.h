#pragma once
// Immutable weights on their way from the trainer to whoever looks.

#include <ATen/ATen.h>

#include <cstdint>
#include <memory>
#include <optional>

#include "io/weight_set.h"
#include "models/generator.h"

namespace ganvas::train {

/// A copy of the EMA generator's weights, and where somebody looks at them, of those in training. Never changes after
/// it is published; any thread may read it, on a GPU after wait_for().
struct Snapshot {
  std::uint64_t version = 0;  ///< 1, 2, 3, ... within a session
  std::int64_t step = 0;
  double kimg = 0;
  models::NetworkSpec spec;
  io::WeightSet weights;              ///< on the trainer's device
  io::WeightSet in_training;          ///< of the generator that learns, at the same step; empty where nobody looks
  std::shared_ptr<c10::Event> ready;  ///< recorded after the copy on the trainer's stream; null on the CPU
};
using SnapshotPtr = std::shared_ptr<const Snapshot>;

/// Before the weights are read on a GPU: the current stream of their device waits until they are whole, and their
/// memory is nobody else's before that stream is done with them. Does nothing on the CPU.
void wait_for(const Snapshot& snapshot);

/// Copies of the weights on their device, `in_training` (null: none) beside the average; version, step and kimg are the
/// caller's to set. On a GPU the copies are made on the current stream, which must be `stream`.
std::shared_ptr<Snapshot> snapshot_of(const models::Generator& average, const models::Generator* in_training,
                                      const std::optional<c10::Stream>& stream);

}  // namespace ganvas::train
