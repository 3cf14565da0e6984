#include "report/html/graph.hpp"
#include "report/html/outlook.hpp"
#include "report/html/sections.hpp"

#include <algorithm>

namespace tracetcp::html {
namespace {

/// A drawing is of the traces that are shown in full; of these the first with one port or fate.
constexpr std::size_t most_graphs = 8;

void add_figure(Markup& to, const Graph& graph, const std::string& caption) {
  to << "<figure><figcaption>" << caption
     << "</figcaption><div class=\"scroll\" tabindex=\"0\" role=\"region\" aria-label=\"Drawing: "
     << caption << "\">";
  draw(to, graph);
  to << "</div></figure>";
}

std::string caption_of_paths(const Trace& trace) {
  const Multipath& paths = *trace.paths;
  std::string text = std::to_string(paths.paths) + (paths.paths == 1 ? " path" : " paths") +
                     " to " + target_text(trace) + ", by " + std::to_string(paths.flows) +
                     " flows" + (paths.complete ? "" : "; there may be more");
  return text;
}

}  // namespace

void add_graphs(Markup& to, const Source& from) {
  const auto& traces = from.page.traces;
  Markup figures;
  std::size_t count = 0;
  std::vector<Address> drawn;
  for (std::size_t i = 0; i < traces.size() && count < most_graphs; ++i) {
    const Trace& trace = traces[i].trace;
    if (!from.links.is_shown(i) || trace.hops.empty()) continue;
    if (trace.paths) {
      add_figure(figures, graph_of_paths(trace, from.names, from.page.run.networks),
                 caption_of_paths(trace));
      ++count;
      continue;
    }
    if (std::find(drawn.begin(), drawn.end(), trace.target.address) != drawn.end()) continue;
    drawn.push_back(trace.target.address);
    std::vector<const PageTrace*> together;
    for (std::size_t k = i; k < traces.size(); ++k) {
      const bool is_same = traces[k].trace.target.address == trace.target.address;
      if (is_same && from.links.is_shown(k) && !traces[k].trace.paths) {
        together.push_back(&traces[k]);
      }
    }
    add_figure(figures, graph_of_traces(together, from.names, from.page.run.networks),
               "The path to " + trace.target.address.text());
    ++count;
  }
  if (figures.empty()) return;
  to << "<section id=\"path\"><h2>Path</h2>" << figures << "</section>";
}

}  // namespace tracetcp::html
