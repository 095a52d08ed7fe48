#include "io/torch/torch_writer.h"

#include <caffe2/serialize/inline_container.h>

#include <cerrno>
#include <cstring>
#include <fstream>

#include "core/error.h"
#include "core/files.h"

namespace ganvas::io {
namespace {

const char* storage_name(at::ScalarType type, const std::string& name) {
  switch (type) {
    case at::kDouble:
      return "DoubleStorage";
    case at::kFloat:
      return "FloatStorage";
    case at::kHalf:
      return "HalfStorage";
    case at::kBFloat16:
      return "BFloat16Storage";
    case at::kLong:
      return "LongStorage";
    case at::kInt:
      return "IntStorage";
    case at::kShort:
      return "ShortStorage";
    case at::kChar:
      return "CharStorage";
    case at::kByte:
      return "ByteStorage";
    case at::kBool:
      return "BoolStorage";
    default:
      fail("Tensor \"{}\" has the type {}, which a state dict cannot hold.", name, at::toString(type));
  }
}

/// The instructions of a pickle of protocol 2, as far as a state dict needs them.
class StateDictPickle {
 public:
  StateDictPickle() { bytes_ += "\x80\x02" + ordered_dict + "("; }

  /// What is added until end() is a dictionary of its own under that name.
  void begin(const std::string& name) {
    text(name);
    bytes_ += ordered_dict + "(";
  }
  void end() { bytes_ += 'u'; }

  void add(const std::string& name, const at::Tensor& tensor, const std::string& key) {
    text(name);
    bytes_ += "ctorch._utils\n_rebuild_tensor_v2\n((";
    text("storage");
    bytes_ += fmt::format("ctorch\n{}\n", storage_name(tensor.scalar_type(), name));
    text(key);
    text("cpu");
    integer(tensor.numel());
    bytes_ += "tQ";  // the tuple becomes a persistent id: a storage beside the pickle
    integer(0);
    integers(tensor.sizes());
    integers(tensor.strides());
    bytes_ += "\x89" + ordered_dict + "tR";  // requires_grad False, no hooks, call
  }

  std::string finish() { return bytes_ + "u."; }

 private:
  const std::string ordered_dict = "ccollections\nOrderedDict\n)R";
  std::string bytes_;

  void little_endian(std::uint64_t value, int size) {
    for (int i = 0; i < size; ++i) bytes_ += static_cast<char>(value >> (8 * i));
  }
  void text(const std::string& value) {
    bytes_ += 'X';
    little_endian(value.size(), 4);
    bytes_ += value;
  }
  void integer(std::int64_t value) {
    const bool is_short = value >= 0 && value <= 0x7fffffff;
    bytes_ += is_short ? std::string("J") : std::string("\x8a\x08");
    little_endian(static_cast<std::uint64_t>(value), is_short ? 4 : 8);
  }
  void integers(at::IntArrayRef values) {
    bytes_ += '(';
    for (const std::int64_t value : values) integer(value);
    bytes_ += 't';
  }
};

using Networks = std::vector<std::pair<std::string, WeightSet>>;

/// One network without a name, or several with theirs.
void write_archive(const std::filesystem::path& path, const Networks& networks) {
  std::ofstream file(path, std::ios::binary);
  const auto write = [&](const void* bytes, std::size_t count) {
    file.write(static_cast<const char*>(bytes), static_cast<std::streamsize>(count));
    return count;  // the file keeps what went wrong; told of it, LibTorch throws in a destructor and the program ends
  };
  caffe2::serialize::PyTorchStreamWriter archive(write);
  StateDictPickle pickle;
  std::size_t index = 0;

  for (const auto& [network, weights] : networks) {
    if (!network.empty()) pickle.begin(network);
    for (const auto& [name, tensor] : weights.items())
      pickle.add(name, at::empty(tensor.sizes(), at::TensorOptions(at::kMeta).dtype(tensor.scalar_type())),
                 std::to_string(index++));
    if (!network.empty()) pickle.end();
  }
  const std::string bytes = pickle.finish();
  archive.writeRecord("data.pkl", bytes.data(), bytes.size());
  const std::string order = "little";
  archive.writeRecord("byteorder", order.data(), order.size());
  index = 0;
  for (const auto& [network, weights] : networks) {
    for (const auto& [name, tensor] : weights.items()) {
      const at::Tensor values = tensor.detach().to(at::kCPU).contiguous();
      archive.writeRecord(fmt::format("data/{}", index++), values.const_data_ptr(), values.nbytes());
    }
  }
  const Json& metadata = networks.front().second.metadata;
  if (networks.front().first.empty() && !metadata.empty()) {
    Json texts = Json::object();
    for (const auto& [key, value] : metadata.items()) texts[key] = value.is_string() ? value : Json(value.dump());
    const std::string text = texts.dump();
    archive.writeRecord(torch_metadata_entry, text.data(), text.size());
  }
  archive.writeEndOfFile();
  file.flush();
  require(file.good(), "{}", std::strerror(errno));
}

void write_networks(const std::filesystem::path& path, const Networks& networks) {
  for (const auto& [network, weights] : networks)
    for (const auto& [name, tensor] : weights.items()) storage_name(tensor.scalar_type(), name);
  write_file_with(path, [&](const std::filesystem::path& temporary) {
    try {
      write_archive(temporary, networks);
    } catch (const std::exception&) {
      // LibTorch's own text is many lines long and names its source files.
      fail("Cannot write {}; check the free space and the permissions of its folder.", path.string());
    }
  });
}

}  // namespace

void write_torch_state_dict(const std::filesystem::path& path, const WeightSet& weights) {
  write_networks(path, {{"", weights}});
}

void write_torch_state_dicts(const std::filesystem::path& path, const Networks& networks) {
  require(!networks.empty(), "There is no network to write to {}.", path.string());
  write_networks(path, networks);
}

}  // namespace ganvas::io
