#include "models/layered/reading/statistics.h"

#include <ATen/CPUGeneratorImpl.h>

#include <algorithm>
#include <cmath>

#include "core/error.h"

namespace ganvas::models {
namespace {

constexpr double most_products = 4e9;  // of one pass over the layers
constexpr double tells = 0.15;         // a misfit below this says something
constexpr double sure = 3;             // standard errors by which a misfit is clearly less than another

struct Choice {
  std::string kind;
  double slope = 0.2;
  double eps = 1e-5;
};

class Replay {
 public:
  Replay(Assembled& network, const Entrance& entrance, const io::WeightSet& weights)
      : network_(network), entrance_(entrance), weights_(weights) {}

  std::optional<double> settle(bool all_activations) {
    const at::NoGradGuard no_grad;
    if (network_.norms.size() < 2 || !trained()) return std::nullopt;
    const std::int64_t batch = batch_size();
    if (batch < 4) return std::nullopt;
    std::size_t at = entrance_.layers.size();
    at::Tensor x = likelier_latents(batch);
    double sum = 0;
    std::optional<std::size_t> before;  // the batch norm that x is about to enter
    for (const std::size_t norm : network_.norms) {
      const auto [misfit, y] = best_to(norm, at, x, before, all_activations);
      sum += std::min(misfit, 1.0);
      at = norm;
      x = y;
      before = norm;
    }
    inherit_eps();
    return sum / static_cast<double>(network_.norms.size());
  }

 private:
  Assembled& network_;
  const Entrance& entrance_;
  const io::WeightSet& weights_;

  [[nodiscard]] const at::Tensor& tensor(const Layer& layer, const char* name) const {
    return weights_.at(layer.name + "." + name);
  }

  /// Fresh averages are 0 and 1 and tell nothing.
  bool trained() const {
    for (const std::size_t norm : network_.norms) {
      const Layer& layer = network_.layers[norm];
      const at::Tensor mean = tensor(layer, "running_mean").to(at::kFloat);
      const at::Tensor variance = tensor(layer, "running_var").to(at::kFloat);
      if (!mean.isfinite().all().item<bool>() || !variance.isfinite().all().item<bool>()) return false;
      if (mean.abs().max().item<float>() == 0 || (variance <= 0).any().item<bool>()) return false;
    }
    return true;
  }

  std::int64_t batch_size() const {
    const std::vector<Sizes> sizes = sizes_of(network_.layers, inputs());
    double products = 0;
    for (std::size_t i = 0; i <= network_.norms.back(); ++i) {
      const Layer& layer = network_.layers[i];
      if (layer.kind != "linear" && !layer.kind.ends_with("convolution")) continue;
      const double pixels = sizes[i].size() == 3 ? static_cast<double>(sizes[i][1] * sizes[i][2]) : 1;
      const double strides = layer.kind.starts_with("transposed") ? layer.stride[0] * layer.stride[1] : 1;
      products += pixels / strides * static_cast<double>(tensor(layer, "weight").numel());
    }
    return static_cast<std::int64_t>(std::clamp(most_products / std::max(products, 1.0), 0.0, 64.0));
  }

  std::vector<std::pair<std::string, Sizes>> inputs() const {
    std::vector<std::pair<std::string, Sizes>> all{{"z", {entrance_.z_dim}}};
    if (entrance_.c_dim > 0) all.push_back({"label", {entrance_.c_dim}});
    return all;
  }

  /// Public programs draw latents from N(0, 1), or evenly from -1 to 1: those that the first norm has rather seen.
  at::Tensor likelier_latents(std::int64_t batch) const {
    const std::size_t from = entrance_.layers.size(), first = network_.norms.front();
    const at::Tensor z = at::empty({batch, entrance_.z_dim});
    at::Generator random = at::make_generator<at::CPUGeneratorImpl>(1);
    const at::Tensor normal = latents(z.normal_(0, 1, random)),
                     even = latents(at::empty_like(z).uniform_(-1, 1, random));
    const auto misfits_of = [&](const at::Tensor& x) { return misfits(network_.layers[first], run(from, first, x)); };
    return clearly_less(misfits_of(even), misfits_of(normal)) ? even : normal;
  }

  /// What enters the layers that are read, for such latents.
  at::Tensor latents(const at::Tensor& z) const {
    std::map<std::string, at::Tensor> made{{"z", z}};
    const std::int64_t batch = z.size(0);
    if (entrance_.c_dim > 0)
      made["label"] = at::one_hot(at::arange(batch) % entrance_.c_dim, entrance_.c_dim).to(at::kFloat);
    at::Tensor last = made["z"];
    for (const Layer& layer : entrance_.layers) {
      std::vector<at::Tensor> in;
      for (const std::string& name : layer.inputs) in.push_back(made.at(name));
      last = made[layer.name] = apply(layer, in);
    }
    return last;
  }

  at::Tensor apply(const Layer& layer, const std::vector<at::Tensor>& in) const {
    if (layer.kind == "batch_norm") {
      const auto part = [&](const char* name) {
        return layer.affine ? tensor(layer, name).to(at::kFloat) : at::Tensor();
      };
      return at::batch_norm(in[0], part("weight"), part("bias"), tensor(layer, "running_mean").to(at::kFloat),
                            tensor(layer, "running_var").to(at::kFloat), false, 0, layer.eps, false);
    }
    const LayerKind& kind = layer_kind(layer.kind);
    NamedTensors tensors;
    for (const auto& [name, sizes] : kind.tensors(layer))
      tensors.emplace_back(name, tensor(layer, name.c_str()).to(at::kFloat));
    return kind.run(layer, tensors, in);
  }

  at::Tensor run(std::size_t from, std::size_t to, at::Tensor x) const {
    for (std::size_t i = from; i < to; ++i) x = apply(network_.layers[i], {x});
    return x;
  }

  /// Of each channel: half the square of the logarithm of the variances' ratio, and the means' distance in deviations.
  at::Tensor misfits(const Layer& norm, const at::Tensor& x) const {
    const at::Tensor mean = tensor(norm, "running_mean").to(at::kFloat);
    const at::Tensor variance = tensor(norm, "running_var").to(at::kFloat) + 1e-8;
    const at::Tensor channels = x.transpose(0, 1).flatten(1);
    const at::Tensor ratio = ((channels.var(1) + 1e-8) / variance).log();
    const at::Tensor moved = (channels.mean(1) - mean).square() / variance;
    return (0.5 * ratio.square() + moved).clamp_max(4);
  }

  /// Channel by channel, as the same latents went through both: a few channels, or a few latents, prove nothing.
  static bool clearly_less(const at::Tensor& misfits, const at::Tensor& than) {
    const at::Tensor less = than - misfits;
    if (less.numel() < 2) return false;
    const double error = less.std().item<double>() / std::sqrt(static_cast<double>(less.numel()));
    return less.mean().item<double>() > sure * error;
  }

  std::vector<Choice> choices(bool slots, bool norm_before, bool all_activations) const {
    std::vector<Choice> activations{{}};
    if (slots) {
      activations = {{"relu"}, {"leaky_relu", 0.2}};
      if (all_activations)
        for (const Choice& more : {Choice{"leaky_relu", 0.01}, Choice{"elu", 1.0}, Choice{"selu"}, Choice{"silu"},
                                   Choice{"gelu"}, Choice{"tanh"}})
          activations.push_back(more);
    }
    std::vector<Choice> all;
    for (const double eps : norm_before ? std::vector<double>{1e-5, 0.8} : std::vector<double>{1e-5})
      for (Choice one : activations) {
        one.eps = eps;
        all.push_back(one);
      }
    return all;
  }

  void take(const Choice& choice, const std::vector<std::size_t>& slots, std::optional<std::size_t> before) {
    for (const std::size_t slot : slots) {
      network_.layers[slot].kind = choice.kind;
      network_.layers[slot].slope = choice.slope;
    }
    if (before) network_.layers[*before].eps = choice.eps;
  }

  std::pair<double, at::Tensor> best_to(std::size_t norm, std::size_t from, const at::Tensor& x,
                                        std::optional<std::size_t> before, bool all_activations) {
    std::vector<std::size_t> slots;
    for (const std::size_t slot : network_.activations)
      if (slot >= from && slot < norm) slots.push_back(slot);
    const Layer usual_layer = slots.empty() ? Layer{} : network_.layers[slots[0]];
    const Choice usual{usual_layer.kind, usual_layer.slope, 1e-5};
    const auto tried = [&](const Choice& choice) {
      take(choice, slots, before);
      at::Tensor y = run(from, norm, x);
      return std::pair(misfits(network_.layers[norm], y), y);
    };
    auto chosen = tried(usual);
    Choice best = usual;
    // From the more usual to the less.
    for (const Choice& choice : choices(!slots.empty(), before.has_value(), all_activations)) {
      if (slots.empty() && choice.eps == usual.eps) continue;
      auto result = tried(choice);
      if (clearly_less(result.first, chosen.first)) chosen = std::move(result), best = choice;
    }
    const double misfit = chosen.first.mean().item<double>();
    if (misfit > tells) {
      chosen = tried(usual);
      return {chosen.first.mean().item<double>(), chosen.second};
    }
    take(best, slots, before);
    say(slots, before, norm);
    return {misfit, chosen.second};
  }

  void say(const std::vector<std::size_t>& slots, std::optional<std::size_t> before, std::size_t norm) {
    const std::string reason = fmt::format("what {} remembers of its inputs fits best", network_.layers[norm].name);
    for (const std::size_t slot : slots) assume_kind(network_, slot, reason);
    if (before) say_eps(*before, reason);
  }

  void say_eps(std::size_t norm, const std::string& reason) {
    const Layer& layer = network_.layers[norm];
    for (Assumption& said : network_.assumed) {
      if (said.layer != layer.name || said.key != "eps") continue;
      said.value = fmt::format("{}", layer.eps);
      said.reason = reason;
      said.others = layer.eps == 0.8 ? std::vector<std::string>{"1e-05"} : std::vector<std::string>{"0.8", "0.001"};
    }
  }

  /// Nothing comes after the last norm to judge by: it, and what stands behind it, is as those before.
  void inherit_eps() {
    const std::size_t last = network_.norms.back();
    const Layer& before = network_.layers[network_.norms[network_.norms.size() - 2]];
    network_.layers[last].eps = before.eps;
    if (before.eps != 1e-5) say_eps(last, "as the norm before it");
    const Layer* activation = nullptr;
    for (const std::size_t slot : network_.activations) {
      if (slot < last) {
        activation = &network_.layers[slot];
      } else if (activation != nullptr && activation->kind != network_.layers[slot].kind) {
        network_.layers[slot].kind = activation->kind;
        network_.layers[slot].slope = activation->slope;
        assume_kind(network_, slot, "as the layers before it");
      }
    }
  }
};

}  // namespace

std::optional<double> settle_by_statistics(Assembled& network, const Entrance& entrance, const io::WeightSet& weights,
                                           bool all_activations) {
  return Replay(network, entrance, weights).settle(all_activations);
}

}  // namespace ganvas::models
