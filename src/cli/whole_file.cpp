#include "cli/whole_file.hpp"

#include "cli/values.hpp"
#include "platform/files.hpp"
#include "platform/standard_streams.hpp"

#include <tracetcp/error.hpp>

#include <array>
#include <cerrno>

namespace tracetcp::cli {

std::string whole_file(const std::string& file) {
  const bool is_input = file == "-";
  const int from = is_input ? standard_input : open_input_file(file);
  if (from == -1) throw Error::system("cannot read " + printable(file), errno);
  std::string content;
  std::array<char, 65536> buffer;
  std::ptrdiff_t got = 0;
  while ((got = read_some(from, buffer.data(), buffer.size())) != 0) {
    if (got == -1 && errno == EINTR) continue;
    if (got == -1) break;
    content.append(buffer.data(), static_cast<std::size_t>(got));
  }
  const int failure = got == -1 ? errno : 0;
  if (!is_input) close_file(from);
  if (failure != 0) throw Error::system("cannot read " + input_name(file), failure);
  return content;
}

std::string input_name(const std::string& file) {
  return file == "-" ? "standard input" : printable(file);
}

}  // namespace tracetcp::cli
