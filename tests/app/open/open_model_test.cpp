#include "app/open/open_model.h"

#include <gtest/gtest.h>

#include <limits>

#include "app/render/renderer.h"
#include "app/support.h"
#include "core/error.h"

namespace ganvas::app {
namespace {

using test::Folder;
using test::reference;
using test::write_checkpoint;
using test::write_model;
using test::write_run;

std::vector<std::string> names_of(const OpenedModel& model) {
  std::vector<std::string> names;
  for (const NetworkEntry& entry : model.networks) names.push_back(entry.name);
  return names;
}

std::string refusal(const std::string& path, const std::string& network) {
  try {
    open_model(path, {.network = network});
  } catch (const Error& error) {
    return error.what();
  }
  return "";
}

TEST(OpeningModels, ACheckpointOffersItsGeneratorsAndShowsTheAverage) {
  const Folder folder;
  write_checkpoint(folder / "c.safetensors");
  const OpenedModel average = open_model(folder / "c.safetensors");
  EXPECT_EQ(average.network, "G_ema");
  EXPECT_EQ(names_of(average), (std::vector<std::string>{"G_ema", "G", "D"}));
  EXPECT_TRUE(average.networks[1].choosable);
  EXPECT_FALSE(average.networks[2].choosable);
  EXPECT_EQ(average.networks[2].role, "discriminator");
  const OpenedModel other = open_model(folder / "c.safetensors", {.network = "G"});
  EXPECT_EQ(other.network, "G");
  const auto first = [](const OpenedModel& model) { return model.generator->parameters().front(); };
  EXPECT_FALSE(first(average).equal(first(other)));
  EXPECT_TRUE(first(other).equal(models::make_generator(test::small_spec(), at::kCPU, 21)->parameters().front()));
}

TEST(OpeningModels, WhatMakesNoPicturesIsRefusedWithTheChoices) {
  const Folder folder;
  write_checkpoint(folder / "c.safetensors");
  const std::string critic = refusal(folder / "c.safetensors", "D");
  EXPECT_NE(critic.find("G_ema, G"), std::string::npos) << critic;
  const std::string absent = refusal(folder / "c.safetensors", "G_best");
  EXPECT_NE(absent.find("G_ema, G, D"), std::string::npos) << absent;
  EXPECT_NE(refusal(reference("dcgan/netD_epoch_24.pth"), "").find("discriminator"), std::string::npos);
}

TEST(OpeningModels, WeightsThatAreNoNumbersAreSaid) {
  const Folder folder;
  const models::GeneratorPtr generator = models::make_generator(test::small_spec(), at::kCPU, 1);
  io::write_safetensors(folder / "good.safetensors", models::model_file_of(*generator));
  EXPECT_TRUE(open_model(folder / "good.safetensors").remarks.empty());
  const at::NoGradGuard no_grad;
  for (const double value : {std::numeric_limits<double>::quiet_NaN(), std::numeric_limits<double>::infinity()}) {
    generator->parameters().front().view({-1})[3].fill_(value);
    io::write_safetensors(folder / "broken.safetensors", models::model_file_of(*generator));
    const std::vector<std::string> remarks = open_model(folder / "broken.safetensors").remarks;
    ASSERT_EQ(remarks.size(), 1U);
    EXPECT_NE(remarks[0].find("1 of its "), std::string::npos) << remarks[0];
    EXPECT_NE(remarks[0].find("broken.safetensors"), std::string::npos) << remarks[0];
  }
}

TEST(OpeningModels, AnOptimisersStateIsNotOffered) {
  const OpenedModel model = open_model(reference("rosinality/010000.pt"));
  EXPECT_EQ(model.network, "g_ema");
  for (const NetworkEntry& entry : model.networks) EXPECT_EQ(entry.name.find("optim"), std::string::npos) << entry.name;
  EXPECT_EQ(model.networks.size(), 3u);
}

TEST(OpeningModels, ARunFolderIsItsNewestModelUnderItsOwnName) {
  const Folder folder;
  const std::string run = write_run(folder / "faces-001");
  const OpenedModel checkpoint = open_model(run);
  EXPECT_EQ(checkpoint.name, "faces-001 step-00000120");
  EXPECT_EQ(checkpoint.network, "G_ema");
  write_model(run + "/model.safetensors", 5);
  const OpenedModel finished = open_model(run + "/");
  EXPECT_EQ(finished.name, "faces-001");
  EXPECT_EQ(finished.network, "model");
  EXPECT_EQ(finished.path.filename(), "model.safetensors");
  EXPECT_NE(refusal(folder / "", ""), "") << "a folder that is no run";
}

TEST(OpeningModels, TheEmptyPathIsTheStarterModel) {
  const OpenedModel model = open_model("");
  EXPECT_EQ(model.path, starter_model_path());
  EXPECT_EQ(model.generator->spec().family, "stylegan2");
}

TEST(OpeningModels, CancelledMeansCancelled) {
  io::Reading reading;
  reading.cancel();
  EXPECT_THROW(open_model("", {.reading = &reading}), io::Cancelled);
}

}  // namespace
}  // namespace ganvas::app
