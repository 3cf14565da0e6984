#pragma once

#include "report/html/markup.hpp"

#include <tracetcp/page.hpp>

#include <cstddef>
#include <string>
#include <vector>

namespace tracetcp::html {

/// A box in the drawing of a path.
struct GraphNode {
  enum class Kind : std::uint8_t {
    start,    ///< where the SYNs leave
    hop,      ///< a hop that answered
    silent,   ///< hops that did not answer, while others beyond did
    good,     ///< the end: open
    plain,    ///< the end: closed by the target
    warning,  ///< the end: not certain
    bad,      ///< the end: stopped
  };

  int ttl = 0;  ///< of the first hop that it stands for
  Kind kind = Kind::hop;
  std::string title;               ///< such as the address
  std::vector<std::string> lines;  ///< below it, such as the name and the round-trip time
  /// The network that it belongs to, named beside the row where it begins; empty: not known.
  std::string network = "";
};

/// A line between two boxes, by their index.
struct GraphEdge {
  enum class Kind : std::uint8_t {
    plain,
    unsure,   ///< dashed: no flow has this way of its own
    blocked,  ///< what is sent here does not arrive
  };

  std::size_t from = 0;
  std::size_t to = 0;
  Kind kind = Kind::plain;
  std::string label = "";
};

/// Boxes by rising TTL; edges go from lower to higher ones.
struct Graph {
  std::string title;  ///< one sentence that says what is drawn, for who can't see it
  std::vector<GraphNode> nodes;
  std::vector<GraphEdge> edges;
};

/// The hops that traces to one target went by, side by side.
Graph graph_of_traces(const std::vector<const PageTrace*>& traces, const Names& names,
                      const Networks* networks);

/// All paths of one port, see run_paths().
Graph graph_of_paths(const Trace& trace, const Names& names, const Networks* networks);

/// Where a box stands.
struct GraphSpot {
  int row = 0;
  double column = 0;  ///< 0: the leftmost; halves in rows that have fewer boxes
};

/// Where all of them stand, so that few lines cross. Rows without boxes are left out.
std::vector<GraphSpot> lay_out(const Graph& graph);

/// An SVG element.
void draw(Markup& to, const Graph& graph);

}  // namespace tracetcp::html
