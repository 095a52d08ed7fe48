// Coarse pictures, and the exact ones that follow.

#include <gtest/gtest.h>

#include "app/render/renderer.h"
#include "latent/latent.h"

namespace ganvas::app {
namespace {

models::NetworkSpec skip_network() {
  models::NetworkSpec spec;
  spec.family = "stylegan2";
  spec.resolution = 128;
  spec.z_dim = spec.w_dim = 8;
  spec.extra["channels"] = {8, 8, 8, 8, 4, 4};
  return spec;
}

at::Tensor in_haste(Renderer& renderer, const RenderJob& job, Haste& haste) {
  return renderer.render(job, haste);
}

TEST(Haste, MakesCoarsePicturesOfWhatWouldTakeTooLong) {
  Renderer renderer(skip_network(), at::kCPU), patient(skip_network(), at::kCPU);
  for (const int columns : {1, 3, 20}) {  // in two parts at last
    const RenderJob first = grid_job({.seed_x = 1}, columns, 1, renderer.spec());
    const RenderJob second = grid_job({.seed_x = 2}, columns, 1, renderer.spec());
    EXPECT_TRUE(renderer.render(first).equal(patient.render(first)));
    Haste haste{.most_ms = 1e-3};
    const at::Tensor coarse = in_haste(renderer, second, haste);
    EXPECT_EQ(haste.coarse, 32) << "the smallest that shows something";
    EXPECT_GT(haste.left_ms, 0);
    const at::Tensor exact = patient.render(second);
    ASSERT_EQ(coarse.sizes(), exact.sizes());
    EXPECT_FALSE(coarse.equal(exact));
    EXPECT_TRUE(renderer.render(second).equal(exact)) << "goes on where the coarse one ended, to the same bits";
    Haste ample{.most_ms = 1e6};
    EXPECT_TRUE(in_haste(renderer, second, ample).equal(exact));
    EXPECT_EQ(ample.coarse, 0);
  }
}

TEST(Haste, GuessesWhatItHasNotSeenYet) {
  Renderer renderer(skip_network(), at::kCPU), patient(skip_network(), at::kCPU);
  const RenderJob job = grid_job({.seed_x = 1}, 1, 1, renderer.spec());
  Haste haste{.most_ms = 1e-3};
  in_haste(renderer, job, haste);
  EXPECT_EQ(haste.coarse, 32);
  EXPECT_TRUE(renderer.render(job).equal(patient.render(job)));
}

TEST(Haste, IsOvertakenBetweenBlocks) {
  Renderer renderer(skip_network(), at::kCPU), patient(skip_network(), at::kCPU);
  const RenderJob job = grid_job({.seed_x = 1}, 1, 1, renderer.spec());
  renderer.render(job);
  int asked = 0;
  Haste haste{.overtaken = [&] { return ++asked == 3; }};
  EXPECT_FALSE(in_haste(renderer, grid_job({.seed_x = 5}, 1, 1, renderer.spec()), haste).defined());
  EXPECT_EQ(asked, 3);
  EXPECT_TRUE(renderer.render(job).equal(patient.render(job)));
}

TEST(Haste, IsNoneForNetworksThatMakeTheirPictureLast) {
  models::NetworkSpec spec = skip_network();
  spec.extra["g_architecture"] = "resnet";
  Renderer renderer(spec, at::kCPU);
  for (const double seed : {1.0, 2.0}) {
    Haste haste{.most_ms = 1e-3};
    EXPECT_TRUE(in_haste(renderer, grid_job({.seed_x = seed}, 1, 1, spec), haste).defined());
    EXPECT_EQ(haste.coarse, 0);
  }
}

}  // namespace
}  // namespace ganvas::app
