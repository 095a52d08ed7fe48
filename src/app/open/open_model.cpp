#include "app/open/open_model.h"

#include <algorithm>

#include "app/render/renderer.h"
#include "core/error.h"
#include "core/files.h"
#include "core/log.h"
#include "io/torch/torch_file.h"
#include "models/kept_choices.h"
#include "models/networks_in_file.h"
#include "models/torchscript/torchscript.h"

namespace ganvas::app {

namespace fs = std::filesystem;

namespace {

/// Models of runs all have the same file name, so theirs is that of the run.
std::string name_of(const fs::path& path) {
  std::error_code error;
  const fs::path folder = fs::absolute(path, error).lexically_normal().parent_path();
  if (path.filename() == "model.safetensors" && fs::exists(folder / "recipe.json", error)) {
    return folder.filename().string();
  }
  if (folder.filename() == "checkpoints" && fs::exists(folder.parent_path() / "recipe.json", error)) {
    return fmt::format("{} {}", folder.parent_path().filename().string(), path.stem().string());
  }
  return path.stem().string();
}

std::vector<NetworkEntry> entries_of(const std::vector<models::NetworkInFile>& networks) {
  std::vector<NetworkEntry> entries;
  for (const models::NetworkInFile& network : networks) {
    if (!network.found) continue;  // an optimiser's state, for example
    entries.push_back({.name = network.name,
                       .role = network.is_generator() ? "generator" : "discriminator",
                       .family = network.found->spec.family,
                       .parameters = static_cast<std::uint64_t>(network.weights.parameter_count()),
                       .choosable = network.is_generator()});
  }
  return entries;
}

void require_generator(const models::NetworkInFile& chosen, const std::vector<NetworkEntry>& entries,
                       const fs::path& path) {
  if (chosen.is_generator()) return;
  std::string generators;
  for (const NetworkEntry& entry : entries) {
    if (entry.choosable) generators += (generators.empty() ? "" : ", ") + entry.name;
  }
  fail("The network {} of {} is a discriminator, which scores pictures and makes none; {}.", chosen.name, path.string(),
       generators.empty() ? "open the file of the generator instead" : "choose " + generators);
}

/// What is kept beside the file, and what is asked for now. What is kept and does not fit is passed over, with a
/// remark.
void set_choices(models::NetworkInFile& chosen, const OpenModelOptions& options, OpenedModel& opened) {
  if (options.keep) {
    models::KeptChoices kept(opened.path);
    kept.set(chosen.name, options.set);
    models::set_values(chosen, kept.of(chosen.name));
    kept.write();
    return;
  }
  if (const std::string remark = models::set_kept_choices(chosen, opened.path); !remark.empty())
    opened.remarks.push_back(remark);
  models::set_values(chosen, options.set);
}

/// The only way that executes something out of a file; a person has asked for it.
OpenedModel open_program(const fs::path& path, at::Device device) {
  OpenedModel opened{.path = path, .name = name_of(path), .format = "TorchScript", .network = "model"};
  opened.generator = models::open_torchscript_generator(path);
  opened.generator->to(device);
  std::uint64_t parameters = 0;
  for (const at::Tensor& parameter : opened.generator->parameters()) {
    parameters += static_cast<std::uint64_t>(parameter.numel());
  }
  opened.networks.push_back({.name = opened.network,
                             .role = "generator",
                             .family = opened.generator->spec().family,
                             .parameters = parameters,
                             .choosable = true});
  return opened;
}

OpenedModel read_model(const fs::path& path, const OpenModelOptions& options) {
  io::ModelFile file = io::open_model_file(path, options.reading);
  OpenedModel opened{.path = path, .name = name_of(path), .format = file.format};
  const std::vector<models::NetworkInFile> networks = models::networks_in(std::move(file));
  opened.networks = entries_of(networks);
  models::NetworkInFile chosen = models::choose_network(networks, options.network, path.string());
  require_generator(chosen, opened.networks, path);
  set_choices(chosen, options, opened);
  opened.network = chosen.name;
  try {
    opened.generator = models::generator_of(chosen.found->spec, chosen.weights, options.device);
  } catch (const Error& problem) {
    fail("{} cannot be opened as a model: {}", path.string(), problem.what());
  }
  if (const std::string broken = models::not_finite(chosen.weights); !broken.empty())
    opened.remarks.push_back(fmt::format("{}: {}", path.string(), broken));
  return opened;
}

}  // namespace

OpenedModel open_model(const std::string& asked, const OpenModelOptions& options) {
  fs::path path = asked.empty() ? starter_model_path() : fs::path(asked);
  std::error_code error;
  if (fs::is_directory(path, error)) {
    // A folder without a model stays what it is: the reader below says what is wrong with it.
    if (fs::path inside = io::model_in_folder(path); !inside.empty()) path = std::move(inside);
  }
  if (!options.allow_torchscript || !io::looks_like_torchscript(path)) return read_model(path, options);
  try {
    return read_model(path, options);
  } catch (const Error&) {
    return open_program(path, options.device);  // whose text nothing here is like
  }
}

}  // namespace ganvas::app
