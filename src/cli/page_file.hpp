#pragma once

#include "cli/report_file.hpp"

#include <tracetcp/page.hpp>

#include <memory>
#include <string>

namespace tracetcp::cli {

/// The file of --html, see ReportFile.
class PageFile {
 public:
  PageFile(const std::string& path, bool overwrite) : file_(path, overwrite) {}
  ~PageFile();
  PageFile(const PageFile&) = delete;
  PageFile& operator=(const PageFile&) = delete;

  /// Nothing will be written: removes the file, unless it was there before.
  void discard() { file_.discard(); }

  /// The page will offer this savefile, which is there by now, as a download.
  void embed(const std::string& recording);

  /// Replaces what the file had by the page. Throws Error that names the file.
  void write(Page page, const Names& names);

 private:
  ReportFile file_;
  std::string recording_;
  int recording_file_ = -1;
};

struct Options;

/// The same for the options of a run: null where no page is wanted. The caller's rights are those
/// that count. Throws as the constructor does.
std::unique_ptr<PageFile> open_page(const Options& options);

/// What every page of the program has: version, command, what the user asked for.
Page page_for(const Options& options, const RunInfo& info);

}  // namespace tracetcp::cli
