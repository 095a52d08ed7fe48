#include "app/open/recent_files.h"

#include <algorithm>

#include "core/error.h"
#include "core/json.h"
#include "core/log.h"

namespace ganvas::app {

namespace fs = std::filesystem;

namespace {

constexpr double kLookSeconds = 2.0;

using Paths = std::vector<std::string>;

/// The list in the file; `known` when there is none that can be read.
Paths read_list(const fs::path& file, const Paths& known) {
  std::error_code error;
  if (file.empty() || !fs::exists(file, error)) return known;
  try {
    Paths paths;
    for (const Json& entry : get_required<Json>(read_json(file), "models")) {
      if (entry.is_string() && paths.size() < RecentFiles::kMost) paths.push_back(entry.get<std::string>());
    }
    return paths;
  } catch (const Error& problem) {
    log::info("The list of recent files is not used: {}", problem.what());
    return known;
  }
}

void write_list(const fs::path& file, const Paths& paths) {
  if (file.empty()) return;
  try {
    write_json(file, Json{{"models", paths}});
  } catch (const Error& problem) {
    log::info("The list of recent files is not kept: {}", problem.what());
  }
}

std::string absolute_path(const std::string& path) {
  std::error_code error;
  fs::path whole = fs::absolute(path, error).lexically_normal();
  if (whole.filename().empty() && whole.has_relative_path()) whole = whole.parent_path();  // "runs/a/" is "runs/a"
  return whole.string();
}

std::vector<RecentFile> look(const Paths& paths) {
  std::vector<RecentFile> entries;
  for (const std::string& path : paths) {
    std::error_code error;
    entries.push_back({path, !fs::exists(path, error)});
  }
  return entries;
}

}  // namespace

RecentFiles::RecentFiles(fs::path file, Worker& worker)
    : file_(std::move(file)), worker_(worker), paths_(std::make_shared<Paths>()) {
  change(Change::none, "");
}

void RecentFiles::add(const std::string& path) {
  change(Change::add, absolute_path(path));
}

void RecentFiles::clear() {
  change(Change::clear, "");
}

void RecentFiles::tick(double seconds) {
  since_look_ += seconds;
  if (busy_ || entries_.empty() || since_look_ < kLookSeconds) return;
  change(Change::none, "");
}

void RecentFiles::change(Change kind, const std::string& path) {
  busy_ = true;
  since_look_ = 0;
  worker_.run([this, kind, path, kept = paths_, file = file_]() -> Worker::Completion {
    Paths& paths = *kept;
    paths = read_list(file, paths);
    if (kind == Change::clear) paths.clear();
    if (kind == Change::add) {
      std::erase(paths, path);
      paths.insert(paths.begin(), path);
      paths.resize(std::min(paths.size(), kMost));
    }
    if (kind != Change::none) write_list(file, paths);
    return [this, entries = look(paths)] {
      entries_ = entries;
      busy_ = false;
    };
  });
}

}  // namespace ganvas::app
