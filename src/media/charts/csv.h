#pragma once
// Tables as CSV (RFC 4180), for charts that people want to open elsewhere.

#include <filesystem>
#include <span>
#include <string>
#include <vector>

namespace ganvas::media {

/// One column: its heading and its numbers. A NaN is an empty cell.
struct CsvColumn {
  std::string name;
  std::vector<double> values;
};

/// The table as text: a heading line, then one line a row; short columns end in empty cells. Numbers are the shortest
/// decimals that read back as the same double.
std::string to_csv(std::span<const CsvColumn> columns);

/// Writes to_csv(columns) atomically. Throws Error.
void write_csv(const std::filesystem::path& path, std::span<const CsvColumn> columns);

}  // namespace ganvas::media
