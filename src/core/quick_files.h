#pragma once
// Files that are to outlive the program, not the machine.

#include <filesystem>
#include <string_view>

namespace ganvas {

/// As write_file() (core/files.h), but does not wait for the disk.
void write_quickly(const std::filesystem::path& path, std::string_view bytes);

/// The user's folder for what a program leaves to its next start, made when missing: $XDG_STATE_HOME/ganvas.
std::filesystem::path state_folder();

}  // namespace ganvas
