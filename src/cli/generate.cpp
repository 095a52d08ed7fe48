#include <fmt/format.h>

#include "app/open/open_model.h"
#include "app/render/device.h"
#include "app/render/renderer.h"
#include "cli/command_line.h"
#include "cli/rgb_image.h"
#include "cli/say.h"
#include "core/error.h"
#include "core/pictures/contact_sheet.h"
#include "core/random.h"
#include "media/png.h"
#include "models/traits.h"

namespace ganvas::cli {

namespace {

struct GenerateOptions {
  std::string model;
  std::string network;
  std::vector<std::string> set;
  bool allow_torchscript = false;
  std::string seeds = "0-15";
  double psi = 1.0;
  std::string out = "out";
  std::string grid;
  std::string device = "auto";
};

int generate(const GenerateOptions& options) {
  const std::vector<std::uint64_t> seeds = parse_seeds(options.seeds);
  const GridSize grid = options.grid.empty() ? GridSize{} : parse_grid(options.grid);
  const auto cells = static_cast<std::size_t>(grid.columns) * static_cast<std::size_t>(grid.rows);
  if (!options.grid.empty() && seeds.size() > cells) {
    throw UsageError(fmt::format("{} seeds do not fit into a grid of {}; take a larger grid or fewer seeds.",
                                 seeds.size(), options.grid));
  }
  const at::Device device = app::resolve_device(options.device);
  app::OpenedModel model = app::open_model(options.model, {.network = options.network,
                                                           .set = options.set,
                                                           .device = device,
                                                           .allow_torchscript = options.allow_torchscript});
  for (const std::string& remark : model.remarks) say(stderr, "{}\n", remark);
  app::Renderer renderer(std::move(model.generator), device);
  const models::NetworkSpec& spec = renderer.spec();

  const std::filesystem::path out = options.out;
  std::vector<Image> sheet;
  for (const std::uint64_t seed : seeds) {
    // One picture at a time: its bytes must not depend on which other seeds were asked for.
    app::RenderJob job{
        .latents = latent_from_seed(seed, static_cast<std::size_t>(spec.z_dim)), .psi = options.psi, .chunk = 1};
    job.classes.assign(static_cast<std::size_t>(spec.c_dim), 0.0f);
    if (!job.classes.empty()) job.classes[0] = 1.0f;
    Image picture = rgb_image(renderer.render(job));
    media::write_png(out / fmt::format("seed{:04}.png", seed), picture.view());
    if (!options.grid.empty()) sheet.push_back(std::move(picture));
  }
  if (!sheet.empty()) media::write_png(out / "grid.png", make_contact_sheet(sheet, grid.columns).view());
  say("{} pictures of {}x{} from {} in {}\n", seeds.size(), models::picture_width(spec), spec.resolution,
      model.path.filename().string(), out.string());
  return 0;
}

}  // namespace

void add_generate(CLI::App& parser, CliAction& action) {
  auto options = std::make_shared<GenerateOptions>();
  auto* command = parser.add_subcommand("generate", "Make pictures of seeds as PNG files");
  command->add_option("--model,-m", options->model, "Model file or run folder; default: the built-in starter model")
      ->type_name("FILE");
  command->add_option("--network", options->network, "Which network of the file; default: the moving average")
      ->type_name("NAME");
  command->add_option("--set", options->set, set_help)->type_name("LAYER.VALUE=NEW");
  command->add_flag("--allow-torchscript", options->allow_torchscript,
                    "Execute a TorchScript program that cannot be read from its text; only for files that you trust");
  command->add_option("--seeds", options->seeds, "Seeds, for example 0-63,70")->capture_default_str();
  command->add_option("--psi", options->psi, "Truncation: 1 as trained, less is more ordinary")
      ->check(CLI::Range(0.0, 2.0))
      ->capture_default_str();
  command->add_option("--out,-o", options->out, "Folder for the pictures")->type_name("DIR")->capture_default_str();
  command->add_option("--grid", options->grid, "Also all pictures on one sheet, columns x rows")->type_name("CxR");
  command->add_option("--device", options->device, "auto, cpu, cuda or cuda:N")->capture_default_str();
  command->footer(
      "Examples:\n"
      "  ganvas generate --seeds 0-15 --grid 4x4 --out out/a\n"
      "  ganvas generate --model runs/first/model.safetensors --seeds 0-63 --psi 0.7 --grid 8x8 --out out/sheet");
  command->callback([&action, options] { action = [options] { return generate(*options); }; });
}

}  // namespace ganvas::cli
