#include <ATen/CPUGeneratorImpl.h>
#include <fmt/format.h>

#include <algorithm>
#include <functional>
#include <numeric>
#include <set>
#include <utility>

#include "app/document/session_file.h"
#include "app/open/open_model.h"
#include "app/render/device.h"
#include "cli/command_line.h"
#include "cli/say.h"
#include "core/error.h"
#include "core/files.h"
#include "core/pictures/contact_sheet.h"
#include "data/dataset.h"
#include "data/faces/factors.h"
#include "latent/directions/directions.h"
#include "latent/directions/supervised_directions.h"
#include "media/png.h"
#include "metrics/faces/face_network.h"
#include "models/layers/style_layers.h"
#include "models/traits.h"
#include "ops/to_rgba8/to_rgba8.h"

namespace ganvas::cli {

namespace {

constexpr std::int64_t samples = 2'000, judged = 64, at_once = 32;
constexpr double reach = 2;        // steps to either side at which a direction is judged
constexpr double readable = 0.75;  // correlation from which a factor counts as read off pictures
constexpr std::int64_t found = 8;  // directions of SeFa and PCA each
constexpr int strip_pictures = 7, strips = 3, strip_step = 2;

struct DirectionsOptions {
  std::string model;
  std::string network;
  std::string data = "faces";
  std::string reading = "linear";
  std::string out;
  int pictures = 4000;
  std::string device = "auto";
};

/// A label value and the factor that it belongs to.
struct LabelName {
  std::string factor, name;
};

std::vector<LabelName> label_names(const std::string& data, int size) {
  std::vector<LabelName> names;
  if (data == "faces") {
    for (const data::FaceFactor& factor : data::face_factors()) {
      std::string plain(factor.name);
      std::replace(plain.begin(), plain.end(), '_', ' ');
      if (!factor.categorical()) names.push_back({plain, plain});
      for (const data::FaceChoice& choice : factor.choices)
        names.push_back({plain, fmt::format("{}: {}", plain, choice.name)});
    }
  }
  // The classes of a folder are its sub-folders, in the order of their names.
  std::set<std::string> folders;
  std::error_code error;
  for (const auto& entry : std::filesystem::directory_iterator(data, error))
    if (entry.is_directory(error)) folders.insert(entry.path().filename().string());
  if (static_cast<int>(folders.size()) == size)
    for (const std::string& folder : folders) names.push_back({folder, folder});
  for (int i = static_cast<int>(names.size()); i < size; ++i)
    names.push_back({fmt::format("label {}", i), fmt::format("label {}", i)});
  return names;
}

/// Pictures and labels, evenly out of the whole set.
struct Labelled {
  at::Tensor pictures;  // [N, C, R, R] in -1..1
  at::Tensor labels;    // [N, labels]
};

Labelled take(const data::Dataset& data, std::int64_t count) {
  count = std::min(count, data.size());
  std::vector<at::Tensor> pictures, labels;
  for (std::int64_t i = 0; i < count; ++i) {
    const std::int64_t index = i * data.size() / count;
    const Image image = data.picture(index);
    const at::Tensor bytes = at::from_blob(const_cast<std::uint8_t*>(image.pixels.data()),
                                           {image.height, image.width, image.channels}, at::kByte);
    pictures.push_back(((bytes.permute({2, 0, 1}).to(at::kFloat) - 127.5) / 127.5).contiguous());
    labels.push_back(at::tensor(data.label(index)));
  }
  return {at::stack(pictures), at::stack(labels)};
}

/// What tells the labels of pictures.
struct Reading {
  std::function<at::Tensor(const at::Tensor& pictures)> read;  ///< [N, C, H, W] in -1..1 -> [N, labels] double
  at::Tensor accuracy;                                         // [labels] double
  double least_spread;  ///< deviation over a model's pictures below which a label counts as never changing
  std::string how;      ///< a sentence for people
};

/// The picture at 16 x 16, which a generator's softness does not touch.
at::Tensor coarse(const at::Tensor& pictures) {
  return at::_adaptive_avg_pool2d(pictures.to(at::kCPU, at::kFloat), {16, 16}).flatten(1);
}

Reading learned_reading(const Labelled& many) {
  const latent::LabelReader reader = latent::fit_label_reader(coarse(many.pictures), many.labels, 100);
  return {[reader](const at::Tensor& pictures) { return reader.read(coarse(pictures)); }, reader.accuracy, 1e-9,
          fmt::format("Factors are read off the pictures at 16 x 16 by ridge regression on {} labelled pictures; only "
                      "those count that it reads with a correlation of {} or more on pictures it has not seen",
                      many.pictures.size(0), readable)};
}

/// The built-in network, which knows the built-in faces.
Reading face_reading(at::Device device) {
  const auto network = std::make_shared<metrics::FaceExtractor>(device);
  const auto read = [network](const at::Tensor& pictures) {
    const at::NoGradGuard no_grad;
    std::vector<at::Tensor> factors;
    for (std::int64_t first = 0; first < pictures.size(0); first += 256) {
      const at::Tensor some = pictures.narrow(0, first, std::min<std::int64_t>(256, pictures.size(0) - first));
      const at::Tensor bytes = (some.clamp(-1, 1) * 127.5 + 127.5).round();
      factors.push_back(network->factors(network->run(bytes, metrics::ExtractorOutput::features)).cpu());
    }
    return at::cat(factors).to(at::kDouble);
  };
  return {read, at::ones({data::face_label_size()}, at::kDouble), 0.02,
          "Factors are read off the pictures by the built-in face network"};
}

struct Named {
  std::string name;
  at::Tensor vector;  // [w_dim] float
  double size = 0;
};

at::Tensor random_styles(models::Generator& generator, std::int64_t count, std::uint64_t seed) {
  const at::NoGradGuard no_grad;
  const models::NetworkSpec& spec = generator.spec();
  const at::Device device = generator.parameters().front().device();
  const at::Tensor z = at::randn({count, spec.z_dim}, at::make_generator<at::CPUGeneratorImpl>(seed)).to(device);
  at::Tensor c;
  if (spec.c_dim > 0) c = at::one_hot(at::arange(count) % spec.c_dim, spec.c_dim).to(device, at::kFloat);
  return generator.map(z, c, {}).select(1, 0);
}

at::Tensor pictures_of(models::Generator& generator, const at::Tensor& w) {
  const at::NoGradGuard no_grad;
  std::vector<at::Tensor> pictures;
  for (std::int64_t first = 0; first < w.size(0); first += at_once) {
    const at::Tensor some = w.narrow(0, first, std::min(at_once, w.size(0) - first));
    pictures.push_back(generator.synthesize(some.unsqueeze(1).expand({-1, generator.spec().num_ws, -1}), {}).cpu());
  }
  return at::cat(pictures);
}

void add_found(std::vector<Named>& list, const std::string& kind, const latent::Directions& directions,
               const at::Tensor& w) {
  for (std::int64_t i = 0; i < std::min(found, directions.vectors.size(0)); ++i) {
    const at::Tensor vector = directions.vectors[i].to(at::kFloat);
    list.push_back({fmt::format("{} {}", kind, i + 1), vector, w.matmul(vector).std().item<double>()});
  }
}

/// How a step along each direction changes each label, in the deviation that the label has over the model's own
/// pictures.
at::Tensor changes_of(models::Generator& generator, const std::vector<Named>& directions, const Reading& reading,
                      const at::Tensor& w) {
  const at::Tensor spread = reading.read(pictures_of(generator, w)).std(0).clamp_min(reading.least_spread);
  const at::Tensor base = w.narrow(0, 0, judged);
  std::vector<at::Tensor> rows;
  for (const Named& direction : directions) {
    const at::Tensor way = (direction.vector * (direction.size * reach)).to(w.device());
    const auto read = [&](const at::Tensor& at) { return reading.read(pictures_of(generator, at)); };
    rows.push_back(((read(base + way) - read(base - way)) / spread).mean(0) / (2 * reach));
  }
  return at::stack(rows);
}

/// Columns of label values to columns of factors: of each the value that changes most.
struct FactorChanges {
  std::vector<std::string> factors;
  at::Tensor changes;  // [directions, factors]
};

FactorChanges by_factor(const at::Tensor& changes, const std::vector<LabelName>& names, const Reading& reading) {
  FactorChanges result;
  std::vector<at::Tensor> columns;
  for (std::size_t first = 0, last = 0; first < names.size(); first = last) {
    while (last < names.size() && names[last].factor == names[first].factor) ++last;
    std::vector<at::Tensor> values;
    for (std::size_t i = first; i < last; ++i) {
      const auto column = static_cast<std::int64_t>(i);
      if (reading.accuracy[column].item<double>() >= readable) values.push_back(changes.select(1, column).abs());
    }
    if (values.empty()) continue;
    result.factors.push_back(names[first].factor);
    columns.push_back(std::get<0>(at::stack(values, 1).max(1)));
  }
  require(!columns.empty(), "No label of this data set can be read off its pictures, so no purity can be told.");
  result.changes = at::stack(columns, 1);
  return result;
}

/// A sample moved along a direction, from -6 to 6 steps.
std::vector<Image> strip_of(models::Generator& generator, const Named& direction, const at::Tensor& w) {
  std::vector<at::Tensor> moved;
  for (int i = 0; i < strip_pictures; ++i)
    moved.push_back(w + direction.vector.to(w.device()) * (direction.size * strip_step * (i - strip_pictures / 2)));
  const at::Tensor pictures = pictures_of(generator, at::stack(moved));
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

/// Of each factor the direction that changes it most purely, of ways to each of its values that hold those of all other
/// factors, more and less firmly. Judged on the first of the styles.
std::vector<Named> isolating(models::Generator& generator, const at::Tensor& read, const std::vector<LabelName>& names,
                             const Reading& reading, const at::Tensor& w) {
  const at::Tensor spread = read.std(0);
  std::vector<Named> ways;
  std::vector<std::string> factors;
  for (std::size_t i = 0; i < names.size(); ++i) {
    const auto column = static_cast<std::int64_t>(i);
    if (spread[column].item<double>() < reading.least_spread) continue;
    std::vector<std::int64_t> held;
    for (std::size_t j = 0; j < names.size(); ++j) {
      const auto other = static_cast<std::int64_t>(j);
      if (names[j].factor != names[i].factor && spread[other].item<double>() >= reading.least_spread)
        held.push_back(other);
    }
    for (const double hold : {3.0, 30.0, 300.0}) {
      const at::Tensor vector = latent::isolating_direction(w, read, column, held, hold).to(at::kFloat);
      ways.push_back({names[i].name, vector, w.cpu().matmul(vector).std().item<double>()});
      factors.push_back(names[i].factor);
    }
  }
  const FactorChanges changes = by_factor(
      changes_of(generator, ways, reading, w.narrow(0, 0, std::min(read.size(0), judged * 4))), names, reading);
  const latent::Purity purity = latent::purity_of(changes.changes);
  std::vector<Named> result;
  for (const std::string& factor : changes.factors) {
    std::size_t best = ways.size();
    double most = 0;
    for (std::size_t i = 0; i < ways.size(); ++i) {
      const auto row = static_cast<std::int64_t>(i);
      const auto changed = static_cast<std::size_t>(purity.factor[row].item<std::int64_t>());
      const double share = purity.share[row].item<double>();
      if (factors[i] == factor && changes.factors[changed] == factor && share > most) best = i, most = share;
    }
    if (best < ways.size()) result.push_back(ways[best]);
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
  const at::Tensor w = random_styles(generator, judged, 1);
  std::vector<std::int64_t> shown;
  for (const std::size_t i : order) {
    const auto factor = purity.factor[static_cast<std::int64_t>(i)].item<std::int64_t>();
    if (std::find(shown.begin(), shown.end(), factor) != shown.end()) continue;
    shown.push_back(factor);
    const std::string file = fmt::format("strip-{}.png", shown.size());
    media::write_png(out / file, make_contact_sheet(strip_of(generator, directions[i], w[1]), strip_pictures).view());
    text += fmt::format("\n{}: {} from -6 to 6 steps\n\n![{}]({})\n", changes.factors[static_cast<std::size_t>(factor)],
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
  const Reading reading = faces ? face_reading(device) : learned_reading(take(*data, options.pictures));
  const at::Tensor read = reading.read(pictures_of(generator, w));
  std::string learned;
  if (faces) {
    learned =
        "Supervised directions: along each the factor grows most for what the values of all others change with it, as "
        "straight lines through the model's own pictures tell; of each factor the purest, chosen on other styles "
        "than those that the table is of.\n";
    for (Named& direction : isolating(generator, read, names, reading, w)) directions.push_back(std::move(direction));
  } else {
    learned =
        "Supervised directions: regression in W on what is read off the model's own pictures, for each factor the "
        "value that w tells best, at right angles to those of the other factors. Correlation on the half not learned "
        "from:\n\n| label | correlation |\n|---|---|\n";
    for (Named& direction : supervised(read, names, options.data != "faces", reading, w, learned))
      directions.push_back(std::move(direction));
  }
  const FactorChanges changes =
      by_factor(changes_of(generator, directions, reading, random_styles(generator, 500, 1)), names, reading);
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
  command->add_option("--out,-o", options->out, "Folder for directions.json, the table and three strips")
      ->type_name("DIR")
      ->required();
  command->add_option("--pictures", options->pictures, "Labelled pictures that the reading of factors learns from")
      ->check(CLI::Range(8, 1000000))
      ->capture_default_str();
  command->add_option("--device", options->device, "auto, cpu, cuda or cuda:N")->capture_default_str();
  command->footer(
      "Load, on the tab Style, takes directions.json.\n"
      "Examples:\n"
      "  ganvas directions --model runs/first --out out/directions\n"
      "  ganvas directions --model cats.safetensors --data my-labelled-cats --out out/cats");
  command->callback([&action, options] { action = [options] { return find_directions(*options); }; });
}

}  // namespace ganvas::cli
