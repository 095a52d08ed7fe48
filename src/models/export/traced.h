#pragma once
// A generator as a graph of LibTorch's operators: what formats of other programs are written from.

#include <memory>
#include <string>
#include <vector>

#include "models/generator.h"

namespace torch::jit {
struct Graph;
}  // namespace torch::jit

namespace ganvas::models {

/// Which way through a generator a graph goes.
enum class ExportPart {
  whole,     ///< z [, c], psi -> picture
  mapping,   ///< z [, c], psi -> w
  synthesis  ///< w -> picture
};

/// A graph of operators with the weights as constants, for batches of one size. z [N, z_dim]; c [N, c_dim] where there
/// are labels; psi [1], the truncation; w [N, num_ws, w_dim]; picture [N, channels, height, width] in -1..1, not
/// clamped. All float, on the CPU. Noise is the network's constant one.
struct TracedGenerator {
  std::shared_ptr<torch::jit::Graph> graph;
  std::vector<std::string> inputs;
  std::string output;
};

/// Follows a generator's operators on random latents. `generator`: on the CPU; its parameters stop asking for
/// gradients. Throws Error for a generator that draws anything at random, as its graph would repeat one draw for ever.
TracedGenerator trace_generator(Generator& generator, ExportPart part, std::int64_t batch = 1);

}  // namespace ganvas::models
