// face-FID of the samples that the documentation shows: does it order them as a person would? docs/face-fid.md shows
// the pictures beside the figures; GANVAS_WRITE_DOCS=1 makes that page anew.
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <map>
#include <set>

#include "app/training/run_files.h"
#include "core/error.h"
#include "core/files.h"
#include "core/json.h"
#include "data/faces.h"
#include "media/charts/chart.h"
#include "media/png.h"
#include "metrics/faces/face_network.h"
#include "metrics/features/frechet.h"
#include "support/source_folder.h"

namespace ganvas::app {
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

metrics::FeatureMoments moments_of(metrics::FaceExtractor& extractor, const at::Tensor& pictures) {
  metrics::FeatureMoments moments(metrics::FaceNetworkImpl::features_size);
  for (const at::Tensor& part : pictures.split(64))
    moments.add(extractor.run(part, metrics::ExtractorOutput::features));
  return moments;
}

metrics::FeatureMoments moments_of_faces(metrics::FaceExtractor& extractor, int side) {
  std::vector<at::Tensor> faces;
  for (std::uint64_t i = 0; i < 1000; ++i) {
    Image face = data::draw_face(data::sample_face(1, i), side, 3);
    faces.push_back(at::from_blob(face.pixels.data(), {side, side, 3}, at::kByte).permute({2, 0, 1}).clone());
  }
  return moments_of(extractor, at::stack(faces));
}

std::map<std::string, std::vector<Point>> measured() {
  metrics::FaceExtractor extractor(at::kCPU);
  std::map<int, metrics::FeatureMoments> data;
  std::map<std::string, std::vector<Point>> runs;
  const fs::path docs = fs::path(test::source_folder()) / "docs";
  for (const auto& entry : fs::directory_iterator(docs / "runs")) {
    const int side = read_json(entry.path() / "recipe.json")["network"]["resolution"].get<int>();
    if (!data.contains(side)) data.emplace(side, moments_of_faces(extractor, side));
    std::vector<Point>& points = runs[entry.path().filename().string()];
    const std::vector<train::StepReport> steps = read_history(entry.path());
    for (const auto& file : fs::directory_iterator(entry.path() / "samples")) {
      const metrics::FeatureMoments samples = moments_of(extractor, tiles_of(media::read_png(file.path()), side));
      Point point{.step = std::stoll(file.path().stem().string().substr(5)),
                  .face_fid = metrics::frechet_distance(samples, data.at(side)),
                  .sheet = fs::relative(file.path(), docs)};
      for (const train::StepReport& step : steps)
        if (step.step <= point.step) point.kimg = step.kimg;
      points.push_back(point);
    }
    std::sort(points.begin(), points.end(), [](const Point& a, const Point& b) { return a.step < b.step; });
  }
  return runs;
}

/// How far a person who looked at the sheets would place each, worst first; sheets of one place are alike to him.
const std::map<std::string, std::vector<int>>& persons_places() {
  static const std::map<std::string, std::vector<int>> places = {
      {"anime-dcgan-v1", {0, 1, 2, 3}},
      {"anime-dcgan-v2", {0, 1, 2, 3, 4}},
      {"anime-dcgan-v3", {0, 1, 2, 3, 4}},
      {"anime-dcgan-v4", {0, 1, 2, 3, 4}},
      {"anime-dcgan-v5", {0, 0, 0, 0, 0}},           // noise that is always the same, to the end
      {"anime-dcgan-v5-sgd-0.02", {0, 1, 1, 1, 1}},  // faces from the second sheet on
      {"anime-dcgan-v6", {0, 1, 2, 3, 3}},
      {"faces-wgan", {0, 0, 0, 0, 0}},  // dots, then blobs: no faces yet
      {"faces-wgan-gp", {0, 1, 2, 3, 3}},
      {"starter-stylegan", {0, 1, 3, 2, 3}},  // 8 pixels, 16, the next layer fading in (all turns yellow), 32
      {"starter-stylegan2", {0, 1, 2, 2, 2}},
  };
  return places;
}

struct Agreement {
  int pairs = 0;
  std::vector<std::string> against;  ///< pairs of sheets that face-FID orders the other way
};

Agreement agreement(const std::map<std::string, std::vector<Point>>& runs) {
  Agreement found;
  for (const auto& [name, points] : runs) {
    const std::vector<int>& places = persons_places().at(name);
    require(places.size() == points.size(), "The run {} has {} sheets, {} have been looked at.", name, points.size(),
            places.size());
    for (std::size_t a = 0; a < points.size(); ++a) {
      for (std::size_t b = 0; b < points.size(); ++b) {
        if (places[a] >= places[b]) continue;
        ++found.pairs;
        if (points[a].face_fid <= points[b].face_fid)
          found.against.push_back(fmt::format("{}: step {} before step {}", name, points[a].step, points[b].step));
      }
    }
  }
  return found;
}

void write_page(const std::map<std::string, std::vector<Point>>& runs, const Agreement& found) {
  std::string page =
      "# face-FID beside the pictures\n\nface-FID of the samples of the runs in [runs](runs), 64 pictures each against "
      "1,000 "
      "drawn faces of the same size, by the built-in face network ([metrics.md](metrics.md)). It is no FID. With so "
      "few "
      "pictures it is high, but the numbers compare. Made by `GANVAS_WRITE_DOCS=1 GTEST_FILTER='FaceFidOfRuns.*' ctest "
      "-L "
      "app`, which also checks the order.\n\n![Curves](images/face-fid.png)\n";
  page += fmt::format(
      "\nA person looked at the sheets of each run and placed them; sheets that looked alike got one place. Of {} "
      "pairs "
      "in different places face-FID orders {} the same way{}{}. Between runs of different kinds it is no judge of "
      "sharpness: the network has learned to look through noise, so it forgives the dots of faces-wgan-gp, which a "
      "person does not, and minds the dark pictures of starter-stylegan2.\n",
      found.pairs, found.pairs - static_cast<int>(found.against.size()),
      found.against.empty() ? "" : "; not: ", fmt::join(found.against, ", "));
  media::Chart chart{.title = "face-FID of 64 samples (lower is better)",
                     .x_label = "sheet of the run",
                     .y_label = "face-FID",
                     .log_y = true};
  for (const auto& [name, points] : runs) {
    page += fmt::format("\n## {}\n\n", name);
    std::string figures = "|", line = "|", pictures = "|";
    media::ChartSeries series{name, {}, {}};
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
  write_file(fs::path(test::source_folder()) / "docs/face-fid.md", page);
  media::write_png(fs::path(test::source_folder()) / "docs/images/face-fid.png",
                   media::draw_charts(std::vector<media::Chart>{chart}, {.height = 600}).view());
}

TEST(FaceFidOfRuns, OrdersTheSheetsAsAPersonWould) {
  const auto runs = measured();
  const Agreement found = agreement(runs);
  if (std::getenv("GANVAS_WRITE_DOCS") != nullptr) write_page(runs, found);
  for (const auto& [name, points] : runs) {
    for (const Point& point : points)
      fmt::print("{:20} {:>6} {:>8.1f} kimg  {:.2f}\n", name, point.step, point.kimg, point.face_fid);
  }
  EXPECT_GE(found.pairs, 60);
  EXPECT_LE(found.against.size(), 1U) << fmt::format("{}", fmt::join(found.against, "; "));
  // Whatever the network: sheets with faces are better than those without.
  double worst_faces = 0;
  for (const auto& [name, points] : runs)
    if (name != "anime-dcgan-v5" && name != "faces-wgan") worst_faces = std::max(worst_faces, points.back().face_fid);
  EXPECT_LT(worst_faces, runs.at("anime-dcgan-v5").back().face_fid);
  EXPECT_LT(worst_faces, runs.at("faces-wgan").back().face_fid);
}

}  // namespace
}  // namespace ganvas::app
