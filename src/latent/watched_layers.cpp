#include "latent/watched_layers.h"

#include "io/reading.h"

namespace ganvas::latent {

void watch_layers(models::SynthesisOptions& options, std::function<bool()> cancelled) {
  if (!cancelled) return;
  options.bend = [cancelled = std::move(cancelled), bend = std::move(options.bend)](const std::string& layer,
                                                                                    const at::Tensor& x) {
    if (cancelled()) throw io::Cancelled();
    const at::Tensor y = bend ? bend(layer, x) : x;
    if (y.requires_grad()) {
      y.register_hook([cancelled](const at::Tensor&) {
        if (cancelled()) throw io::Cancelled();
      });
    }
    return y;
  };
}

}  // namespace ganvas::latent
