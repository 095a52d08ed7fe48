#include "cli/films/film_command.h"

#include <utility>

#include "app/render/device.h"
#include "cli/count_bar.h"
#include "cli/say.h"

namespace ganvas::cli {

void add_film_options(CLI::App& command, FilmCommand& options, const std::string& kinds, const std::string& otherwise) {
  command.add_option("--out,-o", options.out, kinds)->type_name("FILE")->required();
  command.add_option("--model,-m", options.model, "Model file or run folder; default: " + otherwise)->type_name("FILE");
  command.add_option("--network", options.network, "Which network of --model; default: the moving average")
      ->type_name("NAME");
  command.add_flag("--allow-torchscript", options.allow_torchscript,
                   "Execute a TorchScript program that cannot be read from its text; only for files that you trust");
  command.add_option("--fps", options.fps, "Frames a second")->check(CLI::Range(1, 240))->capture_default_str();
  command.add_option("--size", options.size, "Pixels of a picture's side; 0: as the model makes it")
      ->check(CLI::Range(0, 8192))
      ->capture_default_str();
  command.add_option("--grid", options.grid, "Pictures side by side and below one another, columns x rows")
      ->type_name("CxR")
      ->capture_default_str();
  command.add_option("--device", options.device, "auto, cpu, cuda or cuda:N")->capture_default_str();
  command.add_option("--progress", options.progress, "auto, bar, lines or none")
      ->check(CLI::IsMember({"auto", "bar", "lines", "none"}))
      ->capture_default_str();
}

void make_with_model(const FilmCommand& options, const std::string& document_model, const std::string& document_network,
                     int frames,
                     const std::function<void(app::Renderer& renderer, const FilmProgress& progress)>& make) {
  const at::Device device = app::resolve_device(options.device);
  const bool own = options.model.empty();
  app::OpenedModel model =
      app::open_model(own ? document_model : options.model,
                      {.network = own && options.network.empty() ? document_network : options.network,
                       .device = device,
                       .allow_torchscript = options.allow_torchscript});
  app::Renderer renderer(std::move(model.generator), device);
  {
    CountBar bar(options.progress);
    int shown = -1;
    make(renderer, [&](int done, int all) {
      if (std::exchange(shown, done) != done) bar.show("frames", done, all);
      return true;
    });
  }
  say("{} frames, {:.2f} s at {} a second, of {} in {}\n", frames, static_cast<double>(frames) / options.fps,
      options.fps, model.path.filename().string(), options.out);
}

}  // namespace ganvas::cli
