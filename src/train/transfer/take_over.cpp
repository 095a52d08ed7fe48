#include "train/transfer/take_over.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "models/traits.h"

namespace ganvas::train {
namespace {

/// "synthesis.b64.conv0.weight" -> "synthesis.b64", "mapping.fc0.weight" -> "mapping", "main.3.weight" -> "main.3".
std::string part_of(const std::string& name) {
  const auto first = name.find('.');
  if (first == std::string::npos || name.starts_with("mapping.")) return name.substr(0, first);
  const auto second = name.find('.', first + 1);
  if (second == std::string::npos) return name.substr(0, first);
  return name.substr(0, second);
}

/// The only dimension in which both differ; -1 when there is none, or more than one.
std::int64_t odd_dimension(const at::Tensor& a, const at::Tensor& b) {
  if (a.dim() != b.dim()) return -1;
  std::int64_t odd = -1;
  for (std::int64_t d = 0; d < a.dim(); ++d) {
    if (a.size(d) == b.size(d)) continue;
    if (odd >= 0) return -1;
    odd = d;
  }
  return odd;
}

bool grey_and_colour(std::int64_t a, std::int64_t b) {
  return (a == 1 && b == 3) || (a == 3 && b == 1);
}

/// The file's tensor as one of `into`'s sizes; undefined where nothing sensible can be made of it.
at::Tensor fitted(const std::string& name, const at::Tensor& from, const at::Tensor& into, bool equalized,
                  models::Role role) {
  const std::int64_t odd = odd_dimension(from, into);
  if (odd < 0) return {};
  const std::int64_t was = from.size(odd), is = into.size(odd);
  // Equalized weights are divided by the root of their inputs as they run.
  const double gain = equalized && odd == 1 ? std::sqrt(static_cast<double>(is) / static_cast<double>(was)) : 1.0;
  const bool picture = from.dim() == 4 || (from.dim() == 1 && from.size(0) <= 3);
  if (picture && odd <= 1 && grey_and_colour(was, is)) {
    if (role == models::Role::generator) return was == 1 ? from.expand(into.sizes()) : from.mean(odd, true);
    return (was == 1 ? from.expand(into.sizes()) / 3 : from.sum(odd, true)) * gain;
  }
  if (name.starts_with("mapping.") && name.find("embed") == std::string::npos && from.dim() == 2 && odd == 1) {
    at::Tensor wide = at::zeros(into.sizes(), from.options());
    const std::int64_t common = std::min(was, is);
    wide.narrow(1, 0, common).copy_(from.narrow(1, 0, common) * gain);
    return wide;
  }
  return {};
}

enum class Fate { taken, fitted, fresh, mixed };

Fate fate_of(const TakenPart& part) {
  if (part.fitted + part.fresh == 0) return Fate::taken;
  if (part.taken + part.fresh == 0) return Fate::fitted;
  return part.taken + part.fitted == 0 ? Fate::fresh : Fate::mixed;
}

std::string fate_text(const TakenPart& part) {
  switch (fate_of(part)) {
    case Fate::taken:
      return "taken from the file";
    case Fate::fitted:
      return "made of the file's";
    case Fate::fresh:
      return "fresh";
    default:
      return fmt::format("{} tensors taken, {} made of the file's, {} fresh", part.taken, part.fitted, part.fresh);
  }
}

}  // namespace

std::vector<TakenPart> take_over(torch::nn::Module& network, const models::NetworkSpec& spec, models::Role role,
                                 const io::WeightSet& weights) {
  const at::NoGradGuard no_grad;
  const bool equalized = models::traits_of(spec).equalized;
  std::vector<TakenPart> parts;
  const auto take = [&](const std::string& name, at::Tensor into) {
    const std::string part = part_of(name);
    auto entry = std::find_if(parts.begin(), parts.end(), [&](const TakenPart& p) { return p.part == part; });
    if (entry == parts.end()) entry = parts.insert(parts.end(), {.part = part});
    const at::Tensor* from = weights.find(name);
    if (from != nullptr && from->sizes() == into.sizes()) {
      into.copy_(*from);
      ++entry->taken;
      return;
    }
    const at::Tensor made = from == nullptr ? at::Tensor() : fitted(name, from->to(at::kFloat), into, equalized, role);
    if (made.defined()) into.copy_(made);
    ++(made.defined() ? entry->fitted : entry->fresh);
  };
  for (const auto& item : network.named_parameters()) take(item.key(), item.value());
  for (const auto& item : network.named_buffers()) take(item.key(), item.value());
  return parts;
}

std::vector<std::string> lines_of(const std::string& network, const std::vector<TakenPart>& parts) {
  std::vector<std::string> lines;
  for (std::size_t begin = 0; begin < parts.size();) {
    std::size_t end = begin + 1;
    const Fate fate = fate_of(parts[begin]);
    while (end < parts.size() && fate != Fate::mixed && fate_of(parts[end]) == fate) ++end;
    const std::string range =
        end == begin + 1 ? parts[begin].part : fmt::format("{} to {}", parts[begin].part, parts[end - 1].part);
    lines.push_back(fmt::format("{}: {}: {}", network, range, fate_text(parts[begin])));
    begin = end;
  }
  return lines;
}

}  // namespace ganvas::train
