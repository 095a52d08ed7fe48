#pragma once
// The figures of a run as TensorBoard reads them: a file of records (length, checksum, bytes, checksum), each a
// protocol buffer "Event" with scalar summaries.

#include <cstdint>
#include <filesystem>
#include <string>
#include <utility>
#include <vector>

#include "train/report/report.h"

namespace ganvas::train {

/// CRC-32C (Castagnoli) of bytes, as the records have it before it is masked.
std::uint32_t crc32c(const std::string& bytes);

/// Appends to one file of its own, events.out.tfevents.SECONDS.ganvas. For one thread.
class EventFile {
 public:
  using Scalars = std::vector<std::pair<std::string, double>>;

  /// The file is made with the first flush(). `seconds` since 1970 names it; readers put several files of a folder
  /// together by it.
  EventFile(const std::filesystem::path& folder, std::int64_t seconds);

  /// Figures of a step, kept until flush(). `wall_time` seconds since 1970.
  void add(std::int64_t step, double wall_time, const Scalars& scalars);
  void add(const StepReport& report);
  /// The run goes on, or back, to `step`: readers of the folder drop what any of its files has of later steps.
  void restart(std::int64_t step);
  /// Appends what waits. What cannot be written is dropped: these figures stand in the run's log too.
  void flush();
  [[nodiscard]] const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
  std::string waiting_;
};

}  // namespace ganvas::train
