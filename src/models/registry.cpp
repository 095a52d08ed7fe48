#include <ATen/CPUGeneratorImpl.h>

#include <algorithm>

#include "core/error.h"
#include "models/family.h"

namespace ganvas {
namespace {

/// In the order in which files are tried.
const std::vector<Family>& families() {
  static const std::vector<Family> table{dcgan_family(),    wgan_family(),      wgan_gp_family(),
                                         stylegan_family(), stylegan2_family(), stylegan3_family()};
  return table;
}

std::string joined_names() {
  std::string names;
  for (const std::string& name : family_names()) names += (names.empty() ? "" : ", ") + name;
  return names;
}

const Family& family_of(const NetworkSpec& spec) {
  for (const Family& family : families()) {
    if (spec.family == family.name) return family;
  }
  fail("There is no network family \"{}\"; known families: {}.", spec.family, joined_names());
}

template <typename Network>
WeightSet with_metadata(const Network& network, const char* role) {
  WeightSet weights = weights_of(network);
  weights.metadata["ganvas.spec"] = to_json(network.spec()).dump();
  weights.metadata["ganvas.role"] = role;
  return weights;
}

template <typename Network>
const Family* family_of_module(const torch::nn::Module& network) {
  const auto* typed = dynamic_cast<const Network*>(&network);
  return typed == nullptr ? nullptr : &family_of(typed->spec());
}

}  // namespace

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

void load_weights(torch::nn::Module& network, const WeightSet& weights) {
  const torch::NoGradGuard no_grad;
  const Family* family = family_of_module<Generator>(network);
  if (family == nullptr) family = family_of_module<Discriminator>(network);
  require(family != nullptr, "Weights can be loaded into generators and discriminators only.");

  std::map<std::string, at::Tensor> wanted;
  for (const auto& item : network.named_parameters()) wanted.emplace(item.key(), item.value());
  for (const auto& item : network.named_buffers()) wanted.emplace(item.key(), item.value());
  const WeightSet given = family->to_network(weights);
  for (const auto& [name, tensor] : given.items()) {
    const auto found = wanted.find(name);
    require(found != wanted.end(), "The file has a tensor {} that a {} network of this size does not have.", name,
            family->name);
    require(found->second.sizes() == tensor.sizes(), "The tensor {} is {} in the file, but the network needs {}.", name,
            fmt::format("[{}]", fmt::join(tensor.sizes(), ", ")),
            fmt::format("[{}]", fmt::join(found->second.sizes(), ", ")));
    found->second.copy_(tensor);
    wanted.erase(found);
  }
  // Counters of batch norm are optional: files of old programs do not have them.
  std::erase_if(wanted, [](const auto& item) { return item.first.ends_with("num_batches_tracked"); });
  require(wanted.empty(), "The file lacks the tensor {} that the network needs.",
          wanted.empty() ? "" : wanted.begin()->first);
}

WeightSet weights_of(const torch::nn::Module& network) {
  const torch::NoGradGuard no_grad;
  WeightSet weights;
  for (const auto& item : network.named_parameters())
    weights.set(item.key(), item.value().detach().to(at::kCPU, false, true));
  for (const auto& item : network.named_buffers())
    weights.set(item.key(), item.value().detach().to(at::kCPU, false, true));
  return weights;
}

WeightSet model_file_of(const Generator& network) {
  return with_metadata(network, "generator");
}

WeightSet model_file_of(const Discriminator& network) {
  return with_metadata(network, "discriminator");
}

Recognised recognise_network(const WeightSet& weights) {
  if (weights.metadata.contains("ganvas.spec")) {
    const Json spec =
        parse_json(weights.metadata["ganvas.spec"].get<std::string>(), "The specification in the model file");
    const auto role = get_or<std::string>(weights.metadata, "ganvas.role", "generator");
    return {network_spec_from_json(spec), role == "discriminator" ? Role::discriminator : Role::generator};
  }
  for (const Family& family : families()) {
    if (auto found = family.recognise(weights)) return *found;
  }
  fail("{} holds {} tensors{} that fit none of the known network families ({}).",
       weights.provenance.file.empty() ? "The file" : weights.provenance.file, weights.size(),
       weights.size() == 0 ? "" : fmt::format(" ({}, ...)", weights.items().front().first), joined_names());
}

NetworkSpec recognise(const WeightSet& weights) {
  const Recognised found = recognise_network(weights);
  require(found.role == Role::generator, "{} holds a discriminator; open the file of the generator instead.",
          weights.provenance.file.empty() ? "The file" : weights.provenance.file);
  return found.spec;
}

std::size_t activation_bytes(const NetworkSpec& spec, int batch) {
  return family_of(spec).activation_elements(spec) * static_cast<std::size_t>(batch) * sizeof(float);
}

}  // namespace ganvas
