#include "cli/reports.hpp"

namespace tracetcp::cli {

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

}  // namespace tracetcp::cli
