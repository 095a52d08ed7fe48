#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <numeric>
#include <utility>

#include "app/document/session_file.h"
#include "app/open/open_model.h"
#include "app/render/device.h"
#include "cli/command_line.h"
#include "cli/count_bar.h"
#include "cli/directions/isolating.h"
#include "cli/directions/judge.h"
#include "cli/directions/reading.h"
#include "cli/say.h"
#include "core/error.h"
#include "core/files.h"
#include "core/pictures/contact_sheet.h"
#include "data/dataset.h"
#include "latent/directions/directions.h"
#include "latent/directions/supervised_directions.h"
#include "media/png.h"
#include "models/layers/style_layers.h"
#include "models/traits.h"
#include "ops/to_rgba8/to_rgba8.h"

namespace ganvas::cli {

namespace {

constexpr std::int64_t samples = 2'000;    // styles that directions are learned from
constexpr std::int64_t judged = 64;        // styles that they are judged on
constexpr std::int64_t judged_well = 800;  // where many factors count: what each seems to change by chance adds up
constexpr std::int64_t found = 8;          // directions of SeFa and PCA each
constexpr int strip_pictures = 7, strips = 6, strip_step = 1;

struct DirectionsOptions {
  std::string model;
  std::string network;
  std::string data = "faces";
  std::string reading = "linear";
  std::string out;
  int pictures = 4000;
  std::string device = "auto";
  std::string progress = "auto";
};

void add_found(std::vector<Named>& list, const std::string& kind, const latent::Directions& directions,
               const at::Tensor& w) {
  for (std::int64_t i = 0; i < std::min(found, directions.vectors.size(0)); ++i) {
    const at::Tensor vector = directions.vectors[i].to(at::kFloat);
    list.push_back({fmt::format("{} {}", kind, i + 1), vector, w.matmul(vector).std().item<double>()});
  }
}

/// A sample moved along a direction, from -3 to 3 steps.
std::vector<Image> strip_of(models::Generator& generator, const Named& direction, const at::Tensor& w) {
  constexpr int middle = strip_pictures / 2;
  std::vector<at::Tensor> moved;
  moved.reserve(strip_pictures);
  for (int i = 0; i < strip_pictures; ++i)
    moved.push_back(along(direction, w, strip_step * (i - middle), generator.spec().num_ws));
  const at::Tensor pictures = pictures_of(generator, at::cat(moved));
  std::vector<Image> images;
  for (int i = 0; i < strip_pictures; ++i) {
    at::Tensor grid;
    ops::to_rgba8(pictures.narrow(0, i, 1), 1, grid);
    Image image(static_cast<int>(grid.size(1)), static_cast<int>(grid.size(0)), 4);
    std::copy_n(grid.const_data_ptr<std::uint8_t>(), image.pixels.size(), image.pixels.begin());
    images.push_back(std::move(image));
  }
  return images;
}

/// One direction a factor, of the label value that w tells best, at right angles to those of the other factors, unless
/// these are classes of which each picture has but one: what leads to a class leads away from the others. The labels
/// are read off the model's own pictures.
std::vector<Named> supervised(const at::Tensor& read, const std::vector<LabelName>& names, bool classes,
                              const Reading& reading, const at::Tensor& w, std::string& report) {
  struct Best {
    std::string name;
    latent::SupervisedDirection direction;
  };
  std::vector<Best> best;
  std::string factor;
  for (std::size_t i = 0; i < names.size(); ++i) {
    const auto column = static_cast<std::int64_t>(i);
    if (reading.accuracy[column].item<double>() < readable) continue;
    const at::Tensor values = read.select(1, column);
    const at::Tensor labels = (values - values.min()) / (values.max() - values.min()).clamp_min(1e-9);
    latent::SupervisedDirection direction = latent::supervised_direction(w, labels, {.ridge = 10});
    if (std::exchange(factor, names[i].factor) != names[i].factor) best.push_back({});
    if (direction.accuracy > best.back().direction.accuracy) best.back() = {names[i].name, std::move(direction)};
  }
  std::erase_if(best, [](const Best& b) { return !b.direction.vector.defined(); });
  std::vector<Named> result;
  for (std::size_t i = 0; i < best.size(); ++i) {
    std::vector<at::Tensor> others;
    for (std::size_t j = 0; j < best.size(); ++j)
      if (j != i) others.push_back(best[j].direction.vector);
    const at::Tensor& own = best[i].direction.vector;
    const bool room = !classes && !others.empty() && static_cast<std::int64_t>(others.size()) < own.size(0);
    const at::Tensor vector = (room ? latent::conditional_direction(own, at::stack(others)) : own).to(at::kFloat);
    report += fmt::format("| {} | {:.2f} |\n", best[i].name, best[i].direction.accuracy);
    result.push_back({best[i].name, vector, w.cpu().matmul(vector).std().item<double>()});
  }
  return result;
}

void write_report(const DirectionsOptions& options, models::Generator& generator, const std::vector<Named>& directions,
                  const FactorChanges& changes, const std::string& how, const std::string& learned) {
  const latent::Purity purity = latent::purity_of(changes.changes);
  const std::filesystem::path out = options.out;
  std::string text = fmt::format(
      "# Directions of {}\n\nWhat a step of one standard deviation does to the factors of {}, in standard deviations "
      "of each factor "
      "over the model's own pictures. Purity: the share of the factor that changes most among all changes.\n\n"
      "| direction | factor | change | purity |\n|---|---|---|---|\n",
      options.model.empty() ? "the built-in model" : std::filesystem::path(options.model).filename().string(),
      options.data);
  std::vector<std::size_t> order(directions.size());
  std::iota(order.begin(), order.end(), 0);
  const auto share = [&](std::size_t i) { return purity.share[static_cast<std::int64_t>(i)].item<double>(); };
  for (const std::size_t i : order) {
    const auto row = static_cast<std::int64_t>(i);
    const auto factor = purity.factor[row].item<std::int64_t>();
    text += fmt::format("| {} | {} | {:.2f} | {:.2f} |\n", directions[i].name,
                        changes.factors[static_cast<std::size_t>(factor)], changes.changes[row][factor].item<double>(),
                        share(i));
  }
  text += fmt::format("\n{}: {}.\n\n{}", how, fmt::join(changes.factors, ", "), learned);
  std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) { return share(a) > share(b); });
  const at::Tensor w = random_styles(generator, 2, 1);
  std::vector<std::int64_t> shown;
  for (const std::size_t i : order) {
    const auto factor = purity.factor[static_cast<std::int64_t>(i)].item<std::int64_t>();
    if (std::find(shown.begin(), shown.end(), factor) != shown.end()) continue;
    shown.push_back(factor);
    const std::string file = fmt::format("strip-{}.png", shown.size());
    media::write_png(out / file,
                     make_contact_sheet(strip_of(generator, directions[i], w.narrow(0, 1, 1)), strip_pictures).view());
    text += fmt::format("\n{}: {} from -3 to 3 steps\n\n![{}]({})\n", changes.factors[static_cast<std::size_t>(factor)],
                        directions[i].name, directions[i].name, file);
    if (shown.size() == strips) break;
  }
  write_file(out / "README.md", text);
}

int find_directions(const DirectionsOptions& options) {
  const at::Device device = app::resolve_device(options.device);
  const app::OpenedModel model = app::open_model(options.model, {.network = options.network, .device = device});
  models::Generator& generator = *model.generator;
  const models::NetworkSpec& spec = generator.spec();
  const auto data = data::open_dataset({.source = options.data,
                                        .resolution = spec.resolution,
                                        .width = models::picture_width(spec),
                                        .channels = spec.image_channels});
  require(data->label_size() > 0, "{} has no labels; sub-folders are labels.", data->name());
  const std::vector<LabelName> names = label_names(options.data, data->label_size());
  const at::Tensor w = random_styles(generator, samples, 0);

  std::vector<Named> directions;
  std::vector<at::Tensor> weights;
  for (const models::StyleLayer& layer : models::style_layers(generator)) weights.push_back(layer.weight);
  if (!weights.empty()) add_found(directions, "SeFa", latent::factorised_directions(weights), w.cpu());
  if (spec.num_ws > 1) add_found(directions, "PCA", latent::principal_directions(w).directions, w.cpu());
  const bool faces = options.reading == "network";
  require(!faces || (options.data == "faces" && spec.image_channels == 3),
          "The built-in network reads the built-in faces in colour alone; choose --reading linear.");
  const Reading reading = faces ? face_reading(device) : learned_reading(*data, options.pictures);
  CountBar bar(options.progress);
  const Judge judge(generator, reading, bar);
  std::string learned;
  if (faces) {
    learned =
        "Supervised directions: along each the factor grows most for what the values of all others change with it, as "
        "straight lines through pictures of styles mixed by row tell, with a part for each style row, and then "
        "corrected by what it is seen to change; of each factor the purest, chosen on other styles than those that "
        "the table is of.\n";
    for (Named& direction : isolating_directions(generator, names, reading, judge, w.narrow(0, 0, judged_well / 2)))
      directions.push_back(std::move(direction));
  } else {
    learned =
        "Supervised directions: regression in W on what is read off the model's own pictures, for each factor the "
        "value that w tells best, at right angles to those of the other factors. Correlation on the half not learned "
        "from:\n\n| label | correlation |\n|---|---|\n";
    const at::Tensor read = judge.read("pictures to learn from", w);
    for (Named& direction : supervised(read, names, options.data != "faces", reading, w, learned))
      directions.push_back(std::move(direction));
  }
  const FactorChanges changes =
      by_factor(judge.changes("all directions", directions, random_styles(generator, faces ? judged_well : judged, 1)),
                names, reading);
  write_report(options, generator, directions, changes, reading.how, learned);
  std::vector<latent::StyleMove> moves;
  for (const Named& direction : directions) {
    const at::Tensor v = direction.vector.contiguous();
    moves.push_back({.name = direction.name,
                     .direction = std::vector(v.const_data_ptr<float>(), v.const_data_ptr<float>() + v.numel()),
                     .unit = direction.size});
  }
  app::save_moves(std::filesystem::path(options.out) / "directions.json", moves);
  say("{} directions and their table in {}\n", moves.size(), options.out);
  return 0;
}

}  // namespace

void add_directions(CLI::App& parser, CliAction& action) {
  auto options = std::make_shared<DirectionsOptions>();
  auto* command =
      parser.add_subcommand("directions", "Find directions of a model, also from labels, and how pure they are");
  command->add_option("--model,-m", options->model, "Model file or run folder; default: the built-in model")
      ->type_name("FILE");
  command->add_option("--network", options->network, "Which network of --model; default: the moving average")
      ->type_name("NAME");
  command->add_option("--data", options->data, "\"faces\" or a labelled folder or archive")->capture_default_str();
  command
      ->add_option("--reading", options->reading,
                   "What tells the factors of a picture: linear, ridge regression on labelled pictures at 16 x 16; or "
                   "network, the built-in one for faces, which knows more factors and wants clear pictures")
      ->check(CLI::IsMember({"linear", "network"}))
      ->capture_default_str();
  command->add_option("--out,-o", options->out, "Folder for directions.json, the table and six strips")
      ->type_name("DIR")
      ->required();
  command->add_option("--pictures", options->pictures, "Labelled pictures that the reading of factors learns from")
      ->check(CLI::Range(8, 1000000))
      ->capture_default_str();
  command->add_option("--device", options->device, "auto, cpu, cuda or cuda:N")->capture_default_str();
  command->add_option("--progress", options->progress, "auto, bar, lines or none; on stderr")
      ->check(CLI::IsMember({"auto", "bar", "lines", "none"}))
      ->capture_default_str();
  command->footer(
      "Load, on the tab Style, takes directions.json.\n"
      "Examples:\n"
      "  ganvas directions --model runs/first --out out/directions\n"
      "  ganvas directions --model cats.safetensors --data my-labelled-cats --out out/cats");
  command->callback([&action, options] { action = [options] { return find_directions(*options); }; });
}

}  // namespace ganvas::cli
