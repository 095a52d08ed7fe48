#include "data/dataset.h"

#include "data/faces.h"
#include "data/folder.h"

namespace ganvas {

const std::vector<RejectedFile>& Dataset::rejected() const {
  static const std::vector<RejectedFile> none;
  return none;
}

std::shared_ptr<const Dataset> open_dataset(const DatasetOptions& options) {
  if (options.source == "faces") return std::make_shared<FacesDataset>(options);
  return std::make_shared<FolderDataset>(options);
}

}  // namespace ganvas
