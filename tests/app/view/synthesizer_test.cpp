#include "app/view/synthesizer.h"

#include <gtest/gtest.h>

#include <set>

#include "app/open/open_model.h"
#include "app/render/device.h"
#include "app/render/renderer.h"
#include "app/support.h"
#include "core/error.h"
#include "core/hash.h"
#include "latent/latent.h"

namespace ganvas::app {
namespace {

using test::eventually;
using test::Folder;
using test::small_spec;
using test::write_model;

std::string hash_of(const at::Tensor& grid) {
  return sha256_of(grid.data_ptr(), static_cast<std::size_t>(grid.numel()));
}

std::string hash_of(const Frame& frame) {
  return sha256_of(frame.pixels.data, frame.pixels.stride * static_cast<std::size_t>(frame.pixels.height));
}

class Synthesizing : public testing::Test {
 protected:
  Folder folder;
  Synthesizer synthesizer{"cpu"};
  FramePtr frame;
  std::vector<SynthesizerEvent> events;

  Synthesizing() { use_torch_threads(1); }

  void open(const std::string& path, std::uint64_t model) {
    synthesizer.show_model(std::make_shared<OpenedModel>(open_model(path)), model);
  }

  bool wait_for(const std::function<bool(const Frame&)>& wanted) {
    return eventually([&] {
      if (FramePtr newer = synthesizer.take_frame()) frame = newer;
      for (auto& event : synthesizer.take_events()) events.push_back(std::move(event));
      return frame && wanted(*frame);
    });
  }
  template <typename Event>
  bool wait_for_event(Event& found) {
    return eventually([&] {
      for (auto& event : synthesizer.take_events()) events.push_back(std::move(event));
      for (const auto& event : events) {
        if (const auto* wanted = std::get_if<Event>(&event)) {
          found = *wanted;
          return true;
        }
      }
      return false;
    });
  }
};

/// Weights number `version` of a run, unlike those of all other numbers.
train::SnapshotPtr snapshot_number(std::uint64_t version, int z_dim = 16) {
  const models::NetworkSpec spec = small_spec(z_dim);
  auto snapshot = std::make_shared<train::Snapshot>();
  snapshot->version = version;
  snapshot->step = static_cast<std::int64_t>(10 * version);
  snapshot->spec = spec;
  snapshot->weights = models::weights_of(*models::make_generator(spec, at::kCPU, version));
  return snapshot;
}

TEST_F(Synthesizing, EveryFrameIsExactlyOneOfAThousandSnapshots) {
  const LatentRequest request{.number = 1, .latent = {.seed_x = 0.5}, .columns = 2, .rows = 1, .training = true};
  synthesizer.request(request);
  Renderer direct(small_spec(), at::kCPU);
  std::set<std::string> hashes;
  for (std::uint64_t version = 1; version <= 1000; ++version) {
    const train::SnapshotPtr snapshot = snapshot_number(version);
    direct.load(*snapshot);
    const std::string expected = hash_of(direct.render(grid_job(request.latent, 2, 1, small_spec())));
    synthesizer.show_snapshot(snapshot, 7);
    ASSERT_TRUE(wait_for([&](const Frame& f) { return f.version == version; })) << version;
    ASSERT_EQ(hash_of(*frame), expected) << version;
    ASSERT_EQ(frame->step, static_cast<std::int64_t>(10 * version));
    ASSERT_EQ(frame->model, 7u);
    hashes.insert(expected);
  }
  EXPECT_EQ(hashes.size(), 1000u) << "each snapshot has its own picture";
}

TEST_F(Synthesizing, FramesSaySnapshotAndRequestTheyShowAlsoWhenBothRace) {
  Renderer direct(small_spec(), at::kCPU);
  std::map<std::uint64_t, train::SnapshotPtr> snapshots;
  const auto request_number = [](std::uint64_t number) {
    return LatentRequest{.number = number, .latent = {.seed_x = static_cast<double>(number)}, .training = true};
  };
  for (std::uint64_t i = 1; i <= 200; ++i) {
    snapshots[i] = snapshot_number(i);
    synthesizer.show_snapshot(snapshots[i], 1);
    synthesizer.request(request_number(i));
    if (FramePtr newer = synthesizer.take_frame()) {
      frame = newer;  // it may be the last
      direct.load(*snapshots.at(newer->version));
      const auto job = grid_job(request_number(newer->request).latent, 1, 1, small_spec());
      ASSERT_EQ(hash_of(*newer), hash_of(direct.render(job))) << newer->version << " " << newer->request;
    }
  }
  EXPECT_TRUE(wait_for([](const Frame& f) { return f.request == 200 && f.version == 200; })) << "the latest wins";
}

TEST_F(Synthesizing, TheSameRequestGivesTheSameBytes) {
  write_model(folder / "m.safetensors", 1);
  open(folder / "m.safetensors", 1);
  std::string first;
  for (std::uint64_t number = 1; number <= 6; ++number) {
    synthesizer.request({.number = number, .latent = {.seed_x = 0.3}, .columns = 5, .rows = 5});
    ASSERT_TRUE(wait_for([&](const Frame& f) { return f.request == number; }));
    EXPECT_EQ(frame->pixels.width, 5 * 32);
    EXPECT_EQ(frame->columns * frame->rows, 25);
    if (number == 1) first = hash_of(*frame);
    EXPECT_EQ(hash_of(*frame), first);
    EXPECT_EQ(hash_of(*frame), sha256_of(host_image(*frame)->pixels.data(), host_image(*frame)->pixels.size()));
  }
}

TEST_F(Synthesizing, SwitchesBetweenFilesOfDifferentLatentSize) {
  write_model(folder / "a.safetensors", 1, 16);
  write_model(folder / "b.safetensors", 2, 24);
  synthesizer.request({.number = 1});
  open(folder / "a.safetensors", 1);
  ASSERT_TRUE(wait_for([](const Frame& f) { return f.model == 1; }));
  open(folder / "b.safetensors", 2);
  ASSERT_TRUE(wait_for([](const Frame& f) { return f.model == 2; }));
  std::vector<int> dims;
  for (const auto& event : events) {
    if (const auto* ready = std::get_if<ModelReady>(&event)) dims.push_back(ready->z_dim);
  }
  EXPECT_EQ(dims, (std::vector<int>{16, 24}));
}

TEST_F(Synthesizing, ARequestThatDoesNotFitKeepsThePicture) {
  write_model(folder / "a.safetensors", 1);
  synthesizer.request({.number = 1});
  open(folder / "a.safetensors", 1);
  ASSERT_TRUE(wait_for([](const Frame& f) { return f.model == 1; }));
  const std::string before = hash_of(*frame);
  synthesizer.request({.number = 2, .columns = 0, .rows = 0});
  SynthesisFailed failed;
  ASSERT_TRUE(wait_for_event(failed));
  EXPECT_NE(failed.text, "");
  synthesizer.request({.number = 3});
  ASSERT_TRUE(wait_for([](const Frame& f) { return f.request == 3; }));
  EXPECT_EQ(hash_of(*frame), before);
}

TEST_F(Synthesizing, TheFileAndTheModelInTrainingAreOneSwitchApart) {
  write_model(folder / "a.safetensors", 1);
  open(folder / "a.safetensors", 1);
  synthesizer.show_snapshot(snapshot_number(5, 24), 9);
  synthesizer.request({.number = 1, .training = true});
  ASSERT_TRUE(wait_for([](const Frame& f) { return f.request == 1 && f.model == 9 && f.version == 5; }));
  synthesizer.request({.number = 2, .training = false});
  ASSERT_TRUE(wait_for([](const Frame& f) { return f.request == 2; }));
  EXPECT_EQ(frame->model, 1u);
  EXPECT_EQ(frame->version, 0u);
}

TEST_F(Synthesizing, TheWeightsInTrainingAreShownWhereTheSnapshotHasThem) {
  const auto beside = std::make_shared<train::Snapshot>(*snapshot_number(6));
  beside->in_training = snapshot_number(60)->weights;
  Renderer direct(small_spec(), at::kCPU);
  const auto drawn = [&](const io::WeightSet& weights) {
    direct.load(weights);
    return hash_of(direct.render(grid_job({}, 1, 1, small_spec())));
  };
  const auto shown = [&](std::uint64_t version, std::uint64_t number) {
    EXPECT_TRUE(wait_for([&](const Frame& f) { return f.version == version && f.request == number; })) << version;
    return hash_of(*frame);
  };
  synthesizer.show_snapshot(snapshot_number(5), 1);
  synthesizer.request({.number = 1, .training = true, .in_training = true});
  EXPECT_EQ(shown(5, 1), drawn(snapshot_number(5)->weights)) << "it has none yet";
  EXPECT_FALSE(frame->in_training);
  synthesizer.show_snapshot(beside, 1);
  EXPECT_EQ(shown(6, 1), drawn(beside->in_training));
  EXPECT_TRUE(frame->in_training);
  synthesizer.request({.number = 2, .training = true});
  EXPECT_EQ(shown(6, 2), drawn(beside->weights));
  synthesizer.request({.number = 3, .training = true, .in_training = true});
  EXPECT_EQ(shown(6, 3), drawn(beside->in_training)) << "without a new snapshot";
  synthesizer.show_snapshot(snapshot_number(7), 1);
  EXPECT_EQ(shown(7, 3), drawn(snapshot_number(7)->weights)) << "never those of an older step";
}

TEST_F(Synthesizing, ACoarseFrameIsFollowedByTheExactOneOfItsRequest) {
  models::NetworkSpec spec;
  spec.family = "stylegan2";
  spec.resolution = 64;
  spec.z_dim = spec.w_dim = 8;
  spec.extra["channels"] = {8, 8, 8, 8, 4};
  auto opened = std::make_shared<OpenedModel>();
  opened->generator = models::make_generator(spec, at::kCPU, 3);
  Renderer direct(models::make_generator(spec, at::kCPU, 3), at::kCPU);
  synthesizer.show_model(opened, 1);
  synthesizer.request({.number = 1, .most_ms = 1e-3});
  ASSERT_TRUE(wait_for([](const Frame& f) { return f.request == 1 && f.coarse == 0; }));
  bool coarse = false;
  for (std::uint64_t number = 2; number <= 20; ++number) {
    const LatentRequest request{
        .number = number, .latent = {.seed_x = static_cast<double>(number)}, .columns = 2, .most_ms = 1e-3};
    synthesizer.request(request);
    ASSERT_TRUE(wait_for([&](const Frame& f) {
      coarse = coarse || f.coarse > 0;
      EXPECT_TRUE(f.coarse == 0 || f.coarse == 32);
      return f.request == number && f.coarse == 0;
    }));
    EXPECT_EQ(hash_of(*frame), hash_of(direct.render(grid_job(request.latent, 2, 1, spec))));
  }
  EXPECT_TRUE(coarse);
  synthesizer.request({.number = 21, .latent = {.seed_x = 50}});
  ASSERT_TRUE(wait_for([&](const Frame& f) {
    EXPECT_TRUE(f.request < 21 || f.coarse == 0) << "nobody has asked for coarse ones";
    return f.request == 21;
  }));
}

TEST(Devices, UnknownNamesAreRefused) {
  EXPECT_EQ(resolve_device("cpu"), at::Device(at::kCPU));
  EXPECT_THROW(resolve_device("tpu"), Error);
  EXPECT_THROW(resolve_device("cuda:x"), Error);
}

TEST(Rendering, RefusesLatentsThatDoNotFit) {
  Renderer renderer(small_spec(), at::kCPU);
  EXPECT_THROW(renderer.render({.latents = std::vector<float>(17)}), Error);
  EXPECT_THROW(renderer.render(RenderJob{}), Error);
}

TEST(Rendering, PsiZeroIsTheSamePictureForAllSeeds) {
  Renderer renderer(small_spec(), at::kCPU);
  const auto picture = [&](double x) {
    return hash_of(renderer.render(grid_job({.seed_x = x, .psi = 0}, 1, 1, small_spec())));
  };
  EXPECT_EQ(picture(1), picture(2));
}

}  // namespace
}  // namespace ganvas::app
