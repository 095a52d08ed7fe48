#pragma once
// Strides, paddings and upsamplings, which a state dict does not say: the ways through the layers that run and make a
// picture, the likeliest first.

#include <functional>
#include <optional>

#include "models/layered/layers/kinds.h"
#include "models/layered/reading/drafts.h"

namespace ganvas::models {

/// How one convolution works: the same from top to bottom as from left to right.
struct Geometry {
  bool transposed = false;
  int upsample = 1;  ///< the factor before it
  int stride = 1;
  int padding = 0;
  int output_padding = 0;
  double cost = 0;  ///< 0 is what most public networks of its kernel do

  [[nodiscard]] bool operator==(const Geometry& other) const {
    return transposed == other.transposed && upsample == other.upsample && stride == other.stride &&
           padding == other.padding && output_padding == other.output_padding;
  }
};

/// Height and width of `values` as so many channels of pixels: square where they can be, else of a usual shape; nothing
/// where they are none.
std::optional<std::pair<int, int>> sides_of(std::int64_t values, std::int64_t channels);

struct Way {
  std::vector<Geometry> geometry;  ///< one a draft; only those of convolutions count
  std::vector<Sizes> sizes;        ///< of what each draft gives
  double cost = 0;
};

/// What the result of the last layer costs; nothing where it is none that the network can have.
using EndCost = std::function<std::optional<double>(const Sizes&)>;

/// The likeliest ways, at most `most`, the best first; none when no way runs. `stuck` becomes the sentence about the
/// layer where the longest way ends. The drafts are those behind the embeddings. Bounded in steps.
std::vector<Way> ways_through(const std::vector<Draft>& drafts, const Sizes& input, const EndCost& end,
                              std::size_t most, std::string& stuck);

}  // namespace ganvas::models
