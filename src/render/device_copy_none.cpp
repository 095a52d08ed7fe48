#include "render/device_copy.h"

namespace ganvas::render {
namespace {
constexpr const char* kReason = "this program was built without CUDA";
}

struct DeviceCopy::Impl {};

DeviceCopy::DeviceCopy() = default;
DeviceCopy::~DeviceCopy() = default;

std::string DeviceCopy::start(const PictureSource&) {
  return kReason;
}

bool DeviceCopy::finished(std::string& reason) {
  reason = kReason;
  return true;
}

std::string DeviceCopy::wait() {
  return kReason;
}

ImageView DeviceCopy::pixels() const {
  return {};
}

}  // namespace ganvas::render
