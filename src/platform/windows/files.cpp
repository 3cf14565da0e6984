#include "platform/files.hpp"

#include "platform/windows/text.hpp"

#include <tracetcp/error.hpp>

#include <fcntl.h>
#include <io.h>
#include <sys/stat.h>
#include <windows.h>

#include <algorithm>
#include <cerrno>
#include <limits>

namespace tracetcp {
namespace {

using windows::wide;

int open_flags(IfThere if_there) {
  switch (if_there) {
    case IfThere::refuse:
      return _O_EXCL;
    case IfThere::empty:
      return _O_TRUNC;
    case IfThere::keep:
      break;
  }
  return 0;
}

HANDLE handle_of(int file) {
  return reinterpret_cast<HANDLE>(_get_osfhandle(file));
}

/// The errno for the last error of a call on a file.
int last_errno() {
  switch (GetLastError()) {
    case ERROR_BROKEN_PIPE:
    case ERROR_NO_DATA:  // the other end of the pipe is closed
      return EPIPE;
    case ERROR_DISK_FULL:
    case ERROR_HANDLE_DISK_FULL:
      return ENOSPC;
    case ERROR_ACCESS_DENIED:
      return EACCES;
    case ERROR_INVALID_HANDLE:
      return EBADF;
    default:
      return EIO;
  }
}

/// Other than pread() and pwrite() the calls with an offset leave a file standing behind what they
/// read or wrote; this brings it back.
class Standing {
 public:
  explicit Standing(int file) : file_(file), at_(_lseeki64(file, 0, SEEK_CUR)) {}
  ~Standing() {
    if (at_ != -1) _lseeki64(file_, at_, SEEK_SET);
  }
  Standing(const Standing&) = delete;
  Standing& operator=(const Standing&) = delete;

 private:
  int file_;
  long long at_;
};

OVERLAPPED place(std::uint64_t offset) {
  OVERLAPPED at{};
  at.Offset = static_cast<DWORD>(offset);
  at.OffsetHigh = static_cast<DWORD>(offset >> 32);
  return at;
}

DWORD capped(std::size_t size) {
  constexpr std::size_t most = 1 << 20;  // consoles refuse more than some 60,000 at once
  return static_cast<DWORD>(std::min(size, most));
}

bool is_console(HANDLE handle) {
  DWORD mode = 0;
  return GetConsoleMode(handle, &mode) != 0;
}

/// How many of these bytes of UTF-8 end with a whole character: a console that is given half a
/// character shows two wrong ones.
std::size_t whole_characters(std::string_view bytes) {
  std::size_t end = bytes.size();
  const auto is_continuation = [](char c) {
    return (static_cast<unsigned char>(c) & 0xc0) == 0x80;
  };
  while (end > 0 && is_continuation(bytes[end - 1])) --end;
  const bool begins_one = end > 0 && (static_cast<unsigned char>(bytes[end - 1]) & 0x80) != 0;
  return begins_one && end > 1 ? end - 1 : bytes.size();
}

}  // namespace

int open_output_file(const std::string& path, IfThere if_there, mode_t /*mode*/) {
  const int flags = _O_WRONLY | _O_CREAT | _O_BINARY | _O_NOINHERIT | open_flags(if_there);
  const int file = _wopen(wide(path).c_str(), flags, _S_IREAD | _S_IWRITE);
  if (file != -1) return file;
  const int code = errno;
  if (code == EEXIST) {
    throw UsageError(path + " is there already; give another name, or --force to overwrite it");
  }
  throw Error::system("cannot write " + path, code);
}

int open_input_file(const std::string& path) {
  return _wopen(wide(path).c_str(), _O_RDONLY | _O_BINARY | _O_NOINHERIT);
}

int open_regular_file(const std::string& path) {
  const int file = open_input_file(path);
  if (file == -1 || is_regular(file)) return file;
  _close(file);
  return -1;
}

int close_file(int file) {
  return _close(file) == 0 ? 0 : errno;
}

bool is_regular(int file) {
  return GetFileType(handle_of(file)) == FILE_TYPE_DISK;
}

bool is_on_a_disk(const std::string& path) {
  return exists(path);
}

bool exists(const std::string& path) {
  return GetFileAttributesW(wide(path).c_str()) != INVALID_FILE_ATTRIBUTES;
}

bool is_readable(const std::string& path) {
  constexpr int for_reading = 4;
  return _waccess(wide(path).c_str(), for_reading) == 0;
}

void remove_file(const std::string& path) {
  DeleteFileW(wide(path).c_str());
}

std::ptrdiff_t read_some(int file, void* into, std::size_t size) {
  return _read(file, into, capped(size));
}

std::ptrdiff_t read_at(int file, void* into, std::size_t size, std::uint64_t offset) {
  const Standing standing(file);
  OVERLAPPED at = place(offset);
  DWORD got = 0;
  if (ReadFile(handle_of(file), into, capped(size), &got, &at) != 0) return got;
  if (GetLastError() == ERROR_HANDLE_EOF) return 0;
  errno = last_errno();
  return -1;
}

int write_all(int file, std::string_view bytes) {
  const HANDLE handle = handle_of(file);
  const bool to_console = is_console(handle);
  constexpr std::size_t most_at_once = 16'384;  // bytes, of a console
  while (!bytes.empty()) {
    std::string_view piece = bytes;
    if (to_console && piece.size() > most_at_once) {
      piece = piece.substr(0, most_at_once);
      piece = piece.substr(0, whole_characters(piece));
    }
    DWORD written = 0;
    if (WriteFile(handle, piece.data(), capped(piece.size()), &written, nullptr) == 0) {
      return last_errno();
    }
    bytes.remove_prefix(written);
  }
  return 0;
}

int write_at(int file, std::string_view bytes, std::uint64_t offset) {
  const Standing standing(file);
  OVERLAPPED at = place(offset);
  DWORD written = 0;
  if (WriteFile(handle_of(file), bytes.data(), capped(bytes.size()), &written, &at) == 0) {
    return last_errno();
  }
  return written == bytes.size() ? 0 : EIO;
}

int set_size(int file, std::uint64_t size) {
  return _chsize_s(file, static_cast<long long>(size));
}

int go_to(int file, std::uint64_t offset) {
  return _lseeki64(file, static_cast<long long>(offset), SEEK_SET) == -1 ? errno : 0;
}

}  // namespace tracetcp
