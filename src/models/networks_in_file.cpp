#include "models/networks_in_file.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <utility>

#include "core/error.h"
#include "core/library_error.h"
#include "models/family.h"

namespace ganvas::models {
namespace {

/// Without the names of modules that only wrap another, and the counter of an averaged one.
io::WeightSet unwrapped(const io::WeightSet& weights) {
  io::WeightSet plain;
  plain.metadata = weights.metadata;
  plain.provenance = weights.provenance;
  for (const auto& [name, tensor] : weights.items()) {
    std::string_view rest = name;
    for (bool wrapped = true; wrapped;) {
      wrapped = false;
      for (const std::string_view wrapper : {"module.", "_orig_mod."}) {
        if (!rest.starts_with(wrapper)) continue;
        rest.remove_prefix(wrapper.size());
        wrapped = true;
      }
    }
    if (rest != "n_averaged") plain.set(std::string(rest), tensor);
  }
  return plain;
}

std::string lower(std::string text) {
  std::transform(text.begin(), text.end(), text.begin(), [](unsigned char c) { return std::tolower(c); });
  return text;
}

/// Whether programs call a whole network so.
bool names_a_network(const std::string& name) {
  constexpr std::array names{"g",       "d",      "netg",   "netd",  "generator", "discriminator", "gen",
                             "disc",    "dis",    "critic", "g_ema", "netg_ema",  "generator_ema", "gs",
                             "encoder", "decoder"};
  return std::find(names.begin(), names.end(), lower(name)) != names.end();
}

/// Whether by its name it is what makes the pictures.
bool called_generator(const std::string& name) {
  const std::string text = lower(name);
  if (text.find("optim") != std::string::npos || text.find("loss") != std::string::npos) return false;
  return text == "g" || text == "gs" || text == "g_ema" || text == "decoder" || text.starts_with("netg") ||
         text.starts_with("gen");
}

/// The networks of one dictionary; it alone where its first names are no networks'. What stands beside the networks
/// goes to those that make pictures.
std::vector<io::NamedNetwork> apart(io::NamedNetwork network) {
  std::vector<io::NamedNetwork> parts;
  io::WeightSet beside;
  for (const auto& [name, tensor] : network.weights.items()) {
    const auto dot = name.find('.');
    const std::string first = name.substr(0, dot);
    if (dot == std::string::npos || !names_a_network(first)) {
      beside.set(name, tensor);
      continue;
    }
    auto found = std::find_if(parts.begin(), parts.end(), [&](const auto& part) { return part.name == first; });
    if (found == parts.end()) found = parts.insert(parts.end(), {.name = first});
    found->weights.set(name.substr(dot + 1), tensor);
  }
  if (parts.size() < 2 || beside.size() > 8) {
    parts.assign(1, std::move(network));
    return parts;
  }
  for (io::NamedNetwork& part : parts) {
    part.weights.provenance = network.weights.provenance;
    part.weights.metadata = network.weights.metadata;
    if (!called_generator(part.name)) continue;
    for (const auto& [name, tensor] : beside.items())
      if (name.ends_with("_avg")) part.weights.set(name, tensor);
  }
  return parts;
}

std::string why_not(const io::WeightSet& weights, const Error& error) {
  for (const auto& [name, tensor] : weights.items())
    if (name.find("exp_avg") != std::string::npos || name.find("momentum_buffer") != std::string::npos)
      return "it is the state of an optimiser, which has no network in it.";
  return error.what();
}

}  // namespace

std::vector<NetworkInFile> networks_in(io::ModelFile file) {
  std::vector<NetworkInFile> networks;
  for (io::NamedNetwork& given : file.networks) {
    const bool described =
        given.weights.metadata.contains("ganvas.spec") || describing_family(given.weights) != nullptr;
    if (!described) given.weights = unwrapped(given.weights);
    std::vector<io::NamedNetwork> parts(1);
    if (described) {
      parts[0] = std::move(given);
    } else {
      parts = apart(std::move(given));
    }
    for (io::NamedNetwork& network : parts) {
      NetworkInFile entry{.name = network.name, .weights = std::move(network.weights)};
      try {
        entry.found = recognise_network(entry.weights);
      } catch (const Error& error) {
        entry.problem = why_not(entry.weights, error);
      } catch (const std::exception& error) {  // a setting of another type than its program writes
        entry.problem = fmt::format("Its description cannot be read: {}.", reason_of(error));
      }
      networks.push_back(std::move(entry));
    }
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
    for (const char* average : {"G_ema", "g_ema", "Gs", "netG_ema", "generator_ema"}) {
      if (chosen == nullptr)
        chosen = pick([&](const NetworkInFile& network) { return network.name == average && network.is_generator(); });
    }
    if (chosen == nullptr) chosen = pick([](const NetworkInFile& network) { return network.is_generator(); });
    // A discriminator is no answer where the generator is there and was not understood.
    if (chosen == nullptr)
      chosen = pick([](const NetworkInFile& network) { return !network.found && called_generator(network.name); });
    if (chosen == nullptr) chosen = pick([](const NetworkInFile& network) { return network.found.has_value(); });
    if (chosen == nullptr && !networks.empty()) chosen = &networks.front();
  }
  require(chosen != nullptr, "{} holds no network.", path);
  require(chosen->found.has_value(), "{} cannot be opened as a model: {}", path, chosen->problem);
  return *chosen;
}

void set_values(NetworkInFile& network, const std::vector<std::string>& assignments) {
  if (assignments.empty()) return;
  std::vector<GivenValue> values;
  for (const std::string& assignment : assignments) {
    const auto equals = assignment.find('=');
    const auto dot = assignment.rfind('.', equals);
    require(equals != std::string::npos && dot != std::string::npos && dot > 0,
            "\"{}\" is no LAYER.VALUE=NEW, such as net.2.kind=leaky_relu.", assignment);
    values.push_back(
        {assignment.substr(0, dot), assignment.substr(dot + 1, equals - dot - 1), assignment.substr(equals + 1)});
  }
  require(network.found.has_value(), "There is nothing to set in {}: {}", network.name, network.problem);
  NetworkSpec spec = network.found->spec;  // what is refused changes nothing
  const Family* family = find_family(spec.family);
  require(family != nullptr && family->set_values != nullptr,
          "A network of the family {} has nothing to set: its file says all about it.", spec.family);
  family->set_values(spec, network.found->role, values);
  network.found->spec = std::move(spec);
}

std::string not_finite(const io::WeightSet& weights) {
  const at::NoGradGuard no_grad;
  std::size_t broken = 0;
  std::string first;
  for (const auto& [name, tensor] : weights.items()) {
    if (!tensor.is_floating_point() || tensor.isfinite().all().item<bool>()) continue;
    if (broken++ == 0) first = name;
  }
  if (broken == 0) return {};
  return fmt::format(
      "{} of its {} tensors hold values that are no finite numbers ({}{}), so its pictures may be empty.", broken,
      weights.size(), first, broken > 1 ? ", ..." : "");
}

}  // namespace ganvas::models
