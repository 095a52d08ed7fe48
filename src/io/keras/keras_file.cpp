#include "io/keras/keras_file.h"

#include <zip.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <memory>
#include <string_view>

#include "core/error.h"
#include "core/files.h"
#include "core/outside/limits.h"
#include "core/outside/printable.h"
#include "io/keras/hdf5.h"
#include "io/mapped_file.h"

namespace ganvas::io {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view hdf5_magic("\x89HDF\r\n\x1a\n", 8);

struct Discard {
  void operator()(zip_t* zip) const { zip_discard(zip); }
};
using Zip = std::unique_ptr<zip_t, Discard>;

Zip open_zip(const fs::path& path) {
  int error = 0;
  return Zip(zip_open(path.c_str(), ZIP_RDONLY, &error));
}

bool has_entry(zip_t* zip, const char* name) {
  return zip_name_locate(zip, name, 0) >= 0;
}

/// An entry as a whole, which may be compressed within limits.
std::string entry(zip_t* zip, const char* name, Reading& reading) {
  zip_stat_t stat;
  zip_stat_init(&stat);
  require(zip_stat(zip, name, 0, &stat) == 0 && (stat.valid & ZIP_STAT_SIZE) != 0, "its entry {} is missing", name);
  reading.make(stat.size);
  std::string bytes(stat.size, '\0');
  zip_file_t* file = zip_fopen(zip, name, 0);
  require(file != nullptr, "its entry {} cannot be read", name);
  std::uint64_t done = 0;
  while (done < stat.size) {
    const zip_int64_t count = zip_fread(file, bytes.data() + done, stat.size - done);
    if (count <= 0) break;
    done += static_cast<std::uint64_t>(count);
  }
  zip_fclose(file);
  require(done == stat.size, "its entry {} is damaged", name);
  return bytes;
}

/// "model_weights/dense/dense/kernel:0" -> "dense/kernel"; a model within a model keeps its own name in front.
std::string name_of_h5(const std::string& path) {
  constexpr std::string_view group = "model_weights/";
  if (!path.starts_with(group)) return {};
  std::string name = path.substr(group.size());
  const auto slash = name.rfind('/');
  if (slash == std::string::npos) return {};
  std::string variable = name.substr(slash + 1);
  variable.resize(std::min(variable.find(':'), variable.size()));
  const std::string way = name.substr(0, slash);
  return way.substr(way.rfind('/') + 1) + "/" + variable;
}

/// "layers/dense/vars/0", or what the first .keras files had in its place -> "dense/0".
std::string name_of_keras(const std::string& path) {
  for (const std::string_view group : {"layers/", "_layer_checkpoint_dependencies/"}) {
    if (!path.starts_with(group)) continue;
    const std::string name = path.substr(group.size());
    const auto vars = name.find("/vars/");
    if (vars != std::string::npos) return name.substr(0, vars) + "/" + name.substr(vars + 6);
  }
  return {};
}

WeightSet read_arrays(std::string_view bytes, Reading& reading, std::string (*name_of)(const std::string&),
                      std::string* config) {
  WeightSet weights;
  std::vector<std::string> attributes;
  if (config != nullptr) attributes.emplace_back("model_config");
  read_hdf5(bytes, reading, attributes,
            {.text =
                 [&](const std::string&, std::string text) {
                   require(config != nullptr, "it is damaged");
                   *config = std::move(text);
                 },
             .array =
                 [&](const std::string& path, at::Tensor values) {
                   const std::string name = name_of(path);
                   if (!name.empty() && is_utf8(name)) weights.set(name, std::move(values));
                 }});
  return weights;
}

}  // namespace

bool looks_like_keras_file(const fs::path& path) {
  std::ifstream file = open_regular_file(path);
  char start[8] = {};
  file.read(start, sizeof start);
  const std::string_view begin(start, static_cast<std::size_t>(file.gcount()));
  if (begin == hdf5_magic) return true;
  if (!begin.starts_with("PK\x03\x04")) return false;
  const Zip zip = open_zip(path);
  return zip != nullptr && has_entry(zip.get(), "config.json") && has_entry(zip.get(), "model.weights.h5");
}

WeightSet read_keras_file(const fs::path& path, Reading* given) {
  try {
    const MappedFile file(path);
    Watch watch(given, file.bytes().size());
    std::string config;
    WeightSet weights;
    const bool hdf5 = file.bytes().starts_with(hdf5_magic);
    if (hdf5) {
      weights = read_arrays(file.bytes(), *watch, name_of_h5, &config);
      require(!config.empty(),
              "it holds weights without the configuration of their layers (save the model as a whole, "
              "not its weights alone)");
    } else {
      const Zip zip = open_zip(path);
      require(zip != nullptr, "its zip directory is broken");
      config = entry(zip.get(), "config.json", *watch);
      const std::string bytes = entry(zip.get(), "model.weights.h5", *watch);
      weights = read_arrays(bytes, *watch, name_of_keras, nullptr);
    }
    watch->advance(file.bytes().size());
    require(weights.size() > 0, "it holds no weights");
    weights.metadata["keras.config"] = parse_json(config, "its configuration");
    weights.provenance = {.file = path.string(), .format = hdf5 ? "Keras HDF5" : "Keras zip"};
    return weights;
  } catch (const Error& error) {
    fail("{} is not a usable Keras model: {}.", path.string(), printable(error.what()));
  }
}

}  // namespace ganvas::io
