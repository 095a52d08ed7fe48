// `ganvas metrics` on folders of pictures, against the figures of the authors' programs.
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <fstream>

#include "core/json.h"
#include "media/png.h"
#include "metrics/evaluation.h"
#include "metrics/fixtures.h"
#include "support/process.h"
#include "support/source_folder.h"

namespace ganvas::metrics {
namespace {

namespace fs = std::filesystem;

/// A port that nobody uses now.
int free_port() {
  const int handle = ::socket(AF_INET, SOCK_STREAM, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof(address);
  EXPECT_EQ(::bind(handle, reinterpret_cast<sockaddr*>(&address), size), 0);
  EXPECT_EQ(::getsockname(handle, reinterpret_cast<sockaddr*>(&address), &size), 0);
  ::close(handle);
  return ntohs(address.sin_port);
}

/// The pictures of the reference as folders "a" (real) and "b" (generated), and a cache folder of its own.
class EndToEnd : public testing::Test {
 protected:
  EndToEnd() {
    for (const char* set : {"a", "b"}) {
      const at::Tensor pictures = reference_.at(fmt::format("e2e.images_{}_u8", set));
      const test::TensorDataset dataset(pictures);
      for (std::int64_t i = 0; i < dataset.size(); ++i)
        media::write_png(folder_ / fmt::format("{}/{:03}.png", set, i), dataset.picture(i).view());
    }
  }

  std::string command(const std::string& arguments) const {
    return fmt::format("XDG_CACHE_HOME='{}' '{}' metrics {}", (folder_ / "cache").string(), test::program(), arguments);
  }
  std::string judge(const std::string& more = "") const {
    return command(fmt::format("b --data a --extractor '{}' --metrics fid50k_full,kid50k_full --json --threads 1 {}",
                               test::tiny_extractor(), more));
  }
  Json run(const std::string& shell) {
    last_ = test::run_shell(shell, folder_.path());
    EXPECT_EQ(last_.exit_code, 0) << shell << "\n" << last_.err;
    return Json::accept(last_.out) ? Json::parse(last_.out) : Json();
  }
  void expect_stated(const Json& json) {
    for (const auto& [metric, value] : {std::pair("fid50k_full", "fid"), std::pair("kid50k_full", "kid")}) {
      const double stated = reference_.at(fmt::format("e2e.{}_a_b", value)).item<double>();
      EXPECT_NEAR(json[metric][value].get<double>(), stated, 1e-5 * stated) << last_.err;
    }
  }
  std::vector<std::string> states() const {
    std::vector<std::string> names;
    std::error_code error;
    for (const auto& entry : fs::directory_iterator(folder_ / "cache/ganvas/metrics", error)) {
      const std::string name = entry.path().filename().string();  // a kill may leave a temporary one, which ages
      if (name.starts_with("partial") && name.ends_with(".safetensors")) names.push_back(name);
    }
    return names;
  }

  io::WeightSet reference_ = test::metrics_case();
  test::TemporaryFolder folder_;
  test::ProcessResult last_;
};

TEST_F(EndToEnd, FiguresAreTheStatedOnesAndComeAgainFromTheCache) {
  const Json first = run(judge()), second = run(judge()), none = run(judge("--no-cache --batch 5"));
  for (const Json& json : {first, second, none}) expect_stated(json);
  EXPECT_EQ(first["fid50k_full"]["data_statistics"], "computed");
  EXPECT_EQ(second["kid50k_full"]["data_statistics"], "cached");
  EXPECT_EQ(none["fid50k_full"]["data_statistics"], "computed");
  EXPECT_EQ(second["fid50k_full"]["fid"], first["fid50k_full"]["fid"]);
  EXPECT_TRUE(states().empty()) << "nothing half-done is left behind";
  fs::copy(folder_ / "b/000.png", folder_ / "a/999.png");
  const Json changed = run(judge());
  EXPECT_EQ(changed["fid50k_full"]["data_statistics"], "computed") << "the data has changed";
  EXPECT_EQ(changed["fid50k_full"]["n_data"], 49);
}

TEST_F(EndToEnd, TwoProcessesGiveTheStatedFigures) {
  const std::string place =
      fmt::format("WORLD_SIZE=2 LOCAL_WORLD_SIZE=2 MASTER_ADDR=localhost MASTER_PORT={} ", free_port());
  const auto rank = [&](int number) { return fmt::format("RANK={0} LOCAL_RANK={0} {1}", number, place); };
  const Json json =
      run(rank(1) + judge("--batch 5") + " & " + rank(0) + judge("--batch 5") + "; code=$?; wait $! && exit $code");
  expect_stated(json);
  EXPECT_EQ(json["fid50k_full"]["processes"], 2);
  EXPECT_TRUE(states().empty());
}

TEST_F(EndToEnd, AKilledOneGoesOnWhereItWas) {
  const std::string slow = judge("--batch 1 --save-every 1 --progress lines");
  bool went_on = false;
  for (int attempt = 0; attempt < 20 && !went_on; ++attempt) {
    fs::remove_all(folder_ / "cache");
    test::run_shell("{ exec env " + slow + "; } & pid=$!; " +
                        "while kill -0 $pid && ! ls cache/ganvas/metrics/partial-*.safetensors; do sleep 0.005; done; "
                        "kill -9 $pid; wait $pid; true",
                    folder_.path());
    if (states().empty()) continue;  // it was faster
    const Json json = run(slow);
    expect_stated(json);
    went_on = last_.err.find("goes on after") != std::string::npos;
  }
  EXPECT_TRUE(went_on) << last_.err;
  EXPECT_TRUE(states().empty());
}

TEST_F(EndToEnd, EachFigureStandsBesideItsChoices) {
  const Json json = run(judge("--covariance n-1 --resize clean --side 48 --seed 7"));
  const Json& fid = json["fid50k_full"];
  const std::vector<std::pair<const char*, Json>> expected{
      {"mode", "against all of the data"},
      {"n_asked", 50000},
      {"n_generated", 48},
      {"n_data", 48},
      {"split", "none"},
      {"covariance", "N-1"},
      {"resize", "clean"},
      {"resized_to", 48},
      {"extractor", "tiny_features.pt"},
      {"extractor_sha256", TorchscriptExtractor(test::tiny_extractor(), at::kCPU).sha256()},
      {"extractor_call", "forward(pictures, return_features=True)"},
      {"seed", 7},
      {"truncation", "none"},
      {"weights", "none, pictures"},
      {"data", "a"},
      {"batch", 64},
      {"processes", 1}};
  for (const auto& [key, value] : expected) EXPECT_EQ(fid[key], value) << key << " of " << fid.dump(1);
  EXPECT_EQ(json["kid50k_full"]["split"], "100 subsets of 48");
  EXPECT_EQ(fid["data_sha256"].get<std::string>().size(), 64U);

  const std::string model = test::source_folder() + "/tests/reference/sg2ada_main/network-snapshot-000025.pkl";
  const std::string of_model = fmt::format("'{}' --data a --extractor '{}' --n 20 --psi 0.7 --batch 8 --no-cache ",
                                           model, test::tiny_extractor());
  const Json of = run(command(of_model + "--json --metrics fid,pr_full,is,ppl2_wend"));
  for (const char* name : {"fid", "pr_full", "is", "ppl2_wend"}) {
    EXPECT_EQ(of[name]["weights"], "EMA") << name;
    EXPECT_EQ(of[name]["network"], "G_ema") << name;
    EXPECT_EQ(of[name]["truncation"], 0.7) << name;
    EXPECT_EQ(of[name]["n_generated"], 20) << name;
    EXPECT_EQ(of[name]["noise"], "random") << name;
    EXPECT_EQ(of[name]["seed"], 0) << name;
    EXPECT_EQ(of[name]["model_sha256"].get<std::string>().size(), 64U) << name;
    EXPECT_EQ(of[name]["extractor_sha256"].get<std::string>().size(), 64U) << name;
  }
  EXPECT_EQ(of["fid"]["n_data"], 20);
  EXPECT_EQ(of["pr_full"]["n_data"], 48);
  EXPECT_EQ(of["pr_full"]["split"], "neighbourhoods of 3");
  EXPECT_EQ(of["is"]["split"], "10 parts");
  EXPECT_GT(of["ppl2_wend"]["ppl"].get<double>(), 0);
  EXPECT_EQ(run(command(of_model + "--json --metrics fid --network G"))["fid"]["weights"], "raw");

  const std::string text = (run(command(of_model + "--metrics fid")), last_.out);
  for (const char* part :
       {"fid ", "mode: against the first of the data", "n_generated: 20", "n_data: 20", "split: none", "covariance: N",
        "resize: legacy_tensorflow", "extractor_sha256: ", "seed: 0", "truncation: 0.7", "weights: EMA"})
    EXPECT_NE(text.find(part), std::string::npos) << part << " in " << text;
}

TEST_F(EndToEnd, ClassesAreJudgedAlone) {
  for (const char* set : {"a", "b"}) {  // sub-folders are labels
    for (int i = 0; i < 48; ++i)
      fs::create_directories(folder_ / fmt::format("labelled-{0}/{1}", set, i % 3)),
          fs::copy(folder_ / fmt::format("{}/{:03}.png", set, i),
                   folder_ / fmt::format("labelled-{}/{}/{:03}.png", set, i % 3, i));
  }
  const std::string arguments =
      fmt::format("labelled-b --data labelled-a --extractor '{}' --json --metrics fid,kid ", test::tiny_extractor());
  const Json all = run(command(arguments + "--per-class")), one = run(command(arguments + "--class 2"));
  EXPECT_EQ(all.size(), 6U);
  EXPECT_EQ(all["fid_class2"]["n_data"], 16);
  EXPECT_EQ(all["fid_class2"]["n_generated"], 16);
  EXPECT_EQ(all["kid_class1"]["class"], 1);
  EXPECT_EQ(all["fid_class2"]["fid"], one["fid"]["fid"]);
  EXPECT_NE(all["fid_class1"]["fid"], one["fid"]["fid"]);
  const std::string two = fmt::format("two-{}", 2);
  fs::create_directories(folder_ / two);
  fs::copy(folder_ / "labelled-a/2", folder_ / two / "a");
  fs::copy(folder_ / "labelled-b/2", folder_ / two / "b");
  const Json by_hand = run(
      command(fmt::format("{0}/b --data {0}/a --extractor '{1}' --json --metrics fid", two, test::tiny_extractor())));
  EXPECT_NEAR(by_hand["fid"]["fid"].get<double>(), one["fid"]["fid"].get<double>(), 1e-9);
}

TEST_F(EndToEnd, WhatIsMissingIsSaidInOneSentence) {
  const std::string extractor = fmt::format(" --extractor '{}' ", test::tiny_extractor());
  const std::vector<std::tuple<std::string, int, std::string>> cases{
      {"b --data a --metrics fid", 2, "--extractor FILE"},
      {"b --metrics fid" + extractor, 2, "give --data"},
      {"b --metrics ppl_wend" + extractor, 2, "latents"},
      {"b --data a --metrics fad" + extractor, 2, "\"fad\" is no metric"},
      {"b --data a --metrics fid --extractor a/000.png", 1, "no TorchScript program"},
      {"b --data nowhere --metrics fid" + extractor, 1, "nowhere"},
      {"nobody --data a --metrics fid" + extractor, 1, "nobody"},
      {"b --data a --metrics fid --class 0" + extractor, 1, "class"},
      {"b --data a --metrics fid1" + extractor + "--covariance n-1", 1, "covariance"}};
  for (const auto& [arguments, code, part] : cases) {
    const test::ProcessResult result = test::run_shell(command(arguments + " --progress none"), folder_.path());
    EXPECT_EQ(result.exit_code, code) << arguments << "\n" << result.err;
    EXPECT_NE(result.err.find(part), std::string::npos) << arguments << "\n" << result.err;
    EXPECT_EQ(std::count(result.err.begin(), result.err.end(), '\n'), 1) << result.err;
    EXPECT_TRUE(result.out.empty());
  }
}

}  // namespace
}  // namespace ganvas::metrics
