// Files as people keep generators, made by Python while the test runs: each opens with the pictures of the network that
// it is of, or is refused with a sentence that says what to do.
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <set>

#include "core/error.h"
#include "models/networks_in_file.h"
#include "models/reference_models.h"
#include "models/traits.h"
#include "support/temporary_folder.h"

namespace ganvas::models {
namespace {

namespace fs = std::filesystem;

/// A file of which something has to be said before it makes its pictures: what it does not say, and is assumed.
struct ChosenFile {
  const char* name;
  std::vector<std::string> set;
};

struct RefusedFile {
  const char* name;
  const char* sentence;  ///< a part of it
};

const std::vector<const char*> opened_weights{
    // What people put around weights.
    "plain.pth", "dataparallel.pth", "dict_netG_netD.pth", "dict_fixed_noise.pth", "dict_numpy_scalar.pth",
    "dict_numpy_array.pth", "dict_state_dict.pth.tar", "dict_generator.pth", "dict_nested_models.pth",
    "list_of_state_dicts.pth", "tuple_of_state_dicts.pth", "dict_datetime.pth", "dict_path.pth", "dict_defaultdict.pth",
    "dict_counter_scheduler.pth", "dict_rng_state.pth", "dict_dtype_slice.pth", "lightning_like.ckpt",
    "averaged_model.pth", "dict_G_ema.pth", "torch_ema.pth", "torch_compile.pth", "ddp_compile.pth", "prefix_netG.pth",
    "prefix_gen.pth", "prefix_model.pth", "prefix_layers.pth", "names_tconv_bn.pth",
    // Containers and types of numbers.
    "cuda1.pth", "half.pth", "bfloat16.pth", "double.pth", "legacy_container.pth", "torch_0_3_no_counters.pth",
    "torch_0_3_rebuild.pth", "parameters.pth", "channels_last.pth", "nan_weights.pth", "plain.safetensors",
    "bf16.safetensors", "both.safetensors", "pickled_state_dict.pkl", "numpy_state_dict.pkl", "rezipped_deflate.pth",
    "rezipped_stored.pth", "rezipped_macos.pth", "whole_module.pth", "whole_module_legacy.pth",
    "whole_dataparallel.pth", "whole_sequential.pth", "pickled_module.pkl", "torchscript.pt", "torchscript_flat.pt",
    // Ways to build a network.
    "spectral_norm_old.pth", "spectral_norm_new.pth", "weight_norm_old.pth", "weight_norm_new.pth", "size16.pth",
    "size32.pth", "size64.pth", "size128.pth", "size256.pth", "size512.pth", "size28_k7.pth", "size48_k3.pth",
    "size96_k6.pth", "rgba.pth", "two_channels.pth", "gray.pth", "odd_channels.pth", "instance_norm.pth",
    "instance_norm_affine.pth", "no_norm.pth", "bias.pth", "dropout.pth", "nz1.pth", "nz512.pth", "bn_after_last.pth",
    "extra_conv3x3.pth", "bn_no_running_stats.pth", "linear_first.pth", "upsample_conv.pth",
    "conditional_embedding.pth", "blocks_net_0_0.pth", "names_deconv_bn.pth", "course_28.pth", "mlp_0_2_4.ckpt",
    "mlp_main_tanh.pth", "wgan_dots_2017.pth"};

const std::vector<ChosenFile> chosen_weights{
    {"leaky_relu.pth", {"main.2.kind=leaky_relu", "main.5.kind=leaky_relu", "main.8.kind=leaky_relu"}},
    {"elu.pth", {"main.2.kind=elu", "main.5.kind=elu", "main.8.kind=elu"}},
    {"sigmoid_out.pth", {"main.10.kind=sigmoid"}},
    {"bn_eps_08.pth", {"main.1.eps=0.8", "main.4.eps=0.8", "main.7.eps=0.8"}}};

const std::vector<RefusedFile> refused_weights{
    {"lfs_pointer.pth", "is not the file but Git LFS's pointer to it (14.6 MB are missing); run `git lfs pull`"},
    {"lfs_pointer.pkl", "is not the file but Git LFS's pointer to it (14.6 MB are missing); run `git lfs pull`"},
    {"lfs_pointer.safetensors",
     "is not the file but Git LFS's pointer to it (14.6 MB are missing); run `git lfs pull`"},
    {"drive_page.pth", "a page that a server sent in its place; open the link in a browser"},
    {"drive_page.pkl", "a page that a server sent in its place; open the link in a browser"},
    {"drive_page.safetensors", "a page that a server sent in its place; open the link in a browser"},
    {"xml_error.pkl", "a page that a server sent in its place; open the link in a browser"},
    {"empty.pth", "is empty; copy or download it again"},
    {"empty.pkl", "is empty; copy or download it again"},
    {"empty.safetensors", "is empty; copy or download it again"},
    {"half_downloaded.pth", "its end is missing, only"},
    {"half_downloaded.pth.crdownload", "is a download that has not ended"},
    {"unzipped_pth", "was unpacked into a folder; pack the folder as a zip archive, and open that"},
    {"model_in_zip.zip", "it is an archive with models/plain.pth in it; unpack it, and open that"},
    {"plain.pth.gz", "is packed by gzip; unpack it, then open the model that comes out of it"},
    {"weights.npz", "it is an archive of NumPy arrays; write them as a state dict by torch.save("},
    {"classifier.pth", "do not run one after another as layers either: the last layer gives 4"},
    {"lucidrains_stylegan2.pt", "is of lucidrains' program stylegan2_pytorch (it has G.initial_block)"}};

const std::vector<const char*> opened_snapshots{"roundtrip.pkl",
                                                "only_G_ema.pkl",
                                                "G_D_none.pkl",
                                                "bare_generator.pkl",
                                                "lower_case.pkl",
                                                "key_model.pkl",
                                                "foreign_discriminator.pkl",
                                                "progress_tensors.pkl",
                                                "omegaconf_kwargs.pkl",
                                                "path_and_date.pkl",
                                                "torch_saved_generator.pt",
                                                "state_dict_of_G_ema.pt",
                                                "state_dict_wrapped.pt",
                                                "rgba_generator.pkl"};

const std::vector<RefusedFile> refused_snapshots{
    {"cut_at_90_percent.pkl", "bytes too early; copy or download it again"},
    {"snapshot.pkl.gz", "is packed by gzip; unpack it"},
    {"snapshot_pkl.zip", "it is an archive with 00000-run/network-snapshot-000025.pkl in it; unpack it, and open that"},
    {"progan_2018_tfutil.pkl",
     "no known network is in it, but tfutil.Network of the Progressive GAN's program of 2018"}};

NetworkInFile opened(const fs::path& file) {
  return choose_network(networks_in(io::open_model_file(file)), "", file.string());
}

/// Pictures of two latents, each by itself, of the first class where there are any.
at::Tensor pictures_of(const NetworkInFile& network, const at::Tensor& z) {
  const GeneratorPtr g = generator_of(network.found->spec, network.weights, at::kCPU);
  const int classes = g->spec().c_dim;
  const at::Tensor c = classes > 0 ? at::one_hot(at::zeros({1}, at::kLong), classes).to(at::kFloat) : at::Tensor();
  std::vector<at::Tensor> made;
  for (const at::Tensor& one : z.split(1)) made.push_back(g->synthesize(g->map(one, c, {}), {}));
  return at::cat(made);
}

class FilesOfPeople : public testing::Test {
 protected:
  const test::TemporaryFolder folder;
  const at::NoGradGuard no_grad;

  /// False where Python has no torch.
  bool make(const std::string& script, const std::string& arguments = "") {
    const char* python = std::getenv("GANVAS_PYTHON");
    if (python == nullptr || std::system(fmt::format("'{}' -c 'import torch' 2>/dev/null", python).c_str()) != 0)
      return false;
    const std::string maker = test::source_folder() + "/tests/models/files/" + script;
    const std::string command = fmt::format("PYTHONDONTWRITEBYTECODE=1 '{}' -W ignore '{}' {} '{}'", python, maker,
                                            arguments, folder.path().string());
    EXPECT_EQ(std::system(command.c_str()), 0);
    return true;
  }

  void expect_pictures(const NetworkInFile& network, const std::string& name) {
    const io::WeightSet kept = io::open_model_file(folder / (name + ".out.pt")).networks.at(0).weights;
    const at::Tensor y = pictures_of(network, kept.at("z")), expected = kept.at("y");
    ASSERT_EQ(y.sizes(), expected.sizes());
    EXPECT_LT((y - expected).abs().max().item<float>(), 1e-5);
  }

  void expect_refusals(const std::vector<RefusedFile>& files) {
    for (const RefusedFile& file : files) {
      SCOPED_TRACE(file.name);
      try {
        const NetworkInFile network = opened(folder / file.name);
        pictures_of(network, at::zeros({1, network.found->spec.z_dim}));
        ADD_FAILURE() << "it opens";
      } catch (const Error& error) {
        const std::string text = error.what();
        EXPECT_NE(text.find(file.sentence), std::string::npos) << text;
        EXPECT_NE(text.find(file.name), std::string::npos) << text;
        EXPECT_TRUE(text.ends_with('.') && text.find('\n') == std::string::npos) << text;
      }
    }
  }

  /// That the maker makes these and no others.
  void expect_all(const std::set<std::string>& named) {
    std::set<std::string> made;
    for (const std::string& name : folder.names())
      if (!name.ends_with(".out.pt")) made.insert(name);
    EXPECT_EQ(made, named);
  }
};

TEST_F(FilesOfPeople, WeightsMakeThePicturesOfTheirNetworkOrAreRefusedHelpfully) {
  if (!make("weights.py"))
    GTEST_SKIP() << "the Python of this LibTorch cannot import torch (its CUDA libraries are not installed)";
  std::set<std::string> named;
  for (const char* name : opened_weights) {
    SCOPED_TRACE(name);
    named.insert(name);
    try {
      const NetworkInFile network = opened(folder / name);
      ASSERT_TRUE(network.is_generator());
      EXPECT_EQ(not_finite(network.weights).empty(), std::string(name) != "nan_weights.pth");
      if (std::string(name) != "nan_weights.pth") expect_pictures(network, name);
    } catch (const Error& error) {
      ADD_FAILURE() << error.what();
    }
  }
  for (const ChosenFile& file : chosen_weights) {
    SCOPED_TRACE(file.name);
    named.insert(file.name);
    NetworkInFile network = opened(folder / file.name);
    const std::vector<Assumption> assumed = assumptions_of(network.found->spec);
    for (const std::string& assignment : file.set) {
      const bool said = std::any_of(assumed.begin(), assumed.end(), [&](const Assumption& one) {
        return std::any_of(one.others.begin(), one.others.end(), [&](const std::string& other) {
          return one.layer + "." + one.key + "=" + other == assignment;
        });
      });
      EXPECT_TRUE(said) << assignment << " is not among what may be chosen";
    }
    set_values(network, file.set);
    expect_pictures(network, file.name);
  }
  expect_refusals(refused_weights);
  for (const RefusedFile& file : refused_weights) named.insert(file.name);
  expect_all(named);
}

TEST_F(FilesOfPeople, SnapshotsMakeThePicturesOfTheirMovingAverageOrAreRefusedHelpfully) {
  const std::string reference = test::source_folder() + "/tests/reference/";
  const fs::path snapshot = reference + "sg2ada_main/network-snapshot-000025.pkl";
  if (!make("snapshots.py", fmt::format("'{}' '{}rosinality/010000.pt'", snapshot.string(), reference)))
    GTEST_SKIP() << "the Python of this LibTorch cannot import torch (its CUDA libraries are not installed)";
  const NetworkInFile average = opened(snapshot);
  const at::Tensor z = at::randn({2, average.found->spec.z_dim}), expected = pictures_of(average, z);
  std::set<std::string> named;
  for (const char* name : opened_snapshots) {
    SCOPED_TRACE(name);
    named.insert(name);
    try {
      at::Tensor y = pictures_of(opened(folder / name), z);
      if (std::string(name) == "rgba_generator.pkl") {
        EXPECT_TRUE(at::equal(y.narrow(1, 3, 1), y.narrow(1, 0, 1))) << "the fourth channel is the first again";
        y = y.narrow(1, 0, 3);
      }
      EXPECT_LT((y - expected).abs().max().item<float>(), 1e-5);
    } catch (const Error& error) {
      ADD_FAILURE() << error.what();
    }
  }
  EXPECT_EQ(pictures_of(opened(folder / "tall_pictures.pkl"), z).sizes(),
            (std::vector<std::int64_t>{2, expected.size(1), expected.size(2), expected.size(3) / 2}));
  named.insert("tall_pictures.pkl");
  const NetworkInFile wrapped = opened(folder / "rosinality_module_prefix.pt");
  const at::Tensor z2 = at::randn({2, wrapped.found->spec.z_dim});
  EXPECT_TRUE(at::allclose(pictures_of(wrapped, z2), pictures_of(opened(folder / "rosinality_plain.pt"), z2), 0, 1e-5));
  named.insert({"rosinality_module_prefix.pt", "rosinality_plain.pt"});
  expect_refusals(refused_snapshots);
  for (const RefusedFile& file : refused_snapshots) named.insert(file.name);
  expect_all(named);
}

}  // namespace
}  // namespace ganvas::models
