#pragma once
// How the face network of face-FID is trained: by the program itself, on the faces that it draws.

#include <filesystem>
#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "core/json.h"
#include "metrics/faces/face_network.h"

namespace ganvas::metrics {

/// assets/face-network.json. Pictures are blurred, shifted and made noisy by chance, so that the network also reads
/// the soft pictures of generators.
struct FaceRecipe {
  std::uint64_t seed = 0;       ///< of weights and chances
  std::uint64_t data_seed = 7;  ///< of the faces; those of another seed are held out
  std::int64_t pictures = 20000;
  std::int64_t steps = 2500;
  std::int64_t batch = 64;
  double lr = 2e-3;         ///< Adam's at the start; falls to 0 along half a cosine
  double value_weight = 4;  ///< of the squared errors of continuous factors beside the cross-entropies
};
FaceRecipe load_face_recipe(const std::filesystem::path& path);

/// How well a factor is read on held-out faces: share of right answers, or R^2 of a continuous one.
struct FactorSkill {
  std::string factor;
  double sharp = 0;    ///< on faces as they are drawn
  double blurred = 0;  ///< on faces of half the resolution
};
std::vector<FactorSkill> factor_skills(FaceNetworkImpl& network, std::int64_t pictures);

struct FaceProgress {
  std::int64_t step = 0, steps = 0;
  double loss = 0;
};

/// Trains and writes `out` (a model file with the recipe and skills in its metadata). Every 250 steps a checkpoint is
/// kept beside it, from which the same call goes on, to the same weights; it goes when the network is whole. `progress`
/// may stop by returning false: the result is then false.
bool train_face_network(const FaceRecipe& recipe, const std::filesystem::path& out,
                        const std::function<bool(const FaceProgress&)>& progress);

}  // namespace ganvas::metrics
