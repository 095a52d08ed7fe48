#include "data/formats/zip_writer.h"

#include <unistd.h>
#include <zip.h>

#include <memory>

#include "core/error.h"

namespace ganvas::data {

namespace fs = std::filesystem;

void write_zip(const fs::path& path, const std::vector<ZipEntry>& entries) {
  const fs::path part = path.string() + ".tmp" + std::to_string(::getpid());
  int code = 0;
  zip_t* zip = zip_open(part.c_str(), ZIP_CREATE | ZIP_TRUNCATE, &code);
  zip_error_t error;
  zip_error_init_with_code(&error, code);
  const std::string reason = zip_error_strerror(&error);
  zip_error_fini(&error);
  require(zip != nullptr, "{} cannot be written ({}); choose another place.", path.string(), reason);
  constexpr zip_uint16_t no_time = 0, first_day = 1 << 5 | 1;  // 1 January 1980, the first that a zip knows
  for (const ZipEntry& entry : entries) {
    zip_source_t* source = entry.file.empty() ? zip_source_buffer(zip, entry.text.data(), entry.text.size(), 0)
                                              : zip_source_file(zip, entry.file.c_str(), 0, -1);
    const zip_int64_t index = source == nullptr ? -1 : zip_file_add(zip, entry.name.c_str(), source, ZIP_FL_ENC_UTF_8);
    if (index >= 0) {
      zip_set_file_compression(zip, static_cast<zip_uint64_t>(index), ZIP_CM_STORE, 0);
      zip_file_set_dostime(zip, static_cast<zip_uint64_t>(index), no_time, first_day, 0);
      continue;
    }
    const std::string problem = zip_strerror(zip);
    zip_discard(zip);
    fail("{} cannot be written ({}: {}).", path.string(), entry.name, problem);
  }
  if (zip_close(zip) != 0) {
    const std::string problem = zip_strerror(zip);
    zip_discard(zip);
    fail("{} cannot be written ({}); make room, or choose another place.", path.string(), problem);
  }
  std::error_code failed;
  fs::rename(part, path, failed);
  require(!failed, "{} cannot be written: {}.", path.string(), failed.message());
}

}  // namespace ganvas::data
