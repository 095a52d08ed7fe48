#pragma once
// Named by LibTorch's header of its process group; nothing of it is used there.
