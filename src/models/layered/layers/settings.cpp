#include "models/layered/layers/settings.h"

#include "core/error.h"

namespace ganvas::models {

LayeredSettings layered_settings(const NetworkSpec& spec) {
  const Json& json = spec.extra;
  require_known_keys(json, {"generator", "discriminator", "width", "pixels", "assumed", "given"},
                     "\"extra\" of a layered network");
  LayeredSettings settings;
  if (json.contains("generator")) settings.generator = layers_from_json(json["generator"], "\"generator\"");
  if (json.contains("discriminator"))
    settings.discriminator = layers_from_json(json["discriminator"], "\"discriminator\"");
  settings.width = get_or(json, "width", 0);
  require(settings.width == 0 || (settings.width >= 4 && settings.width <= 4096),
          "\"width\" is {}, out of its range 4..4096.", settings.width);
  if (json.contains("pixels")) fields::from_json(json["pixels"], "\"pixels\"", settings.pixels);
  if (json.contains("assumed")) fields::from_json(json["assumed"], "\"assumed\"", settings.assumed);
  if (json.contains("given")) fields::from_json(json["given"], "\"given\"", settings.given);
  require(settings.pixels.empty() || (settings.pixels.size() == 2 && settings.pixels[0] < settings.pixels[1]),
          "\"pixels\" are two numbers, black and white.");
  return settings;
}

Json to_json(const LayeredSettings& settings) {
  Json json = Json::object();
  if (!settings.generator.empty()) json["generator"] = to_json(settings.generator);
  if (!settings.discriminator.empty()) json["discriminator"] = to_json(settings.discriminator);
  if (settings.width > 0) json["width"] = settings.width;
  if (!settings.pixels.empty()) json["pixels"] = settings.pixels;
  if (!settings.assumed.empty()) json["assumed"] = fields::to_json(settings.assumed);
  if (!settings.given.empty()) json["given"] = fields::to_json(settings.given);
  return json;
}

NetworkSpec layered_spec(LayeredSettings settings, const Sizes& picture, int z_dim, int c_dim) {
  require(picture.size() == 3 && picture[0] <= 4, "it makes {}, which are no pictures of 1 to 4 channels",
          fmt::format("{}", fmt::join(picture, "x")));
  settings.width = picture[1] == picture[2] ? 0 : static_cast<int>(picture[2]);
  NetworkSpec spec{.family = "layered",
                   .resolution = static_cast<int>(picture[1]),
                   .image_channels = static_cast<int>(picture[0]),
                   .z_dim = z_dim,
                   .w_dim = z_dim + c_dim,
                   .c_dim = c_dim};
  spec.extra = to_json(settings);
  return spec;
}

std::vector<double> pixel_range(const LayeredSettings& settings) {
  if (!settings.pixels.empty()) return settings.pixels;
  const bool sigmoid = !settings.generator.empty() && settings.generator.back().kind == "sigmoid";
  return {sigmoid ? 0.0 : -1.0, 1.0};
}

}  // namespace ganvas::models
