#pragma once
// What the subcommands share that make a film with a model: its model, size, rate and progress.

#include <CLI/CLI.hpp>

#include <functional>
#include <string>

#include "app/open/open_model.h"
#include "app/render/renderer.h"
#include "cli/command_line.h"

namespace ganvas::cli {

struct FilmCommand {
  std::string model;  ///< empty: that of the document
  std::string network;
  bool allow_torchscript = false;
  std::string out;
  std::string grid = "1x1";
  int fps = 30;
  int size = 0;
  std::string device = "auto";
  std::string progress = "auto";
};

/// Adds --out, of which `kinds` says what it may be, --model, of which `otherwise` says what it is by default, and the
/// others. `options` outlives the parsing.
void add_film_options(CLI::App& command, FilmCommand& options, const std::string& kinds, const std::string& otherwise);

/// As app::make_film()'s: `done` of `frames` are there; false stops.
using FilmProgress = std::function<bool(int done, int frames)>;

/// Opens the model (`document_model` and `document_network` where the command names none), lets `make` make `frames`
/// frames and shows how far it is. Says what was made. Throws Error.
void make_with_model(const FilmCommand& options, const std::string& document_model, const std::string& document_network,
                     int frames,
                     const std::function<void(app::Renderer& renderer, const FilmProgress& progress)>& make);

}  // namespace ganvas::cli
