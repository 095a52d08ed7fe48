#include "data/dataset.h"

#include "core/error.h"
#include "data/faces.h"

namespace ganvas {

const std::vector<RejectedFile>& Dataset::rejected() const {
  static const std::vector<RejectedFile> none;
  return none;
}

std::shared_ptr<const Dataset> open_dataset(const DatasetOptions& options) {
  if (options.source == "faces") return std::make_shared<FacesDataset>(options);
  fail("The data set {} cannot be opened.", options.source);
}

}  // namespace ganvas
