#pragma once
// Files and folders: atomic writes, the asset path, the user's folders.

#include <filesystem>
#include <functional>
#include <iosfwd>
#include <string>
#include <string_view>
#include <vector>

namespace ganvas {

/// A stream over the bytes of a regular file, at its beginning. Throws Error with the system's reason, and for anything
/// else: a pipe, device or socket would be waited for, perhaps for ever, a file that is mostly holes states a size that
/// it does not have, and what lies in the place of a file (core/outside/stand_in.h) is not what was meant. All files
/// that people name are opened by this, or looked at by require_regular_file() before a library opens them.
std::ifstream open_regular_file(const std::filesystem::path& path);
void require_regular_file(const std::filesystem::path& path);

/// The whole file, of at most `most` bytes. Throws Error as open_regular_file() does.
std::string read_file(const std::filesystem::path& path, std::uintmax_t most = std::uintmax_t{1} << 40);

/// Writes `bytes` to a temporary name beside `path`, syncs it and renames it: the file on disk is either whole or the
/// one before. Makes missing parent folders. Throws Error (disk full, no permission) and leaves nothing behind.
void write_file(const std::filesystem::path& path, std::string_view bytes);
/// The same without the sync, for what is to outlive the program, not the machine.
void write_quickly(const std::filesystem::path& path, std::string_view bytes);

/// The same with a function that writes the file under the temporary name it is given. The temporary is removed when
/// `write` throws.
void write_file_with(const std::filesystem::path& path, const std::function<void(const std::filesystem::path&)>& write);

/// A file of the program's assets, such as "recipes/starter-dcgan.json" or "shaders/picture.frag". Looks in
/// $GANVAS_ASSETS, beside the executable, in ../share/ganvas, then in the source tree. Throws Error naming where it
/// looked.
std::filesystem::path asset(const std::string& relative);

/// The user's folders, made when missing: $XDG_CONFIG_HOME/ganvas, $XDG_CACHE_HOME/ganvas and $XDG_STATE_HOME/ganvas,
/// which is for what a program leaves to its next start.
std::filesystem::path config_folder();
std::filesystem::path cache_folder();
std::filesystem::path state_folder();

/// "12.3 MB" style text of a number of bytes (powers of 1000).
std::string human_bytes(std::uintmax_t bytes);

}  // namespace ganvas
