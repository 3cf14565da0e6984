#pragma once

#include <sys/types.h>

#include <cstdint>
#include <string>

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

/// Whether it is a file on a disk, neither a pipe nor a device.
bool is_regular(int file);

}  // namespace tracetcp
