#include "platform/files.hpp"

#include <tracetcp/error.hpp>

#include <fcntl.h>
#include <sys/stat.h>

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

bool is_regular(int file) {
  struct stat status {};
  return fstat(file, &status) == 0 && S_ISREG(status.st_mode);
}

}  // namespace tracetcp
