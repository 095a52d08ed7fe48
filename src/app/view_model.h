#pragma once
// Everything that the panels draw, gathered once a frame on the UI thread. No torch.

#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "app/control/inputs_view.h"
#include "app/document/document_files.h"
#include "app/document/notices.h"
#include "app/document/rescue.h"
#include "app/document/state.h"
#include "app/film/film_view.h"
#include "app/measure/metrics_view.h"
#include "app/open/model_view.h"
#include "app/output/output_view.h"
#include "app/render/frame.h"
#include "app/search/search_view.h"
#include "app/settings/settings.h"
#include "app/time/time_view.h"
#include "app/training/train_view.h"

namespace ganvas::app {

struct ViewModel {
  const AppState* state = nullptr;
  const Settings* settings = nullptr;
  std::vector<float> latent;  ///< the present latent of the top-left picture, [z_dim]
  FramePtr frame;             ///< newest picture, may be null before the first
  ModelView model;
  DirectionsView directions;
  SearchView search;
  std::vector<std::shared_ptr<const Image>> thumbnails;  ///< RGBA, of the bookmarks; null: not there yet
  TrainView train;
  MetricsView metrics;
  TimeView time;
  RunsView runs;
  BudgetView budget;
  SensitivityView sensitivity;
  MapView map;
  InputsView inputs;
  RecordView record;
  RenderView render;
  OutputView output;
  RescueView rescue;
  ReadingView reading;
  std::vector<BuiltInModel> examples;  ///< models that come with the program
  std::vector<RecentFile> recent;      ///< newest first
  std::vector<Notice> notices;
  std::string device;                 ///< "CPU (2 threads)" or the GPU's name
  std::string tier;                   ///< "plain upload", ... set by the shell
  std::string tier_reason;            ///< why a better tier is not used
  double ui_frame_ms = 0;             ///< set by the shell
  std::vector<std::string> monitors;  ///< "HDMI-1, 1920 x 1080", as ShowOutput counts them; set by the shell
  double generator_ms = 0;
  std::map<std::string_view, int> made;  ///< how often each command was carried out since the start, by its name
  bool can_undo = false;
  bool can_redo = false;
  bool wants_quit = false;  ///< ask before closing: training is on
  bool quit = false;        ///< close now
};

}  // namespace ganvas::app
