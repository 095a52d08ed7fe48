#pragma once
// The thread that opens model files, so that neither the window nor the picture waits for them. No torch in this
// header.

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace ganvas::app {

struct OpenedModel;  // app/open/open_model.h

struct ModelLoaderOptions {
  std::string device = "auto";     ///< auto, cpu, cuda, cuda:N
  bool allow_torchscript = false;  ///< execute the program in a TorchScript file
};

/// Which model to open.
struct LoadRequest {
  std::string path;              ///< a file or a run folder; empty: the built-in starter model
  std::string network;           ///< name in the file; empty: the moving average where there is one
  std::uint64_t model = 0;       ///< grows with each request, from 1
  std::vector<std::string> set;  ///< values that the file does not say, to be kept beside it
};

/// A request that came to nothing.
struct LoadFailed {
  std::uint64_t model = 0;
  std::string text;  ///< one sentence
};

/// The newest request wins: it cancels the one under way. Methods are for the owner's thread and never wait, but for
/// the destructor, which cancels and joins.
class ModelLoader {
 public:
  using Deliver = std::function<void(const LoadRequest&, std::shared_ptr<OpenedModel>)>;

  /// `deliver` gets each whole model on the loader's thread; it must be quick and must not call the loader.
  ModelLoader(ModelLoaderOptions options, Deliver deliver);
  ~ModelLoader();

  /// Returns the number of the request that is dropped for this one, 0 when there is none. Dropped requests are never
  /// delivered and never fail.
  std::uint64_t open(LoadRequest request);
  /// Drops the request that waits or is under way. Returns its number, 0 when there is none (any more).
  std::uint64_t cancel();
  /// 0..1 of the request under way.
  [[nodiscard]] double progress() const;
  /// Failures since the last call, in order.
  std::vector<LoadFailed> take_failures();

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace ganvas::app
