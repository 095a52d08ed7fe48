#include "models/networks_in_file.h"

#include <algorithm>

#include "core/error.h"
#include "core/library_error.h"

namespace ganvas::models {

std::vector<NetworkInFile> networks_in(io::ModelFile file) {
  std::vector<NetworkInFile> networks;
  for (io::NamedNetwork& network : file.networks) {
    NetworkInFile entry{.name = network.name, .weights = std::move(network.weights)};
    try {
      entry.found = recognise_network(entry.weights);
    } catch (const Error& error) {
      entry.problem = error.what();
    } catch (const std::exception& error) {  // a setting of another type than its program writes
      entry.problem = fmt::format("Its description cannot be read: {}.", reason_of(error));
    }
    networks.push_back(std::move(entry));
  }
  return networks;
}

const NetworkInFile& choose_network(const std::vector<NetworkInFile>& networks, const std::string& name,
                                    const std::string& path) {
  const auto pick = [&](const auto& fits) {
    const auto found = std::find_if(networks.begin(), networks.end(), fits);
    return found == networks.end() ? nullptr : &*found;
  };
  const NetworkInFile* chosen = nullptr;
  if (!name.empty()) {
    chosen = pick([&](const NetworkInFile& network) { return network.name == name; });
    std::string choices;
    for (const NetworkInFile& network : networks) choices += (choices.empty() ? "" : ", ") + network.name;
    require(chosen != nullptr, "{} has no network {}; it has {}.", path, name, choices);
  } else {
    for (const char* average : {"G_ema", "g_ema", "Gs"}) {
      if (chosen == nullptr)
        chosen = pick([&](const NetworkInFile& network) { return network.name == average && network.is_generator(); });
    }
    if (chosen == nullptr) chosen = pick([](const NetworkInFile& network) { return network.is_generator(); });
    if (chosen == nullptr) chosen = pick([](const NetworkInFile& network) { return network.found.has_value(); });
    if (chosen == nullptr && !networks.empty()) chosen = &networks.front();
  }
  require(chosen != nullptr, "{} holds no network.", path);
  require(chosen->found.has_value(), "{} cannot be opened as a model: {}", path, chosen->problem);
  return *chosen;
}

}  // namespace ganvas::models
