#include <fmt/format.h>

#include <algorithm>
#include <filesystem>

#include "cli/command_line.h"
#include "cli/count_bar.h"
#include "cli/say.h"
#include "core/error.h"
#include "core/files.h"
#include "core/json_text.h"
#include "core/process/stop_signals.h"
#include "data/dataset.h"
#include "data/formats/zip_writer.h"
#include "media/png.h"

namespace ganvas::cli {

namespace {

namespace fs = std::filesystem;

struct MakeOptions {
  std::string from, out;
  data::DatasetOptions data{.resolution = 256};
  std::string crop = "center";
  std::string labels = "auto";
  std::string progress = "auto";
};

/// As NVIDIA's program names them: a folder for each thousand.
std::string picture_name(std::int64_t index) {
  return fmt::format("{:05}/img{:08}.png", index / 1000, index);
}

/// A class as its number, a vector as it is.
Json label_of(const data::Dataset& dataset, std::int64_t index) {
  const std::vector<float> values = dataset.label(index);
  const auto one = std::find(values.begin(), values.end(), 1.0F);
  const bool one_hot = one != values.end() &&
                       std::count(values.begin(), values.end(), 0.0F) + 1 == static_cast<std::ptrdiff_t>(values.size());
  return one_hot ? Json(one - values.begin()) : Json(values);
}

/// What the pictures are made of and how: those of another call cannot be gone on with.
Json note_of(const MakeOptions& options, const data::Dataset& dataset) {
  return {{"from", fs::absolute(options.from).string()},
          {"pictures", dataset.size()},
          {"size", options.data.resolution},
          {"channels", options.data.channels},
          {"crop", options.crop}};
}

/// The folder beside the archive in which its pictures are gathered; what a stopped call has made stays.
fs::path open_parts(const MakeOptions& options, const Json& note) {
  fs::path parts = options.out + ".parts";
  const fs::path file = parts / "note.json";
  std::error_code error;
  if (fs::exists(file, error)) {
    require(read_json(file) == note,
            "{} has pictures of another call, made of other pictures or in another way; remove it, or choose another "
            "name.",
            parts.string());
  }
  write_file(file, json_text(note));
  return parts;
}

int make_dataset(MakeOptions options) {
  require(fs::path(options.out).extension() == ".zip", "The data set is written as a zip archive: call it {}.zip.",
          options.out);
  options.data.source = options.from;
  options.data.only_square = options.crop == "none";
  options.data.labels = options.labels != "none";
  count_stop_signals();
  CountBar bar(options.progress);
  const auto dataset = data::open_dataset(options.data, {.progress = [&](std::int64_t done, std::int64_t total) {
                                            bar.show("files looked at", done, total);
                                          }});
  const fs::path parts = open_parts(options, note_of(options, *dataset));
  std::vector<data::ZipEntry> entries;
  Json labels = Json::array();
  for (std::int64_t i = 0; i < dataset->size(); ++i) {
    if (stop_signals() > 0)
      fail("Stopped after {} of {} pictures; the same command goes on from there.", i, dataset->size());
    const std::string name = picture_name(i);
    std::error_code error;
    if (!fs::exists(parts / name, error)) {
      fs::create_directories((parts / name).parent_path());
      media::write_png(parts / name, data::usable_picture(*dataset, i).picture.view());
    }
    entries.push_back({.name = name, .file = parts / name});
    if (dataset->label_size() > 0) labels.push_back({name, label_of(*dataset, i)});
    bar.show("pictures", i + 1, dataset->size());
  }
  const Json file{{"labels", labels.empty() ? Json() : labels}};
  entries.push_back({.name = "dataset.json", .file = {}, .text = json_text(file)});
  data::write_zip(options.out, entries);
  fs::remove_all(parts);
  std::string reasons;
  for (const data::RejectedFile& left : dataset->rejected()) reasons += left.path + ": " + left.reason + "\n";
  const std::string report = options.out + ".left-out.txt";
  if (!reasons.empty()) write_file(report, reasons);
  say("{}: {} pictures of {}x{}{}{}\n", options.out, dataset->size(), options.data.resolution, options.data.resolution,
      dataset->label_size() > 0 ? fmt::format(", labels of {} values", dataset->label_size()) : "",
      reasons.empty() ? "" : fmt::format("; {} files are left out, named in {}", dataset->rejected().size(), report));
  return 0;
}

}  // namespace

void add_dataset_make(CLI::App& dataset, CliAction& action) {
  auto options = std::make_shared<MakeOptions>();
  auto* make = dataset.add_subcommand("make", "Pictures as one archive that NVIDIA's programs and ours train on");
  make->add_option("from", options->from, "What --data takes: a folder, an archive, an array, or \"faces\"")
      ->type_name("SRC")
      ->required();
  make->add_option("out", options->out, "The archive")->type_name("OUT.zip")->required();
  make->add_option("--size", options->data.resolution, "Pixels of each picture's side")
      ->check(CLI::Range(4, 4096))
      ->capture_default_str();
  make->add_option("--crop", options->crop,
                   "center: the centred square of each picture; none: pictures that are not square are left out")
      ->check(CLI::IsMember({"center", "none"}))
      ->capture_default_str();
  make->add_option("--labels", options->labels,
                   "auto: of the source's dataset.json, else its sub-folders; none: without labels")
      ->check(CLI::IsMember({"auto", "none"}))
      ->capture_default_str();
  make->add_option("--channels", options->data.channels, "3: colour, 1: grey")
      ->check(CLI::IsMember({1, 3}))
      ->capture_default_str();
  make->add_option("--count", options->data.count, "Of the built-in faces")->check(CLI::Range(1, 100'000'000));
  make->add_option("--seed", options->data.seed, "Of the built-in faces");
  make->add_option("--progress", options->progress, "auto, bar, lines or none")
      ->check(CLI::IsMember({"auto", "bar", "lines", "none"}))
      ->capture_default_str();
  make->footer(
      "Examples:\n"
      "  ganvas dataset make ~/Pictures/faces faces256.zip --size 256\n"
      "  ganvas dataset make pictures.tar.gz square.zip --size 128 --crop none --labels none\n"
      "A call that was stopped goes on where it was.");
  make->callback([&action, options] { action = [options] { return make_dataset(*options); }; });
}

}  // namespace ganvas::cli
