#pragma once
// Whole modules of PyTorch in a pickle: objects whose state holds their parameters, buffers and children. What class an
// object is of is only a name; nothing of it is needed, and nothing runs.

#include <functional>
#include <string>
#include <string_view>

#include "core/json.h"
#include "io/pickle/pickle.h"

namespace ganvas::io {

/// The name under which NVIDIA's programs pickle their modules, whose state is in its argument.
inline constexpr std::string_view persistent_module = "torch_utils.persistence._reconstruct_persistent_obj";

/// True for an object that keeps "_modules" and "_parameters", whatever its class.
bool is_torch_module(const PickleTree& tree, const PickleValue& value);

/// Calls visit(name, value) for the parameters and buffers that a state dict would have, in its order and under its
/// names. Bounded by `reading` and in levels. Throws Error with a clause.
void each_tensor_of_module(const PickleTree& tree, const PickleValue& module, Reading& reading,
                           const std::function<void(const std::string& name, const PickleValue& value)>& visit);

/// The modules within that have no children, in the order in which they were registered:
/// [{"name": "net.0", "class": "torch.nn.modules.conv.Conv2d", "in_channels": 3, "kernel_size": [4, 4], ...}] with
/// what is plain of their attributes. Bounded likewise.
Json modules_within(const PickleTree& tree, const PickleValue& module, Reading& reading);

/// What NVIDIA's programs keep of how a module was made: "class_name", "init_args", "init_kwargs"; null for others.
Json persistent_description(const PickleTree& tree, const PickleValue& module);

}  // namespace ganvas::io
