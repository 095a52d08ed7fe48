#include "support/source_folder.h"

namespace ganvas::test {

std::string source_folder() {
  return GANVAS_SOURCE_FOLDER;
}

}  // namespace ganvas::test
