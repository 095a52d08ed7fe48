#pragma once
// Precompiled once, shared by every target that includes torch. Not torch/torch.h: every file that includes that pays
// five seconds for templates which none of ours uses. Headers of single modules and optimisers stand where they are
// used.
#include <ATen/ATen.h>
#include <torch/csrc/autograd/autograd.h>
#include <torch/csrc/autograd/custom_function.h>
#include <torch/nn/module.h>
#include <torch/nn/pimpl.h>

#include <fmt/format.h>

#include <nlohmann/json.hpp>
