#include "cli/directions/isolating.h"

#include <fmt/format.h>

#include <map>
#include <utility>

#include "latent/directions/supervised_directions.h"

namespace ganvas::cli {

namespace {

constexpr std::int64_t mixed_samples = 6'000;  // from which the part of each style row is learned
constexpr std::int64_t chosen_on = 64;         // styles on which one of many ways is chosen
constexpr int corrections = 3;

/// A way to a label value, with the columns of the values of all other factors, which it shall hold.
struct Way {
  Named direction;
  std::string factor;
  std::int64_t column = 0;
  std::vector<std::int64_t> held;
};

/// One to each value that the model's pictures have.
std::vector<Way> ways_to(const latent::Slopes& slopes, const at::Tensor& spread, const std::vector<LabelName>& names,
                         double least_spread, const at::Tensor& w) {
  constexpr double hold = 30;
  std::vector<Way> ways;
  const auto varies = [&](std::size_t i) {
    return spread[static_cast<std::int64_t>(i)].item<double>() >= least_spread;
  };
  for (std::size_t i = 0; i < names.size(); ++i) {
    if (!varies(i)) continue;
    Way way{{names[i].name, {}, 0}, names[i].factor, static_cast<std::int64_t>(i), {}};
    for (std::size_t j = 0; j < names.size(); ++j)
      if (names[j].factor != way.factor && varies(j)) way.held.push_back(static_cast<std::int64_t>(j));
    way.direction.vector = latent::isolating_direction(slopes, way.column, way.held, hold).to(at::kFloat);
    way.direction.size = step_along(way.direction.vector, w);
    ways.push_back(std::move(way));
  }
  return ways;
}

std::vector<Named> directions_of(const std::vector<Way>& ways) {
  std::vector<Named> directions;
  directions.reserve(ways.size());
  for (const Way& way : ways) directions.push_back(way.direction);
  return directions;
}

/// Of each factor the purest way; none of a factor that no way changes most.
std::vector<Way> purest(const std::vector<Way>& ways, const FactorChanges& changes) {
  const latent::Purity purity = latent::purity_of(changes.changes);
  std::map<std::string, std::pair<double, const Way*>> best;
  for (std::size_t i = 0; i < ways.size(); ++i) {
    const auto row = static_cast<std::int64_t>(i);
    const auto changed = static_cast<std::size_t>(purity.factor[row].item<std::int64_t>());
    const double share = purity.share[row].item<double>();
    if (changes.factors[changed] != ways[i].factor) continue;
    auto& [most, way] = best[ways[i].factor];
    if (way == nullptr || share > most) most = share, way = &ways[i];
  }
  std::vector<Way> result;
  for (const std::string& factor : changes.factors)
    if (best.contains(factor)) result.push_back(*best[factor].second);
  return result;
}

/// What a way changes, but its own value, is taken back as far as the slopes tell.
void correct(Way& way, const at::Tensor& changes, const at::Tensor& scale, const latent::Slopes& slopes,
             const at::Tensor& w) {
  std::vector<std::int64_t> columns = way.held;
  columns.push_back(way.column);
  const at::Tensor leak = (changes * scale).index_select(0, at::tensor(columns, at::kLong));
  leak[-1] = 0;  // its own value goes on growing
  const at::Tensor step = way.direction.vector.to(at::kDouble) * way.direction.size -
                          latent::move_for(slopes, columns, leak) * slopes.deviation;
  way.direction.vector = (step / step.norm().clamp_min(1e-300)).to(at::kFloat);
  way.direction.size = step_along(way.direction.vector, w);
}

}  // namespace

std::vector<Named> isolating_directions(models::Generator& generator, const std::vector<LabelName>& names,
                                        const Reading& reading, const Judge& judge, const at::Tensor& w) {
  const at::Tensor styles = mixed_by_row(generator, mixed_samples, 2);
  const at::Tensor read = judge.read("pictures of styles mixed by row", styles);
  const latent::Slopes slopes = latent::slopes_of(styles.flatten(1), read);
  const at::Tensor spread = read.std(0), scale = judge.spread() / spread.clamp_min(reading.least_spread);
  std::vector<Way> ways = ways_to(slopes, spread, names, reading.least_spread, w);
  const at::Tensor first = judge.changes("ways to each value", directions_of(ways), w.narrow(0, 0, chosen_on));
  ways = purest(ways, by_factor(first, names, reading));
  std::vector<Way> seen;
  std::vector<at::Tensor> changes;
  for (int round = 0; round <= corrections; ++round) {
    if (round > 0)
      for (std::size_t i = 0; i < ways.size(); ++i)
        correct(ways[i], changes.back()[static_cast<std::int64_t>(i)], scale, slopes, w);
    changes.push_back(judge.changes(fmt::format("ways, corrected {} times", round), directions_of(ways), w));
    seen.insert(seen.end(), ways.begin(), ways.end());
  }
  return directions_of(purest(seen, by_factor(at::cat(changes), names, reading)));
}

}  // namespace ganvas::cli
