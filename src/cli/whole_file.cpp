#include "cli/whole_file.hpp"

#include "cli/values.hpp"

#include <tracetcp/error.hpp>

#include <fcntl.h>
#include <unistd.h>

#include <array>
#include <cerrno>

namespace tracetcp::cli {

std::string whole_file(const std::string& file) {
  const bool is_input = file == "-";
  const int from = is_input ? STDIN_FILENO : open(file.c_str(), O_RDONLY | O_CLOEXEC);
  if (from == -1) throw Error::system("cannot read " + printable(file), errno);
  std::string content;
  std::array<char, 65536> buffer;
  ssize_t got = 0;
  while ((got = read(from, buffer.data(), buffer.size())) != 0) {
    if (got == -1 && errno == EINTR) continue;
    if (got == -1) break;
    content.append(buffer.data(), static_cast<std::size_t>(got));
  }
  const int failure = got == -1 ? errno : 0;
  if (!is_input) close(from);
  if (failure != 0) throw Error::system("cannot read " + input_name(file), failure);
  return content;
}

std::string input_name(const std::string& file) {
  return file == "-" ? "standard input" : printable(file);
}

}  // namespace tracetcp::cli
