#include "app/search/direction_finder.h"

#include <ATen/CPUGeneratorImpl.h>

#include <numeric>

#include "app/style_app.h"
#include "app/view/on_screen.h"
#include "train/step/snapshot.h"

namespace ganvas::test {
namespace {

TEST(DirectionFinder, DirectionsInUseFollowTheWeights) {
  app::Synthesizer synthesizer("cpu");
  app::Notices notices;
  app::ModelReady model{.training = true};
  auto frame = std::make_shared<app::Frame>();
  const app::OnScreen on_screen{.model = [&] { return &model; }, .frame = [&] { return frame; }};
  app::DirectionFinder finder(synthesizer, on_screen, notices);
  app::Services services;
  finder.serve(services);
  const models::GeneratorPtr generator = models::make_generator(style_spec(), at::kCPU, 1);
  const auto publish = [&](std::uint64_t version) {
    const auto snapshot = train::snapshot_of(*generator, std::nullopt);
    snapshot->version = version;
    synthesizer.show_snapshot(snapshot, 1);
    frame->version = version;
  };
  publish(1);
  services.call(app::command::FindDirections{"sefa"}, app::AppState{});
  ASSERT_TRUE(eventually([&] {
    finder.tick(0);
    return !finder.view().busy;
  }));
  const std::vector<latent::StyleMove> first = finder.view().found;
  ASSERT_GE(first.size(), 4U);
  EXPECT_EQ(finder.present({first[0]}), std::vector<latent::StyleMove>{first[0]});

  latent::StyleMove used = first[1];
  used.name = "mine";
  used.strength = 2;
  latent::StyleMove other{.name = "other", .direction = std::vector<float>(w_dim, 0.5F)};
  std::vector<float> newest = used.direction;
  for (std::uint64_t version = 2; version < 5; ++version) {
    const at::NoGradGuard no_grad;
    for (at::Tensor& parameter : generator->parameters())
      parameter.add_(at::randn(parameter.sizes(), at::make_generator<at::CPUGeneratorImpl>(version)), 0.02);
    publish(version);
    finder.tick(1.0);
    EXPECT_EQ(finder.present({used})[0].direction, newest) << "not so soon";
    finder.tick(5.0);
    EXPECT_FALSE(finder.view().busy) << "nobody asked for it";
    ASSERT_TRUE(eventually([&] {
      finder.tick(0);
      return finder.present({used})[0].direction != newest;
    }));
    const latent::StyleMove now = finder.present({used, other})[0];
    EXPECT_EQ(now.direction, finder.view().found[1].direction);
    EXPECT_EQ(now.name, "mine");
    EXPECT_EQ(now.strength, 2);
    EXPECT_EQ(finder.present({used, other})[1], other);
    EXPECT_GT(std::inner_product(newest.begin(), newest.end(), now.direction.begin(), 0.0), 0.8);
    newest = now.direction;
  }
  EXPECT_TRUE(notices.errors().empty());
}

}  // namespace
}  // namespace ganvas::test
