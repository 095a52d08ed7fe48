#include "metrics/features/data_identity.h"

#include <algorithm>
#include <filesystem>
#include <system_error>
#include <utility>
#include <vector>

#include "core/error.h"
#include "core/hash.h"
#include "data/check.h"

namespace ganvas::metrics {
namespace {

namespace fs = std::filesystem;

constexpr std::int64_t faces_looked_at = 64;

/// Files below a folder and where they lie in it.
std::vector<std::pair<std::string, fs::path>> files_of(const fs::path& folder) {
  std::vector<std::pair<std::string, fs::path>> files;
  std::error_code error;
  fs::recursive_directory_iterator at(folder, fs::directory_options::skip_permission_denied, error);
  for (; !error && at != fs::recursive_directory_iterator(); at.increment(error)) {
    std::error_code unknown;
    const bool hidden = at->path().filename().string().starts_with('.');
    if (hidden && at->is_directory(unknown)) at.disable_recursion_pending();
    if (!hidden && at->is_regular_file(unknown))
      files.emplace_back(at->path().lexically_relative(folder).generic_string(), at->path());
  }
  require(!error, "The folder {} cannot be listed ({}).", folder.string(), error.message());
  std::ranges::sort(files);
  return files;
}

std::string hash_of_faces(const data::Dataset& dataset) {
  Sha256 sum;
  for (std::int64_t i = 0; i < std::min(faces_looked_at, dataset.size()); ++i) {
    const Image face = dataset.picture(i);
    sum.update(face.pixels.data(), face.pixels.size());
  }
  return sum.hex();
}

std::string hash_of_labels(const data::Dataset& dataset) {
  Sha256 sum;
  for (std::int64_t i = 0; i < dataset.size(); ++i) {
    const std::vector<float> label = dataset.label(i);
    sum.update(label.data(), label.size() * sizeof(float));
  }
  return sum.hex();
}

}  // namespace

std::string content_hash(const std::string& path, const data::DatasetWatch& watch) {
  std::error_code error;
  if (!fs::is_directory(path, error)) return sha256_of_file(path);
  const auto files = files_of(path);
  std::vector<std::string> sums(files.size());
  data::check_all(files.size(), 0, watch, [&](std::size_t i) {
    try {
      sums[i] = sha256_of_file(files[i].second);
    } catch (const Error&) {
      sums[i] = "unreadable";
    }
  });
  Sha256 sum;
  for (std::size_t i = 0; i < files.size(); ++i) {
    const std::string line = files[i].first + '\0' + sums[i] + '\n';
    sum.update(line.data(), line.size());
  }
  return sum.hex();
}

Json data_identity(const data::DatasetOptions& options, const data::Dataset& dataset, const data::DatasetWatch& watch) {
  Json identity{{"resolution", dataset.resolution()},
                {"channels", dataset.channels()},
                {"mirror", options.mirror},
                {"pictures", dataset.size()}};
  if (dataset.width() != dataset.resolution()) identity["width"] = dataset.width();
  if (options.source == "faces") {
    identity["sha256"] = hash_of_faces(dataset);
    identity["seed"] = options.seed;
    identity["count"] = options.count;
  } else {
    identity["sha256"] = content_hash(options.source, watch);
    if (dataset.label_size() > 0) identity["labels"] = hash_of_labels(dataset);  // MNIST's lie in another file
  }
  return identity;
}

}  // namespace ganvas::metrics
