// How a network is read that its file does not say all about, in the whole app.
#include "app/whole_app.h"
#include "support/mlp_file.h"

namespace ganvas::app {
namespace {

class Reading : public test::WholeApp {
 protected:
  std::string file = folder / "mlp.safetensors";

  void SetUp() override {
    test::write_mlp(file);
    start();
  }
  AppOptions options() {
    AppOptions options = WholeApp::options();
    options.state.model = file;
    return options;
  }
  void start() { app = std::make_unique<App>(options()); }
  [[nodiscard]] const ReadingEntry* entry(const std::string& layer, const std::string& key) const {
    for (const ReadingEntry& one : app->view().model.reading)
      if (one.layer == layer && one.key == key) return &one;
    return nullptr;
  }
  std::string kept() const { return file + ".ganvas.json"; }
};

TEST_F(Reading, IsChangedByOneCommandAndThePictureFollows) {
  const std::string inferred = picture();
  ASSERT_NE(entry("net.3", "kind"), nullptr);
  EXPECT_EQ(entry("net.3", "kind")->value, "tanh");
  EXPECT_FALSE(entry("net.3", "kind")->given);
  const auto others = entry("net.3", "kind")->others;
  EXPECT_NE(std::find(others.begin(), others.end(), "sigmoid"), others.end());

  app->send(command::SetReading{{"net.3.kind=sigmoid", "net.1.kind=leaky_relu"}});
  const std::string chosen = picture();
  EXPECT_NE(chosen, inferred);
  EXPECT_EQ(entry("net.3", "kind")->value, "sigmoid");
  EXPECT_TRUE(entry("net.3", "kind")->given);
  EXPECT_EQ(entry("net.3", "kind")->others.front(), "tanh") << "the way back";
  EXPECT_EQ(entry("net.1", "slope")->value, "0.2") << "what comes with the choice is assumed again";
  EXPECT_EQ(app->view().model.network, "model");

  start();  // another day
  EXPECT_EQ(picture(), chosen);
  app->send(command::SetReading{{"net.3.kind=", "net.1.kind="}});
  EXPECT_EQ(picture(), inferred);
  EXPECT_FALSE(std::filesystem::exists(kept()));
  EXPECT_EQ(first_error(), "");
}

TEST_F(Reading, WhatDoesNotFitIsSaidAndNotKept) {
  const std::string inferred = picture();
  app->send(command::SetReading{{"net.3.kind=sigmoidal"}});
  ASSERT_TRUE(until([&](const ViewModel&) { return !app->errors().empty(); }));
  EXPECT_NE(first_error().find("sigmoidal"), std::string::npos) << first_error();
  EXPECT_EQ(picture(), inferred);
  EXPECT_FALSE(std::filesystem::exists(kept()));
}

TEST_F(Reading, KeptValuesThatDoNotFitArePassedOverWithASentence) {
  const std::string inferred = picture();
  write_file(kept(), R"({"networks": {"model": {"net.9.kind": "relu"}}})");
  start();
  EXPECT_EQ(picture(), inferred);
  EXPECT_NE(first_error().find("mlp.safetensors.ganvas.json is not used"), std::string::npos) << first_error();
}

}  // namespace
}  // namespace ganvas::app
