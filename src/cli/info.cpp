#include <fmt/format.h>

#include <algorithm>

#include "app/render/renderer.h"
#include "cli/command_line.h"
#include "cli/say.h"
#include "core/error.h"
#include "core/files.h"
#include "core/hash.h"
#include "core/json_text.h"
#include "core/outside/printable.h"
#include "models/kept_choices.h"
#include "models/networks_in_file.h"
#include "models/traits.h"

namespace ganvas::cli {

namespace {

struct InfoOptions {
  std::string model;
  std::vector<std::string> set;
  bool json = false;
  bool path = false;
  bool layers = false;
};

/// The tensors, gathered by the module that they belong to: [{"layer", "tensors": {name: shape}, "values"}].
Json layers_of(const io::WeightSet& weights) {
  Json layers = Json::array();
  for (const auto& [name, tensor] : weights.items()) {
    const auto cut = name.find_last_of("./");
    const std::string layer = cut == std::string::npos ? "" : name.substr(0, cut);
    if (layers.empty() || layers.back()["layer"] != layer)
      layers.push_back({{"layer", layer}, {"tensors", Json::object()}, {"values", 0}});
    layers.back()["tensors"][cut == std::string::npos ? name : name.substr(cut + 1)] = tensor.sizes().vec();
    layers.back()["values"] = layers.back()["values"].get<std::int64_t>() + tensor.numel();
  }
  return layers;
}

Json describe_network(models::NetworkInFile network, const std::filesystem::path& path,
                      const std::vector<std::string>& set) {
  Json json = {{"name", network.name}};
  Json remarks = Json::array();
  if (network.found) {
    if (const std::string remark = models::set_kept_choices(network, path); !remark.empty()) remarks.push_back(remark);
    if (network.is_generator()) models::set_values(network, set);
    if (const std::string broken = models::not_finite(network.weights); !broken.empty()) remarks.push_back(broken);
  }
  if (network.found) {
    const bool generator = network.found->role == models::Role::generator;
    json["role"] = generator ? "generator" : "discriminator";
    json["spec"] = to_json(network.found->spec);
    // One picture, forwards, in single precision.
    if (generator)
      json["memory_to_run"] =
          network.weights.parameter_count() * sizeof(float) + models::activation_bytes(network.found->spec, 1);
  } else {
    json["problem"] = network.problem;
  }
  json["tensors"] = network.weights.size();
  json["values"] = network.weights.parameter_count();
  json["weights_hash"] = network.weights.hash();
  const Json& metadata = network.weights.metadata;
  if (metadata.contains("ganvas.kimg") && metadata["ganvas.kimg"].is_string()) json["kimg"] = metadata["ganvas.kimg"];
  if (!remarks.empty()) json["remarks"] = remarks;
  json["layers"] = layers_of(network.weights);
  json["metadata"] = metadata;
  return json;
}

Json describe(const std::filesystem::path& given, const std::vector<std::string>& set) {
  const std::filesystem::path path = std::filesystem::is_directory(given) ? io::model_in_folder(given) : given;
  io::ModelFile file = io::open_model_file(path.empty() ? given : path);
  Json json = Json::object();
  json["file"] = path.string();
  json["format"] = file.format;
  json["bytes"] = std::filesystem::file_size(path);
  json["sha256"] = sha256_of_file(path);
  json["networks"] = Json::array();
  for (models::NetworkInFile& network : models::networks_in(std::move(file)))
    json["networks"].push_back(describe_network(std::move(network), path, set));
  return json;
}

/// A name with a line end in it is no line of its own.
std::string text(const Json& value) {
  return printable(value.is_string() ? value.get<std::string>() : json_text(value));
}

void print_line(const std::string& key, const std::string& value) {
  say("{:28} {}\n", key, value);
}

void print_layers(const Json& layers) {
  say("\n  {:34} {:>12}  {}\n", "layer", "values", "tensors");
  for (const Json& layer : layers) {
    std::string tensors;
    for (const auto& [name, shape] : layer["tensors"].items())
      tensors += fmt::format("{}{} {}", tensors.empty() ? "" : ", ", printable(name), json_text(shape));
    say("  {:34} {:>12}  {}\n", text(layer["layer"]), text(layer["values"]), tensors);
  }
  say("\n");
}

/// Those of one reason together: "kind of net.2, net.5  relu (what public generators have; or leaky_relu, elu)".
void print_assumed(const Json& assumed, const char* how) {
  std::vector<std::pair<std::string, std::string>> lines;  // what is said, of which layers
  for (const Json& one : assumed) {
    std::string others;
    for (const Json& other : one.value("others", Json::array()))
      others += (others.empty() ? "; or " : ", ") + text(other);
    const std::string said =
        fmt::format("{} {} ({}{})", text(one["key"]), text(one["value"]), text(one.value("reason", Json(""))), others);
    const auto found = std::find_if(lines.begin(), lines.end(), [&](const auto& line) { return line.first == said; });
    if (found == lines.end()) {
      lines.emplace_back(said, text(one["layer"]));
    } else {
      found->second += ", " + text(one["layer"]);
    }
  }
  for (const auto& [said, layers] : lines) print_line(fmt::format("{} of {}", how, layers), said);
  if (!lines.empty()) print_line("", "another value: --set LAYER.VALUE=NEW, with generate and convert too");
}

/// A list of layers, or what is as long.
bool is_table(const Json& value) {
  return value.is_array() && !value.empty() && value[0].is_object();
}

void print_table(const Json& table) {
  for (const Json& row : table) {
    std::string values;
    for (const auto& [key, value] : row.items())
      if (key != "name" && key != "kind") values += fmt::format("  {} {}", key, text(value));
    say("  {:34} {:24}{}\n", text(row.value("name", Json(""))), text(row.value("kind", Json(""))), values);
  }
}

/// A value of a line's length; of a longer one, how long it is.
std::string short_text(const Json& value) {
  constexpr std::size_t longest = 200;
  if (is_table(value)) return fmt::format("{} entries; --json lists them", value.size());
  const std::string whole = text(value);
  return whole.size() <= longest ? whole : fmt::format("{} characters; --json has them", whole.size());
}

void print_network(const Json& network, bool layers) {
  if (network.contains("problem")) {
    print_line("network", fmt::format("{}: {}", text(network["name"]), text(network["problem"])));
    print_line("tensors", fmt::format("{} with {} values", text(network["tensors"]), text(network["values"])));
    print_layers(network["layers"]);  // so that a person can see what it is
    return;
  }
  const Json& spec = network["spec"];
  print_line("network", fmt::format("{}: {} {}", text(network["name"]), text(spec["family"]), text(network["role"])));
  for (const auto& [key, value] : spec.items()) {
    if (key == "family" || (value.is_object() && value.empty())) continue;
    if (!value.is_object()) {
      print_line(key, text(value));
      continue;
    }
    for (const auto& [sub, inner] : value.items()) {
      if (sub == "assumed" || sub == "given") {
        print_assumed(inner, sub == "given" ? "chosen" : "assumed");
      } else if (is_table(inner)) {
        print_line(sub, fmt::format("{} layers{}", inner.size(), layers ? ":" : "; --layers lists them"));
        if (layers) print_table(inner);
      } else {
        print_line(key + "." + sub, text(inner));
      }
    }
  }
  print_line("tensors", fmt::format("{} with {} values", text(network["tensors"]), text(network["values"])));
  for (const Json& remark : network.value("remarks", Json::array())) print_line("odd", text(remark));
  if (network.contains("kimg")) print_line("training", text(network["kimg"]) + " kimg");
  if (network.contains("memory_to_run"))
    print_line("memory to run", human_bytes(network["memory_to_run"].get<std::uintmax_t>()));
  for (const auto& [key, value] : network["metadata"].items()) {
    if (key == "ganvas.spec" || key == "ganvas.role" || key == "ganvas.kimg") continue;
    print_line(key, short_text(value));
  }
  if (layers) print_layers(network["layers"]);
}

void print_all(const Json& json, bool layers) {
  print_line("file", text(json["file"]));
  print_line("format", fmt::format("{}, {}", text(json["format"]), human_bytes(json["bytes"].get<std::uintmax_t>())));
  for (const Json& network : json["networks"]) print_network(network, layers);
  print_line("sha256", text(json["sha256"]));
}

int info(const InfoOptions& options) {
  const std::filesystem::path path =
      options.model.empty() ? app::starter_model_path() : std::filesystem::path(options.model);
  if (options.path) {
    fmt::print("{}\n", path.string());  // for other programs, so as it is
    return 0;
  }
  const Json json = describe(path, options.set);
  const auto is_known = [](const Json& network) { return !network.contains("problem"); };
  const bool known = std::any_of(json["networks"].begin(), json["networks"].end(), is_known);
  if (options.json) {
    say("{}\n", json_text(json, 2));
  } else {
    print_all(json, options.layers);
  }
  require(known, "{} holds no network of a known family.", path.string());
  return 0;
}

}  // namespace

void add_info(CLI::App& parser, CliAction& action) {
  auto options = std::make_shared<InfoOptions>();
  auto* command = parser.add_subcommand("info", "Say what a model file holds");
  command
      ->add_option("model", options->model, "Model file, checkpoint or run folder; default: the built-in starter model")
      ->type_name("FILE");
  command->add_option("--set", options->set, set_help)->type_name("LAYER.VALUE=NEW");
  command->add_flag("--layers", options->layers, "With a table of the layers");
  command->add_flag("--json", options->json, "As JSON, with the layers");
  command->add_flag("--path", options->path, "Only the path of the file");
  command->footer(
      "Examples:\n"
      "  ganvas info\n"
      "  ganvas info network-snapshot-000025.pkl --layers\n"
      "  ganvas info runs/first/model.safetensors --json");
  command->callback([&action, options] { action = [options] { return info(*options); }; });
}

}  // namespace ganvas::cli
