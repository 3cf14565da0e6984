#include "core/joined.hpp"
#include "report/network_text.hpp"
#include "report/text.hpp"

#include <tracetcp/diagnose.hpp>

#include <fmt/core.h>

#include <algorithm>
#include <set>

namespace tracetcp {
namespace {

std::string rtt_text(std::optional<Duration> rtt, const RunInfo& info) {
  std::string text;
  add_rtt(text, rtt, info);
  return text;
}

/// The rows and sentences of Trace::paths.
class PathsText {
 public:
  PathsText(std::string& text, std::string_view prefix, const Trace& trace, const RunInfo& info,
            const Names& names)
      : text_(text),
        prefix_(prefix),
        trace_(trace),
        paths_(*trace.paths),
        info_(info),
        names_(names) {}

  /// Not of a RST that ends the first flow, of which the diagnosis knows whether it is forged.
  void add_rows(Ttl ttl) {
    for (std::size_t node = 1; node < paths_.nodes.size(); ++node) {
      const std::string network = network_change(paths_.nodes[node]);
      if (paths_.nodes[node].ttl != ttl || is_reset(paths_.nodes[node])) continue;
      add(row(paths_.nodes[node]) + origin(node) + network);
    }
  }

  void add_reset_row() {
    for (std::size_t node = 1; node < paths_.nodes.size(); ++node) {
      const std::string network = network_change(paths_.nodes[node]);
      if (is_reset(paths_.nodes[node])) add(row(paths_.nodes[node]) + origin(node) + network);
    }
  }

  void add_sentences() {
    for (const Diamond& diamond : paths_.diamonds) add(diamond_sentence(diamond));
    for (const PathNode& node : paths_.nodes) {
      if (!node.per_packet) continue;
      add(fmt::format(
          "{} sends packets of one flow different ways: which hops behind it follow which is not "
          "certain.",
          place(node)));
    }
    if (paths_.by_label) {
      add("Other source ports changed nothing, other flow labels did: a balancer hashes the "
          "label.");
    }
    add(sum());
  }

 private:
  void add(std::string_view line) {
    text_ += prefix_;
    text_ += line;
    text_ += '\n';
  }

  [[nodiscard]] std::string row(const PathNode& node) const {
    if (!node.address) return fmt::format("{}\t*\tRequest timed out.", node.ttl.value);
    const std::string address = node.address->text();
    if (node.reply == ReplyKind::unreachable) {
      return fmt::format("{}\t{} reports: {}", rejecting_hop(node), address, icmp_text(node.icmp));
    }
    if (is_reset(node) && path_end(trace_).kind == EndKind::forged_reset) {
      return fmt::format("{}\tRST in {} in the name of {}, not from it.", node.ttl.value,
                         least_rtt(node), address);
    }
    if (node.reply != ReplyKind::time_exceeded) {
      return fmt::format(
          "{}\tDestination Reached in {}. {} {}", node.ttl.value, least_rtt(node),
          node.reply == ReplyKind::syn_ack ? "Connection established to" : "Port closed on",
          address);
    }
    std::string row = std::to_string(node.ttl.value);
    constexpr std::size_t as_usual = 3;
    for (std::size_t i = 0; i < std::min(as_usual, node.rtts.size()); ++i) {
      row += '\t' + rtt_text(node.rtts[i], info_);
    }
    if (node.rtts.empty()) row += "\t? ms";
    row += '\t' + address;
    const std::string name = name_text(*node.address, names_);
    return name.empty() ? row : row + '\t' + name;
  }

  /// The hop that sent a rejection: a router which rejects SYNs that it was to forward has answered
  /// those that expired at it, with a smaller TTL.
  [[nodiscard]] int rejecting_hop(const PathNode& rejection) const {
    int hop = rejection.ttl.value;
    for (const PathNode& node : paths_.nodes) {
      const bool is_sender =
          node.reply == ReplyKind::time_exceeded && node.address == rejection.address;
      if (is_sender) hop = std::min<int>(hop, node.ttl.value);
    }
    return hop;
  }

  /// Whether it is the RST that ends the first flow.
  [[nodiscard]] bool is_reset(const PathNode& node) const {
    return node.reply == ReplyKind::rst && trace_.verdict.state == State::closed &&
           trace_.verdict.ttl == node.ttl && trace_.verdict.from == node.address;
  }

  [[nodiscard]] std::string least_rtt(const PathNode& node) const {
    const auto least = std::min_element(node.rtts.begin(), node.rtts.end());
    return rtt_text(least == node.rtts.end() ? std::nullopt : std::optional(*least), info_);
  }

  /// From which nodes flows come here, where there are several at the hop before.
  [[nodiscard]] std::string origin(std::size_t index) const {
    const int before = paths_.nodes[index].ttl.value - 1;
    const auto is_before = [&](const PathNode& node) { return node.ttl.value == before; };
    if (std::count_if(paths_.nodes.begin(), paths_.nodes.end(), is_before) < 2) return "";
    std::string list;
    for (const PathEdge& edge : paths_.edges) {
      if (edge.to != index) continue;
      const auto& from = paths_.nodes[edge.from].address;
      list += fmt::format("{}{}", list.empty() ? "" : ", ", from ? from->text() : "*");
    }
    return fmt::format("\tafter {}", list);
  }

  /// The network, where it is another than in the row before.
  [[nodiscard]] std::string network_change(const PathNode& node) {
    const std::string here = node.address ? network_text(*node.address, info_.networks) : "";
    if (here.empty() || here == network_) return "";
    network_ = here;
    return '\t' + here;
  }

  [[nodiscard]] static std::string place(const PathNode& node) {
    if (node.ttl.value == 0) return "This machine";
    const std::string hop = fmt::format("Hop {}", node.ttl.value);
    return node.address ? fmt::format("{} ({})", hop, node.address->text()) : hop;
  }

  [[nodiscard]] std::string name_of(std::size_t index) const {
    const PathNode& node = paths_.nodes[index];
    if (node.ttl.value == 0) return "this machine";
    return node.address ? node.address->text() : fmt::format("hop {}", node.ttl.value);
  }

  [[nodiscard]] std::string diamond_sentence(const Diamond& diamond) const {
    const std::string hops =
        diamond.first == diamond.last
            ? fmt::format("Hop {}", diamond.first.value)
            : fmt::format("Hops {} to {}", diamond.first.value, diamond.last.value);
    const std::string count = diamond.paths >= Multipath::most_paths
                                  ? fmt::format("at least {}", Multipath::most_paths)
                                  : std::to_string(diamond.paths);
    std::string text = fmt::format("{}: {} paths ", hops, count);
    text +=
        diamond.to
            ? fmt::format("between {} and {}", name_of(diamond.from), name_of(*diamond.to))
            : fmt::format("from {} on, of which not all reach the target", name_of(diamond.from));
    if (diamond.width > 1 && diamond.width != diamond.paths) {
      text += fmt::format(", at most {} hops side by side", diamond.width);
    }
    if (diamond.length != diamond.shortest && diamond.to) {
      text += fmt::format(", {} to {} hops long", diamond.shortest, diamond.length);
    }
    return text + '.';
  }

  [[nodiscard]] std::string sum() const {
    const std::string cost = fmt::format("{} flows, {} SYNs", paths_.flows, paths_.syns_sent);
    if (paths_.complete && !trace_.cut_short()) {
      return fmt::format("{} found, with 95 % confidence at each hop ({}).",
                         paths_.paths == 1 ? "One path was" : "All paths were", cost);
    }
    std::set<int> open;
    for (const PathNode& node : paths_.nodes) {
      if (!node.complete) open.insert(node.ttl.value + 1);
    }
    std::vector<std::string> hops;
    hops.reserve(open.size());
    for (const int hop : open) hops.push_back(std::to_string(hop));
    const char* why = trace_.interrupted ? "it was interrupted"
                      : trace_.failed    ? "an error ended it"
                      : paths_.exhausted ? "more flows would be needed than there may be"
                                         : "too few flows come there, or get answers";
    return fmt::format("More paths are possible at {} {}: {} ({}).",
                       open.size() == 1 ? "hop" : "hops", open.empty() ? "?" : joined(hops, ", "),
                       why, cost);
  }

  std::string& text_;
  std::string_view prefix_;
  const Trace& trace_;
  const Multipath& paths_;
  const RunInfo& info_;
  const Names& names_;
  std::string network_;  ///< the last that a row named
};

}  // namespace

void add_path_rows(std::string& text, std::string_view prefix, const Trace& trace, Ttl ttl,
                   const RunInfo& info, const Names& names) {
  PathsText(text, prefix, trace, info, names).add_rows(ttl);
}

void add_path_reset_row(std::string& text, std::string_view prefix, const Trace& trace,
                        const RunInfo& info, const Names& names) {
  PathsText(text, prefix, trace, info, names).add_reset_row();
}

void add_path_sentences(std::string& text, std::string_view prefix, const Trace& trace,
                        const RunInfo& info, const Names& names) {
  if (trace.paths) PathsText(text, prefix, trace, info, names).add_sentences();
}

}  // namespace tracetcp
