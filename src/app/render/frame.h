#pragma once
// One picture on its way to the screen. No torch.

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "core/image.h"

namespace ganvas::app {

/// What a layer holds, of the picture at the top left.
struct LayerFigures {
  struct Channel {
    float mean = 0, deviation = 0, least = 0, most = 0;
  };
  std::string layer;
  int channels = 0;
  int height = 0;  ///< cells of a map
  int width = 0;
  Channel all;                   ///< over all channels
  std::vector<Channel> each;     ///< [channels]
  std::vector<float> histogram;  ///< share of the values in 64 equal steps from all.least to all.most
};

/// Made by the synthesizer thread, shown by the UI thread. Immutable.
struct Frame {
  ImageView pixels;              ///< RGBA8 grid of pictures, on the generator's device
  std::shared_ptr<void> memory;  ///< keeps pixels alive
  void* ready_event = nullptr;   ///< cudaEvent_t recorded after the last write; null on the CPU. Owned by `memory`.
  int columns = 1;               ///< pictures in the grid
  int rows = 1;
  std::uint64_t request = 0;  ///< number of the request that it answers
  std::uint64_t model = 0;    ///< counts opened models and training sessions
  std::uint64_t version = 0;  ///< weights version within the model: snapshot number, 0 for a file
  std::int64_t step = 0;      ///< training step of the weights
  double kimg = 0;
  bool past = false;         ///< of a kept moment, not the newest weights
  bool in_training = false;  ///< by the weights in training, not by their moving average
  double divider = -1;       ///< 0..1 of each picture, right of which is B; below 0: there is no B
  int coarse = 0;            ///< made in haste, at this height in pixels, and scaled up; an exact one follows. 0: exact
  double generator_ms = 0;   ///< time that the generator took
  std::shared_ptr<const LayerFigures> layer;  ///< the sheet's layer; null: the pixels are pictures
};
using FramePtr = std::shared_ptr<const Frame>;

/// The picture in host memory (copies from the GPU where it must). Any thread.
std::shared_ptr<const Image> host_image(const Frame& frame);

}  // namespace ganvas::app
