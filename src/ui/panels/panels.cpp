#include "ui/panels/panels.h"

#include "ui/panels/explore/explore.h"
#include "ui/panels/keyboard/keyboard.h"
#include "ui/panels/layers/layers.h"
#include "ui/panels/layers/reading.h"
#include "ui/panels/metrics/metrics.h"
#include "ui/panels/record/record.h"
#include "ui/panels/settings/settings.h"
#include "ui/panels/style/style.h"
#include "ui/panels/time/time.h"
#include "ui/panels/time/timeline.h"
#include "ui/panels/tour/tour.h"
#include "ui/panels/train/train.h"

namespace ganvas::ui {
PanelList make_panels() {
  PanelList list;
  list.push_back(std::make_unique<TourPanel>());
  list.push_back(std::make_unique<TimelinePanel>());
  list.push_back(std::make_unique<TimePanel>());
  list.push_back(std::make_unique<ReadingPanel>());
  list.push_back(std::make_unique<ExplorePanel>());
  list.push_back(std::make_unique<StylePanel>());
  list.push_back(std::make_unique<LayersPanel>());
  list.push_back(std::make_unique<TrainPanel>());
  list.push_back(std::make_unique<MetricsPanel>());
  list.push_back(std::make_unique<RecordPanel>());
  list.push_back(std::make_unique<SettingsPanel>());
  list.push_back(std::make_unique<KeyboardPanel>());
  return list;
}

}  // namespace ganvas::ui
