#include "render/picture_texture.h"

namespace ganvas::render {
namespace {

constexpr const char* kReason = "this program was built without CUDA";

class NoInterop final : public Uploader {
 public:
  UploadResult start(const PictureSource&, const GlTexture&) override { return {UploadResult::State::failed, kReason}; }
  UploadResult poll(const GlTexture&) override { return {UploadResult::State::failed, kReason}; }
};

}  // namespace

std::unique_ptr<Uploader> make_interop_uploader() {
  return std::make_unique<NoInterop>();
}

std::string interop_problem() {
  return kReason;
}

}  // namespace ganvas::render
