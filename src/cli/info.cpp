#include <fmt/format.h>

#include "app/renderer.h"
#include "cli/command_line.h"
#include "core/files.h"
#include "core/hash.h"
#include "io/open_model_file.h"

namespace ganvas {

namespace {

struct InfoOptions {
  std::string model;
  bool json = false;
  bool path = false;
};

Json describe_network(const NamedNetwork& network) {
  const Recognised found = recognise_network(network.weights);
  return {{"name", network.name},
          {"role", found.role == Role::generator ? "generator" : "discriminator"},
          {"spec", to_json(found.spec)},
          {"tensors", network.weights.size()},
          {"values", network.weights.parameter_count()},
          {"weights_hash", network.weights.hash()}};
}

Json describe(const std::filesystem::path& path) {
  const ModelFile file = open_model_file(path);
  Json json = Json::object();
  json["file"] = path.string();
  json["format"] = file.format;
  json["bytes"] = std::filesystem::file_size(path);
  json["sha256"] = sha256_of_file(path);
  json["networks"] = Json::array();
  for (const NamedNetwork& network : file.networks) json["networks"].push_back(describe_network(network));
  json["metadata"] = file.networks.front().weights.metadata;
  return json;
}

void print_network(const Json& network) {
  const auto text = [](const Json& value) { return value.is_string() ? value.get<std::string>() : value.dump(); };
  const Json& spec = network["spec"];
  fmt::print("{:28} {}: {} {}\n", "network", text(network["name"]), text(spec["family"]), text(network["role"]));
  for (const auto& [key, value] : spec.items()) {
    if (key == "family" || (value.is_object() && value.empty())) continue;
    if (!value.is_object()) {
      fmt::print("{:28} {}\n", key, text(value));
      continue;
    }
    for (const auto& [sub, inner] : value.items()) fmt::print("{:28} {}\n", key + "." + sub, text(inner));
  }
  fmt::print("{:28} {} with {} values\n", "tensors", text(network["tensors"]), text(network["values"]));
}

void print_text(const Json& json) {
  const auto text = [](const Json& value) { return value.is_string() ? value.get<std::string>() : value.dump(); };
  fmt::print("{:28} {}\n", "file", text(json["file"]));
  fmt::print("{:28} {}, {}\n", "format", text(json["format"]), human_bytes(json["bytes"].get<std::uintmax_t>()));
  for (const Json& network : json["networks"]) print_network(network);
  for (const auto& [key, value] : json["metadata"].items()) {
    if (key != "ganvas.spec" && key != "ganvas.role") fmt::print("{:28} {}\n", key, text(value));
  }
  fmt::print("{:28} {}\n", "sha256", text(json["sha256"]));
}

int info(const InfoOptions& options) {
  const std::filesystem::path path =
      options.model.empty() ? starter_model_path() : std::filesystem::path(options.model);
  if (options.path) {
    fmt::print("{}\n", path.string());
    return 0;
  }
  const Json json = describe(path);
  if (options.json) {
    fmt::print("{}\n", json.dump(2));
  } else {
    print_text(json);
  }
  return 0;
}

}  // namespace

void add_info(CLI::App& parser, CliAction& action) {
  auto options = std::make_shared<InfoOptions>();
  auto* command = parser.add_subcommand("info", "Say what a model file holds");
  command->add_option("model", options->model, "Model file; default: the built-in starter model")->type_name("FILE");
  command->add_flag("--json", options->json, "As JSON");
  command->add_flag("--path", options->path, "Only the path of the file");
  command->footer(
      "Examples:\n"
      "  ganvas info\n"
      "  ganvas info runs/first/model.safetensors --json");
  command->callback([&action, options] { action = [options] { return info(*options); }; });
}

}  // namespace ganvas
