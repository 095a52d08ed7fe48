#include "media/charts/csv.h"

#include <gtest/gtest.h>

#include <cmath>
#include <sstream>

#include "core/files.h"
#include "media/support.h"

namespace ganvas::media {
namespace {

TEST(Csv, WritesHeadingsCellsAndGaps) {
  const std::vector<CsvColumn> columns = {{"step", {1, 2, 3}}, {"loss, \"D\"", {0.5, std::nan("")}}};
  EXPECT_EQ(to_csv(columns), "step,\"loss, \"\"D\"\"\"\r\n1,0.5\r\n2,\r\n3,\r\n");
}

TEST(Csv, NumbersReadBackExactly) {
  const std::vector<double> values = {0.1, 1.0 / 3, 1e-300, 123456789.123, -0.25};
  std::istringstream text(to_csv(std::vector<CsvColumn>{{"v", values}}));
  std::string line;
  std::getline(text, line);
  for (const double value : values) {
    std::getline(text, line);
    EXPECT_EQ(std::stod(line), value);
  }
}

TEST(Csv, WritesAFile) {
  const test::TemporaryFolder folder;
  const std::vector<CsvColumn> columns = {{"a", {1}}};
  write_csv(folder / "a.csv", columns);
  EXPECT_EQ(read_file(folder / "a.csv"), to_csv(columns));
}

}  // namespace
}  // namespace ganvas::media
