#include <ATen/CPUGeneratorImpl.h>
#include <torch/nn/module.h>

#include <algorithm>

#include "core/error.h"
#include "core/library_error.h"
#include "core/outside/limits.h"
#include "models/family.h"

namespace ganvas::models {

// Each in its own folder.
Family dcgan_family();
Family wgan_family();
Family wgan_gp_family();
Family stylegan_family();
Family stylegan2_family();
Family stylegan3_family();
Family layered_family();

namespace {

/// In the order in which files are tried.
const std::vector<Family>& families() {
  static const std::vector<Family> table{
      dcgan_family(),      // Radford et al. 2015
      wgan_family(),       // Arjovsky et al. 2017
      wgan_gp_family(),    // Gulrajani et al. 2017
      stylegan_family(),   // Karras et al. 2018
      stylegan2_family(),  // Karras et al. 2019, 2020
      stylegan3_family(),  // Karras et al. 2021
      layered_family(),    // whatever runs layer by layer; last, as it takes what no other does
  };
  return table;
}

constexpr const char* memory_advice = "close other programs, or take a smaller model";

std::string file_of(const io::WeightSet& weights) {
  return weights.provenance.file.empty() ? "The file" : weights.provenance.file;
}

std::string joined_names() {
  std::string names;
  for (const std::string& name : family_names()) names += (names.empty() ? "" : ", ") + name;
  return names;
}

const Family& family_of(const NetworkSpec& spec) {
  if (const Family* family = find_family(spec.family)) return *family;
  fail("There is no network family \"{}\"; known families: {}.", spec.family, joined_names());
}

template <typename Network>
io::WeightSet with_metadata(const Network& network, const char* role) {
  io::WeightSet weights = weights_of(network);
  weights.metadata["ganvas.spec"] = to_json(network.spec()).dump();
  weights.metadata["ganvas.role"] = role;
  return weights;
}

template <typename Network>
const Family* family_of_module(const torch::nn::Module& network) {
  const auto* typed = dynamic_cast<const Network*>(&network);
  return typed == nullptr ? nullptr : &family_of(typed->spec());
}

/// Whether the network's tensor can be the given one instead of a copy of it. Libraries add in another order where
/// memory is not aligned or strides (also those of sizes of 1) are others, so that the last digits would depend on how
/// a file keeps a tensor.
bool can_take_over(const at::Tensor& own, const at::Tensor& given) {
  constexpr std::uintptr_t alignment = 64;
  return reinterpret_cast<std::uintptr_t>(given.data_ptr()) % alignment == 0 && own.device() == given.device() &&
         own.scalar_type() == given.scalar_type() && given.strides() == own.strides() &&
         given.storage().nbytes() == given.nbytes();
}

void fill(torch::nn::Module& network, const io::WeightSet& weights, bool take_over) {
  const at::NoGradGuard no_grad;
  const Family* family = family_of_module<Generator>(network);
  if (family == nullptr) family = family_of_module<Discriminator>(network);
  require(family != nullptr, "Weights can be loaded into generators and discriminators only.");

  std::map<std::string, at::Tensor> wanted;
  for (const auto& item : network.named_parameters()) wanted.emplace(item.key(), item.value());
  for (const auto& item : network.named_buffers()) wanted.emplace(item.key(), item.value());
  const io::WeightSet given = family->to_network(weights);
  for (const auto& [name, tensor] : given.items()) {
    const auto found = wanted.find(name);
    require(found != wanted.end(), "The file has a tensor {} that a {} network of this size does not have.", name,
            family->name);
    require(found->second.sizes() == tensor.sizes(), "The tensor {} is {} in the file, but the network needs {}.", name,
            fmt::format("[{}]", fmt::join(tensor.sizes(), ", ")),
            fmt::format("[{}]", fmt::join(found->second.sizes(), ", ")));
    if (take_over && can_take_over(found->second, tensor)) {
      found->second.set_data(tensor);
    } else {
      found->second.copy_(tensor);
    }
    wanted.erase(found);
  }
  // Counters of batch norm are optional: files of old programs do not have them.
  std::erase_if(wanted, [](const auto& item) { return item.first.ends_with("num_batches_tracked"); });
  require(wanted.empty(), "The file lacks the tensor {} that the network needs.",
          wanted.empty() ? "" : wanted.begin()->first);
}

template <typename Network>
std::shared_ptr<Network> filled(std::shared_ptr<Network> network, const io::WeightSet& weights, at::Device device) {
  fill(*network, weights, true);
  network->to(device);
  network->eval();
  return network;
}

std::size_t elements_of(const torch::nn::Module& network) {
  std::size_t elements = 0;
  for (const at::Tensor& tensor : network.parameters()) elements += static_cast<std::size_t>(tensor.numel());
  for (const at::Tensor& tensor : network.buffers()) elements += static_cast<std::size_t>(tensor.numel());
  return elements;
}

std::size_t elements_of(const NetworkSpec& spec, Role role) {
  const Family& family = family_of(spec);
  if (family.weight_count != nullptr) {
    const WeightCount count = family.weight_count(spec);
    return role == Role::generator ? count.generator : count.discriminator;
  }
  return role == Role::generator ? elements_of(*empty_generator(spec)) : elements_of(*empty_discriminator(spec));
}

/// Shapes without values, and sizes that a specification claims, may ask for a network of any size.
void check_size(const NetworkSpec& spec, Role role, const io::WeightSet& weights) {
  const std::uint64_t claimed = elements_of(spec, role);
  const auto there = static_cast<std::uint64_t>(weights.parameter_count());
  require(claimed <= limits::claimed_values + limits::claimed_ratio * there,
          "The file claims a network of {} values, but has {}.", claimed, there);
}

/// The families whose networks are counted without making them draw weights when they are made.
void check_size_before(const NetworkSpec& spec, Role role, const io::WeightSet& weights) {
  if (family_of(spec).weight_count != nullptr) check_size(spec, role, weights);
}

/// A specification in a file may claim any size; nothing is made that the file's tensors could not fill.
void check_claims(const NetworkSpec& spec, Role role, const io::WeightSet& weights) {
  std::int64_t widest = 1;
  for (const auto& [name, tensor] : weights.items()) {
    for (const std::int64_t size : tensor.sizes()) widest = std::max(widest, size);
  }
  std::vector<int> claims;
  if (const Family* family = find_family(spec.family)) claims = family->widths(spec, role);
  if (role == Role::generator) claims.insert(claims.end(), {spec.z_dim, spec.w_dim, spec.c_dim});
  for (const int size : claims)
    require(size <= widest, "The file claims a layer of {} values, but its largest tensor has {}.", size, widest);
  check_size(spec, role, weights);
}

}  // namespace

const Family* find_family(const std::string& name) {
  const auto found =
      std::find_if(families().begin(), families().end(), [&](const Family& family) { return name == family.name; });
  return found == families().end() ? nullptr : &*found;
}

const OtherLayout& other_layout(const std::string& family, const std::string& name) {
  std::vector<std::string> having;
  for (const Family& each : families()) {
    for (const OtherLayout& layout : each.other_layouts) {
      if (name != layout.name) continue;
      if (family == each.name) return layout;
      having.emplace_back(each.name);
    }
  }
  require(!having.empty(), "There is no layout \"{}\"; choose one of {}.", name, fmt::join(other_layout_names(), ", "));
  fail("The program of the layout {} has networks of the family {}; this one is of the family {}.", name,
       fmt::join(having, ", "), family);
}

std::vector<std::string> other_layout_names() {
  std::vector<std::string> names;
  for (const Family& family : families()) {
    for (const OtherLayout& layout : family.other_layouts)
      if (std::ranges::find(names, layout.name) == names.end()) names.emplace_back(layout.name);
  }
  return names;
}

std::vector<const char*> settings_keys() {
  std::vector<const char*> keys;
  for (const Family& family : families()) {
    const auto same = [&](const char* key) { return std::string_view(key) == family.settings_key; };
    if (std::none_of(keys.begin(), keys.end(), same)) keys.push_back(family.settings_key);
  }
  return keys;
}

std::vector<std::string> family_names() {
  std::vector<std::string> names;
  for (const Family& family : families()) names.emplace_back(family.name);
  return names;
}

GeneratorPtr make_generator(const NetworkSpec& spec, at::Device device, std::uint64_t seed) {
  GeneratorPtr network = family_of(spec).make_generator(spec, at::make_generator<at::CPUGeneratorImpl>(seed));
  network->to(device);
  return network;
}

DiscriminatorPtr make_discriminator(const NetworkSpec& spec, at::Device device, std::uint64_t seed) {
  DiscriminatorPtr network = family_of(spec).make_discriminator(spec, at::make_generator<at::CPUGeneratorImpl>(seed));
  network->to(device);
  return network;
}

void load_weights(torch::nn::Module& network, const io::WeightSet& weights) {
  fill(network, weights, false);
}

GeneratorPtr empty_generator(const NetworkSpec& spec) {
  return family_of(spec).make_generator(spec, at::Generator());
}

DiscriminatorPtr empty_discriminator(const NetworkSpec& spec) {
  return family_of(spec).make_discriminator(spec, at::Generator());
}

GeneratorPtr generator_of(const NetworkSpec& spec, const io::WeightSet& weights, at::Device device) {
  return guarded(file_of(weights), memory_advice, [&] {
    check_size_before(spec, Role::generator, weights);
    return filled(empty_generator(spec), weights, device);
  });
}

DiscriminatorPtr discriminator_of(const NetworkSpec& spec, const io::WeightSet& weights, at::Device device) {
  return guarded(file_of(weights), memory_advice, [&] {
    check_size_before(spec, Role::discriminator, weights);
    return filled(empty_discriminator(spec), weights, device);
  });
}

io::WeightSet weights_of(const torch::nn::Module& network) {
  const at::NoGradGuard no_grad;
  io::WeightSet weights;
  for (const auto& item : network.named_parameters())
    weights.set(item.key(), item.value().detach().to(at::kCPU, false, true));
  for (const auto& item : network.named_buffers())
    weights.set(item.key(), item.value().detach().to(at::kCPU, false, true));
  return weights;
}

io::WeightSet model_file_of(const Generator& network) {
  return with_metadata(network, "generator");
}

io::WeightSet model_file_of(const Discriminator& network) {
  return with_metadata(network, "discriminator");
}

const Family* describing_family(const io::WeightSet& weights) {
  const auto found = std::find_if(families().begin(), families().end(),
                                  [&](const Family& family) { return family.described(weights); });
  return found == families().end() ? nullptr : &*found;
}

Recognised recognise_network(const io::WeightSet& weights) {
  if (weights.metadata.contains("ganvas.spec")) {
    require(weights.metadata["ganvas.spec"].is_string(), "The specification in the model file is no text.");
    const Json spec =
        parse_json(weights.metadata["ganvas.spec"].get<std::string>(), "The specification in the model file");
    const auto role = get_or<std::string>(weights.metadata, "ganvas.role", "generator");
    const Recognised claimed{network_spec_from_json(spec),
                             role == "discriminator" ? Role::discriminator : Role::generator};
    check_claims(claimed.spec, claimed.role, weights);
    return claimed;
  }
  const Family* describing = describing_family(weights);
  for (const Family& family : families()) {
    if (describing != nullptr && describing != &family) continue;
    if (auto found = family.recognise(weights)) return *found;
  }
  fail("{} holds {} tensors{} that fit none of the known network families ({}).", file_of(weights), weights.size(),
       weights.size() == 0 ? "" : fmt::format(" ({}, ...)", weights.items().front().first), joined_names());
}

NetworkSpec recognise(const io::WeightSet& weights) {
  const Recognised found = recognise_network(weights);
  require(found.role == Role::generator, "{} holds a discriminator; open the file of the generator instead.",
          file_of(weights));
  return found.spec;
}

const Traits& traits_of(const NetworkSpec& spec) {
  static const Traits plain;
  const Family* family = find_family(spec.family);
  return family == nullptr ? plain : family->traits;
}

WeightCount weight_count(const NetworkSpec& spec) {
  const Family& family = family_of(spec);
  if (family.weight_count != nullptr) return family.weight_count(spec);
  return {elements_of(*empty_generator(spec)), elements_of(*empty_discriminator(spec))};
}

NetworkSpec spec_of_pair(const NetworkSpec& g, const NetworkSpec& d) {
  NetworkSpec pair = g;
  pair.extra = family_of(g).settings_of_pair(g, d);
  return pair;
}

std::optional<NetworkSpec> at_resolution(const NetworkSpec& spec, int resolution) {
  if (spec.resolution == resolution) return spec;
  const Family& family = family_of(spec);
  if (family.at_resolution == nullptr) return std::nullopt;
  return family.at_resolution(spec, resolution);
}

int picture_width(const NetworkSpec& spec) {
  const Family* family = find_family(spec.family);
  return family == nullptr ? spec.resolution : family->picture_width(spec);
}

std::size_t activation_bytes(const NetworkSpec& spec, int batch) {
  return family_of(spec).activation_elements(spec) * static_cast<std::size_t>(batch) * sizeof(float);
}

std::vector<Assumption> assumptions_of(const NetworkSpec& spec) {
  const Family* family = find_family(spec.family);
  return family == nullptr ? std::vector<Assumption>() : family->assumptions(spec);
}

int layer_resolution(const std::string& tensor, const NetworkSpec& spec) {
  const Family* family = find_family(spec.family);
  return family == nullptr ? 4 : family->layer_resolution(tensor, spec);
}

}  // namespace ganvas::models
