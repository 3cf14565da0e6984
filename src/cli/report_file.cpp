#include "cli/report_file.hpp"

#include "platform/files.hpp"

#include <tracetcp/error.hpp>

#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <utility>

namespace tracetcp::cli {
namespace {

constexpr mode_t for_all = 0666;  // less what the umask takes: a report is made to be handed on

}  // namespace

ReportFile::ReportFile(std::string path, bool overwrite)
    : path_(std::move(path)),
      is_new_(access(path_.c_str(), F_OK) != 0),
      file_(open_output_file(path_, overwrite ? IfThere::keep : IfThere::refuse, for_all)) {}

ReportFile::~ReportFile() {
  if (file_ != -1) close(file_);
}

void ReportFile::discard() {
  if (is_new_ && file_ != -1) unlink(path_.c_str());
}

void ReportFile::write(std::string_view content) {
  std::string_view rest = content;
  while (!rest.empty()) {
    const ssize_t written = ::write(file_, rest.data(), rest.size());
    if (written == -1 && errno == EINTR) continue;
    if (written == -1) throw Error::system("cannot write " + path_, errno);
    rest.remove_prefix(static_cast<std::size_t>(written));
  }
  if (is_regular(file_) && ftruncate(file_, static_cast<off_t>(content.size())) != 0) {
    throw Error::system("cannot write " + path_, errno);
  }
  if (close(std::exchange(file_, -1)) != 0) throw Error::system("cannot write " + path_, errno);
}

}  // namespace tracetcp::cli
