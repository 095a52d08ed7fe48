#include "parity/network_values.h"

#include <torch/nn/module.h>

#include "core/error.h"
#include "io/open/open_model_file.h"

namespace ganvas::parity {

io::WeightSet network_in(const std::filesystem::path& file, const std::string& name) {
  for (const auto& network : io::open_model_file(file).networks) {
    if (network.name == name) return network.weights;
  }
  fail("{} holds no network {}.", file.string(), name);
}

at::Tensor norms(const std::vector<at::Tensor>& tensors) {
  std::vector<at::Tensor> values;
  for (const at::Tensor& tensor : tensors) values.push_back(tensor.defined() ? tensor.detach().norm() : at::zeros({}));
  return at::stack(values);
}

std::vector<at::Tensor> gradients_of(const torch::nn::Module& network) {
  std::vector<at::Tensor> gradients;
  for (const at::Tensor& parameter : network.parameters())
    gradients.push_back(parameter.grad().defined() ? parameter.grad() : at::zeros_like(parameter));
  return gradients;
}

void compare_values(const Case& subject, Comparison& comparison, const std::string& prefix,
                    const torch::nn::Module& network) {
  std::map<std::string, at::Tensor> values;
  for (const auto& item : network.named_parameters()) values[item.key()] = item.value();
  for (const auto& item : network.named_buffers()) values[item.key()] = item.value();
  for (const auto& [key, info] : subject.tensors) {
    if (!key.starts_with(prefix)) continue;
    const auto found = values.find(key.substr(prefix.size()));
    if (found != values.end()) comparison.compare(key, found->second);
  }
}

}  // namespace ganvas::parity
