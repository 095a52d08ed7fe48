#include "core/sentence.h"

#include "core/error.h"
#include "core/library_error.h"

namespace ganvas {

std::string sentence_of(const std::exception& problem) {
  if (dynamic_cast<const Error*>(&problem) != nullptr) return first_line(problem.what());
  return fmt::format("It did not work: {}.", reason_of(problem));
}

}  // namespace ganvas
