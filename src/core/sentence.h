#pragma once
// What a person is told of an exception, whoever threw it.

#include <exception>
#include <string>

namespace ganvas {

/// An Error's own sentence; of anything else its reason as one: "It did not work: there is not enough memory." Goes
/// where a thread ends and where a command fails.
std::string sentence_of(const std::exception& problem);

}  // namespace ganvas
