#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "cli/command_line.h"
#include "cli/say.h"
#include "core/error.h"
#include "core/files.h"
#include "core/hash.h"
#include "io/safetensors.h"
#include "io/torch/torch_writer.h"
#include "models/export/onnx_export.h"
#include "models/export/torchscript_export.h"
#include "models/family.h"
#include "models/kept_choices.h"

namespace ganvas::cli {

namespace {

struct ConvertOptions {
  std::string in;
  std::string out;
  std::string network;
  std::vector<std::string> set;
  std::string layout = "own";
  std::string part = "whole";
  int batch = 1;
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

models::NetworkInFile chosen_network(const ConvertOptions& options) {
  const std::vector<models::NetworkInFile> networks = models::networks_in(io::open_model_file(options.in));
  models::NetworkInFile network = models::choose_network(networks, options.network, options.in);
  if (const std::string remark = models::set_kept_choices(network, options.in); !remark.empty())
    say(stderr, "{}\n", remark);
  models::set_values(network, options.set);
  return network;
}

void say_written(const std::string& what, const std::filesystem::path& out) {
  say("{} in {}, {}\n", what, out.string(), human_bytes(std::filesystem::file_size(out)));
}

/// The network as a program: ONNX or TorchScript.
void write_program(const ConvertOptions& options, bool onnx) {
  const models::NetworkInFile network = chosen_network(options);
  require(network.is_generator(), "{} of {} is no generator; those alone are written as programs.", network.name,
          options.in);
  const models::GeneratorPtr generator = models::generator_of(network.found->spec, network.weights, at::kCPU);
  if (!onnx) {
    models::write_torchscript(options.out, *generator, options.batch);
  } else {
    const std::map<std::string, models::ExportPart> parts{{"whole", models::ExportPart::whole},
                                                          {"mapping", models::ExportPart::mapping},
                                                          {"synthesis", models::ExportPart::synthesis}};
    io::OnnxGraph graph =
        models::onnx_graph_of(models::trace_generator(*generator, parts.at(options.part), options.batch));
    graph.metadata["ganvas.source"] =
        fmt::format("{} of {}", network.name, std::filesystem::path(options.in).filename().string());
    io::write_onnx_file(options.out, graph);
  }
  say_written(fmt::format("{} ({}, batches of {})", network.name, network.found->spec.family, options.batch),
              options.out);
}

/// All networks of the file as one checkpoint of another program.
void write_other_layout(const ConvertOptions& options) {
  const std::vector<models::NetworkInFile> networks = models::networks_in(io::open_model_file(options.in));
  const models::NetworkInFile& shown = models::choose_network(networks, options.network, options.in);
  require(shown.is_generator(), "{} of {} is no generator.", shown.name, options.in);
  const models::OtherLayout& layout = models::other_layout(shown.found->spec.family, options.layout);
  std::vector<std::pair<std::string, io::WeightSet>> written;
  const auto write = [&](const models::NetworkInFile& network, const char* name) {
    const bool there = std::ranges::any_of(written, [&](const auto& entry) { return entry.first == name; });
    if (!there)
      written.emplace_back(name, layout.state_dict(network.found->spec, network.found->role, own_model(network)));
  };
  write(shown, layout.average);
  for (const models::NetworkInFile& network : networks) {
    if (network.found && &network != &shown)
      write(network, network.is_generator() ? layout.generator : layout.discriminator);
  }
  io::write_torch_state_dicts(options.out, written);
  say_written(fmt::format("{} of {}", written.size() == 1 ? "1 network" : fmt::format("{} networks", written.size()),
                          std::filesystem::path(options.in).filename().string()),
              options.out);
  say("For {}'s program: {}\n", layout.name, layout.arguments(shown.found->spec));
}

/// One network's tensors.
void write_weights(const ConvertOptions& options, bool safetensors) {
  const std::filesystem::path in = options.in, out = options.out;
  const models::NetworkInFile network = chosen_network(options);
  io::WeightSet model = own_model(network);
  model.metadata["ganvas.source"] = fmt::format("{} of {}", network.name, in.filename().string());
  if (std::filesystem::is_regular_file(in)) model.metadata["ganvas.source_sha256"] = sha256_of_file(in);
  safetensors ? io::write_safetensors(out, model) : io::write_torch_state_dict(out, model);
  say_written(fmt::format("{} ({}, {} values)", network.name, network.found->spec.family, model.parameter_count()),
              out);
}

int convert(const ConvertOptions& options) {
  const std::string kind = std::filesystem::path(options.out).extension().string();
  const bool torch = kind == ".pt" || kind == ".pth";
  if (kind != ".safetensors" && kind != ".onnx" && !torch) {
    throw UsageError(fmt::format(
        "\"{}\" says no format; end the name of the output in .safetensors, .onnx, .pt or .pth.", options.out));
  }
  if (options.layout != "own" && !torch)
    throw UsageError(fmt::format("The layout {} is one of .pt files.", options.layout));
  if (options.part != "whole" && kind != ".onnx") throw UsageError("--part is for .onnx files.");
  if (kind == ".onnx" || options.layout == "torchscript") {
    write_program(options, kind == ".onnx");
  } else if (options.layout != "own") {
    write_other_layout(options);
  } else {
    write_weights(options, !torch);
  }
  return 0;
}

}  // namespace

void add_convert(CLI::App& parser, CliAction& action) {
  auto options = std::make_shared<ConvertOptions>();
  std::vector<std::string> layouts{"own", "torchscript"};
  for (const std::string& name : models::other_layout_names()) layouts.push_back(name);
  auto* command = parser.add_subcommand("convert", "Write a network of any readable model file in an open format");
  command->add_option("in", options->in, "Model file, checkpoint or run folder")->type_name("IN")->required();
  command->add_option("out", options->out, "File ending in .safetensors, .onnx, or .pt or .pth")
      ->type_name("OUT")
      ->required();
  command
      ->add_option("--network", options->network,
                   "Which network of the file: G_ema, G, D, ...; default: the generator's moving average")
      ->type_name("NAME");
  command
      ->add_option("--layout", options->layout,
                   "Of a .pt: own, a state dict under the names of the family's public programs; rosinality, a "
                   "checkpoint of that StyleGAN2 program with all networks of the file; torchscript, a program for "
                   "torch.jit.load")
      ->check(CLI::IsMember(layouts))
      ->capture_default_str();
  command->add_option("--part", options->part, "Of an .onnx: whole, from z to the picture; mapping, z to w; synthesis")
      ->check(CLI::IsMember({"whole", "mapping", "synthesis"}))
      ->capture_default_str();
  command->add_option("--batch", options->batch, "Pictures at a time of .onnx and torchscript, whose sizes are fixed")
      ->check(CLI::Range(1, 1024))
      ->capture_default_str();
  command->add_option("--set", options->set, set_help)->type_name("LAYER.VALUE=NEW");
  command->footer(
      "Examples:\n"
      "  ganvas convert network-snapshot-000025.pkl out/model.safetensors\n"
      "  ganvas convert network-snapshot-000025.pkl out/critic.pt --network D\n"
      "  ganvas convert runs/first out/model.onnx\n"
      "  ganvas convert runs/first out/model.pt --layout torchscript --batch 4\n"
      "A .pt state dict opens with torch.load(weights_only=True). Programs take z [N, z_dim], labels c [N, c_dim] "
      "where\n"
      "there are any, and psi [1], the truncation; pictures are -1..1.");
  command->callback([&action, options] { action = [options] { return convert(*options); }; });
}

}  // namespace ganvas::cli
