#include "app/search/direction_finder.h"

#include <ATen/CPUGeneratorImpl.h>

#include <functional>
#include <memory>
#include <numeric>

#include "app/style_app.h"
#include "app/view/on_screen.h"
#include "train/step/snapshot.h"

namespace ganvas::test {
namespace {

/// A finder beside a model in training whose weights a test publishes.
struct Following {
  app::Synthesizer synthesizer{"cpu"};
  app::Notices notices;
  app::ModelReady model{.training = true};
  std::shared_ptr<app::Frame> frame = std::make_shared<app::Frame>();
  app::OnScreen on_screen{.model = [this] { return &model; }, .frame = [this] { return frame; }};
  app::DirectionFinder finder{synthesizer, on_screen, notices};
  app::Services services;

  Following() { finder.serve(services); }

  void publish(const models::Generator& generator, std::uint64_t version, std::uint64_t run) {
    const auto snapshot = train::snapshot_of(generator, nullptr, std::nullopt);
    snapshot->version = version;
    synthesizer.show_snapshot(snapshot, run);
    frame->version = version;
  }
  bool until(const std::function<bool()>& holds) {
    return eventually([&] {
      finder.tick(0);
      return holds();
    });
  }
};

TEST(DirectionFinder, DirectionsInUseFollowTheWeights) {
  Following all;
  app::DirectionFinder& finder = all.finder;
  const models::GeneratorPtr generator = models::make_generator(style_spec(), at::kCPU, 1);
  all.publish(*generator, 1, 1);
  all.services.call(app::command::FindDirections{"sefa"}, app::AppState{});
  ASSERT_TRUE(all.until([&] { return !finder.view().busy; }));
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
    all.publish(*generator, version, 1);
    finder.tick(1.0);
    EXPECT_EQ(finder.present({used})[0].direction, newest) << "not so soon";
    finder.tick(5.0);
    EXPECT_FALSE(finder.view().busy) << "nobody asked for it";
    ASSERT_TRUE(all.until([&] { return finder.present({used})[0].direction != newest; }));
    const latent::StyleMove now = finder.present({used, other})[0];
    EXPECT_EQ(now.direction, finder.view().found[1].direction);
    EXPECT_EQ(now.name, "mine");
    EXPECT_EQ(now.strength, 2);
    EXPECT_EQ(finder.present({used, other})[1], other);
    EXPECT_GT(std::inner_product(newest.begin(), newest.end(), now.direction.begin(), 0.0), 0.8);
    newest = now.direction;
  }
  EXPECT_TRUE(all.notices.errors().empty());
}

/// A search that fails, because another kind of model trains by then, is said, and the next one follows again.
TEST(DirectionFinder, GoesOnFollowingAfterASearchThatFailed) {
  Following all;
  app::DirectionFinder& finder = all.finder;
  const auto publish = [&](const models::NetworkSpec& spec, std::uint64_t version) {
    all.publish(*models::make_generator(spec, at::kCPU, version), version, version);
  };
  publish(style_spec(), 1);
  all.services.call(app::command::FindDirections{"pca"}, app::AppState{});
  ASSERT_TRUE(all.until([&] { return !finder.view().busy; }));
  const std::vector<latent::StyleMove> first = finder.view().found;
  publish(small_spec(), 2);  // without styles
  finder.tick(10);
  ASSERT_TRUE(all.until([&] { return !all.notices.errors().empty(); }));
  EXPECT_EQ(finder.view().found, first);
  publish(style_spec(), 3);
  finder.tick(10);
  EXPECT_TRUE(all.until([&] { return finder.view().found != first; }));
  EXPECT_EQ(all.notices.errors().size(), 1U);
}

}  // namespace
}  // namespace ganvas::test
