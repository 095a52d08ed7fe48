#include "data/dataset.h"

namespace ganvas::data {

const std::vector<RejectedFile>& Dataset::rejected() const {
  static const std::vector<RejectedFile> none;
  return none;
}

NumberedPicture usable_picture(const Dataset& dataset, std::int64_t index) {
  for (std::int64_t tried = 0; tried < dataset.size(); ++tried) {
    // The next one in the set's own order, not a drawn one: which picture stands in depends on the index alone.
    const std::int64_t at = tried == 0 ? index : (index + tried) % dataset.size();
    try {
      return {at, dataset.picture(at)};
    } catch (const PictureLost&) {
      continue;
    }
  }
  fail("None of the {} pictures of {} can be read any more; put the files back and resume.", dataset.size(),
       dataset.name());
}

}  // namespace ganvas::data
