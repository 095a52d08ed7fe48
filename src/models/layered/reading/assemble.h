#pragma once
// Drafts and a way through them as layers, with what has no tensors in between.

#include "models/layered/layers/settings.h"
#include "models/layered/reading/geometry.h"

namespace ganvas::models {

/// What comes in, and what the drafts are in front of.
struct Entrance {
  int z_dim = 0;
  int c_dim = 0;
  std::vector<Layer> layers;  ///< embeddings and what joins them with z
  Sizes sizes;                ///< behind them
  std::vector<Assumption> assumed;
  bool discriminator = false;
};

/// How the latent and the label come in. Takes the embeddings off the front of the drafts. Throws Error where they come
/// in in no known way.
Entrance generator_entrance(std::vector<Draft>& drafts);

struct Assembled {
  std::vector<Layer> layers;
  std::vector<Assumption> assumed;
  std::vector<std::size_t> activations;  ///< layers that are assumed
  std::vector<std::size_t> norms;        ///< batch norms
};

/// What public networks have where a file does not say it.
struct Habits {
  std::string activation = "relu";  ///< after each norm or weight but the last; a generator ends in tanh
  double slope = 0.2;
  double later_eps = 1e-5;  ///< of the batch norms but the first
};

Assembled assemble(const Entrance& entrance, const std::vector<Draft>& drafts, const Way& way, const Habits& habits);

/// Says what kind the layer `index` is taken for, and why; replaces what was said before.
void assume_kind(Assembled& network, std::size_t index, const std::string& reason);

/// The same of a batch norm's eps.
void assume_eps(Assembled& network, const Layer& norm, const std::string& reason);

}  // namespace ganvas::models
