#include "models/layered/layers/chain.h"

#include <cmath>
#include <numeric>
#include <set>

#include "core/error.h"

namespace ganvas::models {
namespace {

constexpr std::int64_t most_elements = std::int64_t{1} << 28;  // of one layer's output for one picture

using NamedInputs = std::vector<std::pair<std::string, Sizes>>;

/// Layers that layer `index` takes; -1 - i for input i.
std::vector<int> sources_of(const std::vector<Layer>& layers, std::size_t index, const NamedInputs& inputs) {
  const Layer& layer = layers[index];
  if (layer.inputs.empty()) return {static_cast<int>(index) - 1};
  std::vector<int> from;
  for (const std::string& name : layer.inputs) {
    int found = static_cast<int>(index);
    for (std::size_t i = 0; i < inputs.size(); ++i)
      if (inputs[i].first == name) found = -1 - static_cast<int>(i);
    for (std::size_t i = 0; i < index; ++i)
      if (layers[i].name == name) found = static_cast<int>(i);
    require(found != static_cast<int>(index), "The layer {} takes \"{}\", which no layer before it is called.",
            layer.name, name);
    from.push_back(found);
  }
  return from;
}

class Container final : public torch::nn::Module {};

/// The last module on the way of a name with dots, through containers that are made where they are not there; `name`
/// becomes its last part.
torch::nn::Module& owner_of(torch::nn::Module& root, std::string& name) {
  torch::nn::Module* at = &root;
  for (auto dot = name.find('.'); dot != std::string::npos; dot = name.find('.')) {
    const std::string part = name.substr(0, dot);
    require(!part.empty(), "A layer's name has an empty part before \"{}\".", name);
    if (!at->named_children().contains(part)) at->register_module(part, std::make_shared<Container>());
    at = at->named_children()[part].get();
    name.erase(0, dot + 1);
  }
  require(!name.empty(), "A layer has a name that ends with a dot.");
  return *at;
}

/// The tensors of a layer that is no batch norm.
class Leaf final : public torch::nn::Module {
 public:
  Leaf(const Layer& layer, at::Generator& random) {
    for (const auto& [name, sizes] : layer_kind(layer.kind).tensors(layer)) {
      at::Tensor values = at::empty(sizes, at::kFloat);
      if (random.defined()) fill(values, name, layer, random);
      std::string rest = name;  // "query_conv.weight": in a module of its own, as in files
      torch::nn::Module& owner = owner_of(*this, rest);
      tensors_.emplace_back(name, owner.register_parameter(rest, values));
    }
  }
  [[nodiscard]] const NamedTensors& tensors() const { return tensors_; }

 private:
  NamedTensors tensors_;

  /// Uniform within 1 / sqrt(fan in) for what multiplies, as LibTorch begins; norms with gain 1.
  static void fill(at::Tensor& values, const std::string& name, const Layer& layer, at::Generator& random) {
    const bool weight = name.ends_with("weight");
    if (layer.kind == "embedding") {
      values.normal_(0, 1, random);
    } else if (layer.kind == "prelu") {
      values.fill_(0.25);
    } else if (values.dim() > 1 || (layer.kind.ends_with("linear") || layer.kind.ends_with("convolution"))) {
      const double kernel = std::accumulate(layer.kernel.begin(), layer.kernel.end(), 1.0, std::multiplies<double>());
      const double fan_in = kernel * (layer.kind.starts_with("transposed") ? layer.out : layer.in) / layer.groups;
      const double bound = 1 / std::sqrt(std::max(1.0, fan_in));
      values.uniform_(-bound, bound, random);
    } else {
      values.fill_(weight ? 1 : 0);
    }
  }
};

std::shared_ptr<torch::nn::Module> module_of(const Layer& layer, const Sizes& in, at::Generator& random) {
  if (layer.kind == "batch_norm") {
    const auto options =
        torch::nn::BatchNormOptions(layer.in).eps(layer.eps).momentum(layer.momentum).affine(layer.affine);
    if (in.size() == 1) return std::make_shared<BatchNorm1dImpl>(options);
    return std::make_shared<BatchNorm2dImpl>(options);
  }
  if (layer_kind(layer.kind).tensors(layer).empty()) return nullptr;
  return std::make_shared<Leaf>(layer, random);
}

/// Registers it under a name with dots.
void put(torch::nn::Module& root, const std::string& name, std::shared_ptr<torch::nn::Module> module) {
  std::string last = name;
  torch::nn::Module& owner = owner_of(root, last);
  require(!owner.named_children().contains(last), "Two layers have tensors under the name \"{}\".", name);
  owner.register_module(last, std::move(module));
}

}  // namespace

std::vector<Sizes> sizes_of(const std::vector<Layer>& layers, const NamedInputs& inputs) {
  std::vector<Sizes> all;
  std::set<std::string> names;
  for (const auto& [name, sizes] : inputs) names.insert(name);
  for (std::size_t i = 0; i < layers.size(); ++i) {
    const Layer& layer = layers[i];
    require(!layer.name.empty() && names.insert(layer.name).second, "Two layers are called \"{}\".", layer.name);
    const LayerKind& kind = layer_kind(layer.kind);
    std::vector<Sizes> in;
    for (const int from : sources_of(layers, i, inputs))
      in.push_back(from >= 0 ? all[static_cast<std::size_t>(from)]
                             : inputs[static_cast<std::size_t>(-1 - from)].second);
    require(kind.inputs == 2 ? in.size() >= 2 : in.size() == 1, "The layer {} takes {}, not {}.", layer.name,
            kind.inputs == 2 ? "two inputs or more" : "one input", in.size());
    try {
      all.push_back(kind.sizes(layer, in));
    } catch (const Error& error) {
      fail("The layer {} ({}) does not fit what comes before it: {}.", layer.name, layer.kind, error.what());
    }
    std::int64_t elements = 1;
    for (const std::int64_t size : all.back()) {
      require(size > 0 && elements <= most_elements / size, "The layer {} would make more values than any network's.",
              layer.name);
      elements *= size;
    }
  }
  return all;
}

LayerChain::LayerChain(torch::nn::Module& owner, std::vector<Layer> layers, NamedInputs inputs, at::Generator random)
    : layers_(std::move(layers)), inputs_(std::move(inputs)), sizes_(sizes_of(layers_, inputs_)) {
  require(!layers_.empty(), "The network has no layers.");
  parts_.resize(layers_.size());
  for (std::size_t i = 0; i < layers_.size(); ++i) add(owner, i, random);
}

void LayerChain::add(torch::nn::Module& owner, std::size_t index, at::Generator& random) {
  Part& part = parts_[index];
  part.from = sources_of(layers_, index, inputs_);
  part.last_use = index;
  for (const int from : part.from)
    if (from >= 0) parts_[static_cast<std::size_t>(from)].last_use = index;
  const int first = part.from.front();
  const Sizes& in =
      first >= 0 ? sizes_[static_cast<std::size_t>(first)] : inputs_[static_cast<std::size_t>(-1 - first)].second;
  part.module = module_of(layers_[index], in, random);
  if (part.module != nullptr) put(owner, layers_[index].name, part.module);
}

at::Tensor LayerChain::run(const std::map<std::string, at::Tensor>& inputs, const Look& look) const {
  std::vector<at::Tensor> made(layers_.size());
  for (std::size_t i = 0; i < layers_.size(); ++i) {
    const Part& part = parts_[i];
    std::vector<at::Tensor> in;
    for (const int from : part.from)
      in.push_back(from >= 0 ? made[static_cast<std::size_t>(from)]
                             : inputs.at(inputs_[static_cast<std::size_t>(-1 - from)].first));
    if (auto* norm = dynamic_cast<BatchNorm2dImpl*>(part.module.get())) {
      made[i] = norm->forward(in[0]);
    } else if (auto* flat_norm = dynamic_cast<BatchNorm1dImpl*>(part.module.get())) {
      made[i] = flat_norm->forward(in[0]);
    } else {
      const auto* leaf = dynamic_cast<const Leaf*>(part.module.get());
      made[i] = layer_kind(layers_[i].kind).run(layers_[i], leaf == nullptr ? NamedTensors{} : leaf->tensors(), in);
    }
    if (look) made[i] = look(layers_[i], in, made[i]);
    if (!made[i].defined()) return {};
    in.clear();
    for (const int from : part.from)  // what nobody needs any more
      if (from >= 0 && parts_[static_cast<std::size_t>(from)].last_use == i && static_cast<std::size_t>(from) != i)
        made[static_cast<std::size_t>(from)] = at::Tensor();
  }
  return made.back();
}

std::size_t LayerChain::elements() const {
  std::size_t sum = 0;
  for (const Sizes& sizes : sizes_)
    sum += static_cast<std::size_t>(std::accumulate(sizes.begin(), sizes.end(), std::int64_t{1}, std::multiplies<>()));
  return sum;
}

}  // namespace ganvas::models
