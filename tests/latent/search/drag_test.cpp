#include "latent/search/drag.h"

#include <ATen/CPUGeneratorImpl.h>
#include <gtest/gtest.h>

#include "core/error.h"
#include "core/files.h"
#include "core/random.h"
#include "data/faces.h"
#include "io/reading.h"
#include "io/safetensors.h"
#include "latent/search/projection.h"

namespace ganvas::latent {
namespace {

models::GeneratorPtr starter() {
  const io::WeightSet weights = io::read_safetensors(asset("models/starter.safetensors"));
  return models::generator_of(models::recognise(weights), weights, at::kCPU);
}

at::Tensor styles_of_seed(models::Generator& generator, std::uint64_t seed) {
  const at::NoGradGuard no_grad;
  std::vector<float> z = latent_from_seed(seed, static_cast<std::size_t>(generator.spec().z_dim));
  return generator.map(at::tensor(z).view({1, -1}), {}, {});
}

struct Place {
  double x = 0, y = 0;
};

constexpr int radius = 5;  // of a patch, pixels

/// The pixel within the rectangle around which the picture [1, 3, R, R] changes the most.
Place liveliest(const at::Tensor& picture, int left, int top, int right, int bottom) {
  const at::Tensor grey = picture.mean(1, true);
  const at::Tensor dx = at::zeros_like(grey), dy = at::zeros_like(grey);
  dx.slice(3, 1).copy_(grey.diff(1, 3).square());
  dy.slice(2, 1).copy_(grey.diff(1, 2).square());
  const at::Tensor energy =
      at::avg_pool2d(at::minimum(at::avg_pool2d(dx, 3, 1, 1), at::avg_pool2d(dy, 3, 1, 1)), 5, 1, 2)[0][0];
  const at::Tensor part = energy.slice(0, top, bottom).slice(1, left, right).contiguous();
  const auto best = part.argmax().item<std::int64_t>();
  return {static_cast<double>(left + best % part.size(1)), static_cast<double>(top + best / part.size(1))};
}

/// Where in `picture` the patch around `from` of `before` is found again, by the normalised correlation of its colours.
Place matched(const at::Tensor& before, Place from, const at::Tensor& picture, int search) {
  const auto patch = [](const at::Tensor& p, std::int64_t x, std::int64_t y) {
    const at::Tensor values = p[0].slice(1, y - radius, y + radius + 1).slice(2, x - radius, x + radius + 1).flatten(1);
    const at::Tensor centred = (values - values.mean(1, true)).flatten();
    return centred / centred.norm().clamp_min(1e-6);
  };
  const auto x0 = static_cast<std::int64_t>(from.x), y0 = static_cast<std::int64_t>(from.y);
  const at::Tensor wanted = patch(before, x0, y0);
  Place best;
  double most = -2;
  for (std::int64_t y = y0 - search; y <= y0 + search; ++y) {
    for (std::int64_t x = x0 - search; x <= x0 + search; ++x) {
      if (x < radius || y < radius || x >= picture.size(3) - radius || y >= picture.size(2) - radius) continue;
      const double alike = patch(picture, x, y).dot(wanted).item<double>();
      if (alike > most) {
        most = alike;
        best = {static_cast<double>(x), static_cast<double>(y)};
      }
    }
  }
  return best;
}

/// Bytes of a drawn face as the network would have made it, [1, 3, 64, 64].
at::Tensor tensor_of(const Image& face) {
  const at::Tensor bytes =
      at::from_blob(const_cast<std::uint8_t*>(face.pixels.data()), {1, face.height, face.width, 3}, at::kByte);
  return ((bytes.permute({0, 3, 1, 2}).to(at::kFloat) - 127.5) / 127.5).contiguous();
}

/// A drawn face, and where one of its points lies when its head leans to the other side.
struct Case {
  at::Tensor picture;  // [1, 3, 64, 64]
  DragPoint point;
};

Case case_of(std::uint64_t index) {
  data::FaceFactors face = data::sample_face(4711, index);
  face.tilt = index % 2 == 0 ? 0.1 : 0.9;
  const at::Tensor picture = tensor_of(data::draw_face(face, 64));
  face.tilt = 1 - face.tilt;
  const at::Tensor other = tensor_of(data::draw_face(face, 64));
  const bool left = index % 4 < 2;  // by the eye on this side
  const Place from = liveliest(picture, left ? 18 : 34, 26, left ? 30 : 46, 42);
  const Place goal = matched(picture, from, other, 9);
  return {picture, {from.x, from.y, goal.x, goal.y}};
}

double distance(Place a, Place b) {
  return std::hypot(a.x - b.x, a.y - b.y);
}

// The measure looks at the picture alone, not at the features that the drag follows.
TEST(Drag, BringsEyesWhereTheyLieWhenTheHeadLeansTheOtherWay) {
  const models::GeneratorPtr generator = starter();
  std::vector<Case> cases;
  std::vector<at::Tensor> pictures;
  for (std::uint64_t i = 0; i < 10; ++i) {
    cases.push_back(case_of(i));
    pictures.push_back(cases.back().picture);
  }
  Projection projection(generator, at::cat(pictures), pyramid_features(), {.steps = 150, .samples = 256});
  while (projection.step()) {
  }
  int arrived = 0;
  for (std::int64_t i = 0; i < 10; ++i) {
    const DragPoint& point = cases[static_cast<std::size_t>(i)].point;
    const Place from{point.x, point.y}, goal{point.goal_x, point.goal_y};
    EXPECT_GT(distance(from, goal), 3) << "it has to move";
    Drag drag(generator, projection.styles().narrow(0, i, 1), {point}, {}, {});
    while (drag.step()) {
    }
    const Place found = matched(projection.pictures().narrow(0, i, 1), from, drag.picture(), 7);
    arrived += distance(found, goal) <= 2 ? 1 : 0;
  }
  EXPECT_GE(arrived, 8);
  RecordProperty("arrived", arrived);
}

TEST(Drag, LeavesWhatTheMaskKeepsStill) {
  const models::GeneratorPtr generator = starter();
  const at::Tensor base = styles_of_seed(*generator, 300);
  at::Tensor mask = at::zeros({64, 64});
  mask.slice(0, 24, 46).slice(1, 14, 34).fill_(1);
  const auto changed = [&](const at::Tensor& kept) {
    Drag drag(generator, base, {{25, 35, 28, 34}}, kept, {.steps = 40});
    const at::NoGradGuard no_grad;
    const at::Tensor before = generator->synthesize(base, {});
    while (drag.step()) {
    }
    return ((drag.picture() - before).abs() * (1 - mask)).mean().item<double>();
  };
  EXPECT_LT(changed(mask), 0.7 * changed({}));
}

TEST(Drag, MovesTheBaseUnderMixingAndEndsWhenAsked) {
  const models::GeneratorPtr generator = starter();
  const at::Tensor base = styles_of_seed(*generator, 301);
  const at::Tensor offset = at::full_like(base, 0.1);
  int asked = 0;
  bool over = false;
  DragOptions options;
  options.steps = 3;
  options.styles_of = [&](const at::Tensor& b) { return b + offset; };
  options.cancelled = [&] {
    ++asked;
    return over;
  };
  Drag drag(generator, base, {{25, 35, 30, 35}}, {}, options);
  EXPECT_TRUE(drag.step());
  EXPECT_FALSE(at::equal(drag.base(), base));
  const at::NoGradGuard no_grad;
  EXPECT_TRUE(at::allclose(generator->synthesize(drag.base() + offset, {}), drag.picture(), 1e-4, 1e-4));
  EXPECT_GT(asked, 20);
  over = true;
  asked = 0;
  EXPECT_THROW(drag.step(), io::Cancelled);
  EXPECT_EQ(asked, 1);
}

TEST(Drag, SaysWhatDoesNotFit) {
  const models::GeneratorPtr generator = starter();
  const at::Tensor base = styles_of_seed(*generator, 301);
  EXPECT_THROW(Drag(generator, base, {}, {}, {}), Error);
  EXPECT_THROW(Drag(generator, base, {{64, 3, 5, 5}}, {}, {}), Error);
  EXPECT_THROW(Drag(generator, base, {{4, 3, 5, -1}}, {}, {}), Error);
  EXPECT_THROW(Drag(generator, base, {{4, 3, 5, 5}}, at::ones({32, 32}), {}), Error);
  EXPECT_THROW(Drag(generator, base, {{4, 3, 5, 5}}, {}, {.layer = "b8.torgb"}), Error);
}

}  // namespace
}  // namespace ganvas::latent
