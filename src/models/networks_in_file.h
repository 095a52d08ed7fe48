#pragma once
// The networks of an opened model file, and which of them is meant.

#include <optional>
#include <string>
#include <vector>

#include "io/open/open_model_file.h"
#include "models/generator.h"

namespace ganvas::models {

/// One network of a file. What no family fits (an optimiser's state, say) has no `found`, and the reason instead.
struct NetworkInFile {
  std::string name;
  io::WeightSet weights;
  std::optional<Recognised> found;
  std::string problem;

  [[nodiscard]] bool is_generator() const { return found && found->role == Role::generator; }
};

/// Recognises each network of the file, in its order. What programs put around weights is taken off first: the names of
/// DataParallel and of compiled modules, and the counters of averaged ones; networks that lie in one dictionary under
/// their names ("generator.", "netG.", "decoder.", ...) come apart.
std::vector<NetworkInFile> networks_in(io::ModelFile file);

/// The network of that name; with no name the generator that people want to see: the moving average where there is one,
/// else the first, else, where there is no generator at all, the first network. Throws Error naming the choices, and
/// with the reason when the chosen one, or all, are of no known family, or when it is by its name that a network is the
/// generator and nobody understands it. `path` is for that sentence.
const NetworkInFile& choose_network(const std::vector<NetworkInFile>& networks, const std::string& name,
                                    const std::string& path);

/// Sets values of the network's specification that its file does not say: "net.2.kind=leaky_relu" each. Throws Error
/// naming the one that does not fit, and the choices; nothing has changed then.
void set_values(NetworkInFile& network, const std::vector<std::string>& assignments);

/// A sentence where weights are no finite numbers, as those of a run that broke; else empty.
std::string not_finite(const io::WeightSet& weights);

}  // namespace ganvas::models
