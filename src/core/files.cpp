#include "core/files.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <utility>

#include "core/error.h"
#include "core/outside/limits.h"
#include "core/outside/stand_in.h"

namespace ganvas {
namespace fs = std::filesystem;
namespace {

std::string reason() {
  return std::strerror(errno);
}

void sync_path(const fs::path& path) {
  const int fd = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  require(fd >= 0, "Cannot open {} to sync it: {}.", path.string(), reason());
  const int result = ::fsync(fd);
  const int saved = errno;
  ::close(fd);
  errno = saved;
  require(result == 0 || saved == EINVAL, "Cannot write {} to disk: {}.", path.string(), reason());
}

void write_bytes(const fs::path& file, std::string_view bytes, const fs::path& path) {
  const int fd = ::open(file.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
  require(fd >= 0, "Cannot write {}: {}.", path.string(), reason());
  std::size_t done = 0;
  while (done < bytes.size()) {
    const ssize_t count = ::write(fd, bytes.data() + done, bytes.size() - done);
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) {
      const std::string why = reason();
      ::close(fd);
      fail("Cannot write {}: {}.", path.string(), why);
    }
    done += static_cast<std::size_t>(count);
  }
  require(::close(fd) == 0, "Cannot write {}: {}.", path.string(), reason());
}

/// Writes under a temporary name and renames; `sync`: waits for the disk.
void replace_file(const fs::path& path, bool sync, const std::function<void(const fs::path&)>& write) {
  std::error_code error;
  if (path.has_parent_path()) fs::create_directories(path.parent_path(), error);
  require(!error, "Cannot make the folder {}: {}.", path.parent_path().string(), error.message());
  fs::path temporary = path;
  temporary += ".tmp" + std::to_string(::getpid());
  try {
    write(temporary);
    if (sync) sync_path(temporary);
    fs::rename(temporary, path);
    if (sync) sync_path(path.has_parent_path() ? path.parent_path() : fs::path("."));
  } catch (const fs::filesystem_error& failure) {
    fs::remove(temporary, error);
    fail("Cannot write {}: {}.", path.string(), failure.code().message());
  } catch (...) {
    fs::remove(temporary, error);
    throw;
  }
}

fs::path user_folder(const char* variable, const char* under_home) {
  const char* given = std::getenv(variable);
  const char* home = std::getenv("HOME");
  const fs::path base = given != nullptr && *given != '\0' ? fs::path(given)
                        : home != nullptr && *home != '\0' ? fs::path(home) / under_home
                                                           : fs::temp_directory_path();
  fs::path folder = base / "ganvas";
  std::error_code error;
  fs::create_directories(folder, error);
  require(!error, "Cannot make the folder {}: {}.", folder.string(), error.message());
  return folder;
}

/// Bytes of the file that its file system has stored, as far as the first thousand pieces tell.
off_t bytes_stored(int file, off_t size) {
  constexpr int most_pieces = 1000;
  off_t at = 0, stored = 0;
  for (int piece = 0; at < size; ++piece) {
    const off_t begin = ::lseek(file, at, SEEK_DATA);
    if (begin < 0) return errno == ENXIO ? stored : size;  // nothing but a hole follows; or it cannot be told
    if (piece == most_pieces) return stored + size - begin;
    at = std::max(::lseek(file, begin, SEEK_HOLE), begin + 1);
    stored += at - begin;
  }
  return stored;
}

}  // namespace

void require_regular_file(const fs::path& path) {
  // Without O_NONBLOCK a named pipe would be waited for.
  const int file = ::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK);
  require(file >= 0, "{} cannot be opened: {}.", path.string(), reason());
  struct stat status {};
  const bool known = ::fstat(file, &status) == 0;
  const bool large = known && S_ISREG(status.st_mode) && std::cmp_greater(status.st_size, limits::sparse_bytes);
  const bool holes = large && bytes_stored(file, status.st_size) < status.st_size / 2;
  std::array<char, stand_in_bytes> start{};
  const ssize_t count = known && S_ISREG(status.st_mode) ? ::pread(file, start.data(), start.size(), 0) : 0;
  ::close(file);
  require(known && !S_ISDIR(status.st_mode), "{} is a folder, not a file.", path.string());
  require(S_ISREG(status.st_mode), "{} is no regular file but a pipe, device or socket; give a file.", path.string());
  require(!holes, "{} is mostly holes, as a download that was broken off leaves it; copy or download it again.",
          path.string());
  const std::string instead = stand_in({start.data(), static_cast<std::size_t>(std::max<ssize_t>(count, 0))});
  require(instead.empty(), "{} {}.", path.string(), instead);
}

std::ifstream open_regular_file(const fs::path& path) {
  require_regular_file(path);
  std::ifstream file(path, std::ios::binary);
  require(file.is_open(), "{} cannot be opened: {}.", path.string(), reason());
  return file;
}

std::string read_file(const fs::path& path, std::uintmax_t most) {
  std::ifstream file = open_regular_file(path);
  file.seekg(0, std::ios::end);
  const auto size = static_cast<std::uintmax_t>(file.tellg());
  require(size <= most, "{} has {}, more than the {} that are read.", path.string(), human_bytes(size),
          human_bytes(most));
  std::string bytes(size, '\0');
  file.seekg(0);
  file.read(bytes.data(), static_cast<std::streamsize>(size));
  require(file.good() || size == 0, "Cannot read {}: {}.", path.string(), reason());
  return bytes;
}

void write_file_with(const fs::path& path, const std::function<void(const fs::path&)>& write) {
  replace_file(path, /*sync=*/true, write);
}

void write_file(const fs::path& path, std::string_view bytes) {
  replace_file(path, /*sync=*/true, [&](const fs::path& temporary) { write_bytes(temporary, bytes, path); });
}

void write_quickly(const fs::path& path, std::string_view bytes) {
  replace_file(path, /*sync=*/false, [&](const fs::path& temporary) { write_bytes(temporary, bytes, path); });
}

fs::path asset(const std::string& relative) {
  std::vector<fs::path> places;
  if (const char* given = std::getenv("GANVAS_ASSETS")) places.emplace_back(given);
  std::error_code error;
  const fs::path program = fs::read_symlink("/proc/self/exe", error);
  if (!error) {
    places.push_back(program.parent_path());
    places.push_back(program.parent_path().parent_path() / "share/ganvas");
  }
  places.emplace_back(GANVAS_SOURCE_FOLDER);
  std::string looked;
  for (const fs::path& place : places) {
    for (const fs::path& candidate : {place / "assets" / relative, place / relative}) {
      if (fs::exists(candidate, error)) return candidate;
    }
    looked += (looked.empty() ? "" : ", ") + place.string();
  }
  fail("The program's own file {} is missing; looked in {}. Set GANVAS_ASSETS to the folder that holds it.", relative,
       looked);
}

fs::path config_folder() {
  return user_folder("XDG_CONFIG_HOME", ".config");
}

fs::path cache_folder() {
  return user_folder("XDG_CACHE_HOME", ".cache");
}

fs::path state_folder() {
  return user_folder("XDG_STATE_HOME", ".local/state");
}

std::string human_bytes(std::uintmax_t bytes) {
  const char* units[] = {"B", "kB", "MB", "GB", "TB"};
  double value = static_cast<double>(bytes);
  std::size_t unit = 0;
  while (value >= 999.5 && unit + 1 < std::size(units)) {
    value /= 1000.0;
    ++unit;
  }
  return unit == 0 ? fmt::format("{} B", bytes) : fmt::format("{:.1f} {}", value, units[unit]);
}

}  // namespace ganvas
