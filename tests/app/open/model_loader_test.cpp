#include "app/open/model_loader.h"

#include <torch/nn/module.h>

#include <gtest/gtest.h>
#include <torch/script.h>

#include <fstream>

#include "app/open/open_model.h"
#include "app/support.h"
#include "core/threads/mailbox.h"

namespace ganvas::app {
namespace {

using test::eventually;
using test::Folder;
using test::write_model;

/// A TorchScript generator of 8x8 pictures from 8 latents, with a sum that no layer is like.
void write_program(const std::string& path) {
  torch::jit::Module program("generator");
  program.register_parameter("weight", at::ones({8, 64}), false);
  program.define(
      "def forward(self, z):\n  return torch.tanh(torch.cumsum(torch.matmul(z, self.weight), 1)).view(-1, 1, 8, 8)\n");
  program.save(path);
}

class Loading : public testing::Test {
 protected:
  struct Arrival {
    std::uint64_t number = 0;
    std::shared_ptr<OpenedModel> model;
  };

  Folder folder;
  std::mutex mutex;
  std::vector<Arrival> arrivals;
  std::unique_ptr<ModelLoader> loader = std::make_unique<ModelLoader>(
      ModelLoaderOptions{.device = "cpu"}, [this](const LoadRequest& request, std::shared_ptr<OpenedModel> model) {
        const std::lock_guard lock(mutex);
        arrivals.push_back({request.model, std::move(model)});
      });

  /// Some 40 MB, so that reading takes a while.
  std::string large_model(std::uint64_t seed) {
    models::NetworkSpec spec = test::small_spec(64);
    spec.resolution = 64;
    spec.extra["channels"] = {768, 512, 256, 128};
    std::string path = folder / ("large" + std::to_string(seed) + ".safetensors");
    io::write_safetensors(path, models::model_file_of(*models::make_generator(spec, at::kCPU, seed)));
    return path;
  }
  std::vector<std::uint64_t> numbers() {
    const std::lock_guard lock(mutex);
    std::vector<std::uint64_t> numbers;
    for (const Arrival& arrival : arrivals) numbers.push_back(arrival.number);
    return numbers;
  }
  bool arrived(std::uint64_t number) {
    return eventually([&] { return !numbers().empty() && numbers().back() == number; });
  }
};

TEST_F(Loading, ProgressGrowsUntilTheModelIsThere) {
  EXPECT_EQ(loader->progress(), 0.0);
  const std::string path = large_model(1);
  loader->open({.path = path, .model = 1});
  double last = 0;
  ASSERT_TRUE(eventually([&] {
    const bool done = !numbers().empty();
    const double now = loader->progress();
    if (!done && now > 0) {
      EXPECT_GE(now, last);
      last = now;
    }
    EXPECT_LE(now, 1.0);
    return done;
  }));
  EXPECT_EQ(arrivals.front().model->generator->spec().z_dim, 64);
  EXPECT_EQ(arrivals.front().model->path, path);
  EXPECT_TRUE(eventually([&] { return loader->progress() == 0.0; })) << "nothing is under way";
}

TEST_F(Loading, TheNewestRequestWins) {
  const std::string first = large_model(1);
  write_model(folder / "small.safetensors", 2);
  std::uint64_t dropped = 0;
  constexpr std::uint64_t kRequests = 50;
  for (std::uint64_t number = 1; number <= kRequests; ++number) {
    const std::uint64_t overtaken =
        loader->open({.path = number < kRequests ? first : folder / "small.safetensors", .model = number});
    EXPECT_TRUE(overtaken == 0 || overtaken == number - 1) << overtaken;
    dropped += overtaken != 0 ? 1 : 0;
  }
  ASSERT_TRUE(arrived(kRequests));
  EXPECT_EQ(numbers().size() + dropped, kRequests) << "each was either delivered or dropped";
  EXPECT_GT(dropped, 40u);
  EXPECT_TRUE(loader->take_failures().empty()) << "nobody hears of dropped ones";
}

TEST_F(Loading, CancelledModelsAreNotDelivered) {
  const std::string path = large_model(1);
  std::uint64_t number = 0;
  for (bool cancelled = false; !cancelled;) {
    loader->open({.path = path, .model = ++number});
    std::this_thread::sleep_for(std::chrono::milliseconds(number % 5));
    cancelled = loader->cancel() == number;
    ASSERT_LT(number, 100u) << "reading is never caught";
  }
  EXPECT_EQ(loader->cancel(), 0u) << "nothing is left to cancel";
  const auto before = numbers();
  write_model(folder / "small.safetensors", 2);
  loader->open({.path = folder / "small.safetensors", .model = number + 1});
  ASSERT_TRUE(arrived(number + 1));
  EXPECT_EQ(numbers().size(), before.size() + 1);
  EXPECT_TRUE(loader->take_failures().empty());
}

TEST_F(Loading, FailuresSayWhichAndWhy) {
  std::ofstream(folder / "notes.txt") << "these are my notes, not a network";
  loader->open({.path = folder / "notes.txt", .model = 4});
  std::vector<LoadFailed> failures;
  ASSERT_TRUE(eventually([&] {
    for (LoadFailed& failure : loader->take_failures()) failures.push_back(std::move(failure));
    return !failures.empty();
  }));
  EXPECT_EQ(failures.front().model, 4u);
  EXPECT_NE(failures.front().text.find("notes.txt"), std::string::npos) << failures.front().text;
  EXPECT_TRUE(numbers().empty());
}

TEST_F(Loading, TheEndDoesNotWaitForTheFile) {
  const std::string path = large_model(1);
  for (int i = 0; i < 20; ++i) {
    ModelLoader other({.device = "cpu"}, [](const LoadRequest&, std::shared_ptr<OpenedModel>) {});
    other.open({.path = path, .model = 1});
    std::this_thread::sleep_for(std::chrono::milliseconds(i));
  }
}

TEST_F(Loading, AProgramThatHasToBeExecutedIsOpenedOnlyOnRequest) {
  write_program(folder / "program.pt");
  loader->open({.path = folder / "program.pt", .model = 1});
  std::vector<LoadFailed> failures;
  ASSERT_TRUE(eventually([&] {
    failures = loader->take_failures();
    return !failures.empty();
  }));
  EXPECT_NE(failures.front().text.find("allow-torchscript"), std::string::npos) << failures.front().text;
  Mailbox<std::shared_ptr<OpenedModel>> opened;
  ModelLoader trusting({.device = "cpu", .allow_torchscript = true},
                       [&](const LoadRequest&, std::shared_ptr<OpenedModel> model) { opened.put(std::move(model)); });
  trusting.open({.path = folder / "program.pt", .model = 1});
  ASSERT_TRUE(eventually([&] { return opened.full() || !trusting.take_failures().empty(); }));
  const auto model = opened.take();
  ASSERT_TRUE(model.has_value());
  EXPECT_EQ((*model)->format, "TorchScript");
  EXPECT_EQ((*model)->generator->spec().z_dim, 8);
}

}  // namespace
}  // namespace ganvas::app
