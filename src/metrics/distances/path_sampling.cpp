#include "metrics/distances/path_sampling.h"

#include <cmath>
#include <vector>

#include "core/error.h"
#include "core/random.h"
#include "metrics/distances/perceptual_path.h"

namespace ganvas::metrics {
namespace {

constexpr std::uint64_t path_stream = std::uint64_t{0x70617468} << 32;  // streams of their own, one a pair
constexpr std::int64_t largest_side = 256;

/// What is random of a batch of pairs.
struct Draws {
  at::Tensor z0, z1;  // [N, z_dim] double
  at::Tensor t;       // [N, 1] double
  at::Tensor c;       // [N, c_dim] or undefined
};

Draws draw(const models::NetworkSpec& spec, const PathOptions& options, std::int64_t first, std::int64_t count) {
  Draws draws{.z0 = at::empty({count, spec.z_dim}, at::kDouble),
              .z1 = at::empty({count, spec.z_dim}, at::kDouble),
              .t = at::zeros({count, 1}, at::kDouble)};
  std::vector<at::Tensor> labels;
  for (std::int64_t i = 0; i < count; ++i) {
    RandomStream stream(options.sampling.seed, path_stream + static_cast<std::uint64_t>(first + i));
    for (const at::Tensor& z : {draws.z0, draws.z1}) {
      auto* values = z.mutable_data_ptr<double>() + i * spec.z_dim;
      for (std::int64_t k = 0; k < spec.z_dim; ++k) values[k] = stream.normal();
    }
    if (!options.at_end) draws.t[i][0] = stream.uniform();
    if (spec.c_dim > 0) labels.push_back(sample_label(spec, options.sampling, first + i));
  }
  if (!labels.empty()) draws.c = at::cat(labels);
  return draws;
}

class PathJob final : public BatchJob {
 public:
  PathJob(models::Generator& generator, FeatureExtractor& perceptual, const PathOptions& options, std::int64_t count)
      : generator_(generator),
        perceptual_(perceptual),
        options_(options),
        distances_(at::zeros({count}, at::kDouble)) {}

  [[nodiscard]] std::string what() const override { return "pairs of pictures"; }

  void take(std::int64_t first, std::int64_t count) override {
    const at::NoGradGuard no_grad;
    const auto [before, after] = styles(draw(generator_.spec(), options_, first, count));
    const at::Tensor rows =
        perceptual_.run(at::cat({pictures(before, first), pictures(after, first)}), ExtractorOutput::perceptual);
    const std::vector<at::Tensor> ends = rows.to(at::kCPU, at::kDouble).chunk(2);
    distances_.narrow(0, first, count).copy_(path_distances(ends[0], ends[1], options_.epsilon));
  }

  [[nodiscard]] io::WeightSet state() const override {
    io::WeightSet state;
    state.set("distances", distances_);
    return state;
  }

  void restore(const io::WeightSet& state) override {
    const at::Tensor& distances = state.at("distances");
    require(distances.sizes() == distances_.sizes() && distances.scalar_type() == at::kDouble,
            "It has other distances.");
    distances_ = distances.clone();
  }

  at::Tensor finish(const Ranks& ranks) {
    ranks.add_up(distances_);
    return distances_;
  }

 private:
  std::pair<at::Tensor, at::Tensor> styles(const Draws& draws) {
    const at::Tensor c = draws.c.defined() ? draws.c.to(options_.sampling.device) : draws.c;
    const auto map = [&](const at::Tensor& z) {
      return generator_.map(z.to(options_.sampling.device, at::kFloat), c, {.truncation_psi = options_.sampling.psi});
    };
    if (options_.in_w) {
      const at::Tensor w0 = map(draws.z0), w1 = map(draws.z1);
      const at::Tensor t = draws.t.unsqueeze(2).to(w0.device());
      const auto at_point = [&](const at::Tensor& where) { return w0.lerp(w1, where.to(at::kFloat)); };
      return {at_point(t), at_point(t + options_.epsilon)};
    }
    // Mapping networks of styles normalise z; the others must get the length of usual latents.
    const double length = std::sqrt(static_cast<double>(generator_.spec().z_dim));
    return {map(unit_slerp(draws.z0, draws.z1, draws.t) * length),
            map(unit_slerp(draws.z0, draws.z1, draws.t + options_.epsilon) * length)};
  }

  /// -> [N, C, H, W] float, 0 black, 255 white.
  at::Tensor pictures(const at::Tensor& w, std::int64_t first) {
    at::Tensor x = generator_.synthesize(w, {.noise_mode = options_.sampling.noise_mode,
                                             .noise_seed = options_.sampling.seed + static_cast<std::uint64_t>(first),
                                             .precision = models::Precision::full});
    const std::int64_t side = x.size(2);
    if (options_.centre) {
      const std::int64_t eighth = side / 8;
      require(eighth >= 1, "Pictures of {0} x {0} pixels have no middle; ask for ppl2 instead.", side);
      x = x.slice(2, 3 * eighth, 7 * eighth).slice(3, 2 * eighth, 6 * eighth);
    }
    if (const std::int64_t factor = side / largest_side; factor > 1) x = at::avg_pool2d(x, factor);
    return (x.to(at::kFloat) + 1) * 127.5;
  }

  models::Generator& generator_;
  FeatureExtractor& perceptual_;
  PathOptions options_;
  at::Tensor distances_;
};

}  // namespace

SampledPaths sample_paths(models::Generator& generator, FeatureExtractor& perceptual, const PathOptions& options,
                          std::int64_t count, const Json& identity, const BatchOptions& batches) {
  const Json all{{"generator", identity},
                 {"seed", options.sampling.seed},
                 {"psi", options.sampling.psi},
                 {"noise", options.sampling.noise_mode},
                 {"labels", label_choice(generator.spec(), options.sampling)},
                 {"extractor", perceptual.sha256()},
                 {"in_w", options.in_w},
                 {"at_end", options.at_end},
                 {"centre", options.centre},
                 {"epsilon", options.epsilon}};
  PathJob job(generator, perceptual, options, count);
  SampledPaths sampled;
  sampled.state = run_batches(job, count, all, batches);
  sampled.distances = job.finish(batches.ranks);
  return sampled;
}

}  // namespace ganvas::metrics
