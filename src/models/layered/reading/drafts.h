#pragma once
// The layers that a state dict has tensors of, and what their names tell of those that it has none of.

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "io/weight_set.h"
#include "models/layered/layers/layer.h"

namespace ganvas::models {

/// What a layer is by its tensors alone.
enum class Sort { linear, embedding, convolution, batch_norm, affine_norm, prelu, attention, plain };

struct Draft {
  std::string name;
  std::map<std::string, at::Tensor> tensors;
  Sort sort = Sort::linear;
  std::optional<Layer> known;  ///< what the file says of it, all of it
  /// Layers without tensors between the one before and this: exactly, where both stand in one numbered list ...
  std::optional<int> gap;
  int least = 0;              ///< ... else at least
  bool last_of_list = false;  ///< a numbered list ends with it, maybe before layers without tensors

  [[nodiscard]] const at::Tensor& weight() const { return tensors.at("weight"); }
  [[nodiscard]] bool weighs() const {
    return sort == Sort::linear || sort == Sort::convolution || sort == Sort::attention;
  }
  [[nodiscard]] bool norm() const { return sort == Sort::batch_norm || sort == Sort::affine_norm; }
  [[nodiscard]] bool biased() const { return tensors.contains("bias"); }
};

/// In the order in which the file's program made them: the file's, but numbers in their order (some writers sort names
/// as text). Counters are left out. Throws Error naming a tensor of no known layer.
std::vector<Draft> drafts_of(const io::WeightSet& weights);

/// For programs that make all their norms after all that they norm: each norm behind the layer with the number that is
/// in its own name ("bn2" behind "conv2"). Nothing where the names do not tell.
std::optional<std::vector<Draft>> norms_by_number(const std::vector<Draft>& drafts);

/// "net.7" -> "net.8"; nothing for names that end in no number.
std::optional<std::string> next_name(const std::string& name, int by = 1);

}  // namespace ganvas::models
