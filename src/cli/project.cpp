#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "app/document/session_file.h"
#include "app/open/open_model.h"
#include "app/render/device.h"
#include "app/search/projection_input.h"
#include "cli/command_line.h"
#include "cli/count_bar.h"
#include "cli/rgb_image.h"
#include "cli/say.h"
#include "core/error.h"
#include "core/files.h"
#include "core/pictures/contact_sheet.h"
#include "io/safetensors.h"
#include "latent/search/projection.h"
#include "media/png.h"
#include "ops/to_rgba8/to_rgba8.h"

namespace ganvas::cli {

namespace {

struct ProjectOptions {
  std::vector<std::string> pictures;
  std::string model;
  std::string network;
  bool allow_torchscript = false;
  std::string out;
  std::string space = "w+";
  int steps = 400;
  int batch = 16;
  bool noise_maps = false;
  std::string extractor;
  std::string device = "auto";
  std::string progress = "auto";
};

/// One picture that was asked for and what came of it.
struct Projected {
  std::string source;
  std::string name;  ///< of its files
  Image target, result;
  double psnr = 0;
  std::vector<float> styles;  // [num_ws * w_dim], of W the first row alone
};

/// Picture [1, C, R, R] in -1..1 as RGB bytes.
Image bytes_of(const at::Tensor& picture) {
  at::Tensor grid;
  ops::to_rgba8(picture, 1, grid);
  return rgb_image(grid);
}

/// The files' names without folder and extension, made different where they are the same.
std::vector<std::string> names_of(const std::vector<std::string>& pictures) {
  std::vector<std::string> names;
  std::set<std::string> taken;
  for (const std::string& picture : pictures) {
    const std::string stem = std::filesystem::path(picture).stem().string();
    std::string name = stem;
    for (int i = 2; !taken.insert(name).second; ++i) name = fmt::format("{}-{}", stem, i);
    names.push_back(name);
  }
  return names;
}

/// The pictures first .. last - 1.
std::vector<Projected> project_some(const ProjectOptions& options, const models::GeneratorPtr& generator,
                                    const latent::PictureFeatures& features, std::size_t first, CountBar& bar) {
  const std::vector<std::string> names = names_of(options.pictures);
  const std::size_t last = std::min(options.pictures.size(), first + static_cast<std::size_t>(options.batch));
  std::vector<at::Tensor> targets;
  for (std::size_t i = first; i < last; ++i)
    targets.push_back(app::projection_target(options.pictures[i], generator->spec()));
  const bool each_row = options.space == "w+";
  latent::Projection projection(generator, at::cat(targets), features,
                                {.each_row = each_row, .steps = options.steps, .noise_maps = options.noise_maps});
  const std::string what = fmt::format("steps of pictures {} to {}", first + 1, last);
  bool more = true;
  while (more) {
    more = projection.step();
    bar.show(what, projection.done(), projection.steps());
  }
  const std::vector<double> psnr = projection.psnr();
  const at::Tensor styles = projection.styles().to(at::kCPU, at::kFloat);
  std::vector<Projected> results;
  for (std::size_t i = first; i < last; ++i) {
    const auto row = static_cast<std::int64_t>(i - first);
    const at::Tensor w = (each_row ? styles[row] : styles[row].slice(0, 0, 1)).contiguous();
    results.push_back({.source = options.pictures[i],
                       .name = names[i],
                       .target = bytes_of(targets[i - first]),
                       .result = bytes_of(projection.pictures().narrow(0, row, 1)),
                       .psnr = psnr[i - first],
                       .styles = {w.const_data_ptr<float>(), w.const_data_ptr<float>() + w.numel()}});
  }
  return results;
}

void write_results(const ProjectOptions& options, const std::vector<Projected>& results, const std::string& features,
                   const std::string& model) {
  const std::filesystem::path out = options.out;
  app::AppState state{.model = model, .network = options.network};
  Json list = Json::array();
  std::vector<Image> pairs;
  std::vector<app::Bookmark> bookmarks;
  for (const Projected& result : results) {
    media::write_png(out / (result.name + ".png"), result.result.view());
    app::Bookmark bookmark{.name = result.name, .latent = {}};
    bookmark.latent.style.base = result.styles;
    bookmarks.push_back(std::move(bookmark));
    list.push_back({{"picture", result.source}, {"file", result.name + ".png"}, {"psnr", result.psnr}});
    pairs.push_back(result.target);
    pairs.push_back(result.result);
  }
  state.latent = bookmarks.front().latent;
  state.bookmarks = std::move(bookmarks);
  app::save_session(out / "session.json", state);
  media::write_png(out / "pairs.png", make_contact_sheet(pairs, 2).view());
  write_json(out / "projection.json", {{"space", options.space},
                                       {"steps", options.steps},
                                       {"features", features},
                                       {"noise_maps", options.noise_maps},
                                       {"pictures", list}});
}

int project(const ProjectOptions& options) {
  const at::Device device = app::resolve_device(options.device);
  const app::OpenedModel model = app::open_model(
      options.model, {.network = options.network, .device = device, .allow_torchscript = options.allow_torchscript});
  require(!options.noise_maps || options.pictures.size() == 1,
          "--noise-maps moves the noise of the model for one picture; give one.");
  const latent::PictureFeatures features = app::projection_features(options.extractor, device);
  say("{} into {}, pixels and {}\n", model.name, options.space == "w+" ? "W+" : "W", features.name);
  std::vector<Projected> results;
  {
    CountBar bar(options.progress);
    for (std::size_t first = 0; first < options.pictures.size(); first += static_cast<std::size_t>(options.batch)) {
      for (Projected& result : project_some(options, model.generator, features, first, bar))
        results.push_back(std::move(result));
    }
  }
  std::string shown = options.model.empty() ? "" : std::filesystem::absolute(options.model).string();
  if (options.noise_maps) {
    shown = std::filesystem::absolute(std::filesystem::path(options.out) / "model.safetensors").string();
    io::write_safetensors(shown, models::model_file_of(*model.generator));
  }
  write_results(options, results, features.name, shown);
  std::vector<double> psnr;
  for (const Projected& result : results) {
    say("{}: {:.1f} dB\n", result.name, result.psnr);
    psnr.push_back(result.psnr);
  }
  std::sort(psnr.begin(), psnr.end());
  const std::size_t middle = psnr.size() / 2;
  const double median = psnr.size() % 2 == 1 ? psnr[middle] : (psnr[middle - 1] + psnr[middle]) / 2;
  say("median {:.1f} dB of {} pictures; ganvas explore --session {} shows them\n", median, psnr.size(),
      (std::filesystem::path(options.out) / "session.json").string());
  return 0;
}

}  // namespace

void add_project(CLI::App& parser, CliAction& action) {
  auto options = std::make_shared<ProjectOptions>();
  auto* command = parser.add_subcommand("project", "Find the latents of pictures of your own");
  command->add_option("pictures", options->pictures, "PNG, JPEG, WebP or GIF files")->type_name("PICTURE")->required();
  command->add_option("--model,-m", options->model, "Model file or run folder; default: the built-in model")
      ->type_name("FILE");
  command->add_option("--out,-o", options->out, "Folder for pictures, figures and a session with a bookmark a picture")
      ->type_name("DIR")
      ->required();
  command->add_option("--network", options->network, "Which network of --model; default: the moving average")
      ->type_name("NAME");
  command->add_flag("--allow-torchscript", options->allow_torchscript,
                    "Execute a TorchScript program that cannot be read from its text; only for files that you trust");
  command
      ->add_option("--space", options->space,
                   "w: one style for all rows; w+: one for each row, which comes nearer but leaves the model's own "
                   "space. Models without styles search their z either way")
      ->check(CLI::IsMember({"w", "w+"}))
      ->capture_default_str();
  command->add_option("--steps", options->steps, "Steps of descent")
      ->check(CLI::Range(1, 100000))
      ->capture_default_str();
  command->add_option("--batch", options->batch, "Pictures at a time")
      ->check(CLI::Range(1, 1024))
      ->capture_default_str();
  command->add_flag("--noise-maps", options->noise_maps,
                    "Move the noise of the layers too; writes the model with it, model.safetensors, beside the result");
  command
      ->add_option("--extractor", options->extractor,
                   "Your own feature network, such as NVIDIA's vgg16.pt (TorchScript, which is executed); default: the "
                   "built-in multi-scale features")
      ->type_name("FILE");
  command->add_option("--device", options->device, "auto, cpu, cuda or cuda:N")->capture_default_str();
  command->add_option("--progress", options->progress, "auto, bar, lines or none")
      ->check(CLI::IsMember({"auto", "bar", "lines", "none"}))
      ->capture_default_str();
  command->footer(
      "DIR gets NAME.png for each picture, pairs.png (pictures beside what was found), projection.json and "
      "session.json.\n"
      "Examples:\n"
      "  ganvas project me.jpg --model runs/first --out out/me\n"
      "  ganvas project *.png --space w --steps 1000 --out out/all\n"
      "  ganvas explore --session out/me/session.json");
  command->callback([&action, options] { action = [options] { return project(*options); }; });
}

}  // namespace ganvas::cli
