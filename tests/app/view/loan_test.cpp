#include "app/view/loan.h"

#include <gtest/gtest.h>

#include "app/open/open_model.h"
#include "app/support.h"
#include "app/view/synthesizer.h"

namespace ganvas::app {
namespace {

using test::eventually;
using test::small_spec;

/// A generator that can make pictures, but no second one like it can be made.
class OneOfAKind final : public models::Generator {
 public:
  OneOfAKind()
      : Generator([] {
          models::NetworkSpec spec = small_spec();
          spec.family = "one of a kind";
          return spec;
        }()) {}
  at::Tensor map(const at::Tensor& z, const at::Tensor&, const models::MapOptions&) override { return z.unsqueeze(1); }
  at::Tensor synthesize(const at::Tensor& w, const models::SynthesisOptions&) override {
    return at::zeros({w.size(0), 3, 32, 32});
  }
};

class Loans : public testing::Test {
 protected:
  Synthesizer synthesizer{"cpu"};
  Notices notices;
  Loan loan{synthesizer, notices};

  void show(models::GeneratorPtr generator) {
    auto opened = std::make_shared<OpenedModel>();
    opened->generator = std::move(generator);
    synthesizer.show_model(std::move(opened), 1);
  }
  bool until_free() {
    return eventually([&] {
      loan.tick();
      return !loan.busy() && loan.in_flight() == 0;
    });
  }
};

TEST_F(Loans, AReplicaThatCannotBeMadeIsSaidAndTheNextJobStarts) {
  show(std::make_shared<OneOfAKind>());
  int worked = 0, done = 0;
  const auto start = [&] {
    loan.start(
        false,
        [&](const Borrowed&, Loan::Job&) {
          ++worked;
          return 1;
        },
        [&](int result) { done += result; });
  };
  for (std::size_t errors = 1; errors <= 2; ++errors) {
    start();
    EXPECT_TRUE(loan.busy());
    ASSERT_TRUE(until_free());
    EXPECT_EQ(notices.errors().size(), errors);
  }
  EXPECT_EQ(worked, 0);
  show(models::make_generator(small_spec(), at::kCPU, 1));
  bool ready = eventually([&] {
    for (const SynthesizerEvent& event : synthesizer.take_events())
      if (const auto* model = std::get_if<ModelReady>(&event); model != nullptr && model->family != "one of a kind")
        return true;
    return false;
  });
  ASSERT_TRUE(ready);
  start();
  ASSERT_TRUE(until_free());
  EXPECT_EQ(done, 1);
}

TEST_F(Loans, FinishWaitsForTheJobAndForWhatComesOfIt) {
  loan.finish();  // there is none
  show(models::make_generator(small_spec(), at::kCPU, 1));
  std::string result;
  loan.start(
      false,
      [](const Borrowed& model, Loan::Job&) {
        std::this_thread::sleep_for(std::chrono::milliseconds(50));
        return model.generator->spec().family;
      },
      [&](std::string family) { result = std::move(family); });
  loan.finish();
  EXPECT_EQ(result, small_spec().family);
  EXPECT_FALSE(loan.busy());
}

}  // namespace
}  // namespace ganvas::app
