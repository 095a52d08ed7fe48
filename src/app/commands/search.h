#pragma once
// What works beside the view: projection, drags, sensitivity, the map, metrics. No torch.

#include <cstdint>
#include <string>
#include <vector>

#include "app/commands/command_kind.h"
#include "latent/search/drag_points.h"

namespace ganvas::app::command {

/// Looks for the latents of a picture, beside the view; what is found becomes a bookmark.
struct ProjectPicture {
  static constexpr const char* command = "project_picture";
  std::string path;
  std::string space = "w+";  ///< w+ (styles for each row) or w
  int steps = 400;
  std::string extractor;  ///< TorchScript file of the person's own features; empty: the built-in ones
  static constexpr auto fields() {
    return std::tuple{required("path", &ProjectPicture::path), optional("space", &ProjectPicture::space),
                      optional("steps", &ProjectPicture::steps), optional("extractor", &ProjectPicture::extractor)};
  }
};

/// Pulls points of the picture (the first one of a grid) to their goals; what is found becomes its base styles.
struct DragPicture {
  static constexpr const char* command = "drag_picture";
  std::vector<latent::DragPoint> points;
  std::vector<latent::MaskDisc> mask;  ///< where the picture may move; empty: everywhere
  int steps = 200;                     ///< at most
  static constexpr auto fields() {
    return std::tuple{required("points", &DragPicture::points), optional("mask", &DragPicture::mask),
                      optional("steps", &DragPicture::steps)};
  }
  void apply(CommandContext& context) const;
};

struct CancelSearch {
  static constexpr const char* command = "cancel_search";
};

/// What a projection found: keeps the bookmark, and the sliders take its state.
struct KeepFound {
  static constexpr const char* command = "keep_found";
  Bookmark bookmark;
  static constexpr auto fields() { return std::tuple{required("bookmark", &KeepFound::bookmark)}; }
  void apply(CommandContext& context) const;
};

/// Measures how much the picture moves with each slider of a space: "z", or "w" of one style row (-1: all).
struct MeasureSensitivity {
  static constexpr const char* command = "measure_sensitivity";
  std::string space = "z";
  int row = -1;
  static constexpr auto fields() {
    return std::tuple{optional("space", &MeasureSensitivity::space), optional("row", &MeasureSensitivity::row)};
  }
};

struct CancelSensitivity {
  static constexpr const char* command = "cancel_sensitivity";
};

/// Draws the map of the model on screen; it comes with the view. A point of it is a SetStyleBase.
struct DrawMap {
  static constexpr const char* command = "draw_map";
};

struct CancelMap {
  static constexpr const char* command = "cancel_map";
};

/// Measures the model on screen; rows come with the view, not with the document.
struct MeasureModel {
  static constexpr const char* command = "measure_model";
  std::string metrics = "face_fid,face_kid,factors";  ///< as `ganvas metrics` has them
  std::int64_t samples = 2000;                        ///< where a name has no number
  std::string data = "faces";
  std::string extractor;  ///< a TorchScript file, for the field's metrics
  static constexpr auto fields() {
    return std::tuple{optional("metrics", &MeasureModel::metrics), optional("samples", &MeasureModel::samples),
                      optional("data", &MeasureModel::data), optional("extractor", &MeasureModel::extractor)};
  }
};

struct CancelMeasuring {
  static constexpr const char* command = "cancel_measuring";
};

/// All rows so far, .csv or .png.
struct ExportMetrics {
  static constexpr const char* command = "export_metrics";
  std::string path;
  static constexpr auto fields() { return std::tuple{required("path", &ExportMetrics::path)}; }
  static constexpr auto output = &ExportMetrics::path;
};

using SearchCommands =
    std::variant<ProjectPicture, DragPicture, CancelSearch, KeepFound, MeasureSensitivity, CancelSensitivity, DrawMap,
                 CancelMap, MeasureModel, CancelMeasuring, ExportMetrics>;

}  // namespace ganvas::app::command
