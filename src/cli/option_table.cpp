#include "cli/option_table.hpp"

#include "cli/limits.hpp"
#include "cli/options.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <numeric>

namespace tracetcp::cli {

namespace {

using Table = std::vector<OptionInfo>;

void add_trace_options(Table& table) {
  const Strategy defaults;
  const auto timeout =
      std::chrono::duration_cast<std::chrono::milliseconds>(defaults.timeout).count();
  table.push_back({"Trace", "first-ttl", 'h', "N", 1,
                   fmt::format("first TTL, {} (default {})", first_ttl_range.text(),
                               defaults.first_ttl.value)});
  table.push_back({"Trace", "max-hops", 'm', "N", 1,
                   fmt::format("how many hops at most, counted from the first, {} (default {})",
                               max_hops_range.text(), defaults.max_hops)});
  table.push_back(
      {"Trace", "probes", 'p', "N", 1,
       fmt::format("probes per hop, {}, by the long name {} (default {})", few_probes_range.text(),
                   probes_range.text(), defaults.probes_per_hop)});
  table.push_back(
      {"Trace", "timeout", 't', "MS", 1,
       fmt::format("the longest wait for one reply, {} ms (default {}); less is waited where the "
                   "path's own times show that nothing more will come",
                   timeout_ms_range.text(), timeout)});
  table.push_back(
      {"Trace", "patient", 0, "", 0, "wait the whole -t for every reply that is missing"});
  table.push_back({"Trace", "paths", 0, "", 0,
                   "find all paths that load balancers spread flows over, with 95 % confidence at "
                   "each hop"});
  table.push_back({"Trace", "no-anti-flood", 'F', "", 0,
                   "send the probes of one hop without the 500 ms between them"});
}

void add_port_options(Table& table) {
  table.push_back({"Ports", "ports", 'r', "A B", 2,
                   "one trace per port from A to B; a list is one word, as in 22,80-90"});
  table.push_back({"Ports", "scan", 's', "A B", 2,
                   fmt::format("port scan, a list too: the same as -cnr A B -h {} -m {} -p {}",
                               scan_first_ttl.value, scan_max_hops, scan_probes)});
  table.push_back(
      {"Ports", "control", 0, "PORT", 1,
       "trace this port too and compare: shows proxies, forged RSTs and blocked ports"});
  table.push_back({"Ports", "no-control", 0, "", 0,
                   "don't compare with port 443 or 80, as is done where one port is traced"});
  table.push_back({"Ports", "expect", 0, "STATE", 1,
                   "exit status 3 unless all ports are open, closed or blocked, as this says"});
  table.push_back({"Ports", "targets", 0, "FILE", 1,
                   "trace all targets of this list, - is standard input; a line says "
                   "HOST[:PORT[-PORT][,PORT...]]"});
  table.push_back({"Ports", "shard", 0, "I/N", 1,
                   "only the I-th of N parts of that list, which many machines share so"});
  table.push_back({"Ports", "audit", 0, "FILE", 1,
                   "hold ports to the policy in this file, - is standard input; a line says "
                   "open|closed|blocked|reachable HOST:PORTS [at ADDR]; exit status 3 where one "
                   "does not hold, 4 where one can't be decided"});
  table.push_back({"Ports", "open", 0, "", 0, "of a port scan print only the open ports"});
}

void add_watch_options(Table& table) {
  table.push_back({"Watch", "watch", 0, "", 0,
                   "go on, round after round: on a live screen, else a line for each change, with "
                   "--json each round too; "
                   "the figures of all hops in the end"});
  table.push_back({"Watch", "every", 0, "S", 1,
                   fmt::format("seconds from one round to the next, {} to {:.0f} (default 1)",
                               least_every, most_every)});
  table.push_back(
      {"Watch", "rounds", 0, "N", 1, "end after N rounds (default: go on until Ctrl-C)"});
  table.push_back({"Watch", "metrics", 0, "PORT", 1,
                   "serve the figures to Prometheus, on 127.0.0.1, or as [ADDR:]PORT says; port 0 "
                   "is any that is free"});
}

void add_output_options(Table& table) {
  table.push_back({"Output", "condensed", 'c', "", 0, "one line per hop that names the port too"});
  table.push_back({"Output", "matrix", 0, "", 0,
                   "one table of all ports and hops, and which ports have the same result"});
  table.push_back({"Output", "json", 0, "", 0, "one JSON object per trace and line"});
  table.push_back({"Output", "html", 0, "FILE", 1,
                   "write the report as one HTML page too, which needs nothing from anywhere"});
  table.push_back({"Output", "junit", 0, "FILE", 1,
                   "write what became of the lines of --audit as a JUnit report too"});
  table.push_back({"Output", "numeric", 'n', "", 0, "no reverse name look-ups"});
  table.push_back({"Output", "as-db", 0, "FILE", 1,
                   "name the networks of hops by this AS database, such as GeoLite2-ASN.mmdb; one "
                   "in the usual place is taken by itself"});
  table.push_back({"Output", "no-as", 0, "", 0, "name no networks"});
  table.push_back({"Output", "color", 0, "WHEN", 1,
                   fmt::format("columns and colours for people: on a terminal (auto), always or "
                               "without colours (never) (default {})",
                               name(Colour{}))});
  table.push_back({"Output", "precise", 0, "", 0, "times with three decimals"});
  table.push_back({"Output", "verbose", 0, "", 0,
                   "print on standard error what was ignored and why, and what "
                   "every conclusion rests on"});
  table.push_back({"Output", "version", 'v', "", 0, "print the version"});
  table.push_back({"Output", "help", '?', "", 0, "print this text; so does -h as the last word"});
}

void add_sending_options(Table& table) {
  table.push_back({"Sending", "ipv4", '4', "", 0, "only addresses of IPv4 of a name"});
  table.push_back({"Sending", "ipv6", '6', "", 0, "only addresses of IPv6 of a name"});
  table.push_back(
      {"Sending", "both", 0, "", 0,
       "trace one address of each family of a name, and say where they end differently"});
  table.push_back({"Sending", "method", 0, "WAY", 1,
                   fmt::format("how SYNs leave: raw, link (link-layer frames), connect (no "
                               "privileges) or the first of these that works (default {})",
                               name(Method{}))});
  table.push_back({"Sending", "", 'R', "", 0, "the same as --method raw", "method=raw"});
  table.push_back(
      {"Sending", "gateway", 'g', "ADDR", 1, "send through this gateway instead of the route's"});
  table.push_back({"Sending", "interface", 0, "NAME", 1, "send from this interface"});
  table.push_back({"Sending", "source", 0, "ADDR", 1, "send from this address"});
  table.push_back({"Sending", "source-port", 0, "N", 1, "send from this port"});
  table.push_back({"Sending", "tag", 0, "WAY", 1,
                   fmt::format("distinguish probes by IP id and timestamp (id), by sequence number "
                               "(isn) or by source port (port) (default {})",
                               name(TagMode{}))});
  table.push_back({"Sending", "one-path", 0, "", 0,
                   "--method connect: keep one source port, and ask one hop after the other"});
  table.push_back({"Sending", "check", 0, "", 0,
                   "show which methods work on this machine, or to HOST, and why not; send no "
                   "more than a SYN each"});
  table.push_back({"Sending", "rate", 0, "N", 1, "SYNs per second at most, all together"});
  table.push_back({"Sending", "seed", 0, "N", 1,
                   "draw everything random from this number: repeats a run byte for byte"});
}

Table make_table() {
  Table table;
  add_trace_options(table);
  add_port_options(table);
  add_watch_options(table);
  add_output_options(table);
  add_sending_options(table);
  table.push_back({"Simulation", "sim", 0, "FILE", 1,
                   "trace in the simulated network that this file describes"});
  table.push_back({"Captures", "read", 0, "FILE", 1,
                   "report on the traces in this capture file, made by any program; - is standard "
                   "input; HOST and ports select some"});
  table.push_back({"Captures", "write", 0, "FILE", 1,
                   "record all probes and replies to a capture file (pcap) that tcpdump and "
                   "Wireshark open"});
  table.push_back({"Captures", "compare", 0, "OLD NEW", 1,
                   "what changed between two files of --json, or captures; exit status 3 if "
                   "something did"});
  table.push_back({"Captures", "baseline", 0, "FILE", 1,
                   "the same between such a file and what is traced now"});
  table.push_back(
      {"Captures", "force", 0, "", 0, "overwrite the files of --write, --html and --junit"});
  return table;
}

/// Levenshtein's distance: how many letters must be changed, added or removed.
std::size_t distance(std::string_view from, std::string_view to) {
  std::vector<std::size_t> row(to.size() + 1);
  std::iota(row.begin(), row.end(), std::size_t{0});
  for (std::size_t i = 0; i < from.size(); ++i) {
    std::size_t diagonal = row[0];
    row[0] = i + 1;
    for (std::size_t j = 0; j < to.size(); ++j) {
      const std::size_t changed = diagonal + (from[i] == to[j] ? 0 : 1);
      diagonal = row[j + 1];
      row[j + 1] = std::min({changed, row[j] + 1, diagonal + 1});
    }
  }
  return row.back();
}

}  // namespace

std::string OptionInfo::label() const {
  if (letter == 0) return "--" + long_name;
  if (long_name.empty()) return std::string("-") + letter;
  return fmt::format("-{}/--{}", letter, long_name);
}

const std::vector<OptionInfo>& option_table() {
  static const Table table = make_table();
  return table;
}

const OptionInfo* find_option(std::string_view long_name) {
  for (const auto& info : option_table()) {
    if (!info.long_name.empty() && info.long_name == long_name) return &info;
  }
  return nullptr;
}

const OptionInfo* find_option(char letter) {
  for (const auto& info : option_table()) {
    if (letter != 0 && info.letter == letter) return &info;
  }
  return nullptr;
}

std::string nearest_option(std::string_view long_name) {
  // More than this many wrong letters, or every third of a word, is no slip of the finger.
  constexpr std::size_t most_wrong = 3;
  std::size_t best = std::min(most_wrong, long_name.size() / 3) + 1;
  std::string nearest;
  if (long_name.size() > 64) return nearest;
  for (const auto& info : option_table()) {
    if (info.long_name.empty()) continue;
    // A name that was only begun is near, however much is missing.
    const bool begun = long_name.size() >= 3 && info.long_name.starts_with(long_name);
    const std::size_t wrong = begun ? 0 : distance(long_name, info.long_name);
    if (wrong >= best) continue;
    best = wrong;
    nearest = info.long_name;
  }
  return nearest;
}

}  // namespace tracetcp::cli
