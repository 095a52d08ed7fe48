#pragma once
// The picture on its way from the generator's memory into a texture, by the best of three tiers that works.

#include <functional>
#include <memory>
#include <string>

#include "core/image.h"
#include "render/gl_objects.h"

namespace ganvas::render {

/// How pixels reach the texture, best first.
enum class UploadTier {
  interop,  ///< the texture's memory is mapped into CUDA; a device copy fills it, nothing passes through the host
  pinned,   ///< through a ring of pixel buffers (and pinned host memory from a GPU); nobody waits for the copy
  plain,    ///< glTexSubImage2D from host memory
};
/// "CUDA-OpenGL interop", "pinned pixel buffer", "plain upload".
const char* to_string(UploadTier tier);

/// A picture to show. `memory` keeps the pixels alive and is held until the copy is over.
struct PictureSource {
  ImageView pixels;             ///< RGBA8
  void* ready_event = nullptr;  ///< cudaEvent_t to wait for on the device; null: ready
  std::shared_ptr<const void> memory;
};

/// What a tier says after a call: it is done, still at it, or failed with a reason.
struct UploadResult {
  enum class State { done, pending, failed };
  State state = State::done;
  std::string reason;
};

/// One tier. The texture has the picture's size and format.
class Uploader {
 public:
  virtual ~Uploader() = default;
  virtual UploadResult start(const PictureSource& source, const GlTexture& target) = 0;
  /// Goes on with a pending upload; never waits.
  virtual UploadResult poll(const GlTexture& target) = 0;
  /// The texture is about to get another size.
  virtual void forget_target() {}
};

std::unique_ptr<Uploader> make_plain_uploader();
std::unique_ptr<Uploader> make_pinned_uploader();
/// interop_cuda.cpp, or interop_none.cpp in a build without CUDA.
std::unique_ptr<Uploader> make_interop_uploader();
/// Empty when interop may work here; otherwise why not.
std::string interop_problem();

/// Lets a test make a tier fail: the reason of a failure, or nothing to go on.
using UploadFault = std::function<std::string(UploadTier)>;

/// Shows the newest picture. A tier that fails is left once and for all for the next one, with the reason kept, until
/// another choice is made or the pictures move to another device. UI thread only.
class PictureTexture {
 public:
  explicit PictureTexture(UploadFault fault = {});

  /// Starts anew from `first`; worse tiers take over when it fails.
  void choose(UploadTier first);

  /// Starts the way of a picture into the texture; a picture that still waits is dropped for it. Throws Error when even
  /// the plain tier fails.
  void show(PictureSource source);
  /// Goes on with what is under way; call once a frame. Returns true when the texture has changed since the last call.
  bool update();
  /// A picture is on its way.
  [[nodiscard]] bool busy() const { return pending_ || waiting_.memory != nullptr; }

  [[nodiscard]] const GlTexture& texture() const { return texture_; }
  [[nodiscard]] PixelSize size() const { return size_; }
  [[nodiscard]] UploadTier tier() const { return tier_; }
  /// Why a better tier is not used; empty when the chosen one is.
  [[nodiscard]] const std::string& reason() const { return reason_; }
  /// How often a tier has been left for the next.
  [[nodiscard]] int fallbacks() const { return fallbacks_; }

 private:
  void start(PictureSource source);
  void fit_texture(const ImageView& pixels);
  void fall_back(const std::string& why);
  void settle(UploadResult result);
  UploadResult attempt(const PictureSource& source);

  UploadFault fault_;
  UploadTier first_ = UploadTier::interop;
  UploadTier tier_ = UploadTier::interop;
  std::unique_ptr<Uploader> uploader_;
  std::string reason_;
  int fallbacks_ = 0;
  Device device_ = Device::cpu;
  GlTexture texture_;
  PixelSize size_;
  PictureSource current_;  // under way
  PictureSource waiting_;  // newest one behind it
  bool pending_ = false;
  bool changed_ = false;
};

}  // namespace ganvas::render
