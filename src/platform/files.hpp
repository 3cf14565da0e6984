#pragma once

#include <sys/types.h>

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace tracetcp {

/// What becomes of an output file that is there already.
enum class IfThere : std::uint8_t {
  refuse,  ///< it stays
  empty,   ///< its content is removed at once
  keep,    ///< its content stays until it is written
};

/// Opens a file for writing; a new one gets that mode, less what the umask takes. Returns its
/// descriptor. Throws UsageError that names the file where it is there already and must stay, Error
/// where it can't be opened.
int open_output_file(const std::string& path, IfThere if_there, mode_t mode);

/// Opens a file for reading; -1: it can't be, see errno.
int open_input_file(const std::string& path);

/// The same, only of a file on a disk, and without waiting for the other end of a pipe.
int open_regular_file(const std::string& path);

/// Returns 0 or an errno. The descriptor is gone in any case.
int close_file(int file);

/// Whether it is a file on a disk, neither a pipe nor a device.
bool is_regular(int file);

/// Whether that path leads to what is no pipe, device or socket.
bool is_on_a_disk(const std::string& path);

bool exists(const std::string& path);
bool is_readable(const std::string& path);
void remove_file(const std::string& path);

/// What is there of `size` bytes, from where the file stands or from `offset` on; 0: the end; -1:
/// see errno, which is EINTR where a signal came first.
std::ptrdiff_t read_some(int file, void* into, std::size_t size);
std::ptrdiff_t read_at(int file, void* into, std::size_t size, std::uint64_t offset);

/// All of it, however long its reader takes. Returns 0 or an errno.
int write_all(int file, std::string_view bytes);
int write_at(int file, std::string_view bytes, std::uint64_t offset);

/// These return 0 or an errno.
int set_size(int file, std::uint64_t size);
int go_to(int file, std::uint64_t offset);

}  // namespace tracetcp
