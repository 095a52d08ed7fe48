#include <fmt/format.h>
#include <torch/cuda.h>

#include <algorithm>
#include <optional>
#include <thread>

#include "app/open/open_model.h"
#include "app/render/device.h"
#include "cli/command_line.h"
#include "cli/count_bar.h"
#include "cli/say.h"
#include "core/error.h"
#include "core/files.h"
#include "core/hash.h"
#include "core/json_text.h"
#include "core/process/stop_signals.h"
#include "data/picture_file.h"
#include "io/open/open_model_file.h"
#include "io/safetensors.h"
#include "metrics/evaluation.h"
#include "metrics/features/data_identity.h"
#include "models/traits.h"
#include "train/ranks/process_group.h"

namespace ganvas::cli {

namespace {

namespace fs = std::filesystem;

struct MetricsCommand {
  std::string subject;
  data::DatasetOptions data{.source = "", .resolution = 0, .channels = 0};
  std::string metrics = "fid50k_full";
  std::string extractor, perceptual;
  std::string network;
  bool allow_torchscript = false;
  std::int64_t samples = 50000;
  std::uint64_t seed = 0;
  double psi = 1.0;
  std::string noise = "random";
  std::string resize = "legacy_tensorflow";
  std::int64_t side = 299;
  std::string covariance = "n";
  int only_class = -1;
  bool per_class = false;
  std::int64_t batch = 64;
  std::int64_t save_every = 100;
  bool half = false, no_cache = false, json = false;
  std::string device = "auto";
  int threads = 0;
  std::string progress = "auto";
};

/// Everything that is opened; `subjects` points into it.
struct Opened {
  app::OpenedModel model;                                   ///< generator null: pictures are judged
  std::shared_ptr<const data::Dataset> pictures, data_set;  ///< null where there are none
  Json pictures_identity, data_identity;
  std::unique_ptr<metrics::PictureSource> samples, data;  ///< of the class at hand
  std::optional<metrics::TorchscriptExtractor> extractor, perceptual;
  std::optional<metrics::FaceExtractor> faces;
  metrics::MetricSubjects subjects;
};

/// A folder without a model in it, or an archive, is pictures.
bool is_pictures(const fs::path& path) {
  std::error_code error;
  if (fs::is_directory(path, error)) return io::model_in_folder(path).empty();
  return path.extension() == ".zip";
}

/// Shorter side of the first picture of a folder, by name.
int side_of_pictures(const fs::path& folder) {
  std::error_code error;
  fs::path first;
  for (const auto& entry : fs::recursive_directory_iterator(folder, error)) {
    const bool usable = data::has_picture_extension(entry.path()) && entry.is_regular_file(error);
    if (usable && (first.empty() || entry.path() < first)) first = entry.path();
  }
  if (first.empty())
    throw UsageError(fmt::format("Say how large the pictures of {} are to be, with --resolution.", folder.string()));
  const Image picture = data::read_picture(first);
  return std::min(picture.width, picture.height);
}

std::string weights_text(const app::OpenedModel& model) {
  for (const char* average : {"G_ema", "g_ema", "Gs"})
    if (model.network == average) return "EMA";
  for (const char* raw : {"G", "g"})
    if (model.network == raw) return "raw";
  // A run's model file holds the moving average alone.
  if (model.format == "safetensors" && io::read_safetensors(model.path).metadata.contains("ganvas.recipe"))
    return "EMA";
  return "as the file has them";
}

void open_generator(const MetricsCommand& command, at::Device device, Opened& opened) {
  opened.model = app::open_model(
      command.subject, {.network = command.network, .device = device, .allow_torchscript = command.allow_torchscript});
  metrics::MetricSubjects& subjects = opened.subjects;
  subjects.generator = opened.model.generator.get();
  subjects.generator_identity = {{"sha256", sha256_of_file(opened.model.path)}, {"network", opened.model.network}};
  subjects.provenance["weights"] = weights_text(opened.model);
  subjects.provenance["model"] = opened.model.path.string();
  subjects.provenance["network"] = opened.model.network;
  subjects.provenance["model_sha256"] = subjects.generator_identity["sha256"];
}

/// Opens a data set and says of it, under `name`, what it is and what is missing of it.
std::shared_ptr<const data::Dataset> open_set(const data::DatasetOptions& form, const std::string& name, CountBar& bar,
                                              Json& identity, Json& provenance) {
  const auto watch = [&](const char* what) {
    return data::DatasetWatch{.progress = [&bar, what](std::int64_t done, std::int64_t total) {
      if (stop_signals() > 0) fail("Stopped before anything was judged.");
      bar.show(what, done, total);
    }};
  };
  auto dataset = data::open_dataset(form, watch("files checked"));
  identity = metrics::data_identity(form, *dataset, watch("files hashed"));
  provenance[name] = form.source;
  provenance[name + "_sha256"] = identity["sha256"];
  provenance[name + "_form"] =
      fmt::format("{0} x {0} x {1}{2}", form.resolution, form.channels, form.mirror ? ", mirrored too" : "");
  if (form.source == "faces") provenance[name + "_seed"] = form.seed;
  for (const data::RejectedFile& file : dataset->rejected())
    say(stderr, "ganvas: left out {}: {}\n", file.path, file.reason);
  if (!dataset->rejected().empty()) provenance[name + "_left_out"] = dataset->rejected().size();
  return dataset;
}

metrics::MetricOptions options_of(const MetricsCommand& command, at::Device device) {
  metrics::MetricOptions options{
      .metrics = metrics::parse_metrics(command.metrics, command.samples),
      .sampling = {.device = device, .seed = command.seed, .psi = command.psi, .noise_mode = command.noise},
      .resize = metrics::resize_mode_from(command.resize),
      .side = command.side,
      .unbiased_covariance = command.covariance == "n-1",
      .half_precision = command.half};
  options.batches.batch = command.batch;
  options.batches.save_every = command.save_every;
  options.batches.states = cache_folder() / "metrics";
  if (!command.no_cache) options.cache = cache_folder() / "metrics";
  return options;
}

bool options_by_faces(const MetricsCommand& command) {
  const std::vector<metrics::MetricPtr> asked = metrics::parse_metrics(command.metrics, command.samples);
  return std::any_of(asked.begin(), asked.end(), [](const metrics::MetricPtr& metric) { return metric->by_faces(); });
}

void open_all(const MetricsCommand& command, at::Device device, CountBar& bar, Opened& opened) {
  // Networks first: what is missing of them is known before anything long begins.
  if (!command.extractor.empty()) opened.extractor.emplace(command.extractor, device);
  if (!command.perceptual.empty()) opened.perceptual.emplace(command.perceptual, device);
  metrics::MetricSubjects& subjects = opened.subjects;
  subjects.extractor = opened.extractor ? &*opened.extractor : nullptr;
  subjects.perceptual = opened.perceptual ? &*opened.perceptual : nullptr;
  if (options_by_faces(command)) subjects.faces = &opened.faces.emplace(device);
  data::DatasetOptions form = command.data;
  if (subjects.faces != nullptr && form.source.empty()) form.source = "faces";
  form.labels = command.only_class >= 0 || command.per_class;
  if (is_pictures(command.subject)) {
    if (form.resolution == 0) form.resolution = side_of_pictures(command.subject);
    if (form.channels == 0) form.channels = 3;
    data::DatasetOptions pictures = form;
    pictures.source = command.subject;
    pictures.mirror = false;
    opened.pictures = open_set(pictures, "pictures", bar, opened.pictures_identity, subjects.provenance);
    subjects.provenance["weights"] = "none, pictures";
  } else {
    open_generator(command, device, opened);
    const models::NetworkSpec& spec = subjects.generator->spec();
    if (form.resolution == 0) {
      form.resolution = spec.resolution;
      form.width = models::picture_width(spec);
    }
    if (form.channels == 0) form.channels = spec.image_channels;
    form.labels = form.labels || spec.c_dim > 0;
    if (spec.c_dim == 0 && (command.only_class >= 0 || command.per_class))
      throw UsageError(fmt::format("{} makes no classes that could be judged alone.", command.subject));
  }
  if (!form.source.empty()) opened.data_set = open_set(form, "data", bar, opened.data_identity, subjects.provenance);
}

/// Pictures of one class, or of all.
void choose_class(std::optional<int> only, metrics::MetricOptions& options, Opened& opened) {
  metrics::MetricSubjects& subjects = opened.subjects;
  options.sampling.only_class = only;
  options.sampling.labels = opened.data_set;
  if (opened.pictures) {
    opened.samples = std::make_unique<metrics::DatasetPictures>(opened.pictures, opened.pictures_identity, only);
  } else {
    opened.samples = std::make_unique<metrics::GeneratorPictures>(opened.model.generator, options.sampling,
                                                                  subjects.generator_identity);
  }
  subjects.samples = opened.samples.get();
  if (opened.data_set)
    opened.data = std::make_unique<metrics::DatasetPictures>(opened.data_set, opened.data_identity, only);
  subjects.data = opened.data.get();
  if (only) subjects.provenance["class"] = *only;
}

/// One pass for each class that is asked for; names of figures then end in it.
std::vector<metrics::MetricResult> evaluate_classes(const MetricsCommand& command, metrics::MetricOptions& options,
                                                    Opened& opened) {
  if (!command.per_class) {
    choose_class(command.only_class < 0 ? std::nullopt : std::optional(command.only_class), options, opened);
    return metrics::evaluate(options, opened.subjects);
  }
  const int classes = opened.data_set   ? opened.data_set->label_size()
                      : opened.pictures ? opened.pictures->label_size()
                                        : opened.subjects.generator->spec().c_dim;
  if (classes == 0) throw UsageError("There are no labels, so there is nothing to judge class by class.");
  std::vector<metrics::MetricResult> all;
  for (int i = 0; i < classes; ++i) {
    choose_class(i, options, opened);
    for (metrics::MetricResult& result : metrics::evaluate(options, opened.subjects)) {
      result.name += fmt::format("_class{}", i);
      all.push_back(std::move(result));
    }
  }
  return all;
}

/// Refuses before anything is opened what cannot be done in any case.
void check_command(const MetricsCommand& command, const metrics::MetricOptions& options) {
  metrics::MetricOptions others = options;
  std::erase_if(others.metrics, [](const metrics::MetricPtr& metric) { return metric->by_faces(); });
  if (command.extractor.empty() && command.perceptual.empty()) metrics::check_subjects(others, {});
  const std::string& data = command.data.source;
  if (options_by_faces(command) && !data.empty() && data != "faces")
    throw UsageError(fmt::format(
        "The built-in face network measures against the built-in faces, not {}; give --data faces, or ask for fid with "
        "an --extractor.",
        data));
}

int metrics(const MetricsCommand& command) {
  const std::optional<train::RankPlace> place = train::rank_place_from_environment();
  const bool own_gpu = place && torch::cuda::is_available() && command.device == "auto";
  const at::Device device = app::resolve_device(
      own_gpu ? fmt::format("cuda:{}", place->local_rank % torch::cuda::device_count()) : command.device);
  metrics::MetricOptions options = options_of(command, device);
  check_command(command, options);
  const int cores = static_cast<int>(std::max(1u, std::thread::hardware_concurrency()));
  const int shared = place ? std::max(1, cores / std::max(1, place->local_size)) : 0;
  app::use_torch_threads(command.threads > 0 ? command.threads : shared);

  CountBar bar(place && place->rank > 0 ? "none" : command.progress);
  count_stop_signals();
  options.batches.progress = [&](const std::string& what, std::int64_t done, std::int64_t total) {
    bar.show(what, done, total);
  };
  options.batches.stop = [] { return stop_signals() > 0; };
  std::shared_ptr<train::ProcessGroup> group;
  if (place) {
    group = train::join_ranks(*place, device);
    options.batches.ranks = {
        .rank = place->rank, .size = place->size, .sum = [&](at::Tensor& tensor) { group->all_reduce(tensor); }};
  }
  Opened opened;
  open_all(command, device, bar, opened);
  const std::vector<metrics::MetricResult> results = evaluate_classes(command, options, opened);
  if (place && place->rank > 0) return 0;
  if (command.json) {
    say("{}\n", json_text(to_json(results), 2));
  } else {
    say("{}", to_text(results));
  }
  return 0;
}

void add_subject_options(CLI::App& command, MetricsCommand& options) {
  command
      .add_option("subject", options.subject,
                  "Model file, run folder or checkpoint; or a folder or zip of pictures in place of a model")
      ->type_name("RUN|MODEL|FOLDER")
      ->required();
  command.add_option("--network", options.network, "Which network of the file; default: the moving average")
      ->type_name("NAME");
  command.add_flag("--allow-torchscript", options.allow_torchscript,
                   "Execute a TorchScript model that cannot be read from its text; only for files that you trust");
  command.add_option("--data,-d", options.data.source,
                     "What to compare with: \"faces\" (built in), a folder or zip of pictures, MNIST or CIFAR files");
  command.add_option("--data-count", options.data.count, "Number of the built-in faces")
      ->check(CLI::PositiveNumber)
      ->capture_default_str();
  command.add_option("--data-seed", options.data.seed, "Of the built-in faces")->capture_default_str();
  command
      .add_option("--resolution", options.data.resolution,
                  "Pixels of each picture's side; default: the model's, or that of the first picture")
      ->check(CLI::Range(1, 4096));
  command.add_option("--channels", options.data.channels, "1 grey or 3 colour; default: the model's, or 3")
      ->check(CLI::IsMember({1, 3}));
  command.add_flag("--mirror", options.data.mirror, "Compare also with the data's left and right exchanged");
  auto* only =
      command.add_option("--class", options.only_class, "Only pictures of this class, of the data and of the model")
          ->check(CLI::NonNegativeNumber);
  command.add_flag("--per-class", options.per_class, "Each class on its own, one figure a class")->excludes(only);
  command.add_option("--seed", options.seed, "Of the first sample; also chooses the subsets of KID")
      ->capture_default_str();
  command.add_option("--psi", options.psi, "Truncation: 1 as trained, less is more ordinary")
      ->check(CLI::Range(0.0, 2.0))
      ->capture_default_str();
  command.add_option("--noise", options.noise, "Noise of StyleGANs")
      ->check(CLI::IsMember({"random", "const", "none"}))
      ->capture_default_str();
}

void add_metric_options(CLI::App& command, MetricsCommand& options) {
  command
      .add_option("--metrics", options.metrics,
                  "Names divided by commas: fid50k_full, kid50k_full, pr50k3_full, is50k, ppl2_wend, ...; any number "
                  "of pictures, as in fid500 or kid10k")
      ->capture_default_str();
  command.add_option("--n", options.samples, "Generated pictures of metrics without a number in their name")
      ->check(CLI::PositiveNumber)
      ->capture_default_str();
  command
      .add_option("--extractor,-e", options.extractor,
                  "Feature network, a TorchScript file such as inception-2015-12-05.pt (docs/metrics.md). It is a "
                  "program, and is executed: only a file that you trust")
      ->type_name("FILE");
  command
      .add_option("--perceptual", options.perceptual,
                  "Another one for precision, recall and path lengths, such as vgg16.pt; executed likewise")
      ->type_name("FILE");
  command.add_option("--resize", options.resize, "How pictures come to the network's size")
      ->check(CLI::IsMember(metrics::resize_mode_names()))
      ->capture_default_str();
  command.add_option("--side", options.side, "Pixels of that size, where it is not the network that resizes")
      ->check(CLI::Range(1, 4096))
      ->capture_default_str();
  command.add_option("--covariance", options.covariance, "FID: covariances divided by n or n-1")
      ->check(CLI::IsMember({"n", "n-1"}))
      ->capture_default_str();
  command.add_flag("--half", options.half, "Precision and recall in half precision, as NVIDIA's program has them");
  command.add_option("--batch", options.batch, "Pictures at a time")
      ->check(CLI::Range(1, 65536))
      ->capture_default_str();
  command.add_option("--save-every", options.save_every, "Batches after which unfinished work is kept")
      ->check(CLI::PositiveNumber)
      ->capture_default_str();
  command.add_flag("--no-cache", options.no_cache, "Neither use nor keep statistics of the data");
  command.add_flag("--json", options.json, "One JSON object, a key a metric");
  command.add_option("--device", options.device, "auto, cpu, cuda or cuda:N")->capture_default_str();
  command.add_option("--threads", options.threads, "0: all cores")->check(CLI::Range(0, 1024));
  command.add_option("--progress", options.progress, "auto, bar, lines or none; on stderr")
      ->check(CLI::IsMember({"auto", "bar", "lines", "none"}))
      ->capture_default_str();
}

}  // namespace

void add_metrics(CLI::App& parser, CliAction& action) {
  auto options = std::make_shared<MetricsCommand>();
  auto* command = parser.add_subcommand("metrics", "FID and its relatives of a model, or of pictures");
  add_subject_options(*command, *options);
  add_metric_options(*command, *options);
  command->footer(
      "Examples:\n"
      "  ganvas metrics runs/first --data faces --extractor inception-2015-12-05.pt --metrics fid50k_full,kid50k_full\n"
      "  ganvas metrics out/pictures --data ~/Pictures/faces --extractor inception-2015-12-05.pt --metrics fid500 "
      "--json\n"
      "  ganvas metrics runs/first --extractor vgg16.pt --metrics ppl2_wend --n 10000\n"
      "  ganvas metrics runs/first --metrics face_fid10k,factors10k\n"
      "  torchrun --no-python --nproc-per-node 2 ganvas metrics runs/first --data faces --extractor "
      "inception-2015-12-05.pt\n"
      "Broken off, the same command goes on where it was. docs/metrics.md tells what each figure means.");
  command->callback([&action, options] { action = [options] { return metrics(*options); }; });
}

}  // namespace ganvas::cli
