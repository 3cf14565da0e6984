#include "platform/files.hpp"

#include <tracetcp/error.hpp>

#include <fcntl.h>
#include <poll.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>

namespace tracetcp {
namespace {

int open_flags(IfThere if_there) {
  switch (if_there) {
    case IfThere::refuse:
      return O_EXCL;
    case IfThere::empty:
      return O_TRUNC;
    case IfThere::keep:
      break;
  }
  return 0;
}

bool is_stream(mode_t mode) {
  return S_ISFIFO(mode) || S_ISCHR(mode) || S_ISSOCK(mode);
}

}  // namespace

int open_output_file(const std::string& path, IfThere if_there, mode_t mode) {
  const int file = open(path.c_str(), O_WRONLY | O_CREAT | O_CLOEXEC | open_flags(if_there), mode);
  if (file != -1) return file;
  const int code = errno;
  if (code == EEXIST) {
    throw UsageError(path + " is there already; give another name, or --force to overwrite it");
  }
  throw Error::system("cannot write " + path, code);
}

int open_input_file(const std::string& path) {
  return open(path.c_str(), O_RDONLY | O_CLOEXEC);
}

int open_regular_file(const std::string& path) {
  const int file = open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK);
  if (file == -1 || is_regular(file)) return file;
  close(file);
  return -1;
}

int close_file(int file) {
  return close(file) == 0 ? 0 : errno;
}

bool is_regular(int file) {
  struct stat status {};
  return fstat(file, &status) == 0 && S_ISREG(status.st_mode);
}

bool is_on_a_disk(const std::string& path) {
  struct stat status {};
  return stat(path.c_str(), &status) == 0 && !is_stream(status.st_mode);
}

bool exists(const std::string& path) {
  return access(path.c_str(), F_OK) == 0;
}

bool is_readable(const std::string& path) {
  return access(path.c_str(), R_OK) == 0;
}

void remove_file(const std::string& path) {
  unlink(path.c_str());
}

std::ptrdiff_t read_some(int file, void* into, std::size_t size) {
  return read(file, into, size);
}

std::ptrdiff_t read_at(int file, void* into, std::size_t size, std::uint64_t offset) {
  return pread(file, into, size, static_cast<off_t>(offset));
}

int write_all(int file, std::string_view bytes) {
  while (!bytes.empty()) {
    const auto size = write(file, bytes.data(), bytes.size());
    if (size >= 0) {
      bytes.remove_prefix(static_cast<std::size_t>(size));
    } else if (errno == EAGAIN) {  // another process that shares it made it non-blocking
      pollfd ready{.fd = file, .events = POLLOUT, .revents = 0};
      poll(&ready, 1, -1);
    } else if (errno != EINTR) {
      return errno;
    }
  }
  return 0;
}

int write_at(int file, std::string_view bytes, std::uint64_t offset) {
  const auto written = pwrite(file, bytes.data(), bytes.size(), static_cast<off_t>(offset));
  return written == static_cast<ssize_t>(bytes.size()) ? 0 : errno;
}

int set_size(int file, std::uint64_t size) {
  return ftruncate(file, static_cast<off_t>(size)) == 0 ? 0 : errno;
}

int go_to(int file, std::uint64_t offset) {
  return lseek(file, static_cast<off_t>(offset), SEEK_SET) == -1 ? errno : 0;
}

}  // namespace tracetcp
