#include "models/layered/reading/statistics.h"

#include <ATen/CPUGeneratorImpl.h>

#include <algorithm>
#include <cmath>

#include "core/error.h"
#include "models/layered/layers/chain.h"

namespace ganvas::models {
namespace {

constexpr double most_products = 2.5e8;  // of the layers between two norms, for one choice
constexpr std::int64_t least_pictures = 8, most_pictures = 256;
constexpr double tells = 0.15;         // a misfit below this says something
constexpr double sure = 3;             // standard errors by which a misfit is clearly less than another
constexpr double much_less = 0.7;      // of another's: a choice that explains as much is as good
constexpr double resembles = 0.5;      // likeness of the norms' channels below which the averages are of something else
constexpr double otherwise = 1.0 / 3;  // the same for one place in a network that is different elsewhere

struct Choice {
  std::string kind;
  double slope = 0.2;
  double eps = 1e-5;

  [[nodiscard]] bool same_activation(const Choice& other) const { return kind == other.kind && slope == other.slope; }
};

/// What comes to a norm, for each choice of what is between the norm before and it.
struct Stretch {
  std::size_t norm = 0;
  std::optional<std::size_t> before;  // the norm before
  std::vector<std::size_t> slots;     // activations between
  Choice usual;
  std::vector<std::pair<Choice, at::Tensor>> misfits;  // of each channel
  std::size_t best = 0;
};

class Replay {
 public:
  Replay(Assembled& network, const Entrance& entrance, const io::WeightSet& weights)
      : network_(network), entrance_(entrance), weights_(weights) {}

  std::optional<double> settle(bool all_activations) {
    const at::NoGradGuard no_grad;
    if (network_.norms.empty() || !trained()) return std::nullopt;
    measure_products();
    std::size_t at = entrance_.layers.size();
    if (pictures_to(at, network_.norms.back()) < least_pictures) return std::nullopt;
    at::Tensor x = likelier_latents();
    std::vector<Stretch> stretches;
    std::vector<at::Tensor> seen, remembered;
    std::optional<std::size_t> before;
    double sum = 0;
    for (const std::size_t norm : network_.norms) {
      auto [stretch, y] = try_out(norm, at, x, before, all_activations);
      sum += std::min(mean_of(stretch.misfits[stretch.best].second), 1.0);
      stretches.push_back(std::move(stretch));
      const auto [mean, variance] = moments(y);
      seen.push_back(pattern(mean, variance));
      const Layer& layer = network_.layers[norm];
      remembered.push_back(pattern(tensor(layer, "running_mean"), tensor(layer, "running_var")));
      // One of many choices comes near to averages of any size; only what they were taken of has their pattern. What
      // comes to a first norm may hardly have one.
      if (seen.size() > 1 && likeness(seen, remembered) < resembles) return std::nullopt;
      x = y;
      before = at = norm;
    }
    agree(stretches);
    for (const Stretch& stretch : stretches) say(stretch);
    inherit();
    return sum / static_cast<double>(network_.norms.size());
  }

 private:
  Assembled& network_;
  const Entrance& entrance_;
  const io::WeightSet& weights_;
  std::optional<Choice> common_;  // activation of most places
  std::vector<double> products_;  // multiplications of each layer, for one picture

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

  void measure_products() {
    const std::vector<Sizes> sizes = sizes_of(network_.layers, inputs());
    products_.assign(sizes.size(), 0);
    for (std::size_t i = 0; i < sizes.size(); ++i) {
      const Layer& layer = network_.layers[i];
      if (layer.kind != "linear" && !layer.kind.ends_with("convolution")) continue;
      const double pixels = sizes[i].size() == 3 ? static_cast<double>(sizes[i][1] * sizes[i][2]) : 1;
      const double strides = layer.kind.starts_with("transposed") ? layer.stride[0] * layer.stride[1] : 1;
      products_[i] = pixels / strides * static_cast<double>(tensor(layer, "weight").numel());
    }
  }

  /// As many as may go through these layers.
  [[nodiscard]] std::int64_t pictures_to(std::size_t from, std::size_t to) const {
    double most = 1;
    for (std::size_t i = from; i < to; ++i) most = std::max(most, products_[i]);
    const double few = most_products / most;
    if (8 * few < least_pictures) return 0;  // no time for such a network
    return std::clamp(static_cast<std::int64_t>(few), least_pictures, most_pictures);
  }

  std::vector<std::pair<std::string, Sizes>> inputs() const {
    std::vector<std::pair<std::string, Sizes>> all{{"z", {entrance_.z_dim}}};
    if (entrance_.c_dim > 0) all.push_back({"label", {entrance_.c_dim}});
    return all;
  }

  /// Public programs draw latents from N(0, 1), or evenly from -1 to 1: those that the first norm has rather seen.
  at::Tensor likelier_latents() const {
    const std::size_t from = entrance_.layers.size(), first = network_.norms.front();
    const at::Tensor z = at::empty({pictures_to(from, first), entrance_.z_dim});
    at::Generator random = at::make_generator<at::CPUGeneratorImpl>(1);
    const at::Tensor normal = latents(z.normal_(0, 1, random)),
                     even = latents(at::empty_like(z).uniform_(-1, 1, random));
    const auto misfits_of = [&](const at::Tensor& x) { return misfits(network_.layers[first], run(from, first, x)); };
    return better(misfits_of(even), misfits_of(normal), much_less) ? even : normal;
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
    // By the batch, as in training, when the averages of the next norm were taken.
    if (layer.kind == "batch_norm") {
      const auto part = [&](const char* name) {
        return layer.affine ? tensor(layer, name).to(at::kFloat) : at::Tensor();
      };
      return at::batch_norm(in[0], part("weight"), part("bias"), {}, {}, true, 0, layer.eps, false);
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

  /// Means and variances of the channels. From sums, which are many times faster than LibTorch's var().
  static std::pair<at::Tensor, at::Tensor> moments(const at::Tensor& x) {
    const at::Tensor rows = x.dim() == 4 ? x.contiguous().flatten(2) : x.unsqueeze(2);  // [N, C, pixels]
    const at::Tensor mean = rows.sum(2).sum(0) / (rows.size(0) * rows.size(2));
    at::Tensor distances = rows - mean.view({1, -1, 1});
    return {mean, distances.square_().sum(2).sum(0) / std::max<std::int64_t>(1, rows.size(0) * rows.size(2) - 1)};
  }

  /// Of each channel: half the square of the logarithm of the variances' ratio, and the means' distance in deviations.
  at::Tensor misfits(const Layer& norm, const at::Tensor& x) const {
    const at::Tensor mean = tensor(norm, "running_mean").to(at::kFloat);
    const at::Tensor variance = tensor(norm, "running_var").to(at::kFloat) + 1e-8;
    const auto [its_mean, its_variance] = moments(x);
    const at::Tensor ratio = ((its_variance + 1e-8) / variance).log();
    const at::Tensor moved = (its_mean - mean).square() / variance;
    return (0.5 * ratio.square() + moved).clamp_max(4);
  }

  /// Of a norm's channels: the means in deviations, and the logarithms of the variances around their average.
  static at::Tensor pattern(const at::Tensor& mean, const at::Tensor& variance) {
    const at::Tensor positive = variance.to(at::kFloat) + 1e-8, scale = positive.log();
    return at::cat({mean.to(at::kFloat) / positive.sqrt(), scale - scale.mean()});
  }

  static double likeness(const std::vector<at::Tensor>& a, const std::vector<at::Tensor>& b) {
    return at::cosine_similarity(at::cat(a), at::cat(b), 0).item<double>();
  }

  static double mean_of(const at::Tensor& misfits) { return misfits.mean().item<double>(); }

  /// Channel by channel, as the same latents went through both: a few channels, or a few latents, prove nothing.
  static bool better(const at::Tensor& misfits, const at::Tensor& than, double by) {
    const at::Tensor less = than - misfits;
    if (less.numel() < 2 || mean_of(misfits) > by * mean_of(than)) return false;
    const double error = less.std().item<double>() / std::sqrt(static_cast<double>(less.numel()));
    return less.mean().item<double>() > sure * error;
  }

  /// The usual one first, from the more usual to the less.
  static std::vector<Choice> choices(const Stretch& stretch, bool all_activations) {
    std::vector<Choice> activations{stretch.usual};
    if (!stretch.slots.empty()) {
      activations.insert(activations.end(), {{"relu"}, {"leaky_relu", 0.2}});
      if (all_activations)
        for (const Choice& more : {Choice{"leaky_relu", 0.01}, Choice{"elu", 1.0}, Choice{"selu"}, Choice{"silu"},
                                   Choice{"gelu"}, Choice{"tanh"}, Choice{"identity"}})
          activations.push_back(more);
    }
    std::vector<Choice> all;
    for (Choice one : activations) {
      if (!all.empty() && one.same_activation(stretch.usual)) continue;
      one.eps = stretch.usual.eps;
      all.push_back(one);
      one.eps = stretch.usual.eps == 0.8 ? 1e-5 : 0.8;
      if (stretch.before) all.push_back(one);
    }
    return all;
  }

  void take(const Choice& choice, const Stretch& stretch) {
    for (const std::size_t slot : stretch.slots) {
      network_.layers[slot].kind = choice.kind;
      network_.layers[slot].slope = choice.slope;
    }
    if (stretch.before) network_.layers[*stretch.before].eps = choice.eps;
  }

  std::pair<Stretch, at::Tensor> try_out(std::size_t norm, std::size_t from, const at::Tensor& given,
                                         std::optional<std::size_t> before, bool all_activations) {
    Stretch stretch{.norm = norm, .before = before};
    for (const std::size_t slot : network_.activations)
      if (slot >= from && slot < norm) stretch.slots.push_back(slot);
    if (!stretch.slots.empty()) {
      const Layer& layer = network_.layers[stretch.slots[0]];
      stretch.usual = {layer.kind, layer.slope};
    }
    if (before) stretch.usual.eps = network_.layers[*before].eps;
    const at::Tensor x = given.slice(0, 0, pictures_to(from, norm));
    at::Tensor best;
    for (const Choice& choice : choices(stretch, all_activations)) {
      take(choice, stretch);
      const at::Tensor y = run(from, norm, x);
      stretch.misfits.emplace_back(choice, misfits(network_.layers[norm], y));
      const std::size_t last = stretch.misfits.size() - 1;
      if (last > 0 && !better(stretch.misfits[last].second, stretch.misfits[stretch.best].second, much_less)) continue;
      stretch.best = last;
      best = y;
    }
    take(stretch.usual, stretch);
    return {std::move(stretch), best};
  }

  /// The best of the choices with this activation.
  static std::size_t best_of(const Stretch& stretch, const Choice& activation) {
    std::size_t best = stretch.misfits.size();
    for (std::size_t i = 0; i < stretch.misfits.size(); ++i) {
      if (!stretch.slots.empty() && !stretch.misfits[i].first.same_activation(activation)) continue;
      if (best == stretch.misfits.size() || better(stretch.misfits[i].second, stretch.misfits[best].second, much_less))
        best = i;
    }
    return best;
  }

  /// Networks have one activation in all places, unless a place clearly says otherwise.
  void agree(std::vector<Stretch>& stretches) {
    std::vector<Stretch*> with;
    for (Stretch& stretch : stretches)
      if (!stretch.slots.empty()) with.push_back(&stretch);
    if (with.empty()) return;
    const auto together = [&](const Choice& activation) {
      std::vector<at::Tensor> all;
      for (const Stretch* stretch : with) all.push_back(stretch->misfits[best_of(*stretch, activation)].second);
      return at::cat(all);
    };
    Choice common = with[0]->usual;
    at::Tensor least = together(common);
    for (const auto& [choice, misfits] : with[0]->misfits) {
      const at::Tensor these = together(choice);
      if (better(these, least, much_less)) common = choice, least = these;
    }
    for (Stretch* stretch : with) {
      const std::size_t as_all = best_of(*stretch, common);
      if (!better(stretch->misfits[stretch->best].second, stretch->misfits[as_all].second, otherwise))
        stretch->best = as_all;
    }
    // What most places turned out to have holds where nothing tells.
    std::size_t most = 0;
    for (const Stretch* stretch : with) {
      const auto& [choice, misfits] = stretch->misfits[stretch->best];
      const auto count = static_cast<std::size_t>(std::count_if(with.begin(), with.end(), [&](const Stretch* other) {
        const auto& [its, fit] = other->misfits[other->best];
        return its.same_activation(choice) && mean_of(fit) <= tells;
      }));
      if (count > most) most = count, common_ = choice;
    }
  }

  void say(const Stretch& stretch) {
    const auto& [choice, misfits] = stretch.misfits[stretch.best];
    if (mean_of(misfits) > tells) return;
    take(choice, stretch);
    const std::string reason =
        fmt::format("what {} remembers of its inputs fits best", network_.layers[stretch.norm].name);
    for (const std::size_t slot : stretch.slots) assume_kind(network_, slot, reason);
    if (stretch.before) assume_eps(network_, network_.layers[*stretch.before], reason);
  }

  /// Nothing comes after the last norm to judge by: it, and what stands behind it, is as those before.
  void inherit() {
    const std::size_t last = network_.norms.back();
    if (network_.norms.size() > 1) {
      const Layer& before = network_.layers[network_.norms[network_.norms.size() - 2]];
      if (network_.layers[last].eps != before.eps) {
        network_.layers[last].eps = before.eps;
        assume_eps(network_, network_.layers[last], "as the norm before it");
      }
    }
    if (!common_) return;
    for (const std::size_t slot : network_.activations) {
      Layer& layer = network_.layers[slot];
      if (slot < last || common_->same_activation({layer.kind, layer.slope})) continue;
      layer.kind = common_->kind;
      layer.slope = common_->slope;
      assume_kind(network_, slot, "as the layers before it");
    }
  }
};

}  // namespace

std::optional<double> settle_by_statistics(Assembled& network, const Entrance& entrance, const io::WeightSet& weights,
                                           bool all_activations) {
  return Replay(network, entrance, weights).settle(all_activations);
}

}  // namespace ganvas::models
