#include "models/layered/reading/drafts.h"

#include <algorithm>
#include <charconv>
#include <memory>

#include "core/error.h"

namespace ganvas::models {
namespace {

constexpr int most_levels = 32;
constexpr std::size_t most_drafts = 2048;

std::optional<int> number_of(std::string_view part) {
  int number = 0;
  const auto [end, error] = std::from_chars(part.data(), part.data() + part.size(), number);
  if (part.empty() || part.size() > 6 || error != std::errc() || end != part.data() + part.size() || number < 0)
    return std::nullopt;
  return number;
}

struct Node {
  std::string part;
  std::vector<std::unique_ptr<Node>> children;
  std::map<std::string, at::Tensor> tensors;

  Node& child(const std::string& name) {
    for (const auto& one : children)
      if (one->part == name) return *one;
    children.push_back(std::make_unique<Node>());
    children.back()->part = name;
    return *children.back();
  }
  [[nodiscard]] bool numbered() const {
    return std::all_of(children.begin(), children.end(), [](const auto& one) { return number_of(one->part); });
  }
};

std::string name_of_sort(const Draft& draft) {
  std::string lower = draft.name;
  std::transform(lower.begin(), lower.end(), lower.begin(), [](unsigned char c) { return std::tolower(c); });
  return lower;
}

Sort sort_of(const Draft& draft) {
  const auto& tensors = draft.tensors;
  if (tensors.contains("query_conv.weight")) return Sort::attention;
  if (tensors.contains("running_mean")) return Sort::batch_norm;
  require(tensors.contains("weight"), "the tensor {}.{} is of no layer that ganvas knows", draft.name,
          tensors.begin()->first);
  for (const auto& [name, tensor] : tensors)
    require(name == "weight" || name == "bias", "the tensor {}.{} is of no layer that ganvas knows", draft.name, name);
  const at::Tensor& weight = draft.weight();
  if (weight.dim() == 4) return Sort::convolution;
  if (weight.dim() == 2) {
    const std::string name = name_of_sort(draft);
    const bool labels = name.find("emb") != std::string::npos || name.find("label") != std::string::npos;
    return labels && !draft.biased() ? Sort::embedding : Sort::linear;
  }
  require(weight.dim() == 1, "the tensor {}.weight has {} dimensions", draft.name, weight.dim());
  return draft.biased() ? Sort::affine_norm : Sort::prelu;
}

class Flattener {
 public:
  std::vector<Draft> flat(Node& root) {
    visit(root, "", 0, 0);
    return std::move(drafts_);
  }

 private:
  std::vector<Draft> drafts_;

  void emit(Node& node, const std::string& name, std::optional<int> gap, int least) {
    require(drafts_.size() < most_drafts, "it has more layers than any generator");
    Draft draft{.name = name, .tensors = node.tensors, .gap = gap, .least = least};
    draft.sort = sort_of(draft);
    drafts_.push_back(std::move(draft));
  }

  /// SAGAN's block: three convolutions and a gain, which are one layer.
  static bool gather_attention(Node& node) {
    if (!node.tensors.contains("gamma")) return false;
    for (const char* part : {"query_conv", "key_conv", "value_conv"}) {
      const auto found =
          std::find_if(node.children.begin(), node.children.end(), [&](const auto& one) { return one->part == part; });
      if (found == node.children.end()) return false;
      for (const auto& [name, tensor] : (*found)->tensors) node.tensors[part + ("." + name)] = tensor;
    }
    node.children.clear();
    return true;
  }

  void visit(Node& node, const std::string& prefix, int least, int level) {
    require(level < most_levels, "its names are nested deeper than in any model");
    const bool numbered = node.numbered();
    if (numbered)
      std::stable_sort(node.children.begin(), node.children.end(), [](const auto& a, const auto& b) {
        return number_of(a->part).value() < number_of(b->part).value();
      });
    int expected = 0;
    bool after_leaf = false;
    std::size_t last_leaf = drafts_.size();
    bool any = false;
    for (const auto& one : node.children) {
      const int number = numbered ? number_of(one->part).value() : 0;
      const int before = numbered ? number - expected : 0;
      const std::string name = prefix.empty() ? one->part : prefix + "." + one->part;
      expected = number + 1;
      const bool attention = gather_attention(*one);
      const int least_here = before + (any ? 0 : least);
      if (!one->tensors.empty()) {
        require(attention || one->children.empty(), "{} has tensors beside layers within it", name);
        emit(*one, name, numbered && after_leaf ? std::optional<int>(before) : std::nullopt, least_here);
        last_leaf = drafts_.size() - 1;
      } else {
        visit(*one, name, least_here, level + 1);
      }
      after_leaf = !one->tensors.empty();
      any = true;
    }
    if (numbered && after_leaf) drafts_[last_leaf].last_of_list = true;
  }
};

}  // namespace

std::optional<std::string> next_name(const std::string& name, int by) {
  const auto dot = name.rfind('.');
  const auto number = number_of(std::string_view(name).substr(dot == std::string::npos ? 0 : dot + 1));
  if (!number || *number + by < 0) return std::nullopt;
  return (dot == std::string::npos ? "" : name.substr(0, dot + 1)) + std::to_string(*number + by);
}

std::optional<std::vector<Draft>> norms_by_number(const std::vector<Draft>& drafts) {
  const auto digits = [](const std::string& name) {
    std::string all;
    for (const char c : name.substr(name.rfind('.') + 1))
      if (c >= '0' && c <= '9') all += c;
    return all;
  };
  std::vector<Draft> ordered;
  bool any = false;
  for (const Draft& draft : drafts)
    if (!draft.norm()) ordered.push_back(draft);
  for (const Draft& norm : drafts) {
    if (!norm.norm()) continue;
    const std::string number = digits(norm.name);
    const std::int64_t channels = norm.tensors.begin()->second.numel();
    const auto place = std::find_if(ordered.begin(), ordered.end(), [&](const Draft& one) {
      if (!one.weighs() || one.sort == Sort::attention || digits(one.name) != number) return false;
      const at::Tensor& weight = one.weight();
      return weight.size(0) == channels || (one.sort == Sort::convolution && weight.size(1) == channels);
    });
    if (number.empty() || place == ordered.end()) return std::nullopt;
    any = true;
    ordered.insert(place + 1, norm);
  }
  if (!any) return std::nullopt;
  for (Draft& draft : ordered) draft.gap.reset();
  return ordered;
}

std::vector<Draft> drafts_of(const io::WeightSet& weights) {
  Node root;
  for (const auto& [name, tensor] : weights.items()) {
    if (name.ends_with("num_batches_tracked")) continue;
    Node* at = &root;
    std::string rest = name;
    int level = 0;
    for (auto dot = rest.find('.'); dot != std::string::npos; dot = rest.find('.')) {
      require(++level < most_levels, "its names are nested deeper than in any model");
      at = &at->child(rest.substr(0, dot));
      rest.erase(0, dot + 1);
    }
    require(at != &root, "the tensor {} is of no layer that ganvas knows", name);
    at->tensors[rest] = tensor;
  }
  return Flattener().flat(root);
}

}  // namespace ganvas::models
