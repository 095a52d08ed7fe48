#include "metrics/faces/face_training.h"

#include <torch/optim/optimizer.h>

#include <ATen/CPUGeneratorImpl.h>

#include <cmath>
#include <numbers>

#include "core/error.h"
#include "data/faces.h"
#include "io/safetensors.h"
#include "optim/optimizers.h"

namespace ganvas::metrics {

namespace {

constexpr std::int64_t keep_every = 250;
constexpr std::uint64_t held_out_seed = 999'983;

struct FaceSet {
  at::Tensor pictures;  // [N, 3, 64, 64] uint8
  at::Tensor labels;    // [N, face_label_size()] float
};

FaceSet draw_faces(std::uint64_t seed, std::int64_t count) {
  constexpr int side = static_cast<int>(FaceNetworkImpl::side);
  FaceSet set{at::empty({count, side, side, 3}, at::kByte), at::empty({count, data::face_label_size()})};
  for (std::int64_t i = 0; i < count; ++i) {
    const data::FaceFactors face = data::sample_face(seed, static_cast<std::uint64_t>(i));
    const Image image = data::draw_face(face, side, 3);
    std::copy(image.pixels.begin(), image.pixels.end(), set.pictures[i].data_ptr<std::uint8_t>());
    const std::vector<float> label = data::face_label(face);
    std::copy(label.begin(), label.end(), set.labels[i].data_ptr<float>());
  }
  set.pictures = set.pictures.permute({0, 3, 1, 2}).contiguous();
  return set;
}

at::Tensor at_half_resolution(const at::Tensor& x) {
  return at::upsample_bilinear2d(at::avg_pool2d(x, {2, 2}), x.sizes().slice(2), false);
}

/// x in -1..1, degraded by chance.
at::Tensor degraded(at::Tensor x, at::Generator& random) {
  const auto uniform = [&](double low, double high) {
    return at::rand({x.size(0), 1, 1, 1}, random, at::kFloat) * (high - low) + low;
  };
  const auto choice = uniform(0, 1);
  const at::Tensor soft = at::avg_pool2d(at::replication_pad2d(x, {1, 1, 1, 1}), {3, 3}, {1, 1});
  x = at::where(choice < 0.3, at_half_resolution(x), at::where(choice < 0.6, at::lerp(x, soft, uniform(0.3, 1)), x));
  x = x * uniform(0.85, 1.15) + uniform(-0.08, 0.08);
  x = x + at::randn(x.sizes(), random, at::kFloat) * uniform(0, 0.12);
  const at::Tensor shift = at::randint(0, 5, {2}, random, at::kLong);
  const at::Tensor padded = at::replication_pad2d(x, {2, 2, 2, 2});
  return padded.narrow(2, shift[0].item<std::int64_t>(), x.size(2)).narrow(3, shift[1].item<std::int64_t>(), x.size(3));
}

at::Tensor loss_of(const at::Tensor& answers, const at::Tensor& labels, double value_weight) {
  at::Tensor loss = at::zeros({});
  std::int64_t first = 0;
  for (const data::FaceFactor& factor : data::face_factors()) {
    const at::Tensor answer = answers.narrow(1, first, factor.width()), label = labels.narrow(1, first, factor.width());
    loss = loss + (factor.categorical() ? at::cross_entropy_loss(answer, label.argmax(1))
                                        : value_weight * (answer - label).square().mean());
    first += factor.width();
  }
  return loss;
}

std::vector<double> skills_on(FaceNetworkImpl& network, const at::Tensor& x, const at::Tensor& labels) {
  const at::NoGradGuard no_grad;
  std::vector<at::Tensor> parts;
  for (const at::Tensor& part : x.split(250)) parts.push_back(network.factors(network.features(part)));
  const at::Tensor answers = at::cat(parts);
  std::vector<double> skills;
  std::int64_t first = 0;
  for (const data::FaceFactor& factor : data::face_factors()) {
    const at::Tensor answer = answers.narrow(1, first, factor.width()), label = labels.narrow(1, first, factor.width());
    if (factor.categorical()) {
      skills.push_back(answer.argmax(1).eq(label.argmax(1)).to(at::kDouble).mean().item<double>());
    } else {
      const at::Tensor rest = (answer - label).square().mean(), all = label.var(false);
      skills.push_back(1 - (rest / all).item<double>());
    }
    first += factor.width();
  }
  return skills;
}

std::filesystem::path checkpoint_of(std::filesystem::path out) {
  return out += ".checkpoint";
}

/// The state of an unfinished training; returns the steps done.
std::int64_t go_on(FaceNetwork& network, torch::optim::Optimizer& optimizer, const std::filesystem::path& path,
                   const Json& recipe) {
  if (!std::filesystem::exists(path)) return 0;
  const io::WeightSet kept = io::read_safetensors(path);
  require(kept.metadata.value("recipe", "") == recipe.dump(),
          "{} is of another recipe; remove it to begin anew, or go on with its own.", path.string());
  const at::NoGradGuard no_grad;
  for (const auto& parameter : network->named_parameters()) parameter.value().copy_(kept.at("n." + parameter.key()));
  for (const auto& buffer : network->named_buffers()) buffer.value().copy_(kept.at("n." + buffer.key()));
  optim::restore_state(optimizer, *network, "o.", kept);
  return std::stoll(kept.metadata.at("step").get<std::string>());
}

void keep(FaceNetwork& network, const torch::optim::Optimizer& optimizer, const std::filesystem::path& path,
          const Json& recipe, std::int64_t step) {
  io::WeightSet kept;
  const io::WeightSet weights = face_network_file(*network);
  for (const auto& [name, tensor] : weights.items()) kept.set("n." + name, tensor);
  optim::append_state(optimizer, *network, "o.", kept);
  kept.metadata = {{"recipe", recipe.dump()}, {"step", std::to_string(step)}};
  io::write_safetensors(path, kept);
}

Json to_json(const FaceRecipe& r) {
  return {{"seed", r.seed},
          {"data_seed", r.data_seed},
          {"pictures", r.pictures},
          {"steps", r.steps},
          {"batch", r.batch},
          {"lr", r.lr},
          {"value_weight", r.value_weight}};
}

}  // namespace

FaceRecipe load_face_recipe(const std::filesystem::path& path) {
  const Json json = read_json(path);
  require_known_keys(json, {"title", "notes", "seed", "data_seed", "pictures", "steps", "batch", "lr", "value_weight"},
                     path.string());
  FaceRecipe r;
  r.seed = get_or(json, "seed", r.seed);
  r.data_seed = get_or(json, "data_seed", r.data_seed);
  r.pictures = get_or(json, "pictures", r.pictures);
  r.steps = get_or(json, "steps", r.steps);
  r.batch = get_or(json, "batch", r.batch);
  r.lr = get_or(json, "lr", r.lr);
  r.value_weight = get_or(json, "value_weight", r.value_weight);
  require(r.pictures >= 1 && r.pictures <= 1'000'000 && r.steps >= 1 && r.batch >= 2 && r.lr > 0 && r.value_weight >= 0,
          "{} has a number that cannot be used.", path.string());
  require(r.data_seed != held_out_seed, "The faces of seed {} are held out; choose another.", held_out_seed);
  return r;
}

std::vector<FactorSkill> factor_skills(FaceNetworkImpl& network, std::int64_t pictures) {
  const bool training = network.is_training();
  network.eval();
  const FaceSet held_out = draw_faces(held_out_seed, pictures);
  const at::Tensor x = face_network_input(held_out.pictures);
  const std::vector<double> sharp = skills_on(network, x, held_out.labels);
  const std::vector<double> blurred = skills_on(network, at_half_resolution(x), held_out.labels);
  std::vector<FactorSkill> skills;
  for (std::size_t i = 0; i < sharp.size(); ++i)
    skills.push_back({std::string(data::face_factors()[i].name), sharp[i], blurred[i]});
  network.train(training);
  return skills;
}

bool train_face_network(const FaceRecipe& recipe, const std::filesystem::path& out,
                        const std::function<bool(const FaceProgress&)>& progress) {
  const Json as_json = to_json(recipe);
  FaceNetwork network(recipe.seed);
  optim::OptimizerSpec adam{.kind = "adam", .lr = recipe.lr, .beta1 = 0.9, .beta2 = 0.999};
  const auto optimizer = optim::make_optimizer(adam, *network);
  const std::filesystem::path checkpoint = checkpoint_of(out);
  std::int64_t step = go_on(network, *optimizer, checkpoint, as_json);
  const FaceSet faces = draw_faces(recipe.data_seed, recipe.pictures);
  network->train();
  for (; step < recipe.steps; ++step) {
    // All chances of a step come from its number, so there is no stream to keep.
    at::Generator random = at::make_generator<at::CPUGeneratorImpl>(recipe.seed + static_cast<std::uint64_t>(step) + 1);
    const at::Tensor chosen = at::randint(0, recipe.pictures, {recipe.batch}, random, at::kLong);
    adam.lr = recipe.lr * 0.5 *
              (1 + std::cos(std::numbers::pi * static_cast<double>(step) / static_cast<double>(recipe.steps)));
    optim::set_rates(*optimizer, adam);
    const at::Tensor x = degraded(face_network_input(faces.pictures.index_select(0, chosen)), random);
    const at::Tensor loss =
        loss_of(network->factors(network->features(x)), faces.labels.index_select(0, chosen), recipe.value_weight);
    optimizer->zero_grad();
    loss.backward();
    optim::take_step(*optimizer);
    if ((step + 1) % keep_every == 0) keep(network, *optimizer, checkpoint, as_json, step + 1);
    if (!progress({step + 1, recipe.steps, loss.item<double>()})) {
      keep(network, *optimizer, checkpoint, as_json, step + 1);
      return false;
    }
  }
  network->eval();
  io::WeightSet file = face_network_file(*network);
  Json skills = Json::object();
  for (const FactorSkill& skill : factor_skills(*network, 2000))
    skills[skill.factor] = {{"sharp", skill.sharp}, {"blurred", skill.blurred}};
  file.metadata["recipe"] = as_json.dump();
  file.metadata["skills"] = skills.dump();
  io::write_safetensors(out, file);
  std::error_code none;
  std::filesystem::remove(checkpoint, none);
  return true;
}

}  // namespace ganvas::metrics
