#include "train/recipe_pins.h"

#include <algorithm>
#include <cmath>
#include <vector>

namespace ganvas::test {
namespace {

/// All of them; what stands later holds.
Pins join(const std::vector<Pins>& parts) {
  Pins all;
  for (const Pins& part : parts) {
    for (const auto& [key, value] : part) all[key] = value;
  }
  return all;
}

Pins within(const std::string& place, const Pins& pins) {
  Pins moved;
  for (const auto& [key, value] : pins) moved[place + "." + key] = value;
  return moved;
}

// Optimisers ----------------------------------------------------------------------------------------------------------

Pins of_both(const Pins& optimizer) {
  return join({within("g_optimizer", optimizer), within("d_optimizer", optimizer)});
}

Pins adam(double lr, double beta1, double beta2) {
  return {{"kind", "adam"}, {"lr", lr}, {"beta1", beta1}, {"beta2", beta2}, {"eps", 1e-8}};
}

/// Of Arjovsky et al. 2017; alpha and eps are PyTorch's defaults.
Pins wgan_rmsprop() {
  return {{"kind", "rmsprop"}, {"lr", 5e-5}, {"alpha", 0.99}, {"eps", 1e-8}};
}

// Networks ------------------------------------------------------------------------------------------------------------

/// Latents without a space of styles.
Pins latent(int values) {
  return {{"network.z_dim", values}, {"network.w_dim", values}, {"network.num_ws", 1}};
}

Pins pictures(int resolution, int channels = 3) {
  return {{"network.resolution", resolution},
          {"network.image_channels", channels},
          {"network.c_dim", 0},
          {"data.labels", false}};
}

/// Kernels of 4x4, batch norm and ReLU in the generator, slope 0.2 in the discriminator, tanh, no biases.
Pins dcgan_networks(const Json& channels) {
  return join({{{"network.family", "dcgan"}},
               within("network.dcgan", {{"channels", channels},
                                        {"d_channels", nullptr},
                                        {"g_batch_norm", true},
                                        {"d_batch_norm", true},
                                        {"g_activation", "relu"},
                                        {"d_slope", 0.2},
                                        {"output", "tanh"},
                                        {"bias", false}})});
}

// Losses --------------------------------------------------------------------------------------------------------------

/// No part of a loss, of a schedule or of an average that came after DCGAN.
Pins plain_step() {
  return join(
      {within("loss", {{"d_real_weight", 1},
                       {"d_fake_weight", 1},
                       {"g_weight", 1},
                       {"joint_batches", false},
                       {"weight_clip", 0},
                       {"d_steps", 1},
                       {"warmup.d_steps", 0},
                       {"generator_first", false},
                       {"gradient_penalty", 0},
                       {"r1_gamma", 0},
                       {"path_weight", 0},
                       {"style_mixing", 0}}),
       {{"augment.pipe", "none"}, {"grow.start", 0}, {"ema_kimg", 0}, {"ema_ramp", 0}, {"data.mirror", false}}});
}

Pins targets(const Json& d_real, const Json& d_fake, const Json& g_fake) {
  return {{"loss.d_real", d_real}, {"loss.d_fake", d_fake}, {"loss.g_fake", g_fake}};
}

Pins cross_entropy() {
  return join({plain_step(), targets(1, 0, 1), {{"loss.kind", "bce"}}});
}

/// Wasserstein's loss with weights clipped to 0.01, 5 critic steps a generator step, fresh latents.
Pins clipped_critic() {
  return join(
      {plain_step(),
       within("loss", {{"kind", "wasserstein"}, {"weight_clip", 0.01}, {"d_steps", 5}, {"fresh_latents", true}})});
}

Pins penalised_critic() {
  return join({clipped_critic(), {{"loss.weight_clip", 0}, {"loss.gradient_penalty", 10}}});
}

// The DCGAN family ----------------------------------------------------------------------------------------------------

/// The notebook of the anime faces: batch norm after the discriminator's first layer too, PyTorch's initial weights,
/// fresh latents for the generator step, 25 epochs of 63,632 pictures.
Pins jovian() {
  return join({pictures(64),
               latent(128),
               dcgan_networks({512, 256, 128, 64}),
               cross_entropy(),
               of_both(adam(2e-4, 0.5, 0.999)),
               {{"network.dcgan.d_batch_norm_first", true},
                {"network.dcgan.init", "default"},
                {"loss.fresh_latents", true},
                {"batch", 128},
                {"kimg", 25 * 63.632}}});
}

/// dcgan/main.py of pytorch/examples: 25 epochs of so many thousand pictures.
Pins pytorch_example(double epoch_kimg) {
  return join({pictures(64),
               latent(100),
               dcgan_networks({512, 256, 128, 64}),
               cross_entropy(),
               of_both(adam(2e-4, 0.5, 0.999)),
               {{"network.dcgan.d_batch_norm_first", false},
                {"network.dcgan.init", "normal002"},
                {"loss.fresh_latents", false},
                {"batch", 64},
                {"kimg", 25 * epoch_kimg}}});
}

/// Four layers, the widest at the picture; the rest as in the notebook.
Pins faces_dcgan() {
  Pins pins = join(
      {jovian(), within("network.dcgan", {{"channels", {64, 128, 256, 512}}, {"d_channels", {512, 256, 128, 64}}})});
  pins.erase("kimg");
  return pins;
}

/// The authors' program: DCGAN's networks of width 64 without a sigmoid, 100 critic steps in the first 25 generator
/// steps and in each 500th, 25 epochs.
Pins wgan_original(double epoch_kimg) {
  return join({pictures(64),
               latent(100),
               clipped_critic(),
               of_both(wgan_rmsprop()),
               within("network", {{"family", "wgan"},
                                  {"extra.g_channels", 64},
                                  {"extra.d_channels", 64},
                                  {"extra.extra_layers", 0},
                                  {"extra.g_batch_norm", true},
                                  {"extra.d_batch_norm", true}}),
               within("loss.warmup", {{"d_steps", 100}, {"first", 25}, {"every", 500}}),
               {{"batch", 64}, {"kimg", 25 * epoch_kimg}}});
}

Pins wgan_gp_original() {
  return join({pictures(64),
               latent(128),
               penalised_critic(),
               of_both(adam(1e-4, 0, 0.9)),
               within("network", {{"family", "wgan_gp"}, {"extra.form", "resnet"}, {"extra.channels", 64}}),
               {{"batch", 64}, {"kimg", 200'000 * 5 * 64 / 1000.0}}});
}

// The StyleGAN family -------------------------------------------------------------------------------------------------

/// The logistic loss without saturation; both networks by Adam (0, 0.99).
Pins stylegan_step(double lr) {
  return join({plain_step(), of_both(adam(lr, 0, 0.99)),
               within("loss", {{"kind", "logistic"}, {"fresh_latents", true}, {"style_mixing", 0.9}})});
}

int style_rows(int resolution) {
  return 2 * static_cast<int>(std::log2(resolution)) - 2;
}

/// One row of StyleGAN2-ADA's table of configurations.
struct AdaRow {
  int resolution;
  int channel_base;
  int mapping_layers;
  int batch;
  int mbstd_group;
  double lr;
  double gamma;
  double ema_kimg;
  double ema_ramp;
};

Pins ada_networks(const AdaRow& row) {
  Json channels = Json::array();
  for (int side = 4; side <= row.resolution; side *= 2) channels.push_back(std::min(row.channel_base / side, 512));
  return join(
      {pictures(row.resolution),
       within("network",
              {{"family", "stylegan2"}, {"z_dim", 512}, {"w_dim", 512}, {"num_ws", style_rows(row.resolution)}}),
       within("network.extra", {{"channels", channels},
                                {"channel_base", row.channel_base},
                                {"channel_max", 512},
                                {"g_architecture", "skip"},
                                {"d_architecture", "resnet"},
                                {"mapping_layers", row.mapping_layers},
                                {"mapping_lr", 0.01},
                                {"w_avg_beta", 0.995},
                                {"filter", {1, 3, 3, 1}},
                                {"noise", true},
                                {"conv_clamp", 256},
                                {"fp16_resolutions", 4},
                                {"mbstd_group", row.mbstd_group},
                                {"mbstd_channels", 1},
                                {"freeze_layers", 0}})});
}

/// Lazy R1 and path length, the generator first, steered augmentation without a ceiling; a sheet every 50 ticks of
/// 4 kimg.
Pins ada_step(const AdaRow& row) {
  return join({stylegan_step(row.lr),
               within("loss", {{"generator_first", true},
                               {"r1_gamma", row.gamma},
                               {"r1_interval", 16},
                               {"path_weight", 2},
                               {"path_interval", 4},
                               {"path_decay", 0.01},
                               {"path_shrink", 2}}),
               within("augment", {{"pipe", "bgc"},
                                  {"mode", "ada"},
                                  {"p", 0},
                                  {"target", 0.6},
                                  {"kimg", 500},
                                  {"interval", 4},
                                  {"max_p", nullptr}}),
               {{"ema_kimg", row.ema_kimg}, {"ema_ramp", row.ema_ramp}, {"batch", row.batch}}});
}

Pins ada(const AdaRow& row, double kimg = 25'000) {
  return join({ada_networks(row), ada_step(row), {{"kimg", kimg}, {"sample_kimg", 50 * 4}}});
}

/// The configuration "auto" on one GPU; another batch changes what is computed from it.
AdaRow ada_auto(int resolution, int batch = 0) {
  if (batch == 0) batch = std::max(std::min({4096 / resolution, 32, 64}), 1);
  return {.resolution = resolution,
          .channel_base = resolution >= 512 ? 32768 : 16384,
          .mapping_layers = 2,
          .batch = batch,
          .mbstd_group = std::min(batch, 4),
          .lr = resolution >= 1024 ? 0.002 : 0.0025,
          .gamma = 0.0002 * resolution * resolution / batch,
          .ema_kimg = batch * 10 / 32.0,
          .ema_ramp = 0.05};
}

Pins ada_cifar() {
  return join({ada({32, 32768, 2, 64, 32, 0.0025, 0.01, 500, 0.05}, 100'000),
               {{"loss.path_weight", 0}, {"loss.style_mixing", 0}, {"network.extra.d_architecture", "orig"}}});
}

/// NVIDIA's program of 2019: the discriminator first, R1 in each step, growing from 8x8, pictures mirrored.
Pins stylegan_of_2019(int resolution) {
  return join({pictures(resolution),
               stylegan_step(0.001),
               within("network", {{"family", "stylegan"}, {"num_ws", style_rows(resolution)}}),
               within("network.extra", {{"mapping_layers", 8},
                                        {"mapping_lr", 0.01},
                                        {"normalize_z", true},
                                        {"fused_scale", "auto"},
                                        {"blur", {1, 2, 1}},
                                        {"mbstd_group", 4},
                                        {"mbstd_features", 1}}),
               {{"loss.r1_gamma", 10},
                {"loss.r1_interval", 1},
                {"grow.start", 8},
                {"grow.repeats", 4},
                {"data.mirror", true}}});
}

Pins stylegan_512() {
  return join(
      {stylegan_of_2019(512),
       within("network", {{"z_dim", 512},
                          {"w_dim", 512},
                          {"extra.channels", {512, 512, 512, 512, 256, 128, 64, 32}},
                          {"extra.mapping_channels", 512},
                          {"extra.d_dense", 512}}),
       within("grow",
              {{"stable_kimg", 600},
               {"fade_kimg", 600},
               {"batch",
                Json{{"4", 128}, {"8", 128}, {"16", 128}, {"32", 64}, {"64", 32}, {"128", 16}, {"256", 8}, {"512", 4}}},
               {"lr", Json{{"128", 0.0015}, {"256", 0.002}, {"512", 0.003}}}}),
       {{"batch", 4}, {"ema_kimg", 10}, {"kimg", 4421}, {"film", "samples.mp4"}}});
}

// The starters: small, but each number that a system fixes is as published
// ---------------------------------------------

Pins starter_dcgan() {
  Pins pins = join({pytorch_example(0), targets(0.9, 0, 1), {{"loss.fresh_latents", true}}});
  for (const char* key : {"network.z_dim", "network.w_dim", "network.dcgan.channels", "network.dcgan.d_channels",
                          "kimg", "ema_kimg", "ema_ramp"})
    pins.erase(key);
  return pins;
}

/// At another size, in smaller batches.
Pins first_faces() {
  Pins pins = starter_dcgan();
  for (const char* key : {"network.resolution", "batch"}) pins.erase(key);
  return pins;
}

Pins starter_stylegan2() {
  Pins pins = join({ada_networks(ada_auto(64, 16)), ada_step(ada_auto(64, 16))});
  for (const char* key :
       {"network.z_dim", "network.w_dim", "network.extra.channels", "network.extra.channel_base",
        "network.extra.channel_max", "network.extra.conv_clamp", "network.extra.fp16_resolutions", "batch", "ema_ramp"})
    pins.erase(key);
  return pins;
}

Pins starter_stylegan() {
  Pins pins = stylegan_of_2019(32);
  for (const char* key : {"ema_kimg", "ema_ramp", "network.resolution"}) pins.erase(key);
  return pins;
}

Pins anime_v4() {
  return join({jovian(), targets({0.8, 1.0}, {0.0, 0.2}, {0.8, 1.0})});
}

/// The discriminator by plain SGD.
Pins anime_v5() {
  return join({anime_v4(), targets({0.7, 0.9}, {0.1, 0.3}, {0.7, 0.9}),
               within("d_optimizer", {{"kind", "sgd"}, {"lr", 2e-4}, {"momentum", 0}})});
}

}  // namespace

const std::map<std::string, Pins>& recipe_pins() {
  static const Pins leaky = within("network.dcgan", {{"g_activation", "leaky_relu"}, {"g_slope", 0.2}});
  static const Pins grey = join({pictures(32, 1), {{"network.dcgan.channels", {256, 128, 64}}}});
  static const Pins no_norm = within("network.dcgan", {{"d_batch_norm", false}, {"d_batch_norm_first", false}});
  static const std::map<std::string, Pins> pins{
      {"anime-dcgan-v1", jovian()},
      {"anime-dcgan-v2", join({jovian(), leaky})},
      {"anime-dcgan-v3", join({jovian(), targets(0.9, 0, 1)})},
      {"anime-dcgan-v4", anime_v4()},
      {"anime-dcgan-v5", anime_v5()},
      {"anime-dcgan-v6", join({jovian(), clipped_critic(), of_both(wgan_rmsprop())})},
      {"anime-dcgan-sigmoid", join({jovian(),
                                    of_both(adam(1e-4, 0.5, 0.999)),
                                    {{"network.dcgan.output", "sigmoid"},
                                     {"kimg", 500 * 21.551},
                                     {"sample_kimg", 10 * 21.551},
                                     {"film", "samples.gif"}}})},
      {"anime-dcgan-leaky015", join({jovian(),
                                     of_both(adam(1e-3, 0.5, 0.9)),
                                     {{"network.dcgan.d_slope", 0.15}, {"batch", 200}, {"kimg", 20 * 63.632}}})},
      {"faces-dcgan", faces_dcgan()},
      {"faces-wgan", join({faces_dcgan(), clipped_critic(), of_both(wgan_rmsprop()), {{"batch", 64}}})},
      {"faces-wgan-gp",
       join({faces_dcgan(), no_norm, penalised_critic(), of_both(adam(2e-4, 0.5, 0.9)), {{"batch", 64}}})},
      {"dcgan-pytorch-examples", pytorch_example(50)},
      {"mnist-dcgan", join({pytorch_example(60), grey, {{"sample_kimg", 60}, {"film", "samples.mp4"}}})},
      {"animefaces512-dcgan", join({pytorch_example(140), {{"sample_kimg", 140}, {"film", "samples.mp4"}}})},
      {"animefaces512-wgan", join({wgan_original(140), {{"sample_kimg", 140}}})},
      {"wgan-original", wgan_original(50)},
      {"wgan-gp-original", wgan_gp_original()},
      {"animefaces512-stylegan", stylegan_512()},
      {"animefaces512-stylegan2-ada", ada(ada_auto(512), 880)},
      {"stylegan2-ada-auto", ada(ada_auto(256))},
      {"stylegan2-ada-stylegan2", ada({1024, 32768, 8, 32, 4, 0.002, 10, 10, 0})},
      {"stylegan2-ada-paper256", ada({256, 16384, 8, 64, 8, 0.0025, 1, 20, 0})},
      {"stylegan2-ada-paper512", ada({512, 32768, 8, 64, 8, 0.0025, 0.5, 20, 0})},
      {"stylegan2-ada-paper1024", ada({1024, 32768, 8, 32, 4, 0.002, 2, 10, 0})},
      {"stylegan2-ada-cifar", ada_cifar()},
      {"first-faces", first_faces()},
      {"starter-dcgan", starter_dcgan()},
      {"starter-stylegan", starter_stylegan()},
      {"starter-stylegan2", starter_stylegan2()}};
  return pins;
}

}  // namespace ganvas::test
