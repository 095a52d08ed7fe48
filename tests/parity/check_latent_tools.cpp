// Closed-form and principal directions, interpolation and edits of a StyleGAN2.
#include <gtest/gtest.h>

#include <algorithm>

#include "core/error.h"
#include "io/open/open_model_file.h"
#include "latent/directions/directions.h"
#include "latent/latent.h"
#include "models/layers/style_layers.h"
#include "parity/network_values.h"

namespace ganvas::parity {
namespace {

constexpr double least_cosine = 1 - 1e-5;     // of directions, as the manifest's note says
constexpr double eigenvalue_error = 1e-5;     // relative
constexpr double picture_error = 1e-4;        // relative to the largest value
constexpr double distinct_eigenvalue = 1e-2;  // relative gap below which directions turn freely

/// "folder/file (network)" of the configuration.
models::GeneratorPtr model_of(const Case& subject) {
  const auto text = subject.config.at("model").get<std::string>();
  const auto open = text.find(" (");
  const io::WeightSet weights =
      network_in(reference_folder() / text.substr(0, open), text.substr(open + 2, text.size() - open - 3));
  models::GeneratorPtr g = models::make_generator(models::recognise(weights), at::kCPU);
  models::load_weights(*g, weights);
  g->eval();
  return g;
}

/// Compares eigenvectors, whose signs are free, and turn within a group of like eigenvalues: each expected one must lie
/// in the span of ours of its group.
void compare_directions(const Case& subject, Comparison& comparison, const std::string& key, const at::Tensor& ours,
                        const at::Tensor& values) {
  const at::Tensor& expected = subject.values.at(key);
  const auto value = [&](std::int64_t i) { return values[i].item<double>(); };
  const auto near = [&](std::int64_t i) { return value(i) - value(i + 1) <= distinct_eigenvalue * value(i); };
  at::Tensor projected = at::empty_like(expected);
  for (std::int64_t i = 0; i < expected.size(0); ++i) {
    std::int64_t first = i, last = i;
    while (first > 0 && near(first - 1)) --first;
    while (last + 1 < values.size(0) && near(last)) ++last;
    const at::Tensor group = ours.narrow(0, first, last - first + 1);
    projected[i].copy_(group.t().matmul(group.matmul(expected[i])));
    EXPECT_GT(projected[i].norm().item<double>(), least_cosine) << key << " " << i;
  }
  comparison.compare_within(key, projected, std::sqrt(2 * (1 - least_cosine)));
}

void compare_values(const Case& subject, Comparison& comparison, const std::string& key, const at::Tensor& ours) {
  comparison.compare_within(key, ours, eigenvalue_error * subject.values.at(key).abs().max().item<double>());
}

/// "sefa.all", "sefa.l2_5": all style layers, or a stretch of them.
void check_sefa(const Case& subject, Comparison& comparison, const models::Generator& g) {
  const std::vector<models::StyleLayer> layers = models::style_layers(g);
  const auto names = subject.config.at("layers").get<std::vector<std::string>>();
  ASSERT_EQ(names.size(), layers.size());
  for (std::size_t i = 0; i < names.size(); ++i) EXPECT_EQ(layers[i].name, "synthesis." + names[i]);
  for (const auto& [key, info] : subject.tensors) {
    if (!key.starts_with("sefa.") || !key.ends_with(".layers")) continue;
    const std::string name = key.substr(0, key.size() - 7);
    int first = 0, last = static_cast<int>(layers.size()) - 1;
    if (name != "sefa.all") {
      ASSERT_EQ(std::sscanf(name.c_str(), "sefa.l%d_%d", &first, &last), 2) << name;
    }
    comparison.compare_within(key, at::arange(first, last + 1), 0.5);
    std::vector<at::Tensor> weights;
    for (int i = first; i <= last; ++i) weights.push_back(layers[static_cast<std::size_t>(i)].weight);
    const latent::Directions found = latent::factorised_directions(weights);
    compare_values(subject, comparison, name + ".eigenvalues", found.sizes);
    compare_directions(subject, comparison, name + ".directions", found.vectors, found.sizes);
  }
}

/// The training checkpoint among the cases of rosinality's program.
io::WeightSet rosinality_weights() {
  for (const std::string& name : case_names()) {
    const Case other = load_case(name);
    if (other.kind != "stylegan2_rosinality") continue;
    for (const std::string& file : other.files) {
      const auto networks = io::open_model_file(reference_folder() / file).networks;
      if (std::any_of(networks.begin(), networks.end(), [](const auto& network) { return network.name == "d"; }))
        return network_in(reference_folder() / file, "g_ema");
    }
  }
  fail("No case has a checkpoint of rosinality's program.");
}

/// That program takes all modulations but those to RGB above 4x4, as they are, by a singular value decomposition.
void check_rosinality(const Case& subject, Comparison& comparison) {
  const io::WeightSet file = rosinality_weights();
  const models::GeneratorPtr g = models::make_generator(models::recognise(file), at::kCPU);
  models::load_weights(*g, file);
  std::vector<at::Tensor> weights;
  for (const auto& parameter : g->named_parameters()) {
    const std::string& name = parameter.key();
    if (!name.ends_with(".affine.weight")) continue;
    if (name.find(".torgb.") == std::string::npos || name == "synthesis.b4.torgb.affine.weight")
      weights.push_back(parameter.value().detach());
  }
  const latent::Directions found = latent::factorised_directions(weights, false);
  compare_values(subject, comparison, "rosinality.singular_values", found.sizes.sqrt());
  const at::Tensor& expected = subject.values.at("rosinality.eigvec");  // columns
  at::Tensor projected = at::empty_like(expected);
  for (std::int64_t i = 0; i < expected.size(1); ++i) {
    const at::Tensor own = found.vectors[i], theirs = expected.select(1, i);
    projected.select(1, i).copy_(own * own.dot(theirs));
    const double gap =
        std::min(i > 0 ? (found.sizes[i - 1] / found.sizes[i]).item<double>() - 1 : 1.0,
                 i + 1 < expected.size(1) ? 1 - (found.sizes[i + 1] / found.sizes[i]).item<double>() : 1.0);
    if (gap > distinct_eigenvalue) {
      EXPECT_GT(std::abs(own.dot(theirs).item<double>()), least_cosine) << i;
    } else {
      projected.select(1, i).copy_(theirs);  // turns freely
    }
  }
  comparison.compare_within("rosinality.eigvec", projected, std::sqrt(2 * (1 - least_cosine)));
}

void check_pca_and_edit(const Case& subject, Comparison& comparison, models::Generator& g) {
  const at::Tensor w = g.map(subject.input("pca.z"), {}, {}).select(1, 0);
  comparison.compare_within("pca.w_first8", w.narrow(0, 0, 8), picture_error);
  const latent::PrincipalDirections found = latent::principal_directions(w);
  compare_values(subject, comparison, "pca.mean", found.mean);
  compare_values(subject, comparison, "pca.stdev", found.directions.sizes);
  compare_directions(subject, comparison, "pca.components", found.directions.vectors, found.directions.sizes.square());

  const std::int64_t index = subject.values.at("pca.comp0_sign_index").item<std::int64_t>();
  const at::Tensor first = found.directions.vectors[0];
  comparison.compare_within("pca.comp0_sign_index", first.abs().argmax(), 0.5);
  const at::Tensor component = first[index].item<double>() > 0 ? first : -first;
  at::Tensor styles = g.map(subject.input("pca.z").narrow(0, 0, 1), {}, {}).clone();
  const auto picture_within = [&](const std::string& key) {
    comparison.compare_within(key, g.synthesize(styles, {}), picture_error * subject.tensors.at(key).max_abs);
  };
  picture_within("edit.img_base");
  for (const auto& [key, info] : subject.tensors) {
    int which = 0, sigmas = 0, begin = 0, end = 0;
    if (std::sscanf(key.c_str(), "edit.img_pc%d_plus%dsigma_l%d_%d", &which, &sigmas, &begin, &end) != 4) continue;
    ASSERT_EQ(which, 0) << key;
    styles.narrow(1, begin, end - begin)
        .add_(component.to(at::kFloat) * (sigmas * found.directions.sizes[0].item<double>()));
    picture_within(key);
  }
}

std::vector<float> row(const at::Tensor& rows, std::int64_t i) {
  const at::Tensor one = rows[i].contiguous();
  return {one.const_data_ptr<float>(), one.const_data_ptr<float>() + one.numel()};
}

void check_interpolation(const Case& subject, Comparison& comparison, models::Generator& g) {
  const at::Tensor &z0 = subject.input("interp.z0"), &z1 = subject.input("interp.z1"), &t = subject.input("interp.t");
  const at::Tensor unit0 = z0 / z0.norm(2, {1}, true), unit1 = z1 / z1.norm(2, {1}, true);
  std::vector<at::Tensor> between;
  for (std::int64_t i = 0; i < z0.size(0); ++i)
    between.push_back(at::tensor(latent::slerp(row(unit0, i), row(unit1, i), t[i].item<double>())));
  const at::Tensor slerped = at::stack(between);
  comparison.compare_within("interp.slerp_z", slerped, picture_error);
  const at::Tensor w0 = g.map(z0, {}, {}).select(1, 0), w1 = g.map(z1, {}, {}).select(1, 0);
  comparison.compare_within("interp.w0", w0, picture_error);
  std::vector<at::Tensor> straight;
  for (std::int64_t i = 0; i < z0.size(0); ++i)
    straight.push_back(at::tensor(latent::lerp(row(w0, i), row(w1, i), t[i].item<double>())));
  comparison.compare_within("interp.lerp_w", at::stack(straight), picture_error);
  comparison.compare_within("interp.w_of_slerp", g.map(slerped, {}, {}).select(1, 0), picture_error);
}

}  // namespace

void check_latent_tools(const Case& subject, Comparison& comparison) {
  const at::NoGradGuard no_grad;
  const models::GeneratorPtr g = model_of(subject);
  check_sefa(subject, comparison, *g);
  check_rosinality(subject, comparison);
  check_pca_and_edit(subject, comparison, *g);
  check_interpolation(subject, comparison, *g);
}

}  // namespace ganvas::parity
