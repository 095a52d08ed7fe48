#include <fmt/format.h>

#include "app/render/device.h"
#include "cli/command_line.h"
#include "cli/count_bar.h"
#include "cli/say.h"
#include "core/files.h"
#include "metrics/faces/face_training.h"

namespace ganvas::cli {

namespace {

struct FaceNetworkOptions {
  std::string recipe;
  std::string out = "face-network.safetensors";
  int threads = 0;
  std::string progress = "auto";
  bool test = false;
};

void print_skills(metrics::FaceNetworkImpl& network) {
  say("{:15} {:>8} {:>8}\n", "factor", "sharp", "blurred");
  for (const metrics::FactorSkill& skill : metrics::factor_skills(network, 2000))
    say("{:15} {:>8.3f} {:>8.3f}\n", skill.factor, skill.sharp, skill.blurred);
}

int face_network(const FaceNetworkOptions& options) {
  app::use_torch_threads(options.threads);
  if (!options.test) {
    const metrics::FaceRecipe recipe = metrics::load_face_recipe(
        options.recipe.empty() ? asset("face-network.json") : std::filesystem::path(options.recipe));
    CountBar bar(options.progress);
    metrics::train_face_network(recipe, options.out, [&](const metrics::FaceProgress& p) {
      bar.show("steps", p.step, p.steps);
      return true;
    });
  }
  metrics::FaceNetwork network = metrics::load_face_network(
      options.test ? metrics::face_network_path() : std::filesystem::path(options.out), at::kCPU);
  print_skills(*network);
  return 0;
}

}  // namespace

void add_face_network(CLI::App& parser, CliAction& action) {
  auto options = std::make_shared<FaceNetworkOptions>();
  auto* command = parser.add_subcommand("face-network", "Train or test the small network that measures face-FID");
  command->add_option("--recipe,-r", options->recipe, "Recipe file; default: the built-in network's own")
      ->type_name("FILE");
  command
      ->add_option("--out,-o", options->out, "Where the network goes; the same command goes on after an interruption")
      ->type_name("FILE")
      ->capture_default_str();
  command->add_flag("--test", options->test, "Train nothing; tell how well the built-in network reads held-out faces");
  command->add_option("--threads", options->threads, "0: all cores")->check(CLI::Range(0, 1024));
  command->add_option("--progress", options->progress, "auto, bar, lines or none")
      ->check(CLI::IsMember({"auto", "bar", "lines", "none"}))
      ->capture_default_str();
  command->footer(
      "Prints, for each factor of the built-in faces, the share of right answers (R^2 of continuous factors) on faces\n"
      "that it has not seen, as drawn and at half the resolution.\n"
      "Examples:\n"
      "  ganvas face-network --test\n"
      "  ganvas face-network --out out/face-network.safetensors");
  command->callback([&action, options] { action = [options] { return face_network(*options); }; });
}

}  // namespace ganvas::cli
