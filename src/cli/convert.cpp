#include <fmt/format.h>

#include <algorithm>

#include "cli/command_line.h"
#include "cli/say.h"
#include "core/error.h"
#include "core/files.h"
#include "core/hash.h"
#include "io/safetensors.h"
#include "io/torch/torch_writer.h"
#include "models/kept_choices.h"

namespace ganvas::cli {

namespace {

struct ConvertOptions {
  std::string in;
  std::string out;
  std::string network;
  std::vector<std::string> set;
};

/// The network's tensors under the names of its family, with the metadata that makes them a model file.
io::WeightSet own_model(const models::NetworkInFile& network) {
  const models::NetworkSpec& spec = network.found->spec;
  io::WeightSet model = network.found->role == models::Role::generator
                            ? models::model_file_of(*models::generator_of(spec, network.weights, at::kCPU))
                            : models::model_file_of(*models::discriminator_of(spec, network.weights, at::kCPU));
  for (const char* key : {"ganvas.kimg", "ganvas.step", "ganvas.recipe"}) {
    if (network.weights.metadata.contains(key)) model.metadata[key] = network.weights.metadata[key];
  }
  return model;
}

int convert(const ConvertOptions& options) {
  const std::filesystem::path in = options.in, out = options.out;
  const std::string kind = out.extension().string();
  if (kind != ".safetensors" && kind != ".pt" && kind != ".pth") {
    throw UsageError(
        fmt::format("\"{}\" says no format; end the name of the output in .safetensors, .pt or .pth.", options.out));
  }
  const std::vector<models::NetworkInFile> networks = models::networks_in(io::open_model_file(in));
  models::NetworkInFile network = models::choose_network(networks, options.network, in.string());
  if (const std::string remark = models::set_kept_choices(network, in); !remark.empty()) say(stderr, "{}\n", remark);
  models::set_values(network, options.set);
  io::WeightSet model = own_model(network);
  model.metadata["ganvas.source"] = fmt::format("{} of {}", network.name, in.filename().string());
  if (std::filesystem::is_regular_file(in)) model.metadata["ganvas.source_sha256"] = sha256_of_file(in);
  if (kind == ".safetensors") {
    io::write_safetensors(out, model);
  } else {
    io::write_torch_state_dict(out, model);
  }
  say("{} ({}, {} values) in {}, {}\n", network.name, network.found->spec.family, model.parameter_count(), out.string(),
      human_bytes(std::filesystem::file_size(out)));
  return 0;
}

}  // namespace

void add_convert(CLI::App& parser, CliAction& action) {
  auto options = std::make_shared<ConvertOptions>();
  auto* command = parser.add_subcommand("convert", "Write a network of any readable model file in an open format");
  command->add_option("in", options->in, "Model file, checkpoint or run folder")->type_name("IN")->required();
  command->add_option("out", options->out, "File ending in .safetensors, or .pt or .pth (a PyTorch state dict)")
      ->type_name("OUT")
      ->required();
  command
      ->add_option("--network", options->network,
                   "Which network of the file: G_ema, G, D, ...; default: the generator's moving average")
      ->type_name("NAME");
  command->add_option("--set", options->set, set_help)->type_name("LAYER.VALUE=NEW");
  command->footer(
      "Examples:\n"
      "  ganvas convert network-snapshot-000025.pkl out/model.safetensors\n"
      "  ganvas convert network-snapshot-000025.pkl out/critic.pt --network D\n"
      "The .pt opens with torch.load(weights_only=True), under the names of the family's public programs.");
  command->callback([&action, options] { action = [options] { return convert(*options); }; });
}

}  // namespace ganvas::cli
