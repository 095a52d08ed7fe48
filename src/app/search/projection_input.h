#pragma once
// What a projection starts from: the picture as the network would have made it, and what pictures are compared by.

#include <filesystem>

#include "latent/search/picture_features.h"
#include "models/network_spec.h"

namespace ganvas::app {

/// The picture in a file, cropped and scaled to that of the model, as [1, image_channels, resolution, width] in
/// -1..1 on the CPU. Throws Error.
at::Tensor projection_target(const std::filesystem::path& picture, const models::NetworkSpec& spec);

/// The features of the person's own network (a TorchScript program, asked for LPIPS features where it knows them), or
/// the built-in ones for an empty path. Opening such a program executes what is in it. Throws Error.
latent::PictureFeatures projection_features(const std::filesystem::path& extractor, at::Device device);

}  // namespace ganvas::app
