#pragma once
// MNIST and its relatives (Fashion, Kuzushiji, EMNIST): idx files, plain or gzip.
// http://yann.lecun.com/exdb/mnist: big-endian 32-bit magic number 0x0803, pictures, rows, columns, then the bytes;
// labels: magic number 0x0801, labels, then a byte each.

#include <filesystem>

#include "data/formats/arrays.h"

namespace ganvas::data {

/// Whether the file begins with, or is named like, pictures in idx form.
bool is_idx_images(const std::filesystem::path& path);

/// The idx file of pictures directly in a folder: that of the training set when there are several. An empty path when
/// there is none. Throws Error when it cannot be told which one is meant.
std::filesystem::path find_idx_images(const std::filesystem::path& folder);

/// Reads the pictures and, with `labels`, the file of labels beside them, where there is one: 10 classes, or more when
/// a label says so. Headers are checked against the file's size before memory is taken for what they claim. Throws
/// Error naming the file: another magic number, cut short, too long, labels that do not match.
PictureArray read_idx(const std::filesystem::path& images, bool labels);

}  // namespace ganvas::data
