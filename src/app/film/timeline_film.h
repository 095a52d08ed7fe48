#pragma once
// A film of a timeline. The window's "Render" and `ganvas render` are this one function.

#include <filesystem>
#include <functional>

#include "app/render/renderer.h"
#include "core/image.h"
#include "latent/timeline.h"

namespace ganvas::app {

struct TimelineFilmOptions {
  std::filesystem::path path;  ///< as FilmOptions (media/film/film.h)
  int fps = 30;
  int size = 0;  ///< pixels of a picture's side; 0: as the model makes it
  int columns = 1;
  int rows = 1;
  std::filesystem::path sound;  ///< as FilmOptions
};

/// `progress` as that of make_film(). Returns false when it was stopped. Throws Error.
bool make_timeline_film(Renderer& renderer, const latent::Timeline& timeline, const TimelineFilmOptions& options,
                        const std::function<bool(int done, int frames)>& progress);

/// A hash of all weights, for FilmOptions::content.
std::string weights_hash(const models::Generator& generator);

/// Throws Error unless pictures of `size` pixels a side can be made; 0: as the model makes them.
void check_film_size(int size);

/// RGBA bytes [H, W, 4] of pictures of `resolution` -> RGB, each picture `side` pixels (0: as it is). Whole factors
/// keep the pixels sharp; the others, and smaller pictures, are filtered.
Image film_picture(const at::Tensor& rgba, int resolution, int side);

/// RGB of a frame: the moment `seconds` of the timeline.
Image timeline_picture(Renderer& renderer, const latent::Timeline& timeline, double seconds,
                       const TimelineFilmOptions& options);

}  // namespace ganvas::app
