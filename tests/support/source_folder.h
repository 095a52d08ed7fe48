#pragma once
// Where the repository lies. One file knows it (source_folder.cpp), so that tests compiled in one checkout serve
// another.

#include <string>

namespace ganvas::test {

std::string source_folder();

}  // namespace ganvas::test
