#pragma once
// What the names of an archive's entries say of them. '/' divides folders.

#include <string>

namespace ganvas::data {

/// The labels of NVIDIA's data sets.
constexpr const char* label_name = "dataset.json";

/// Whether one part of the name is "..", or it begins at a root.
bool leads_out(const std::string& name);

/// Hidden, or one of the shadows that macOS puts beside each file.
bool is_hidden(const std::string& name);

/// .zip, .tar, .tar.gz, ...
bool has_archive_extension(const std::string& name);

/// The folders of the name of a dataset.json, with a '/' at the end; it names the pictures as seen from there.
std::string folder_of(const std::string& name);

}  // namespace ganvas::data
