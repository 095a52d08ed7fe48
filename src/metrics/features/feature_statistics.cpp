#include "metrics/features/feature_statistics.h"

#include <algorithm>
#include <charconv>
#include <optional>
#include <system_error>
#include <utility>

#include "core/error.h"
#include "core/hash.h"
#include "core/json_text.h"
#include "core/log.h"
#include "io/safetensors.h"

namespace ganvas::metrics {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view moments_prefix = "moments.";

std::int64_t most(const FeatureNeeds& needs) {
  const std::int64_t kept = std::max(needs.features, needs.probabilities);
  return needs.moments.empty() ? kept : std::max(kept, *needs.moments.rbegin());
}

/// Puts the rows of pictures first, first + 1, ... in their places; rows of pictures that are not kept are passed over.
void keep(at::Tensor& all, std::int64_t first, const at::Tensor& rows, std::int64_t kept) {
  if (first >= kept) return;
  if (!all.defined()) all = at::zeros({kept, rows.size(1)});
  const std::int64_t count = std::min(rows.size(0), kept - first);
  all.narrow(0, first, count).copy_(rows.narrow(0, 0, count));
}

class FeatureJob final : public BatchJob {
 public:
  FeatureJob(PictureSource& pictures, const FeatureNetwork& network, const FeatureNeeds& needs, std::string what)
      : pictures_(pictures), network_(network), needs_(needs), what_(std::move(what)) {}

  [[nodiscard]] std::string what() const override { return what_; }

  void take(std::int64_t first, std::int64_t count) override {
    const at::Tensor pictures = scaled_for_extractor(pictures_.pictures(first, count), network_.resize, network_.side);
    const std::int64_t summed = needs_.moments.empty() ? 0 : *needs_.moments.rbegin();
    if (first < std::max(summed, needs_.features)) {
      const at::Tensor rows = network_.extractor->run(pictures, ExtractorOutput::features).to(at::kCPU);
      for (const std::int64_t number : needs_.moments) {
        if (first >= number) continue;
        const auto entry = made_.moments.try_emplace(number, rows.size(1)).first;
        entry->second.add(rows.narrow(0, 0, std::min(count, number - first)));
      }
      keep(made_.features, first, rows, needs_.features);
    }
    if (first < needs_.probabilities) {
      const at::Tensor rows = network_.extractor->run(pictures, ExtractorOutput::probabilities).to(at::kCPU);
      keep(made_.probabilities, first, rows, needs_.probabilities);
    }
  }

  [[nodiscard]] io::WeightSet state() const override { return to_weights(made_); }

  void restore(const io::WeightSet& state) override {
    FeatureStatistics made = statistics_from(state);
    for (const auto& [number, sums] : made.moments)
      require(needs_.moments.contains(number), "It has sums of {} pictures, which are not needed.", number);
    require(!made.features.defined() || made.features.size(0) == needs_.features, "It has other features.");
    require(!made.probabilities.defined() || made.probabilities.size(0) == needs_.probabilities,
            "It has other probabilities.");
    made_ = std::move(made);
  }

  /// Adds up the parts of all processes. The first one has batch 0, so it knows the sizes.
  FeatureStatistics finish(const Ranks& ranks) {
    if (ranks.size > 1) {
      const auto width = [&](const at::Tensor& rows) { return ranks.first() && rows.defined() ? rows.size(1) : 0; };
      const std::int64_t summed =
          ranks.first() && !made_.moments.empty() ? made_.moments.begin()->second.sum().size(0) : 0;
      at::Tensor sizes = at::tensor({summed, width(made_.features), width(made_.probabilities)}, at::kLong);
      ranks.add_up(sizes);
      for (const std::int64_t number : needs_.moments) add_up_moments(number, sizes[0].item<std::int64_t>(), ranks);
      add_up_rows(made_.features, needs_.features, sizes[1].item<std::int64_t>(), ranks);
      add_up_rows(made_.probabilities, needs_.probabilities, sizes[2].item<std::int64_t>(), ranks);
    }
    return std::move(made_);
  }

 private:
  void add_up_moments(std::int64_t number, std::int64_t dim, const Ranks& ranks) {
    const FeatureMoments& own = made_.moments.try_emplace(number, dim).first->second;
    at::Tensor count = at::full({1}, own.count(), at::kLong), sum = own.sum().clone(),
               products = own.products().clone();
    ranks.add_up(count);
    ranks.add_up(sum);
    ranks.add_up(products);
    made_.moments.insert_or_assign(number, FeatureMoments(count.item<std::int64_t>(), sum, products));
  }

  static void add_up_rows(at::Tensor& rows, std::int64_t count, std::int64_t width, const Ranks& ranks) {
    if (count == 0) return;
    if (!rows.defined()) rows = at::zeros({count, width});
    ranks.add_up(rows);
  }

  PictureSource& pictures_;
  FeatureNetwork network_;
  FeatureNeeds needs_;
  std::string what_;
  FeatureStatistics made_;
};

fs::path cache_path(const fs::path& cache, const Json& identity, const std::string& part) {
  const std::string text = json_text(identity);
  return cache / fmt::format("{}-{}.safetensors", sha256_of(text.data(), text.size()).substr(0, 32), part);
}

std::string part_of_moments(std::int64_t number) {
  return "moments-" + std::to_string(number);
}

std::string part_of_features(std::int64_t number) {
  return "features-" + std::to_string(number);
}

std::optional<FeatureStatistics> read_cached(const fs::path& path) {
  std::error_code error;
  if (!fs::exists(path, error)) return std::nullopt;
  try {
    return statistics_from(io::read_safetensors(path));
  } catch (const Error& problem) {
    log::warn("The cached statistics {} are made anew: {}", path.string(), problem.what());
    return std::nullopt;
  }
}

/// Takes what the cache has into `found` and out of `needs`.
void look_up(const fs::path& cache, const Json& identity, FeatureStatistics& found, FeatureNeeds& needs) {
  std::erase_if(needs.moments, [&](std::int64_t number) {
    const auto cached = read_cached(cache_path(cache, identity, part_of_moments(number)));
    if (!cached || !cached->moments.contains(number) || cached->moments.at(number).count() != number) return false;
    found.moments.insert_or_assign(number, cached->moments.at(number));
    return true;
  });
  if (needs.features == 0) return;
  const auto cached = read_cached(cache_path(cache, identity, part_of_features(needs.features)));
  if (!cached || !cached->features.defined() || cached->features.size(0) != needs.features) return;
  found.features = cached->features;
  needs.features = 0;
}

/// Whether it is written: a full disk is no reason to lose the figures.
bool write_cached(const fs::path& path, const FeatureStatistics& statistics) {
  try {
    io::write_safetensors(path, to_weights(statistics));
    return true;
  } catch (const Error& problem) {
    log::warn("The statistics cannot be kept: {}", problem.what());
    return false;
  }
}

bool write_all(const fs::path& cache, const Json& identity, const FeatureStatistics& made) {
  bool written = true;
  for (const auto& [number, moments] : made.moments)
    written =
        write_cached(cache_path(cache, identity, part_of_moments(number)), {.moments = {{number, moments}}}) && written;
  if (!made.features.defined()) return written;
  const fs::path path = cache_path(cache, identity, part_of_features(made.features.size(0)));
  return write_cached(path, {.features = made.features}) && written;
}

}  // namespace

Json FeatureNetwork::identity() const {
  Json identity{{"extractor", extractor->sha256()},
                {"call", extractor->call(ExtractorOutput::features)},
                {"resize", to_string(resize)}};
  if (resize != ResizeMode::legacy_tensorflow) identity["side"] = side;
  return identity;
}

io::WeightSet to_weights(const FeatureStatistics& statistics) {
  io::WeightSet weights;
  for (const auto& [number, moments] : statistics.moments) {
    const std::string prefix = fmt::format("{}{}.", moments_prefix, number);
    weights.set(prefix + "count", at::full({1}, moments.count(), at::kLong));
    weights.set(prefix + "sum", moments.sum());
    weights.set(prefix + "products", moments.products());
  }
  if (statistics.features.defined()) weights.set("features", statistics.features);
  if (statistics.probabilities.defined()) weights.set("probabilities", statistics.probabilities);
  return weights;
}

FeatureStatistics statistics_from(const io::WeightSet& weights) {
  FeatureStatistics statistics;
  const auto rows = [](const at::Tensor& tensor) {
    require(tensor.dim() == 2 && tensor.scalar_type() == at::kFloat, "It has rows of another form.");
    return tensor.clone();  // what is read may be a view of the file
  };
  for (const auto& [name, tensor] : weights.items()) {
    if (name == "features") statistics.features = rows(tensor);
    if (name == "probabilities") statistics.probabilities = rows(tensor);
    if (!name.starts_with(moments_prefix) || !name.ends_with(".count")) continue;
    const std::string digits =
        name.substr(moments_prefix.size(), name.find('.', moments_prefix.size()) - moments_prefix.size());
    std::int64_t number = 0;
    std::from_chars(digits.data(), digits.data() + digits.size(), number);
    const std::string prefix = fmt::format("{}{}.", moments_prefix, digits);
    const at::Tensor &sum = weights.at(prefix + "sum"), &products = weights.at(prefix + "products");
    require(tensor.numel() == 1 && tensor.scalar_type() == at::kLong && sum.scalar_type() == at::kDouble &&
                products.scalar_type() == at::kDouble,
            "It has sums of another form.");
    statistics.moments.insert_or_assign(number,
                                        FeatureMoments(tensor.item<std::int64_t>(), sum.clone(), products.clone()));
  }
  return statistics;
}

GatheredStatistics gather(PictureSource& pictures, const FeatureNetwork& network, const FeatureNeeds& needs,
                          const std::string& what, const BatchOptions& options) {
  const std::int64_t total = most(needs);
  require(total <= pictures.size(), "There are {} pictures, not {}.", pictures.size(), total);
  const Json identity{{"pictures", pictures.identity()},
                      {"network", network.identity()},
                      {"moments", needs.moments},
                      {"features", needs.features},
                      {"probabilities", needs.probabilities}};
  FeatureJob job(pictures, network, needs, what);
  GatheredStatistics gathered;
  gathered.state = run_batches(job, total, identity, options);
  gathered.statistics = job.finish(options.ranks);
  return gathered;
}

GatheredStatistics gather_cached(PictureSource& pictures, const FeatureNetwork& network, const FeatureNeeds& needs,
                                 const std::string& what, const BatchOptions& options, const fs::path& cache) {
  if (cache.empty()) return gather(pictures, network, needs, what, options);
  const Json identity{{"pictures", pictures.identity()}, {"network", network.identity()}};
  FeatureStatistics found;
  FeatureNeeds missing = needs;
  look_up(cache, identity, found, missing);
  // Processes take the same way, whatever another one writes meanwhile.
  if (options.ranks.all(missing.empty())) return {.statistics = std::move(found), .cached = true};
  GatheredStatistics made = gather(pictures, network, needs, what, options);
  const bool here = !pictures.damaged();
  if (options.ranks.all(options.ranks.first() ? here && write_all(cache, identity, made.statistics) : here)) {
    remove_state(made.state);
    made.state.clear();
  }
  return made;
}

}  // namespace ganvas::metrics
