#include "latent/watched_layers.h"

#include "io/reading.h"

namespace ganvas {

void watch_layers(SynthesisOptions& options, std::function<bool()> cancelled) {
  if (!cancelled) return;
  options.bend = [cancelled = std::move(cancelled), bend = std::move(options.bend)](const std::string& layer,
                                                                                    const at::Tensor& x) {
    if (cancelled()) throw Cancelled();
    const at::Tensor y = bend ? bend(layer, x) : x;
    if (y.requires_grad()) {
      y.register_hook([cancelled](const at::Tensor&) {
        if (cancelled()) throw Cancelled();
      });
    }
    return y;
  };
}

}  // namespace ganvas
