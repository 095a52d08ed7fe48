#pragma once
// Small networks of every family, for tests that loop over all of them.

#include <string>
#include <vector>

#include "models/network_spec.h"

namespace ganvas::models {

/// Small specifications of each family: what a user could choose. Of a family that this file does not know, its
/// defaults.
inline std::vector<NetworkSpec> specs_of(const std::string& family) {
  std::vector<NetworkSpec> specs;
  if (family == "dcgan") {
    for (const int resolution : {32, 64, 128}) {
      NetworkSpec spec;
      spec.resolution = resolution;
      spec.z_dim = 12;
      spec.extra["channels"] = {8, 6, 4};
      for (int side = 32; side < resolution; side *= 2) spec.extra["channels"].push_back(4);
      specs.push_back(spec);
      spec.image_channels = 1;
      spec.extra["output"] = "sigmoid";
      spec.extra["g_batch_norm"] = spec.extra["d_batch_norm"] = false;
      spec.extra["g_activation"] = "leaky_relu";
      spec.extra["bias"] = true;
      spec.extra["init"] = "normal002";
      specs.push_back(spec);
    }
  }
  if (family == "wgan") {
    for (const char* settings : {
             R"({"g_channels": 3, "d_channels": 2})",
             R"({"g_channels": 2, "d_channels": 3, "extra_layers": 2, "g_batch_norm": false})",
             R"({"g_channels": 8, "d_channels": 8, "g_mlp": true, "d_mlp": true})",
         })
      specs.push_back({.family = family, .resolution = 32, .z_dim = 7, .extra = Json::parse(settings)});
  }
  if (family == "wgan_gp") {
    for (const char* form : {"conv", "resnet"}) {
      const Json settings{{"form", form}, {"channels", 2}};
      for (const int resolution : {32, 64})
        specs.push_back({.family = family, .resolution = resolution, .z_dim = 7, .extra = settings});
    }
  }
  if (family == "stylegan") {
    for (const char* settings : {
             R"({"channels": [6, 5, 4, 3], "d_dense": 5, "mapping_layers": 2, "mapping_channels": 9})",
             R"({"channels": [4, 2], "fused_scale": "on", "blur": [], "mbstd_group": 0, "normalize_z": false})",
         }) {
      NetworkSpec spec{.family = family, .z_dim = 7, .w_dim = 8, .extra = Json::parse(settings)};
      spec.resolution = 4 << (spec.extra["channels"].size() - 1);
      specs.push_back(spec);
    }
  }
  if (family == "stylegan2") {
    for (const char* settings : {
             R"({"channel_base": 64, "channel_max": 6, "mapping_layers": 2, "mbstd_group": 0})",
             R"({"channels": [6, 5, 4], "g_architecture": "resnet", "d_architecture": "skip", "mapping_channels": 5})",
             R"({"channels": [3, 2, 4], "d_channels": [4, 5, 2], "g_architecture": "orig", "d_architecture": "orig",
                 "activation": "swish", "conv_clamp": 3, "freeze_layers": 2, "mbstd_channels": 2})",
         })
      specs.push_back({.family = family, .resolution = 16, .z_dim = 7, .w_dim = 8, .extra = Json::parse(settings)});
  }
  if (family == "stylegan3") {
    for (const char* settings : {
             R"({"channels": [6, 5, 5, 4]})",
             R"({"channels": [6, 5, 4], "conv_kernel": 1, "radial_filters": true, "mapping_layers": 1})",
         })
      specs.push_back({.family = family, .resolution = 16, .z_dim = 7, .w_dim = 8, .extra = Json::parse(settings)});
  }
  if (family == "layered") {
    specs.push_back({.family = family, .resolution = 28, .image_channels = 1, .z_dim = 7});
    const Json settings = Json::parse(R"({"generator": [
        {"name": "fc", "kind": "linear", "in": 7, "out": 64},
        {"name": "grid", "kind": "reshape", "shape": [4, 4, 4]},
        {"name": "body.0", "kind": "batch_norm", "in": 4, "eps": 0.8},
        {"name": "body.1", "kind": "upsample"},
        {"name": "body.2", "kind": "convolution", "in": 4, "out": 4, "kernel": [3, 3], "padding": [1, 1]},
        {"name": "sum", "kind": "add", "inputs": ["body.1", "body.2"]},
        {"name": "look", "kind": "attention", "in": 4, "out": 2},
        {"name": "out", "kind": "transposed_convolution", "in": 4, "out": 3, "kernel": [4, 4], "stride": [2, 2],
         "padding": [1, 1]},
        {"name": "range", "kind": "sigmoid"}]})");
    specs.push_back({.family = family, .resolution = 16, .z_dim = 7, .extra = settings});
  }
  if (specs.empty()) specs.push_back({.family = family, .resolution = 32, .z_dim = 7, .w_dim = 7});
  return specs;
}

}  // namespace ganvas::models
