#include "cli/report_file.hpp"

#include "platform/files.hpp"

#include <tracetcp/error.hpp>

#include <utility>

namespace tracetcp::cli {
namespace {

constexpr mode_t for_all = 0666;  // less what the umask takes: a report is made to be handed on

}  // namespace

ReportFile::ReportFile(std::string path, bool overwrite)
    : path_(std::move(path)),
      is_new_(!exists(path_)),
      file_(open_output_file(path_, overwrite ? IfThere::keep : IfThere::refuse, for_all)) {}

ReportFile::~ReportFile() {
  if (file_ != -1) close_file(file_);
}

void ReportFile::discard() {
  if (is_new_ && file_ != -1) remove_file(path_);
}

void ReportFile::write(std::string_view content) {
  int code = write_all(file_, content);
  if (code == 0 && is_regular(file_)) code = set_size(file_, content.size());
  if (code == 0) code = close_file(std::exchange(file_, -1));
  if (code != 0) throw Error::system("cannot write " + path_, code);
}

}  // namespace tracetcp::cli
