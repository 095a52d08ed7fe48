// The subcommands on good input: what they write, and that the same call writes the same bytes.
#include <gtest/gtest.h>

#include <fstream>
#include <map>
#include <sstream>

#include "core/files.h"
#include "core/hash.h"
#include "core/image.h"
#include "core/json.h"
#include "media/png.h"
#include "support/mlp_file.h"
#include "support/process.h"
#include "support/source_folder.h"

namespace ganvas::test {
namespace {

namespace fs = std::filesystem;

class Commands : public testing::Test {
 protected:
  TemporaryFolder folder;

  ProcessResult ganvas(const std::string& arguments) {
    ProcessResult result = run_program(arguments, folder.path());
    EXPECT_EQ(result.exit_code, 0) << arguments << "\n" << result.err;
    return result;
  }

  std::string small_training(const std::string& out) {
    return "train --recipe starter-dcgan --data faces --kimg 0.2 --seed 3 --out " + out +
           " --set batch=16 --set network.dcgan.channels=[16,16,16,16] --set data.count=64";
  }
};

TEST_F(Commands, HelpHasExamplesAndVersionIsPrinted) {
  for (const std::string command : {"", "explore", "train", "generate", "info", "convert", "dataset sheet",
                                    "dataset make", "render", "track", "project", "directions"}) {
    const ProcessResult result = ganvas(command + " --help");
    EXPECT_NE(result.out.find("ganvas"), std::string::npos) << command;
    EXPECT_NE(result.out.find("xample"), std::string::npos) << command;
  }
  EXPECT_NE(ganvas("--version").out.find(GANVAS_VERSION), std::string::npos);
}

TEST_F(Commands, GenerateTwiceGivesTheSameBytes) {
  ganvas("generate --seeds 0-15 --grid 4x4 --psi 0.7 --out a");
  ganvas("generate --seeds 0-15 --grid 4x4 --psi 0.7 --out b");
  int files = 0;
  for (const auto& entry : fs::directory_iterator(folder / "a")) {
    EXPECT_EQ(sha256_of_file(entry.path()), sha256_of_file(folder.path() / "b" / entry.path().filename()))
        << entry.path();
    ++files;
  }
  EXPECT_GE(files, 17) << "16 pictures and the grid";
}

TEST_F(Commands, GenerateTakesTheNetworkThatIsAskedFor) {
  const std::string model = test::source_folder() + "/tests/reference/stylegan1_tf/network-snapshot-000120.pkl";
  const auto picture = [&](const std::string& network) {
    ganvas("generate --model '" + model + "' --seeds 0 --out out" + network +
           (network.empty() ? "" : " --network " + network));
    return sha256_of_file(folder / ("out" + network + "/seed0000.png"));
  };
  EXPECT_EQ(picture(""), picture("G_ema"));
  EXPECT_NE(picture(""), picture("G"));
  const ProcessResult critic =
      run_program("generate --model '" + model + "' --network D --seeds 0 --out d", folder.path());
  EXPECT_EQ(critic.exit_code, 1);
  EXPECT_NE(critic.err.find("G_ema"), std::string::npos) << critic.err;
}

TEST_F(Commands, ProjectWritesPicturesFiguresAndASessionThatShowsThem) {
  ganvas("generate --seeds 3-4 --out seeds");
  const std::string out =
      ganvas("project seeds/seed0003.png seeds/seed0004.png --steps 40 --progress none --out found").out;
  EXPECT_NE(out.find("built-in multi-scale features"), std::string::npos) << out;
  const Json figures = read_json(folder.path() / "found/projection.json");
  ASSERT_EQ(figures["pictures"].size(), 2U);
  EXPECT_GT(figures["pictures"][0]["psnr"].get<double>(), 12);
  for (const std::string name : {"seed0003.png", "seed0004.png", "pairs.png"})
    EXPECT_TRUE(fs::exists(folder.path() / "found" / name)) << name;
  const Json session = read_json(folder.path() / "found/session.json");
  EXPECT_EQ(session["bookmarks"].size(), 2U);
  EXPECT_EQ(session["bookmarks"][1]["name"], "seed0004");
  EXPECT_FALSE(session["latent"]["style"]["base"].empty());
}

TEST_F(Commands, InfoSaysTheSameAsTextAndAsJson) {
  const ProcessResult text = ganvas("info");
  EXPECT_NE(text.out.find("stylegan2"), std::string::npos);
  const Json json = Json::parse(ganvas("info --json").out);
  ASSERT_EQ(json["networks"].size(), 1u) << json.dump();
  const Json& network = json["networks"][0];
  EXPECT_EQ(network["spec"]["family"], "stylegan2");
  EXPECT_GT(network["memory_to_run"].get<double>(), 4.0 * network["values"].get<double>());
  EXPECT_FALSE(network["kimg"].get<std::string>().empty());
  std::int64_t values = 0;
  for (const Json& layer : network["layers"]) values += layer["values"].get<std::int64_t>();
  EXPECT_EQ(values, network["values"].get<std::int64_t>());
  EXPECT_NE(ganvas("info --layers").out.find("synthesis.b4"), std::string::npos);
}

TEST_F(Commands, InfoNamesEveryNetworkOfASnapshot) {
  const std::string file = test::source_folder() + "/tests/reference/sg2ada_main/network-snapshot-000025.pkl";
  const Json json = Json::parse(ganvas("info '" + file + "' --json").out);
  std::vector<std::string> networks;
  for (const Json& network : json["networks"])
    networks.push_back(network["name"].get<std::string>() + " " + network["role"].get<std::string>());
  EXPECT_EQ(networks, (std::vector<std::string>{"G_ema generator", "G generator", "D discriminator"}));
}

TEST_F(Commands, ConvertedModelsMakeTheSamePictures) {
  const std::string file = test::source_folder() + "/tests/reference/sg2ada_main/network-snapshot-000025.pkl";
  const auto picture = [&](const std::string& model) {
    ganvas("generate --model '" + model + "' --seeds 5 --psi 0.7 --out pictures");
    return sha256_of_file(folder / "pictures/seed0005.png");
  };
  const std::string before = picture(file);
  for (const std::string name : {"a.safetensors", "a.pt"}) {
    ganvas("convert '" + file + "' " + name);
    EXPECT_EQ(picture(name), before) << name;
  }
  ganvas("convert '" + file + "' critic.pt --network D");
  EXPECT_EQ(Json::parse(ganvas("info critic.pt --json").out)["networks"][0]["role"], "discriminator");
  EXPECT_EQ(run_program("convert '" + file + "' a.bin", folder.path()).exit_code, 2);
  EXPECT_EQ(run_program("convert '" + file + "' b.pt --network X", folder.path()).exit_code, 1);
  EXPECT_FALSE(fs::exists(folder / "b.pt"));
}

TEST_F(Commands, TrainingLeavesAModelThatGenerates) {
  const ProcessResult result = ganvas(small_training("run") + " --progress json");
  EXPECT_NE(result.out.find("weights_hash"), std::string::npos);
  std::istringstream lines(result.out);
  for (std::string line; std::getline(lines, line);) EXPECT_TRUE(Json::accept(line)) << line;
  ganvas("generate --model run/model.safetensors --seeds 0-3 --out pictures");
  EXPECT_TRUE(fs::exists(folder / "run/log.jsonl"));
}

TEST_F(Commands, TwoTrainingRunsWithOneSeedEndAlike) {
  const auto hash_of = [&](const std::string& out) {
    const std::string text = ganvas(small_training(out) + " --progress json").out;
    const auto at = text.rfind("\"weights_hash\":");
    return text.substr(at, 90);
  };
  EXPECT_EQ(hash_of("a"), hash_of("b"));
}

TEST_F(Commands, ARunThatGoesOnJournalsItsNewLengthAndKeepsItsSeed) {
  ganvas(small_training("run"));
  const std::string recipe = read_file(folder / "run/recipe.json");
  const ProcessResult refused = run_program("train --resume run --kimg 9 --seed 8", folder.path());
  EXPECT_EQ(refused.exit_code, 1);
  EXPECT_NE(refused.err.find("\"seed\" has values that cannot change"), std::string::npos) << refused.err;
  ganvas("train --resume run --kimg 0.3 --progress none");
  const Json edit = parse_json(read_file(folder / "run/journal.jsonl"), "journal");
  EXPECT_EQ(edit["key"], "kimg");
  EXPECT_EQ(edit["value"], 0.3);
  EXPECT_EQ(read_file(folder / "run/recipe.json"), recipe);
}

TEST_F(Commands, ABranchGoesOnInAFolderOfItsOwn) {
  ganvas(small_training("run") + " --set film=samples.gif --set sample_kimg=0.05");
  EXPECT_TRUE(std::filesystem::exists(folder / "run/samples.gif"));
  const ProcessResult result =
      ganvas("train --resume run --branch-at 0.1 --out branch --kimg 0.3 --quality 0 --progress json");
  EXPECT_NE((result.out + result.err).find("branch begins"), std::string::npos) << result.err;
  const Json origin = read_json(folder / "branch/branch.json");
  EXPECT_NEAR(origin["kimg"].get<double>(), 0.1, 0.1);
  EXPECT_TRUE(std::filesystem::exists(folder / "branch/model.safetensors"));
  EXPECT_EQ(run_program("train --branch-at 1", folder.path()).exit_code, 2);
}

/// Sub-folders are classes of which each picture has one; what leads to one leads away from the other.
TEST_F(Commands, ARunBeginsWithTheNetworksOfASnapshot) {
  const std::string model = test::source_folder() + "/tests/reference/sg2ada_main/network-snapshot-000025.pkl";
  const std::string train = "train --recipe starter-stylegan2 --from " + model + " --data faces --set data.count=16 ";
  ganvas(train + "--freeze-d 2 --kimg 0.016 --set network.resolution=32 --quality 0 --out run");
  EXPECT_NE(read_file(folder / "run" / "start.txt").find("taken from the file"), std::string::npos);
  const Json recipe = read_json(folder / "run" / "recipe.json");
  EXPECT_EQ(recipe["start"]["from"], model);
  EXPECT_EQ(recipe["network"]["extra"]["freeze_layers"], 2);
  ganvas("train --resume run --kimg 0.032 --quality 0");
  ganvas("generate --model run --seeds 0 --out a");
  EXPECT_NE(run_program("train --from " + model, folder.path()).exit_code, 0) << "whose losses?";
}

TEST_F(Commands, DirectionsAreFoundFromALabelledFolder) {
  for (int i = 0; i < 60; ++i) {
    const bool light = i % 2 == 1;
    Image picture(64, 64, 3);
    for (std::size_t at = 0; at < picture.pixels.size(); ++at)
      picture.pixels[at] = static_cast<std::uint8_t>((light ? 170 : 40) + (at * 7 + static_cast<std::size_t>(i)) % 40);
    std::filesystem::create_directories(folder / "set" / (light ? "light" : "dark"));
    media::write_png(folder / "set" / (light ? "light" : "dark") / (std::to_string(i) + ".png"), picture.view());
  }
  ganvas("directions --data set --pictures 60 --out found --device cpu");
  const Json found = read_json(folder / "found/directions.json");
  std::map<std::string, std::vector<double>> by_name;
  for (const Json& move : found["moves"]) by_name[move["name"]] = move["direction"].get<std::vector<double>>();
  ASSERT_TRUE(by_name.contains("dark") && by_name.contains("light")) << found.dump().substr(0, 300);
  double dot = 0;
  for (std::size_t i = 0; i < by_name["dark"].size(); ++i) dot += by_name["dark"][i] * by_name["light"][i];
  EXPECT_LT(dot, -0.9);
}

TEST_F(Commands, DatasetSheetShowsTheBuiltInFaces) {
  ganvas("dataset sheet --data faces --grid 4x4 --resolution 32 --out sheet.png");
  EXPECT_GT(fs::file_size(folder / "sheet.png"), 1000u);
}

TEST_F(Commands, ADataSetIsMadeOfPicturesAndTrainedOn) {
  ganvas("dataset make faces small.zip --size 16 --count 12 --progress none");
  ganvas("dataset make faces again.zip --size 16 --count 12 --progress none");
  EXPECT_EQ(sha256_of_file(folder / "small.zip"), sha256_of_file(folder / "again.zip"));
  EXPECT_FALSE(fs::exists(folder / "small.zip.parts"));
  const std::string said = ganvas("dataset sheet --data small.zip --resolution 16 --grid 4x3 --out sheet.png").out;
  EXPECT_NE(said.find("12 pictures"), std::string::npos) << said;
  ganvas("dataset sheet --data faces --resolution 16 --grid 4x3 --out faces.png");
  EXPECT_EQ(media::read_png(folder / "sheet.png"), media::read_png(folder / "faces.png"));
  // Pictures of another call are not mixed in.
  fs::create_directories(folder / "other.zip.parts");
  std::ofstream(folder / "other.zip.parts" / "note.json") << "{}";
  EXPECT_NE(run_program("dataset make faces other.zip --size 16 --count 12", folder.path()).exit_code, 0);
  EXPECT_NE(run_program("dataset make faces other --size 16", folder.path()).exit_code, 0) << "no archive's name";
}

TEST_F(Commands, AScriptRunsHeadless) {
  std::ofstream(folder / "script.json") << R"([
    {"command": "set_seed", "x": 7, "y": 0},
    {"wait": {"until_frame": 1}},
    {"screenshot": {"of": "picture", "path": "picture.png"}},
    {"screenshot": {"of": "window", "path": "window.png"}},
    {"command": "set_dimension", "index": 0, "value": 2.5},
    {"screenshot": {"of": "picture", "path": "moved.png"}},
    {"command": "undo"},
    {"screenshot": {"of": "picture", "path": "again.png"}}
  ])";
  ganvas("explore --headless --script script.json --out out");
  EXPECT_GT(fs::file_size(folder / "out/window.png"), 1000u);
  EXPECT_EQ(sha256_of_file(folder / "out/picture.png"), sha256_of_file(folder / "out/again.png"));
  EXPECT_NE(sha256_of_file(folder / "out/picture.png"), sha256_of_file(folder / "out/moved.png"));
}

TEST_F(Commands, HowANetworkIsReadIsKeptBesideItsFileAndInWhatIsConverted) {
  write_mlp(folder / "mlp.safetensors");
  const auto picture = [&](const std::string& arguments) {
    ganvas("generate --seeds 3 --out out --model " + arguments);
    return sha256_of_file(folder / "out/seed0003.png");
  };
  const std::string inferred = picture("mlp.safetensors"), chosen = picture("mlp.safetensors --set net.3.kind=sigmoid");
  EXPECT_NE(inferred, chosen);
  const std::string said = ganvas("info mlp.safetensors").out;
  EXPECT_NE(said.find("assumed of net.3"), std::string::npos) << said;

  std::ofstream(folder / "script.json") << R"([{"wait": {"until_frame": 1}},
    {"command": "set_reading", "set": ["net.3.kind=sigmoid"]}, {"wait": {"until_frame": 1}},
    {"screenshot": {"of": "picture", "path": "picture.png"}}])";
  ganvas("explore --headless --model mlp.safetensors --script script.json --out out");
  EXPECT_TRUE(fs::exists(folder / "mlp.safetensors.ganvas.json"));
  EXPECT_EQ(picture("mlp.safetensors"), chosen);
  EXPECT_NE(ganvas("info mlp.safetensors").out.find("chosen of net.3"), std::string::npos);
  ganvas("convert mlp.safetensors copy.safetensors");
  EXPECT_EQ(picture("copy.safetensors"), chosen);
  EXPECT_NE(ganvas("info copy.safetensors").out.find("assumed of net.1"), std::string::npos);

  write_file(folder / "mlp.safetensors.ganvas.json", "[]");
  const ProcessResult odd = ganvas("generate --seeds 3 --out out --model mlp.safetensors");
  EXPECT_NE(odd.err.find("is not used"), std::string::npos) << odd.err;
  EXPECT_EQ(sha256_of_file(folder / "out/seed0003.png"), inferred);
}

}  // namespace
}  // namespace ganvas::test
