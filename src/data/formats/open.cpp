// Which kind of data set lies at a path: its content decides, names only where content cannot.

#include <array>
#include <filesystem>
#include <fstream>
#include <system_error>
#include <utility>

#include "core/error.h"
#include "core/files.h"
#include "data/faces.h"
#include "data/formats/arrays.h"
#include "data/formats/cifar.h"
#include "data/formats/folder.h"
#include "data/formats/idx.h"
#include "data/formats/zip.h"
#include "data/mirror.h"

namespace ganvas::data {
namespace {

namespace fs = std::filesystem;

std::string first_bytes(const fs::path& path) {
  std::array<char, 16> bytes{};
  std::ifstream file = open_regular_file(path);
  file.read(bytes.data(), bytes.size());
  return {bytes.data(), static_cast<std::size_t>(file.gcount())};
}

std::shared_ptr<const Dataset> open_folder(const fs::path& folder, const DatasetOptions& options,
                                           const DatasetWatch& watch) {
  // The folders that the usual programs make when they download these sets.
  for (const char* inside : {"", "raw", "MNIST/raw", "cifar-10-batches-bin", "cifar-100-binary"}) {
    const fs::path place = *inside == '\0' ? folder : folder / inside;
    if (const fs::path images = find_idx_images(place); !images.empty()) {
      return std::make_shared<ArrayDataset>(options, read_idx(images, options.labels));
    }
    if (const std::vector<fs::path> batches = find_cifar_batches(place); !batches.empty()) {
      return std::make_shared<ArrayDataset>(options, read_cifar(batches, options.labels));
    }
  }
  return std::make_shared<FolderDataset>(options, PictureLimits{}, watch);
}

std::shared_ptr<const Dataset> open_file(const fs::path& path, const DatasetOptions& options,
                                         const DatasetWatch& watch) {
  if (is_zip(first_bytes(path))) return open_zip_dataset(options, {}, watch);
  if (is_idx_images(path)) return std::make_shared<ArrayDataset>(options, read_idx(path, options.labels));
  if (is_cifar_batch(path)) return std::make_shared<ArrayDataset>(options, read_cifar({path}, options.labels));
  fail(
      "{} is not a folder, a zip archive, a file of MNIST (idx3) or a batch of CIFAR (.bin); give one of these, or "
      "\"faces\".",
      path.string());
}

std::shared_ptr<const Dataset> open_source(const DatasetOptions& options, const DatasetWatch& watch) {
  if (options.source == "faces") return std::make_shared<FacesDataset>(options);
  const fs::path path(options.source);
  std::error_code error;
  require(fs::exists(path, error),
          "There is no folder {}; give an existing folder of pictures, a zip archive, a file of MNIST or CIFAR, or "
          "\"faces\".",
          path.string());
  return fs::is_directory(path, error) ? open_folder(path, options, watch) : open_file(path, options, watch);
}

}  // namespace

std::shared_ptr<const Dataset> open_dataset(const DatasetOptions& options, const DatasetWatch& watch) {
  std::shared_ptr<const Dataset> dataset = open_source(options, watch);
  if (options.mirror) dataset = std::make_shared<MirroredDataset>(std::move(dataset));
  return dataset;
}

}  // namespace ganvas::data
