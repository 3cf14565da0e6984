#include "cli/output.hpp"

#include <tracetcp/error.hpp>

#include <cerrno>
#include <cstdio>

namespace tracetcp {

void write_out(const std::string& text) {
  if (text.empty()) return;
  if (std::fwrite(text.data(), 1, text.size(), stdout) == text.size() && std::fflush(stdout) == 0) {
    return;
  }
  throw Error::system("cannot write the report to standard output", errno);
}

std::unique_ptr<Report> report_for(Format format, const RunInfo& info, const Names& names) {
  switch (format) {
    case Format::standard:
      return standard_report(info, names);
    case Format::condensed:
      return condensed_report(info, names);
    case Format::matrix:
      return matrix_report(info);
    case Format::json:
      return json_report(info, names);
  }
  return nullptr;
}

}  // namespace tracetcp
