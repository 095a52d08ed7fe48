// face-FID of the samples that the documentation shows: does it order them as a person would? docs/face-fid.md shows
// the pictures beside the figures; GANVAS_WRITE_DOCS=1 makes that page anew.
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <map>
#include <set>

#include "app/run_files.h"
#include "core/files.h"
#include "core/json.h"
#include "data/faces.h"
#include "media/chart.h"
#include "media/png.h"
#include "metrics/face_network.h"
#include "metrics/frechet.h"

namespace ganvas {
namespace {

namespace fs = std::filesystem;

struct Point {
  std::int64_t step = 0;
  double kimg = 0;
  double face_fid = 0;
  fs::path sheet;  // from docs/
};

/// RGBA sheet of side x side pictures -> [N, 3, side, side] bytes.
at::Tensor tiles_of(const Image& sheet, int side) {
  const at::Tensor pixels = at::from_blob(const_cast<std::uint8_t*>(sheet.pixels.data()),
                                          {sheet.height, sheet.width, sheet.channels}, at::kByte)
                                .narrow(2, 0, 3);
  return pixels.view({sheet.height / side, side, sheet.width / side, side, 3})
      .permute({0, 2, 4, 1, 3})
      .reshape({-1, 3, side, side})
      .contiguous();
}

FeatureMoments moments_of(FaceExtractor& extractor, const at::Tensor& pictures) {
  FeatureMoments moments(FaceNetworkImpl::features_size);
  for (const at::Tensor& part : pictures.split(64)) moments.add(extractor.run(part, ExtractorOutput::features));
  return moments;
}

FeatureMoments moments_of_faces(FaceExtractor& extractor, int side) {
  std::vector<at::Tensor> faces;
  for (std::uint64_t i = 0; i < 1000; ++i) {
    Image face = draw_face(sample_face(1, i), side, 3);
    faces.push_back(at::from_blob(face.pixels.data(), {side, side, 3}, at::kByte).permute({2, 0, 1}).clone());
  }
  return moments_of(extractor, at::stack(faces));
}

std::map<std::string, std::vector<Point>> measured() {
  FaceExtractor extractor(at::kCPU);
  std::map<int, FeatureMoments> data;
  std::map<std::string, std::vector<Point>> runs;
  const fs::path docs = fs::path(GANVAS_SOURCE_FOLDER) / "docs";
  for (const auto& entry : fs::directory_iterator(docs / "runs")) {
    const int side = read_json(entry.path() / "recipe.json")["network"]["resolution"].get<int>();
    if (!data.contains(side)) data.emplace(side, moments_of_faces(extractor, side));
    std::vector<Point>& points = runs[entry.path().filename().string()];
    const std::vector<StepReport> steps = read_history(entry.path());
    for (const auto& file : fs::directory_iterator(entry.path() / "samples")) {
      const FeatureMoments samples = moments_of(extractor, tiles_of(read_png(file.path()), side));
      Point point{.step = std::stoll(file.path().stem().string().substr(5)),
                  .face_fid = frechet_distance(samples, data.at(side)),
                  .sheet = fs::relative(file.path(), docs)};
      for (const StepReport& step : steps)
        if (step.step <= point.step) point.kimg = step.kimg;
      points.push_back(point);
    }
    std::sort(points.begin(), points.end(), [](const Point& a, const Point& b) { return a.step < b.step; });
  }
  return runs;
}

void write_page(const std::map<std::string, std::vector<Point>>& runs) {
  std::string page =
      "# face-FID beside the pictures\n\nface-FID of the samples of the runs in [runs](runs), 64 pictures each against "
      "1,000 "
      "drawn faces of the same size, by the built-in face network ([metrics.md](metrics.md)). It is no FID. With so "
      "few "
      "pictures it is high, but the numbers compare. Made by `GANVAS_WRITE_DOCS=1 GTEST_FILTER='FaceFidOfRuns.*' ctest "
      "-L "
      "app`, which also checks the order.\n\n![Curves](images/face-fid.png)\n";
  Chart chart{.title = "face-FID of 64 samples (lower is better)",
              .x_label = "sheet of the run",
              .y_label = "face-FID",
              .log_y = true};
  for (const auto& [name, points] : runs) {
    page += fmt::format("\n## {}\n\n", name);
    std::string figures = "|", line = "|", pictures = "|";
    ChartSeries series{name, {}, {}};
    for (const Point& point : points) {
      figures += fmt::format(" {:.0f} kimg: {:.1f} |", point.kimg, point.face_fid);
      line += "---|";
      pictures += fmt::format(" ![{:.0f} kimg]({}) |", point.kimg, point.sheet.string());
      series.x.push_back(static_cast<double>(series.x.size()));
      series.y.push_back(point.face_fid);
    }
    page += figures + "\n" + line + "\n" + pictures + "\n";
    chart.series.push_back(std::move(series));
  }
  write_file(fs::path(GANVAS_SOURCE_FOLDER) / "docs/face-fid.md", page);
  write_png(fs::path(GANVAS_SOURCE_FOLDER) / "docs/images/face-fid.png",
            draw_charts(std::vector<Chart>{chart}, {.height = 600}).view());
}

TEST(FaceFidOfRuns, OrdersTheSheetsAsAPersonWould) {
  const auto runs = measured();
  if (std::getenv("GANVAS_WRITE_DOCS") != nullptr) write_page(runs);
  for (const auto& [name, points] : runs) {
    for (const Point& point : points)
      fmt::print("{:20} {:>6} {:>8.1f} kimg  {:.2f}\n", name, point.step, point.kimg, point.face_fid);
  }
  ASSERT_GE(runs.size(), 10U);
  const auto last = [&](const char* name) { return runs.at(name).back().face_fid; };
  // A person sees noise first, and better faces from sheet to sheet.
  for (const auto& [name, points] : runs) {
    if (name == "anime-dcgan-v5") continue;
    ASSERT_GE(points.size(), 4U) << name;
    EXPECT_LT(points.back().face_fid, 0.5 * points.front().face_fid) << name;
    for (std::size_t i = 1; i < points.size(); ++i)
      EXPECT_LT(points[i].face_fid, 1.1 * points[i - 1].face_fid) << name << " at step " << points[i].step;
  }
  // Noise that is always the same is worse than every sheet with faces.
  for (const auto& [name, points] : runs) {
    if (name != "anime-dcgan-v5") EXPECT_LT(points.back().face_fid, 0.5 * last("anime-dcgan-v5")) << name;
  }
  // The clear faces of the StyleGAN2 run are better than the blurred ones of the short Wasserstein run.
  EXPECT_LT(last("starter-stylegan2"), last("faces-wgan"));
}

}  // namespace
}  // namespace ganvas
