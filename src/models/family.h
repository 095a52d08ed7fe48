#pragma once
// What a family of networks brings to the registry. One folder a family; registry.cpp lists them.

#include <optional>
#include <string>

#include "models/generator.h"

namespace ganvas::models {

struct Family {
  const char* name;
  /// Networks with fresh weights on the CPU, drawn from `random` alone; with whatever the memory holds where `random`
  /// is undefined (models/fresh.h). Throw Error for sizes they cannot have.
  GeneratorPtr (*make_generator)(const NetworkSpec& spec, at::Generator random);
  DiscriminatorPtr (*make_discriminator)(const NetworkSpec& spec, at::Generator random);
  /// What the weights are when their names and shapes are this family's; nothing otherwise.
  std::optional<Recognised> (*recognise)(const io::WeightSet& weights);
  /// The file's tensors under the names, layouts and scalings of this family's networks: leftovers of the file's
  /// program dropped, kernels transposed or flipped where its framework keeps them differently.
  io::WeightSet (*to_network)(const io::WeightSet& weights);
  /// Elements of all activations of one picture (generator, forward).
  std::size_t (*activation_elements)(const NetworkSpec& spec);
};

Family dcgan_family();
Family wgan_family();
Family wgan_gp_family();
Family stylegan_family();
Family stylegan2_family();
Family stylegan3_family();

}  // namespace ganvas::models
