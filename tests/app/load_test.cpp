// Long use: what is opened is closed again, and memory stays where it is. GANVAS_LOAD multiplies how long
// (docs/testing.md).
#include <unistd.h>

#include <cstdlib>
#include <fstream>

#include "app/whole_app.h"
#include "core/random.h"
#include "train/watch/weight_history.h"

namespace ganvas::app {
namespace {

using namespace command;
namespace fs = std::filesystem;

int times(int count) {
  const char* given = std::getenv("GANVAS_LOAD");
  return count * (given != nullptr ? std::max(1, std::atoi(given)) : 1);
}

std::size_t handles() {
  std::size_t count = 0;
  for (const auto& entry : fs::directory_iterator("/proc/self/fd")) count += entry.exists() ? 1 : 0;
  return count;
}
std::size_t threads() {
  return static_cast<std::size_t>(std::distance(fs::directory_iterator("/proc/self/task"), fs::directory_iterator()));
}
/// Bytes of memory that the program has now.
double memory() {
  double whole = 0, resident = 0;
  std::ifstream("/proc/self/statm") >> whole >> resident;
  return resident * static_cast<double>(::sysconf(_SC_PAGESIZE));
}

/// What the program holds, to compare with what it holds later.
struct Held {
  std::size_t files = handles(), running = threads();
  double bytes = memory();
};

void expect_no_growth(const Held& before, double most_bytes) {
  const Held now;
  EXPECT_LE(now.files, before.files);
  EXPECT_LE(now.running, before.running);
  EXPECT_LE(now.bytes - before.bytes, most_bytes);
}

class Load : public test::WholeApp {};

TEST_F(Load, SwitchingModelsLeavesNothingBehind) {
  write_model(folder / "b.safetensors", 2, 24);
  const auto open = [&](int number) {
    const std::string name = number % 2 == 0 ? "b" : "a";
    app->send(OpenModel{folder / (name + ".safetensors")});
    ASSERT_TRUE(until([&](const ViewModel& view) { return view.model.name == name && !view.model.loading; }));
  };
  picture();
  for (int i = 0; i < 200; ++i) open(i);
  const Held before;
  for (int i = 0; i < times(1000); ++i) open(i);
  expect_no_growth(before, 20e6);
  EXPECT_EQ(first_error(), "");
}

TEST_F(Load, ModelsThatAreGivenUpAndFilesThatAreNoneLeaveNothingBehind) {
  std::ofstream(folder / "no.pth") << "these are my notes";
  std::ofstream(folder / "no.json") << "{}";
  picture();
  const auto round = [&](int number) {
    app->send(OpenModel{folder / (number % 3 == 0 ? "no.pth" : "a.safetensors")});
    if (number % 3 == 1) app->send(CancelOpening{});
    app->send(LoadSession{folder / "no.json"});
    app->tick(0.02);
  };
  for (int i = 0; i < 200; ++i) round(i);
  picture();
  ASSERT_TRUE(until([&](const ViewModel&) { return app->files_in_flight() == 0; }));
  const Held before;
  for (int i = 0; i < times(1000); ++i) round(i);
  picture();
  ASSERT_TRUE(until([&](const ViewModel&) { return app->files_in_flight() == 0; }));
  expect_no_growth(before, 20e6);
}

TEST_F(Load, CommandsFillMemoryNoFurtherThanUndoGoes) {
  RandomStream random(3);
  const auto change = [&]() -> Command {
    const double value = random.uniform(-2, 2);
    switch (random.below(8)) {
      case 0:
        return SetSeed{value, value};
      case 1:
        return PanSeed{value, 0};
      case 2:
        return SetPsi{1 + value / 2};
      case 3:
        return SetView{.zoom = 1 + value / 4};
      case 4:
        return Undo{};
      case 5:
        return Redo{};
      default:
        return SetDimension{static_cast<int>(random.below(16)), value};
    }
  };
  const auto send = [&](int count) {
    for (int i = 0; i < count; ++i) {
      app->send(change());
      if (i % 10 == 0) app->tick(0.7);  // each gesture a step of its own
    }
  };
  picture();
  send(6000);
  picture();
  const Held before;
  send(times(10'000));
  picture();
  expect_no_growth(before, 20e6);
  EXPECT_EQ(first_error(), "");
}

TEST_F(Load, ARunOfTwoThousandMomentsOpens) {
  const std::string run = test::write_run(folder / "run");
  write_json(run + "/recipe.json", Json{{"name", "long"}});
  train::WeightHistory(train::history_folder(run))
      .add(1, 0.064, models::weights_of(*models::make_generator(test::small_spec(), at::kCPU, 1)));
  const fs::path first = fs::directory_iterator(train::history_folder(run))->path();
  constexpr int moments = 2000;
  for (int step = 2; step <= moments; ++step) {
    const std::string name = fmt::format("step-{:08}-kimg-{:010.3f}", step, 0.064 * step);
    fs::create_hard_link(first, first.parent_path() / (name + first.filename().string().substr(name.size())));
  }
  app->send(OpenModel{run});
  ASSERT_TRUE(until([](const ViewModel& view) { return view.time.moments.size() == moments; })) << first_error();
  EXPECT_EQ(app->view().time.moments.back().step, moments);
}

}  // namespace
}  // namespace ganvas::app
