#pragma once
// A test program made of an overlay's files and, for all the rest, the build's objects.

#include <filesystem>
#include <string>

namespace ganvas::test {

/// Builds the sources under `overlay`, which has files at their paths from the repository's root, with the commands
/// that ninja has for the program of its test's folder, and runs the test (tests/<folder>/.../x_test.cpp). An object of
/// the build whose source includes a file that the overlay changes is compiled again if the program needs it. What is
/// made lies under overlay/made. Throws Error with the compiler's, the linker's or the test's own words.
void run_overlay(const std::filesystem::path& overlay);

}  // namespace ganvas::test
