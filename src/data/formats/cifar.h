#pragma once
// CIFAR-10 and CIFAR-100 in their binary versions: records of one label byte (CIFAR-100: coarse, then fine) and 3072
// bytes, the red, green and blue planes of a 32 x 32 picture. https://www.cs.toronto.edu/~kriz/cifar.html

#include <filesystem>
#include <vector>

#include "data/formats/arrays.h"

namespace ganvas::data {

/// Whether a file is named like a batch (.bin) and, unless its name is one of the published ones, has the size of one.
bool is_cifar_batch(const std::filesystem::path& path);

/// The published batches directly in a folder, sorted: those of the training set, or else the test set. Empty when
/// there are none.
std::vector<std::filesystem::path> find_cifar_batches(const std::filesystem::path& folder);

/// Reads batches of one kind; labels are the 10 or the 100 fine classes. Throws Error naming the file: a size that is
/// no whole number of records, a label out of range.
PictureArray read_cifar(const std::vector<std::filesystem::path>& batches, bool labels);

}  // namespace ganvas::data
