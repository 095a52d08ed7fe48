#include "media/charts/csv.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <iterator>

#include "core/files.h"

namespace ganvas::media {
namespace {

std::string quoted(const std::string& text) {
  if (text.find_first_of(",\"\r\n") == std::string::npos) return text;
  std::string out = "\"";
  for (const char c : text) out += c == '"' ? std::string("\"\"") : std::string(1, c);
  return out + '"';
}

}  // namespace

std::string to_csv(std::span<const CsvColumn> columns) {
  std::string text;
  std::size_t rows = 0;
  for (const CsvColumn& column : columns) {
    if (&column != columns.data()) text += ',';
    text += quoted(column.name);
    rows = std::max(rows, column.values.size());
  }
  text += "\r\n";
  for (std::size_t row = 0; row < rows; ++row) {
    for (const CsvColumn& column : columns) {
      if (&column != columns.data()) text += ',';
      const bool cell = row < column.values.size() && !std::isnan(column.values[row]);
      if (cell) fmt::format_to(std::back_inserter(text), "{}", column.values[row]);
    }
    text += "\r\n";
  }
  return text;
}

void write_csv(const std::filesystem::path& path, std::span<const CsvColumn> columns) {
  write_file(path, to_csv(columns));
}

}  // namespace ganvas::media
