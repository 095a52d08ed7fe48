#include "io/open/open_model_file.h"

#include <gtest/gtest.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <fstream>
#include <random>

#include "core/error.h"
#include "core/files.h"
#include "io/reference.h"
#include "io/safetensors.h"
#include "io/torch/torch_writer.h"

namespace ganvas::io {
namespace {

namespace fs = std::filesystem;

constexpr const char* marker = "/tmp/gan_reference_was_executed";

std::string refusal(const fs::path& path) {
  try {
    open_model_file(path);
    return {};
  } catch (const Error& error) {
    return error.what();
  }
}

const WeightSet& network(const ModelFile& file, const std::string& name) {
  for (const NamedNetwork& network : file.networks) {
    if (network.name == name) return network.weights;
  }
  throw Error("no network " + name);
}

std::vector<fs::path> malformed_files() {
  std::vector<fs::path> files;
  for (const auto& entry : fs::directory_iterator(reference("malformed"))) files.push_back(entry.path());
  std::sort(files.begin(), files.end());
  return files;
}

const std::vector<std::string>& good_files() {
  static const std::vector<std::string> files{"dcgan/netG_epoch_24.pth",
                                              "wgan_clip/netG_epoch_0.pth",
                                              "rosinality/converted_legacy.pt",
                                              "sg2ada_fp16/network-snapshot-000025.pkl",
                                              "stylegan1_tf_cond/network-snapshot-000120.pkl",
                                              "stylegan3_r/network-snapshot-000040.pkl",
                                              "latent_tools/expected.safetensors"};
  return files;
}

TEST(OpenModelFile, RefusesEveryMalformedFileInOneSentenceAndExecutesNothing) {
  fs::remove(marker);
  const std::vector<fs::path> files = malformed_files();
  ASSERT_GT(files.size(), 80u);
  for (const fs::path& file : files) {
    const std::string text = refusal(file);
    EXPECT_FALSE(text.empty()) << file << " was accepted";
    EXPECT_NE(text.find(file.string()), std::string::npos) << text;
    EXPECT_EQ(text.find('\n'), std::string::npos) << text;
    EXPECT_TRUE(text.ends_with('.')) << text;
  }
  EXPECT_FALSE(fs::exists(marker));
}

TEST(OpenModelFile, SaysWhyItRefuses) {
  const std::vector<std::pair<std::string, std::string>> reasons{{"os_system_p0.pkl", "os.system"},
                                                                 {"builtins_eval_p4.pkl", "builtins.eval"},
                                                                 {"dotted_global.pkl", "nothing was executed"},
                                                                 {"zip_exec.pt", "nothing was executed"},
                                                                 {"load_from_bytes_nested.pkl", "nothing was executed"},
                                                                 {"ext_opcode.pkl", "extension code"},
                                                                 {"long4_huge.pkl", "ends in the middle"},
                                                                 {"long4_negative.pkl", "negative length"},
                                                                 {"not_a_model.pkl", "no known network"},
                                                                 {"persistence_module_src.pkl", "no known network"},
                                                                 {"legacy_bad_magic.pt", "magic number"},
                                                                 {"zip_deflate_bomb.pt", "compressed"},
                                                                 {"tensor_offset_oob.pt", "storage"},
                                                                 {"st_overlap.safetensors", "overlaps"},
                                                                 {"st_hole.safetensors", "hole"},
                                                                 {"st_dup_key.safetensors", "twice"},
                                                                 {"st_deep_json.safetensors", "nested too deeply"},
                                                                 {"st_tiny.safetensors", "too short"}};
  for (const auto& [name, reason] : reasons) {
    const std::string text = refusal(reference("malformed/" + name));
    EXPECT_NE(text.find(reason), std::string::npos) << name << ": " << text;
  }
}

// Each file in a process of its own, because the peak of memory never falls.
TEST(OpenModelFile, RefusesMalformedFilesInBoundedMemory) {
  for (const fs::path& file : malformed_files()) {
    const pid_t child = ::fork();
    ASSERT_GE(child, 0);
    if (child == 0) {
      rusage before{}, after{};
      ::getrusage(RUSAGE_SELF, &before);
      const bool refused = !refusal(file).empty();
      ::getrusage(RUSAGE_SELF, &after);
      const long kilobytes = after.ru_maxrss - before.ru_maxrss;
      ::_exit(refused && kilobytes < 256 * 1000 ? 0 : 1);
    }
    int status = 0;
    ASSERT_EQ(::waitpid(child, &status, 0), child);
    EXPECT_TRUE(WIFEXITED(status) && WEXITSTATUS(status) == 0) << file;
  }
}

TEST(OpenModelFile, ReadsTheNetworksOfEachFormat) {
  struct Known {
    std::string file, format;
    std::vector<std::string> networks;
    std::string tensor;
    std::vector<std::int64_t> shape;
  };
  const std::vector<Known> known{{"dcgan/netG_epoch_24.pth", "torch zip", {"model"}, "main.12.weight", {16, 3, 4, 4}},
                                 {"sg2ada_main/network-snapshot-000025.pkl",
                                  "NVIDIA PyTorch snapshot",
                                  {"G_ema", "G", "D"},
                                  "synthesis.b4.const",
                                  {32, 4, 4}},
                                 {"sg2ada_cond_map8/network-snapshot-000025.pkl",
                                  "NVIDIA PyTorch snapshot",
                                  {"G_ema", "G", "D"},
                                  "mapping.embed.weight",
                                  {64, 4}},
                                 {"stylegan3_t/network-snapshot-000040.pkl",
                                  "NVIDIA PyTorch snapshot",
                                  {"G_ema"},
                                  "synthesis.input.affine.weight",
                                  {4, 48}},
                                 {"stylegan1_tf/network-snapshot-000120.pkl",
                                  "NVIDIA TensorFlow snapshot",
                                  {"G_ema", "G", "D"},
                                  "dlatent_avg",
                                  {64}},
                                 {"stylegan2_tf/network-snapshot-000120.pkl",
                                  "NVIDIA TensorFlow snapshot",
                                  {"G_ema", "G", "D"},
                                  "synthesis/noise0",
                                  {1, 1, 4, 4}}};
  for (const Known& one : known) {
    const ModelFile file = open_model_file(reference(one.file));
    EXPECT_EQ(file.format, one.format) << one.file;
    std::vector<std::string> names;
    for (const NamedNetwork& network : file.networks) names.push_back(network.name);
    EXPECT_EQ(names, one.networks) << one.file;
    EXPECT_EQ(file.networks.front().weights.at(one.tensor).sizes().vec(), one.shape) << one.file;
  }
}

TEST(OpenModelFile, KeepsTheSettingsOfTheProgramThatWroteTheFile) {
  const ModelFile snapshot = open_model_file(reference("sg2ada_main/network-snapshot-000025.pkl"));
  const Json& settings = network(snapshot, "G_ema").metadata;
  EXPECT_EQ(settings["class_name"], "Generator");
  EXPECT_EQ(settings["init_kwargs"]["img_resolution"], 32);
  EXPECT_EQ(settings["init_kwargs"]["synthesis_kwargs"]["channel_max"], 32);
  const ModelFile older = open_model_file(reference("stylegan1_tf/network-snapshot-000120.pkl"));
  const Json& network_settings = network(older, "G_ema").metadata;
  EXPECT_EQ(network_settings["tf_version"], 3);
  EXPECT_EQ(network_settings["static_kwargs"]["resolution"], 128);
  EXPECT_EQ(network_settings["components"]["synthesis"]["build_func_name"], "G_synthesis");
}

TEST(OpenModelFile, ConvertedFilesHoldTheSameTensors) {
  const TemporaryFolder folder;
  for (const std::string& name : good_files()) {
    for (const NamedNetwork& network : open_model_file(reference(name)).networks) {
      write_safetensors(folder.path() / "a.safetensors", network.weights);
      write_torch_state_dict(folder.path() / "a.pt", network.weights);
      for (const char* copy : {"a.safetensors", "a.pt"}) {
        const ModelFile again = open_model_file(folder.path() / copy);
        ASSERT_EQ(again.networks.size(), 1u);
        EXPECT_EQ(again.networks[0].weights.hash(), network.weights.hash()) << name << " " << network.name << copy;
      }
    }
  }
}

TEST(OpenModelFile, WritesAllTypesAsAStateDict) {
  const TemporaryFolder folder;
  WeightSet weights;
  for (const at::ScalarType type : {at::kDouble, at::kFloat, at::kHalf, at::kBFloat16, at::kLong, at::kInt, at::kShort,
                                    at::kChar, at::kByte, at::kBool})
    weights.set(fmt::format("main.initial:{}.weight", c10::toString(type)), at::arange(6).reshape({2, 3}).to(type));
  weights.set("scalar", at::scalar_tensor(2.5));
  weights.set("empty", at::empty({0, 7}));
  weights.set("strided", at::arange(6, at::kFloat).reshape({2, 3}).t());
  write_torch_state_dict(folder.path() / "a.pt", weights);
  EXPECT_EQ(open_model_file(folder.path() / "a.pt").networks.at(0).weights.hash(), weights.hash());
  EXPECT_EQ(folder.names().size(), 1u);
}

void expect_no_harm(const std::string& bytes, const fs::path& path) {
  std::ofstream(path, std::ios::binary).write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
  const std::string text = refusal(path);  // anything but Error fails the test
  EXPECT_EQ(text.find('\n'), std::string::npos) << text;
}

TEST(OpenModelFile, SurvivesTruncation) {
  const TemporaryFolder folder;
  for (const std::string& name : good_files()) {
    const std::string bytes = read_file(reference(name));
    const fs::path cut = folder.path() / ("cut" + fs::path(name).extension().string());
    for (std::size_t i = 0; i < 200; ++i) expect_no_harm(bytes.substr(0, bytes.size() * i / 200), cut);
    EXPECT_FALSE(refusal(cut).empty()) << name;
  }
}

TEST(OpenModelFile, SurvivesFlippedBytes) {
  const TemporaryFolder folder;
  std::mt19937 random(7);
  for (const std::string& name : good_files()) {
    const std::string good = read_file(reference(name));
    const fs::path flipped = folder.path() / ("flipped" + fs::path(name).extension().string());
    for (int round = 0; round < 60; ++round) {
      std::string bytes = good;
      for (int i = 0; i < 40; ++i) {
        // The first bytes hold the most structure.
        const std::size_t range = i % 2 == 0 ? std::min<std::size_t>(bytes.size(), 4000) : bytes.size();
        bytes[random() % range] = static_cast<char>(random());
      }
      expect_no_harm(bytes, flipped);
    }
  }
  EXPECT_FALSE(fs::exists(marker));
}

TEST(OpenModelFile, RefusesWhatIsNoModel) {
  const TemporaryFolder folder;
  const fs::path text = folder.path() / "notes.txt";
  std::ofstream(text) << "These are only words.";
  EXPECT_NE(refusal(text).find("no model file"), std::string::npos);
  EXPECT_NE(refusal(folder.path() / "missing.pt").find("cannot be opened"), std::string::npos);
  EXPECT_NE(refusal(folder.path()).find("folder"), std::string::npos);
}

}  // namespace
}  // namespace ganvas::io
