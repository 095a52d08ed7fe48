#include "models/layered/reading/fold_norms.h"

#include <cmath>

#include "core/error.h"

namespace ganvas::models {
namespace {

/// weight / sigma: sigma is u W v over the matrix whose rows are the dimension that u runs over.
at::Tensor spectral(const at::Tensor& original, const at::Tensor& u, const at::Tensor& v, bool transposed) {
  const at::Tensor weight = original.to(at::kFloat);
  const at::Tensor matrix = (transposed ? weight.transpose(0, 1) : weight).flatten(1);
  require(u.numel() == matrix.size(0) && v.numel() == matrix.size(1), "its spectral norm does not fit its weight");
  const at::Tensor sigma = at::dot(u.to(at::kFloat).flatten(), at::mv(matrix, v.to(at::kFloat).flatten()));
  return weight / sigma;
}

/// Of transposed convolutions u runs over the second dimension. Where both are as large it is along the one in which
/// the two vectors are more of the matrix, as they are those of its largest singular value.
bool runs_over_columns(const at::Tensor& original, const at::Tensor& u, const at::Tensor* v) {
  if (original.dim() < 2 || u.numel() != original.size(1)) return false;
  if (u.numel() != original.size(0)) return true;
  if (original.dim() < 3 || v == nullptr) return false;
  const auto share = [&](bool transposed) {
    const at::Tensor weight = original.to(at::kFloat);
    const at::Tensor matrix = (transposed ? weight.transpose(0, 1) : weight).flatten(1);
    if (v->numel() != matrix.size(1)) return 0.0;
    return std::abs(at::dot(u.to(at::kFloat).flatten(), at::mv(matrix, v->to(at::kFloat).flatten())).item<double>());
  };
  return share(true) > share(false);
}

/// g * v / |v|, the norm over all dimensions but the one in which g has its values.
at::Tensor weight_normed(const at::Tensor& g, const at::Tensor& v) {
  const at::Tensor direction = v.to(at::kFloat);
  require(g.dim() == direction.dim(), "its weight norm does not fit its weight");
  std::vector<std::int64_t> others;
  for (std::int64_t i = 0; i < direction.dim(); ++i)
    if (g.size(i) == 1) others.push_back(i);
  return g.to(at::kFloat) * direction / direction.norm(2, others, true);
}

struct Parts {
  const at::Tensor *original = nullptr, *u = nullptr, *v = nullptr, *g = nullptr;
};

}  // namespace

io::WeightSet with_plain_weights(const io::WeightSet& weights) {
  const at::NoGradGuard no_grad;
  io::WeightSet plain;
  plain.metadata = weights.metadata;
  plain.provenance = weights.provenance;
  for (const auto& [name, tensor] : weights.items()) {
    const auto ends = [&name = name](std::string_view end) { return name.ends_with(end); };
    const auto base = [&name = name](std::string_view end) { return name.substr(0, name.size() - end.size()); };
    const auto fold_spectral = [&](const std::string& layer, const at::Tensor* u, const at::Tensor* v) {
      require(u != nullptr, "The tensor {} has a spectral norm without its vector.", name);
      const bool transposed = runs_over_columns(tensor, *u, v);
      // Files before PyTorch 1.1 have no v: it is W'u, normed.
      const at::Tensor matrix = (transposed ? tensor.transpose(0, 1) : tensor).to(at::kFloat).flatten(1);
      const at::Tensor other = v != nullptr ? *v : at::mv(matrix.t(), u->to(at::kFloat).flatten());
      plain.set(layer + "weight", spectral(tensor, *u, v != nullptr ? other : other / other.norm(), transposed));
    };
    if (ends("weight_orig")) {
      const std::string layer = base("weight_orig");
      fold_spectral(layer, weights.find(layer + "weight_u"), weights.find(layer + "weight_v"));
    } else if (ends("parametrizations.weight.original")) {
      const std::string layer = base("parametrizations.weight.original");
      fold_spectral(layer, weights.find(layer + "parametrizations.weight.0._u"),
                    weights.find(layer + "parametrizations.weight.0._v"));
    } else if (ends("weight_g") && weights.contains(base("weight_g") + "weight_v")) {
      plain.set(base("weight_g") + "weight", weight_normed(tensor, weights.at(base("weight_g") + "weight_v")));
    } else if (ends("parametrizations.weight.original0")) {
      const std::string layer = base("parametrizations.weight.original0");
      plain.set(layer + "weight", weight_normed(tensor, weights.at(layer + "parametrizations.weight.original1")));
    } else if (!ends("parametrizations.weight.original1") && !ends("parametrizations.weight.0._u") &&
               !ends("parametrizations.weight.0._v") && !ends(".weight_u") && !ends(".weight_v")) {
      plain.set(name, tensor);
    }
  }
  return plain;
}

}  // namespace ganvas::models
