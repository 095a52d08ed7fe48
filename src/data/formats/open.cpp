// Which kind of data set lies at a path: its content decides, names only where content cannot.

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <filesystem>
#include <fstream>
#include <system_error>
#include <utility>

#include "core/error.h"
#include "core/files.h"
#include "core/outside/stand_in.h"
#include "data/faces.h"
#include "data/formats/arrays.h"
#include "data/formats/cifar.h"
#include "data/formats/folder.h"
#include "data/formats/idx.h"
#include "data/formats/numpy.h"
#include "data/formats/tar.h"
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

/// Where the usual programs put the sets that they download: "FashionMNIST/raw" for one.
std::vector<fs::path> places_in(const fs::path& folder) {
  std::vector<fs::path> places{folder, folder / "raw"};
  std::error_code error;
  std::vector<fs::path> deeper;
  for (const auto& entry : fs::directory_iterator(folder, error))
    if (entry.is_directory(error)) deeper.push_back(entry.path() / "raw");
  std::ranges::sort(deeper);
  places.insert(places.end(), deeper.begin(), deeper.end());
  for (const char* inside : {"cifar-10-batches-bin", "cifar-100-binary"}) places.push_back(folder / inside);
  return places;
}

/// What to do with a data set of another program, of which `name` is a file; empty for all others.
std::string advice_for(const fs::path& path) {
  const std::string name = path.filename().string();
  if (name.find(".tfrecord") != std::string::npos)
    return fmt::format("{} is a TFRecord, which only TensorFlow's programs read; write its pictures to a folder.",
                       path.string());
  if (name != "lock.mdb" && path.extension() == ".mdb")
    return fmt::format(
        "{} is an LMDB database, which each program fills in its own way; write its pictures to a folder.",
        path.string());
  if (name.starts_with("data_batch_") && path.extension().empty())
    return fmt::format("{} is CIFAR's version for Python, a pickle; give its binary version (cifar-10-binary.tar.gz).",
                       path.string());
  return {};
}

std::string advice_for_folder(const fs::path& folder) {
  std::error_code error;
  for (const auto& entry : fs::directory_iterator(folder, error))
    if (const std::string advice = advice_for(entry.path()); !advice.empty()) return advice;
  return {};
}

std::shared_ptr<const Dataset> open_folder(const fs::path& folder, const DatasetOptions& options,
                                           const DatasetWatch& watch) {
  for (const fs::path& place : places_in(folder)) {
    if (const fs::path images = find_idx_images(place); !images.empty()) {
      return std::make_shared<ArrayDataset>(options, read_idx(images, options.labels));
    }
    if (const std::vector<fs::path> batches = find_cifar_batches(place); !batches.empty()) {
      return std::make_shared<ArrayDataset>(options, read_cifar(batches, options.labels));
    }
  }
  try {
    return std::make_shared<FolderDataset>(options, PictureLimits{}, watch);
  } catch (const Error&) {
    const std::string advice = advice_for_folder(folder);
    if (!advice.empty()) throw Error(advice);
    throw;
  }
}

std::shared_ptr<const Dataset> open_file(const fs::path& path, const DatasetOptions& options,
                                         const DatasetWatch& watch) {
  const std::string begin = first_bytes(path);
  if (is_npy(begin) || (is_zip(begin) && is_npz(path)))
    return std::make_shared<ArrayDataset>(options, read_numpy(path, options.labels));
  if (is_zip(begin)) return open_zip_dataset(options, {}, watch);
  if (is_idx_images(path)) return std::make_shared<ArrayDataset>(options, read_idx(path, options.labels));
  if (is_cifar_batch(path)) return std::make_shared<ArrayDataset>(options, read_cifar({path}, options.labels));
  if (is_tar(path)) return open_tar_dataset(options, {}, watch);
  if (const std::string advice = advice_for(path); !advice.empty()) throw Error(advice);
  const std::string instead = empty_or_packed(begin, "the folder");
  require(instead.empty(), "{} {}.", path.string(), instead);
  fail(
      "{} is not a folder, a zip or tar archive, an array of NumPy (.npy, .npz), a file of MNIST (idx3) or a batch of "
      "CIFAR (.bin); give one of these, or \"faces\".",
      path.string());
}

std::shared_ptr<const Dataset> open_source(const DatasetOptions& options, const DatasetWatch& watch) {
  if (options.source == "faces") return std::make_shared<FacesDataset>(options);
  const fs::path path(options.source);
  std::error_code error;
  require(
      fs::exists(path, error),
      "There is no folder {}; give an existing folder of pictures, a zip or tar archive, an array of NumPy, a file of "
      "MNIST or CIFAR, or \"faces\".",
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
