#pragma once
// A whole piece of music, heard from begin to end before it is used: what happens in it at each moment.

#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "sound/heard.h"

namespace ganvas::sound {

/// Immutable: any thread. A piece of half an hour takes 6 MB.
class Track {
 public:
  /// At a moment, in seconds from the begin; a function of the moment alone. Pulses begin exactly at onsets and beats.
  /// Before the begin nothing is heard, after the end what is left of it.
  [[nodiscard]] Heard at(double seconds) const;

  [[nodiscard]] double seconds() const { return seconds_; }                    ///< of what was read
  [[nodiscard]] const std::vector<double>& onsets() const { return onsets_; }  ///< seconds, rising; to 5 ms
  /// Seconds, rising; on an onset where there is one within 50 ms. Through rests too, from the first onset to the last;
  /// empty: there is no rhythm.
  [[nodiscard]] const std::vector<double>& beats() const { return beats_; }
  [[nodiscard]] double tempo() const { return tempo_; }  ///< beats a minute, on average; 0: there is no rhythm
  /// Every `beats`th beat, 1 or more, from the first one on. Throws Error where there is no rhythm.
  [[nodiscard]] std::vector<double> bars(int beats) const;
  /// SHA-256 of all that at() depends on.
  [[nodiscard]] std::string hash() const;

 private:
  friend std::optional<Track> hear_track(const std::filesystem::path&, const std::function<bool()>&);
  void place_beats(std::vector<double> heard);

  std::string name_;  ///< in messages
  double seconds_ = 0;
  std::vector<float> loudness_;  ///< level, low, middle, high, 200 times a second
  std::vector<double> onsets_, beats_;
  double tempo_ = 0;
};

/// Reads and hears a file (SoundFile), a hundred times as fast as it plays or so. `go_on` is asked now and then and
/// stops it by returning false: then there is no track. Throws Error. Any thread.
std::optional<Track> hear_track(const std::filesystem::path& path, const std::function<bool()>& go_on = {});

}  // namespace ganvas::sound
