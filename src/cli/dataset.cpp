#include <fmt/format.h>

#include "cli/command_line.h"
#include "cli/say.h"
#include "core/error.h"
#include "core/pictures/contact_sheet.h"
#include "data/dataset.h"
#include "media/png.h"

namespace ganvas::cli {

namespace {

struct SheetOptions {
  data::DatasetOptions data;
  std::string grid = "8x8";
  std::string out = "out/dataset.png";
};

int write_dataset_sheet(const SheetOptions& options) {
  const GridSize grid = parse_grid(options.grid);
  const auto dataset = data::open_dataset(options.data);
  const auto cells = static_cast<std::int64_t>(grid.columns) * grid.rows;
  std::vector<Image> pictures;
  for (std::int64_t i = 0; i < std::min(cells, dataset->size()); ++i)
    pictures.push_back(data::usable_picture(*dataset, i).picture);
  media::write_png(options.out, make_contact_sheet(pictures, grid.columns).view());
  say("{}: {} pictures, {} of them in {}\n", dataset->name(), dataset->size(), pictures.size(), options.out);
  for (const data::RejectedFile& file : dataset->rejected()) {
    say(stderr, "ganvas: left out {}: {}\n", file.path, file.reason);
  }
  return 0;
}

}  // namespace

void add_dataset(CLI::App& parser, CliAction& action) {
  auto options = std::make_shared<SheetOptions>();
  auto* dataset = parser.add_subcommand("dataset", "Look at a data set, or make one");
  dataset->require_subcommand(1);
  dataset->footer(
      "Examples:\n"
      "  ganvas dataset sheet --data faces --grid 8x8 --out out/faces.png\n"
      "  ganvas dataset make ~/Pictures/faces faces256.zip --size 256");
  add_dataset_make(*dataset, action);
  auto* sheet = dataset->add_subcommand("sheet", "The first pictures of a data set on one PNG");
  sheet
      ->add_option(
          "--data", options->data.source,
          "\"faces\" (built in), a folder or archive of pictures, arrays of NumPy, MNIST idx files or CIFAR batches")
      ->capture_default_str();
  sheet->add_option("--grid", options->grid, "Columns x rows")->type_name("CxR")->capture_default_str();
  sheet->add_option("--resolution", options->data.resolution, "Pixels of each picture's side")
      ->check(CLI::Range(4, 1024))
      ->capture_default_str();
  sheet->add_flag("--mirror", options->data.mirror, "Each picture also with left and right exchanged");
  sheet->add_option("--seed", options->data.seed, "Of the built-in faces")->capture_default_str();
  sheet->add_option("--out,-o", options->out, "PNG file")->type_name("FILE")->capture_default_str();
  sheet->footer(
      "Examples:\n"
      "  ganvas dataset sheet --data faces --grid 8x8 --out out/faces.png\n"
      "  ganvas dataset sheet --data ~/Pictures/faces --resolution 128 --out out/mine.png");
  sheet->callback([&action, options] { action = [options] { return write_dataset_sheet(*options); }; });
}

}  // namespace ganvas::cli
