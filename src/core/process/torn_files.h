#pragma once
// What programs that were killed have begun to write (files.h) and nobody will finish.

#include <filesystem>
#include <string>

namespace ganvas {

/// The name of the file that was to be written, where `name` is a temporary one of write_file_with(); else `name`.
std::string name_when_whole(const std::string& name);

/// Removes the temporary files of processes that are gone from a folder of ours. Never throws.
void remove_torn_files(const std::filesystem::path& folder);

}  // namespace ganvas
