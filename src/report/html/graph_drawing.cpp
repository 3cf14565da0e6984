#include "report/html/graph.hpp"

#include <algorithm>
#include <cmath>

namespace tracetcp::html {
namespace {

// Units of the drawing, which are pixels where there is room for it.
constexpr int lane = 56;  // for the TTLs, to the left
constexpr int column_width = 252;
constexpr int box_width = 234;
constexpr int title_height = 24;
constexpr int line_height = 16;
constexpr int box_end = 6;  // below the last line
constexpr int row_gap = 28;
// Characters that have room even in a wide font.
constexpr std::size_t most_in_title = 24;
constexpr std::size_t most_in_line = 29;
constexpr std::size_t most_in_label = 16;
constexpr std::size_t most_in_network = 24;  // up to where the line into the first box may run

int box_height(const GraphNode& node) {
  return title_height + static_cast<int>(node.lines.size()) * line_height + box_end;
}

int rounded(double number) {
  return static_cast<int>(std::lround(number));
}

/// Where everything is, in units.
struct Plan {
  std::vector<GraphSpot> spots;
  std::vector<int> tops;  ///< of rows; one more than there are, the last is the height of all
  int width = 0;

  [[nodiscard]] int centre(std::size_t node) const {
    return lane + rounded((spots[node].column + 0.5) * column_width);
  }
  [[nodiscard]] int top(std::size_t node) const {
    return tops[static_cast<std::size_t>(spots[node].row)];
  }
  [[nodiscard]] int height() const { return tops.back(); }
};

Plan plan_of(const Graph& graph) {
  Plan plan{.spots = lay_out(graph), .tops = {}};
  int rows = 0;
  double columns = 0;
  for (const GraphSpot& spot : plan.spots) {
    rows = std::max(rows, spot.row + 1);
    columns = std::max(columns, spot.column + 1);
  }
  std::vector<int> heights(static_cast<std::size_t>(rows));
  for (std::size_t i = 0; i < graph.nodes.size(); ++i) {
    int& height = heights[static_cast<std::size_t>(plan.spots[i].row)];
    height = std::max(height, box_height(graph.nodes[i]));
  }
  int top = 2;
  for (const int height : heights) {
    plan.tops.push_back(top);
    top += height + row_gap;
  }
  plan.tops.push_back(top - row_gap + 2);
  plan.width = lane + rounded(columns * column_width);
  return plan;
}

std::string_view edge_class(GraphEdge::Kind kind) {
  switch (kind) {
    case GraphEdge::Kind::plain:
      return "e";
    case GraphEdge::Kind::unsure:
      return "e unsure";
    case GraphEdge::Kind::blocked:
      break;
  }
  return "e blocked";
}

/// A label stands where lines have parted already: nearer to the end of its line.
void draw_edge(Markup& to, const Graph& graph, const Plan& plan, const GraphEdge& edge) {
  const int x1 = plan.centre(edge.from);
  const int y1 = plan.top(edge.from) + box_height(graph.nodes[edge.from]);
  const int x2 = plan.centre(edge.to);
  const int y2 = plan.top(edge.to);
  const int bend = y2 - row_gap / 2;  // lines run straight down as long as they can
  to << "<path class=\"" << edge_class(edge.kind) << "\" d=\"M" << x1 << " " << y1 << "L" << x1
     << " " << std::min(bend, y1 + 4) << "L" << x2 << " " << std::max(bend, y1 + 8) << "L" << x2
     << " " << y2 << "\"/>";
  if (edge.label.empty()) return;
  to << "<text class=\"el";
  if (edge.kind == GraphEdge::Kind::blocked) to << " bad";
  to << "\" x=\"" << x2 + 6 << "\" y=\"" << y2 - 6 << "\">" << shortened(edge.label, most_in_label)
     << "</text>";
}

std::string_view node_class(GraphNode::Kind kind) {
  switch (kind) {
    case GraphNode::Kind::start:
      return "n start";
    case GraphNode::Kind::hop:
      return "n";
    case GraphNode::Kind::silent:
      return "n silent";
    case GraphNode::Kind::good:
      return "n good";
    case GraphNode::Kind::plain:
      return "n plain";
    case GraphNode::Kind::warning:
      return "n warn";
    case GraphNode::Kind::bad:
      break;
  }
  return "n bad";
}

void draw_node(Markup& to, const GraphNode& node, int centre, int top) {
  const int left = centre - box_width / 2;
  to << "<g class=\"" << node_class(node.kind) << "\"><title>" << node.title;
  for (const std::string& line : node.lines) to << "\n" << line;
  to << "</title><rect x=\"" << left << "\" y=\"" << top << "\" width=\"" << box_width
     << "\" height=\"" << box_height(node) << "\" rx=\"6\"/><text class=\"nt\" x=\"" << left + 10
     << "\" y=\"" << top + 18 << "\">" << shortened(node.title, most_in_title) << "</text>";
  int y = top + title_height + 10;
  for (const std::string& line : node.lines) {
    to << "<text class=\"nl\" x=\"" << left + 10 << "\" y=\"" << y << "\">"
       << shortened(line, most_in_line) << "</text>";
    y += line_height;
  }
  to << "</g>";
}

/// The TTL beside each row, and the network where it changes.
void draw_lane(Markup& to, const Graph& graph, const Plan& plan) {
  int last_row = -1;
  std::string network;
  for (std::size_t i = 0; i < graph.nodes.size(); ++i) {
    const GraphNode& node = graph.nodes[i];
    if (plan.spots[i].row == last_row) continue;
    last_row = plan.spots[i].row;
    to << "<text class=\"ttl\" x=\"2\" y=\"" << plan.top(i) + 18 << "\">";
    if (node.kind == GraphNode::Kind::start) {
      to << "from";
    } else {
      to << "hop " << node.ttl;
    }
    to << "</text>";
    if (node.network == network || node.network.empty()) continue;
    network = node.network;
    to << "<text class=\"net\" x=\"2\" y=\"" << plan.top(i) - 8 << "\">"
       << shortened(network, most_in_network) << "</text>";
  }
}

}  // namespace

void draw(Markup& to, const Graph& graph) {
  const Plan plan = plan_of(graph);
  to << "<svg class=\"graph\" role=\"img\" viewBox=\"0 0 " << plan.width << " " << plan.height()
     << "\" width=\"" << plan.width << "\" height=\"" << plan.height() << "\" aria-label=\""
     << graph.title << "\">";
  for (const bool blocked : {false, true}) {  // what is blocked is drawn above the others
    for (const GraphEdge& edge : graph.edges) {
      if ((edge.kind == GraphEdge::Kind::blocked) == blocked) draw_edge(to, graph, plan, edge);
    }
  }
  draw_lane(to, graph, plan);
  for (std::size_t i = 0; i < graph.nodes.size(); ++i) {
    draw_node(to, graph.nodes[i], plan.centre(i), plan.top(i));
  }
  to << "</svg>";
}

}  // namespace tracetcp::html
