#pragma once

#include "report/html/links.hpp"
#include "report/html/markup.hpp"

#include <tracetcp/names.hpp>
#include <tracetcp/page.hpp>

#include <string>

namespace tracetcp::html {

/// What all parts of a page are made from.
struct Source {
  const Page& page;
  const Names& names;
  const Links& links;
};

// The parts of a page, in its order. Each adds one section, or nothing where there is nothing to
// say.

void add_audit(Markup& to, const Source& from);
void add_findings(Markup& to, const Source& from);
void add_graphs(Markup& to, const Source& from);
void add_times(Markup& to, const Source& from);
void add_matrix(Markup& to, const Source& from);
void add_probes(Markup& to, const Source& from);
void add_run(Markup& to, const Source& from);

/// The style sheet.
std::string_view style();

}  // namespace tracetcp::html
