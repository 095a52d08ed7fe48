#include "train/watch/weight_history.h"

#include <sys/mman.h>
#include <unistd.h>
#include <zstd.h>

#include <algorithm>
#include <atomic>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <limits>
#include <set>
#include <string_view>

#include "core/error.h"
#include "core/files.h"
#include "core/json.h"
#include "core/outside/limits.h"
#include "core/process/torn_files.h"
#include "io/safetensors.h"

namespace ganvas::train {

namespace {

namespace fs = std::filesystem;

constexpr int level = 6;  // of zstd: most of what can be had, in milliseconds
constexpr const char* ending = ".safetensors.zst";
constexpr const char* marks_file = "marked.json";
constexpr std::string_view beside = "in_training.";  // before the names of the weights in training

/// A file in memory alone, under a path as any other.
class MemoryFile {
 public:
  MemoryFile() : descriptor_(::memfd_create("moment", 0)) {
    require(descriptor_ >= 0, "There is no memory for unpacking weights.");
  }
  ~MemoryFile() { ::close(descriptor_); }
  MemoryFile(const MemoryFile&) = delete;
  MemoryFile& operator=(const MemoryFile&) = delete;

  [[nodiscard]] fs::path path() const { return fmt::format("/proc/self/fd/{}", descriptor_); }
  void write(const std::string& bytes) const {
    for (std::size_t done = 0; done < bytes.size();) {
      const ssize_t written = ::write(descriptor_, bytes.data() + done, bytes.size() - done);
      require(written > 0, "There is no memory for unpacking weights.");
      done += static_cast<std::size_t>(written);
    }
  }

 private:
  int descriptor_;
};

/// Half precision where it holds every value to a two-thousandth; integers and the rest as they are.
at::Tensor packed(const at::Tensor& tensor) {
  if (tensor.scalar_type() != at::kFloat) return tensor;
  const at::Tensor half = tensor.to(at::kHalf);
  const at::Tensor difference = (half.to(at::kFloat) - tensor).abs();
  const at::Tensor allowed = tensor.abs() * 0.0005 + 1e-7;
  return (difference <= allowed).all().item<bool>() ? half : tensor;
}

std::string compressed(const std::string& bytes) {
  std::string result(ZSTD_compressBound(bytes.size()), '\0');
  const std::size_t size = ZSTD_compress(result.data(), result.size(), bytes.data(), bytes.size(), level);
  require(ZSTD_isError(size) == 0, "Weights could not be packed: {}.", ZSTD_getErrorName(size));
  result.resize(size);
  return result;
}

std::string decompressed(const std::string& bytes, const fs::path& path) {
  const unsigned long long size = ZSTD_getFrameContentSize(bytes.data(), bytes.size());
  require(size != ZSTD_CONTENTSIZE_UNKNOWN && size != ZSTD_CONTENTSIZE_ERROR && size <= limits::unpacked(bytes.size()),
          "{} is no kept moment, or it is damaged.", path.string());
  std::string result(size, '\0');
  const std::size_t done = ZSTD_decompress(result.data(), result.size(), bytes.data(), bytes.size());
  require(ZSTD_isError(done) == 0 && done == size, "{} is damaged.", path.string());
  return result;
}

/// What a name says; nothing for other files.
bool read_name(const std::string& name, Moment& moment) {
  long long step = 0;
  double kimg = 0;
  if (!name.ends_with(ending)) return false;
  if (std::sscanf(name.c_str(), "step-%lld-kimg-%lf", &step, &kimg) != 2) return false;
  moment.step = step;
  moment.kimg = kimg;
  return step >= 0 && std::isfinite(kimg) && kimg >= 0;
}

}  // namespace

fs::path history_folder(const fs::path& run_folder) {
  return run_folder / "history";
}

namespace {

/// A folder of links to the moments of a run; empty where there is none, or none can be made (a disk that is read
/// only).
fs::path links_to(const fs::path& run_folder) {
  static std::atomic<int> number = 0;
  remove_torn_files(history_folder(run_folder));  // links of films that were killed
  const WeightHistory history(history_folder(run_folder));
  if (history.moments().empty()) return {};
  const fs::path links = history_folder(run_folder) / fmt::format("film{}.tmp{}", ++number, ::getpid());
  try {
    history.copy_until(std::numeric_limits<std::int64_t>::max(), links);
    return links;
  } catch (const std::exception&) {
    std::error_code none;
    fs::remove_all(links, none);
    return {};
  }
}

}  // namespace

PinnedHistory::PinnedHistory(const fs::path& run_folder)
    : links_(links_to(run_folder)), history_(links_.empty() ? history_folder(run_folder) : links_) {}

PinnedHistory::~PinnedHistory() {
  std::error_code none;
  if (!links_.empty()) fs::remove_all(links_, none);
}

WeightHistory::WeightHistory(fs::path folder, std::uint64_t budget) : folder_(std::move(folder)), budget_(budget) {
  std::error_code error;
  for (const auto& entry : fs::directory_iterator(folder_, error)) {
    Moment moment;
    if (!entry.is_regular_file(error) || !read_name(entry.path().filename().string(), moment)) continue;
    moment.bytes = entry.file_size(error);
    moments_.push_back(moment);
  }
  std::sort(moments_.begin(), moments_.end(), [](const Moment& a, const Moment& b) { return a.step < b.step; });
  read_marks();
}

void WeightHistory::read_marks() {
  std::set<std::int64_t> marks;
  try {
    if (fs::exists(folder_ / marks_file)) {
      for (const Json& step : read_json(folder_ / marks_file)) marks.insert(step.get<std::int64_t>());
    }
  } catch (const std::exception&) {
    marks.clear();  // a damaged list: nothing is marked
  }
  for (Moment& moment : moments_) moment.marked = marks.contains(moment.step);
}

fs::path WeightHistory::file_of(std::int64_t step, double kimg) const {
  return folder_ / fmt::format("step-{:08}-kimg-{:010.3f}{}", step, kimg, ending);
}

void WeightHistory::add(std::int64_t step, double kimg, const io::WeightSet& weights,
                        const io::WeightSet& in_training) {
  kimg = std::round(kimg * 1000) / 1000;  // as the name has it
  io::WeightSet small;
  small.metadata = weights.metadata;
  const auto pack = [&small](const io::WeightSet& from, std::string_view prefix) {
    for (const auto& [name, tensor] : from.items())
      small.set(std::string(prefix) + name, packed(tensor.to(at::kCPU).contiguous()));
  };
  pack(weights, "");
  pack(in_training, beside);
  const fs::path scratch = folder_ / "unpacked.part";
  fs::create_directories(folder_);
  io::write_safetensors(scratch, small);
  const std::string bytes = compressed(read_file(scratch));
  std::error_code error;
  fs::remove(scratch, error);
  write_file(file_of(step, kimg), bytes);
  const auto place = std::lower_bound(moments_.begin(), moments_.end(), step,
                                      [](const Moment& moment, std::int64_t at) { return moment.step < at; });
  const Moment moment{step, kimg, false, bytes.size()};
  if (place != moments_.end() && place->step == step) {
    if (place->kimg != kimg) fs::remove(file_of(step, place->kimg), error);
    *place = {step, kimg, place->marked, bytes.size()};
  } else {
    moments_.insert(place, moment);
  }
  thin();
}

void WeightHistory::thin() {
  const auto total = [this] {
    std::uint64_t bytes = 0;
    for (const Moment& moment : moments_) bytes += moment.bytes;
    return bytes;
  };
  if (total() > budget_) read_marks();  // a window may have set one meanwhile
  while (total() > budget_) {
    std::size_t least = 0;
    double gap = std::numeric_limits<double>::infinity();
    for (std::size_t i = 1; i + 1 < moments_.size(); ++i) {
      const double left = moments_[i + 1].kimg - moments_[i - 1].kimg;
      if (moments_[i].marked || left >= gap) continue;
      gap = left;
      least = i;
    }
    if (least == 0) return;  // what is left is marked, or an end
    remove(least);
  }
}

void WeightHistory::remove(std::size_t index) {
  std::error_code error;
  fs::remove(file_of(moments_[index].step, moments_[index].kimg), error);
  moments_.erase(moments_.begin() + static_cast<std::ptrdiff_t>(index));
}

void WeightHistory::write_marks() const {
  Json steps = Json::array();
  for (const Moment& moment : moments_)
    if (moment.marked) steps.push_back(moment.step);
  write_json(folder_ / marks_file, steps);
}

void WeightHistory::mark(std::int64_t step, bool on) {
  const auto found = std::find_if(moments_.begin(), moments_.end(), [&](const Moment& m) { return m.step == step; });
  require(found != moments_.end(), "No weights of step {} are kept.", step);
  read_marks();
  found->marked = on;
  write_marks();
}

void WeightHistory::drop_after(std::int64_t step) {
  if (moments_.empty() || moments_.back().step <= step) return;
  read_marks();
  while (!moments_.empty() && moments_.back().step > step) remove(moments_.size() - 1);
  if (fs::exists(folder_ / marks_file)) write_marks();
}

void WeightHistory::copy_until(std::int64_t step, const fs::path& folder) const {
  fs::create_directories(folder);
  WeightHistory copy(folder, budget_);
  for (const Moment& moment : moments_) {
    if (moment.step > step) break;
    const fs::path from = file_of(moment.step, moment.kimg), to = copy.file_of(moment.step, moment.kimg);
    std::error_code error;
    fs::create_hard_link(from, to, error);
    if (error && !fs::exists(to)) {
      if (!fs::exists(from)) continue;
      fs::copy_file(from, to, fs::copy_options::overwrite_existing);
    }
    copy.moments_.push_back(moment);
  }
  copy.write_marks();
}

io::WeightSet WeightHistory::read(std::size_t index, bool in_training) const {
  require(index < moments_.size(), "There is no kept moment {}.", index);
  const fs::path path = file_of(moments_[index].step, moments_[index].kimg);
  const MemoryFile memory;
  memory.write(decompressed(read_file(path), path));
  const io::WeightSet kept = io::read_safetensors(memory.path());
  io::WeightSet weights;
  weights.metadata = kept.metadata;
  weights.provenance = {.file = path.string(), .format = "kept moment"};
  const auto is_beside = [](const io::WeightSet::Item& item) { return item.first.starts_with(beside); };
  const bool wanted = in_training && std::any_of(kept.items().begin(), kept.items().end(), is_beside);
  for (const auto& item : kept.items()) {
    const auto& [name, tensor] = item;
    if (is_beside(item) != wanted) continue;
    weights.set(wanted ? name.substr(beside.size()) : name,
                tensor.scalar_type() == at::kHalf ? tensor.to(at::kFloat) : tensor.clone());
  }
  return weights;
}

io::WeightSet WeightHistory::at(double kimg, bool in_training) const {
  require(!moments_.empty(), "{} keeps no weights.", folder_.string());
  const auto after = std::find_if(moments_.begin(), moments_.end(), [&](const Moment& m) { return m.kimg >= kimg; });
  if (after == moments_.end()) return read(moments_.size() - 1, in_training);
  const auto right = static_cast<std::size_t>(after - moments_.begin());
  if (right == 0 || after->kimg == kimg) return read(right, in_training);
  const Moment& before = moments_[right - 1];
  const double part = (kimg - before.kimg) / (after->kimg - before.kimg);
  const io::WeightSet a = read(right - 1, in_training), b = read(right, in_training);
  io::WeightSet between = b;
  for (const auto& [name, tensor] : a.items()) {
    const at::Tensor* other = b.find(name);
    if (other == nullptr || other->sizes() != tensor.sizes()) return part < 0.5 ? a : b;  // the network grew
    if (!other->is_floating_point()) continue;
    between.set(name, at::lerp(tensor, *other, part));
  }
  return between;
}

}  // namespace ganvas::train
