#include "cli/page_file.hpp"

#include "cli/help.hpp"
#include "cli/options.hpp"
#include "platform/files.hpp"
#include "platform/privileges.hpp"

#include <cerrno>
#include <utility>

namespace tracetcp::cli {
namespace {

/// All of the file; empty where it is larger than a page should be, or can't be read.
std::string content_of(int file) {
  std::string content(most_page_recording + 1, '\0');
  std::size_t size = 0;
  while (size < content.size()) {
    const auto got = read_at(file, content.data() + size, content.size() - size, size);
    if (got == -1 && errno == EINTR) continue;
    if (got < 0) return "";
    if (got == 0) break;
    size += static_cast<std::size_t>(got);
  }
  if (size > most_page_recording) return "";
  content.resize(size);
  return content;
}

std::string base_name(const std::string& path) {
  return path.substr(path.rfind('/') + 1);
}

}  // namespace

PageFile::~PageFile() {
  if (recording_file_ != -1) close_file(recording_file_);
}

void PageFile::embed(const std::string& recording) {
  const int file = open_regular_file(recording);
  if (file == -1) return;
  recording_ = recording;
  recording_file_ = file;
}

void PageFile::write(Page page, const Names& names) {
  if (recording_file_ != -1) {
    page.recording = content_of(recording_file_);
    page.recording_name = base_name(recording_);
  }
  file_.write(html_page(page, names));
}

std::unique_ptr<PageFile> open_page(const Options& options) {
  if (options.html_file.empty()) return nullptr;
  const AsCaller caller;
  return std::make_unique<PageFile>(options.html_file, options.overwrite);
}

Page page_for(const Options& options, const RunInfo& info) {
  const std::string versions = version_text();
  return {.run = info,
          .version = versions.substr(0, versions.find('\n')),
          .command = options.command,
          .capture = options.read_file};
}

}  // namespace tracetcp::cli
