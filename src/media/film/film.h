#pragma once
// Films that are made picture by picture, not while one plays: MP4, GIF, WebP, or a folder of PNG files. Resumable.

#include <filesystem>
#include <functional>
#include <string>

#include "core/image.h"

namespace ganvas::media {

struct FilmOptions {
  /// .mp4, .gif, .webp; a name without an extension is a folder of frame00000.png and so on.
  std::filesystem::path path;
  int frames = 1;
  int fps = 30;
  bool loop = true;  ///< GIF and WebP: shown for ever
  /// A sound file that begins with the film, of .mp4 alone; empty: a silent film. What is longer than the film is cut
  /// off, after a shorter one there is silence.
  std::filesystem::path sound;
  /// What the frames are made of, as text or a hash: frames that an interrupted film of the same content left are not
  /// made again.
  std::string content;
};

/// Throws Error, naming the formats, for a path whose extension is none of them, and for frame rates and sound that do
/// not go. Opens no file.
void check_film(const FilmOptions& options);

/// Makes the film. `frame` gives the pictures in order, all of one size, and is asked only for those that are missing;
/// `progress` hears how many of all are there, and stops the film by returning false. Until the film is whole its
/// frames lie as PNG files in a folder, `path` itself or "NAME.mp4.frames" beside it, which goes when the film is
/// there. Returns false when it was stopped. Throws Error; a folder with other things in it is left alone.
bool make_film(const FilmOptions& options, const std::function<Image(int index)>& frame,
               const std::function<bool(int done, int frames)>& progress);

}  // namespace ganvas::media
