#include "models/stylegan2/program_settings.h"

#include <algorithm>
#include <initializer_list>
#include <string>
#include <vector>

#include "core/error.h"

namespace ganvas::models {
namespace {

Json object_of(const Json& json, const char* key) {
  const auto found = json.find(key);
  return found != json.end() && found->is_object() ? *found : Json::object();
}

/// What a call gave by name, and by place under the names of its parameters.
Json arguments_of(const io::WeightSet& weights, bool generator) {
  static const std::vector<const char*> of_g{"z_dim",        "c_dim",          "w_dim",           "img_resolution",
                                             "img_channels", "mapping_kwargs", "synthesis_kwargs"};
  static const std::vector<const char*> of_d{"c_dim",        "img_resolution", "img_channels",   "architecture",
                                             "channel_base", "channel_max",    "num_fp16_res",   "conv_clamp",
                                             "cmap_dim",     "block_kwargs",   "mapping_kwargs", "epilogue_kwargs"};
  Json arguments = object_of(weights.metadata, "init_kwargs");
  const auto placed = weights.metadata.find("init_args");
  if (placed == weights.metadata.end() || !placed->is_array()) return arguments;
  const std::vector<const char*>& names = generator ? of_g : of_d;
  for (std::size_t i = 0; i < std::min(placed->size(), names.size()); ++i) arguments[names[i]] = (*placed)[i];
  return arguments;
}

/// A number; None is 0, which is "off" for all that are read with it.
template <typename T>
void take_number(const Json& json, const char* key, T& into) {
  const auto found = json.find(key);
  if (found == json.end()) return;
  require(found->is_number() || found->is_null(), "The StyleGAN2 file has \"{}\" set to {}, which is no number.", key,
          found->dump().substr(0, 80));
  into = found->is_number() ? found->get<T>() : T(0);
}

void take_name(const Json& json, std::initializer_list<const char*> keys, std::string& into) {
  for (const char* key : keys) {
    const auto found = json.find(key);
    if (found != json.end() && found->is_string()) into = found->get<std::string>();
  }
}

/// Our networks have but this value.
void require_value(const Json& json, const char* key, const Json& value) {
  const auto found = json.find(key);
  if (found == json.end() || found->is_null() || *found == value) return;
  fail("The StyleGAN2 file has \"{}\" set to {}, but only {} is supported; open another model.", key,
       found->dump().substr(0, 80), value.dump());
}

/// Each part of a network names its activation itself; where one is silent, its program means lrelu.
void take_activations(const Json& main, const Json& mapping, const Json* epilogue, Stylegan2Settings& settings) {
  const std::string usual = Stylegan2Settings().activation;
  std::string of_mapping = usual, of_epilogue = usual;
  take_name(main, {"activation", "nonlinearity", "act"}, settings.activation);
  take_name(mapping, {"activation", "mapping_nonlinearity"}, of_mapping);
  if (of_mapping != settings.activation) settings.mapping_activation = of_mapping;
  if (epilogue == nullptr) return;
  take_name(*epilogue, {"activation"}, of_epilogue);
  if (of_epilogue != settings.activation) settings.epilogue_activation = of_epilogue;
}

void read_torch_generator(const Json& arguments, Stylegan2Settings& settings) {
  const Json mapping = object_of(arguments, "mapping_kwargs"), synthesis = object_of(arguments, "synthesis_kwargs");
  take_activations(synthesis, mapping, nullptr, settings);
  take_number(mapping, "lr_multiplier", settings.mapping_lr);
  take_number(mapping, "w_avg_beta", settings.w_avg_beta);
  take_number(synthesis, "conv_clamp", settings.conv_clamp);
  take_number(synthesis, "num_fp16_res", settings.fp16_resolutions);
  require_value(synthesis, "kernel_size", 3);
}

void read_torch_discriminator(const Json& arguments, Stylegan2Settings& settings) {
  const Json mapping = object_of(arguments, "mapping_kwargs"), blocks = object_of(arguments, "block_kwargs"),
             epilogue = object_of(arguments, "epilogue_kwargs");
  take_activations(blocks, mapping, &epilogue, settings);
  take_number(arguments, "conv_clamp", settings.conv_clamp);
  take_number(arguments, "num_fp16_res", settings.fp16_resolutions);
  take_number(mapping, "lr_multiplier", settings.mapping_lr);
  take_number(blocks, "freeze_layers", settings.freeze_layers);
  take_number(epilogue, "mbstd_group_size", settings.mbstd_group);
}

void read_tensorflow(const Json& arguments, bool generator, Stylegan2Settings& settings) {
  if (generator) {
    take_activations(arguments, arguments, nullptr, settings);
  } else {
    take_name(arguments, {"nonlinearity", "act"}, settings.activation);
  }
  take_number(arguments, "conv_clamp", settings.conv_clamp);
  take_number(arguments, "num_fp16_res", settings.fp16_resolutions);
  take_number(arguments, "mapping_lrmul", settings.mapping_lr);
  take_number(arguments, "mbstd_group_size", settings.mbstd_group);
  take_number(arguments, "dlatent_avg_beta", settings.w_avg_beta);
  take_number(arguments, "w_avg_beta", settings.w_avg_beta);
  require_value(arguments, "normalize_latents", true);
}

}  // namespace

void read_program_settings(const io::WeightSet& weights, bool generator, Stylegan2Settings& settings) {
  const Json tensorflow = object_of(weights.metadata, "static_kwargs");
  if (!tensorflow.empty()) {
    read_tensorflow(tensorflow, generator, settings);
    return;
  }
  const Json torch = arguments_of(weights, generator);
  if (generator) {
    read_torch_generator(torch, settings);
  } else {
    read_torch_discriminator(torch, settings);
  }
}

}  // namespace ganvas::models
