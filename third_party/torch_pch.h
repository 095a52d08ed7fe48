#pragma once
// Precompiled once, shared by every target that includes torch: the LibTorch front end costs tens of seconds a file.
#include <torch/torch.h>

#include <fmt/format.h>

#include <nlohmann/json.hpp>
