#pragma once
// What the tests of media/ share: synthetic pictures, a film reader, a full disk.

#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "core/image.h"
#include "support/temporary_folder.h"

namespace ganvas::test {

/// While it lives, no file of this process can grow beyond `bytes`: writing fails as on a full disk.
class FullDisk {
 public:
  explicit FullDisk(std::size_t bytes);
  ~FullDisk();
  FullDisk(const FullDisk&) = delete;
  FullDisk& operator=(const FullDisk&) = delete;

 private:
  std::size_t before_;
};

/// While it lives, new memory holds a byte other than 0, as memory does that was used before (glibc): a file that
/// depends on what nobody has written differs between two bytes.
class UsedMemory {
 public:
  explicit UsedMemory(unsigned char byte);
  ~UsedMemory();
  UsedMemory(const UsedMemory&) = delete;
  UsedMemory& operator=(const UsedMemory&) = delete;
};

/// Deterministic noise.
Image noise_picture(int width, int height, int channels, unsigned seed = 1);

/// A smooth picture with a disc that moves with `phase` (0..1 crosses the picture).
Image moving_picture(int width, int height, double phase, int channels = 3);

struct FilmFrame {
  double seconds = 0;
  Image image;  // RGB
};
/// The sound of a film as it is played: what the encoder put before the begin is left out.
struct FilmSound {
  std::string codec;
  int rate = 0;
  int channels = 0;
  double begin = 0;            ///< seconds, of the first sample
  double seconds = 0;          ///< duration that the file states
  std::vector<float> samples;  ///< sample by sample
};
struct Film {
  std::string codec;
  int width = 0;
  int height = 0;
  double seconds = 0;  ///< duration that the file states
  std::vector<FilmFrame> frames;
  std::optional<FilmSound> sound;
};
/// Decodes a whole film with libav, independent of the writer. Throws Error.
Film read_film(const std::filesystem::path& path);
/// Receives a stream, with libav's settings, up to the first frame for which `last` holds. Throws Error.
Film read_stream(const std::string& address, const std::function<bool(const FilmFrame&)>& last,
                 const std::vector<std::pair<std::string, std::string>>& settings = {});

/// Peak signal-to-noise ratio in dB over the common top-left part; channels 0..2.
double psnr(const Image& a, const Image& b);

}  // namespace ganvas::test
