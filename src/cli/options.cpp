#include "cli/options.hpp"

#include "cli/classic.hpp"
#include "cli/command_text.hpp"
#include "cli/given.hpp"
#include "cli/port_words.hpp"
#include "cli/target.hpp"
#include "cli/values.hpp"
#include "core/scope.hpp"

#include <tracetcp/engine.hpp>
#include <tracetcp/error.hpp>
#include <tracetcp/scan.hpp>

#include <fmt/core.h>

#include <algorithm>
#include <optional>
#include <vector>

namespace tracetcp::cli {

namespace {

/// Refuses each of the others beside the option that `label` names.
void exclude(const Given& given, const std::string& label, const std::vector<std::string>& others) {
  for (const std::string& other : others) {
    if (!given.has(other)) continue;
    throw UsageError(fmt::format("{} and {} exclude each other; leave one of them out", label,
                                 given.label(other)));
  }
}

void read_strategy(const Given& given, Strategy& strategy) {
  if (given.has("first-ttl")) {
    strategy.first_ttl.value =
        static_cast<std::uint8_t>(given.number("first-ttl", first_ttl_range));
  }
  if (given.has("max-hops")) {
    strategy.max_hops = static_cast<int>(given.number("max-hops", max_hops_range));
  }
  if (given.has("probes")) {
    strategy.probes_per_hop = static_cast<int>(given.number("probes", probes_range));
  }
  if (given.has("timeout")) {
    strategy.timeout = std::chrono::milliseconds(given.number("timeout", timeout_ms_range));
  }
  if (given.has("rate")) strategy.rate = read_rate(given.label("rate"), given.text("rate"));
  strategy.patient = given.has("patient");
  strategy.anti_flood = !given.has("no-anti-flood");
}

void read_scan(const Given& given, Options& options) {
  const bool one_far_ttl =
      options.strategy.max_hops == scan_max_hops && options.strategy.first_ttl >= far_ttl;
  options.scan = given.has("scan") || (given.has("ports") && one_far_ttl);
  options.only_open = given.has("open");
  if (options.only_open && !options.scan) {
    throw UsageError("--open is for a port scan; give the ports by -s/--scan A B");
  }
  if (options.scan && given.has("tag")) {
    throw UsageError(
        "--tag has no meaning for a port scan, where every SYN has its own sequence number; leave "
        "it out");
  }
}

/// Before the ports are counted.
void read_paths(const Given& given, Options& options) {
  options.all_paths = given.has("paths");
  if (!options.all_paths) return;
  for (const std::string other : {"ports", "scan", "open", "matrix", "tag", "one-path"}) {
    if (!given.has(other)) continue;
    throw UsageError(fmt::format(
        "--paths finds all paths of one port, by flows of its own, so it excludes {}; leave one of "
        "them out",
        given.label(other)));
  }
  options.tag_mode = TagMode::flow;
}

void read_networks(const Given& given, Options& options) {
  options.no_as = given.has("no-as");
  if (!given.has("as-db")) return;
  exclude(given, "--as-db", {"no-as"});
  options.as_file = given.text("as-db");
  if (options.as_file.empty()) throw UsageError("--as-db: give the name of a file");
}

void read_output(const Given& given, Options& options) {
  if (given.has("json")) exclude(given, "--json", {"condensed"});
  if (given.has("matrix")) exclude(given, "--matrix", {"json", "condensed"});
  if (given.has("matrix")) options.format = Format::matrix;
  if (given.has("condensed")) options.format = Format::condensed;
  if (given.has("json")) options.format = Format::json;
  options.look_up_names = !given.has("numeric");
  read_networks(given, options);
  if (given.has("color")) {
    options.colour =
        choose(given, "color", std::vector{Colour::automatic, Colour::always, Colour::off});
  }
  options.precise = given.has("precise");
  options.verbose = given.has("verbose");
}

/// -s is the same as -cnr A B -h 128 -m 1 -p 1. More probes, and JSON, are no contradiction.
void apply_scan(const Given& given, Options& options) {
  exclude(given, "-s/--scan", {"ports"});
  const bool other_first = given.has("first-ttl") && options.strategy.first_ttl != scan_first_ttl;
  const bool other_hops = given.has("max-hops") && options.strategy.max_hops != scan_max_hops;
  if (other_first || other_hops) {
    throw UsageError(fmt::format(
        "-s/--scan means -h {} -m {}, which {} contradicts; leave it out, or use -cnr A B with it",
        scan_first_ttl.value, scan_max_hops, other_first ? "-h/--first-ttl" : "-m/--max-hops"));
  }
  options.strategy.first_ttl = scan_first_ttl;
  options.strategy.max_hops = scan_max_hops;
  if (!given.has("probes")) options.strategy.probes_per_hop = scan_probes;
  if (!given.has("json") && !given.has("matrix")) options.format = Format::condensed;
  options.look_up_names = false;
}

/// The interface on whose link a link-local address is.
void choose_zone(const Target& target, Options& options) {
  if (!target.zone.empty() && !options.interface.empty() && options.interface != target.zone) {
    throw UsageError(
        fmt::format("%{} and --interface {} contradict each other; leave one of them out",
                    printable(target.zone), printable(options.interface)));
  }
  if (!target.zone.empty()) options.interface = target.zone;
  const auto address = Address::parse(target.host);
  const bool is_real = options.sim_file.empty() && options.read_file.empty();
  if (!is_real || !options.interface.empty() || !address || !is_link_local(*address)) return;
  throw UsageError(fmt::format(
      "{0} is on every link; name the interface of the one that is meant, as in {0}%eth0",
      target.host));
}

/// What -4 and -6 ask for.
void read_family(const Given& given, Options& options) {
  if (given.has("ipv4")) exclude(given, "-4/--ipv4", {"ipv6"});
  if (given.has("ipv4")) options.family = Family::ipv4;
  if (given.has("ipv6")) options.family = Family::ipv6;
}

/// One address of each family is traced: what is about one trace, or names an address, can't be.
void read_both(const Given& given, Options& options) {
  options.both_families = given.has("both");
  if (!options.both_families) return;
  for (const std::string other : {"ipv4", "ipv6", "read", "scan", "check", "source", "gateway",
                                  "audit", "compare", "baseline"}) {
    if (!given.has(other)) continue;
    throw UsageError(fmt::format(
        "--both traces one address of each family, which {} excludes; leave one of them out",
        given.label(other)));
  }
  options.capture_everywhere = given.has("write");
}

/// Only a name has addresses of both families.
void check_both(const Options& options) {
  if (!options.both_families) return;
  if (options.scan) {
    throw UsageError("--both traces hops, and -h 128 -m 1 asks for none; leave one of them out");
  }
  const auto address = Address::parse(options.host);
  if (!address) return;
  throw UsageError(
      fmt::format("--both needs a name with addresses of both families, and {} is one of {}",
                  address->text(), name(address->family())));
}

/// Addresses that the user gave must be of the family that they asked for.
void check_family(const Options& options) {
  if (!options.family) return;
  const auto check = [&](const std::optional<Address>& address) {
    if (!address || address->family() == *options.family) return;
    throw UsageError(fmt::format("{} is an {} address, which {} rules out; leave one of them out",
                                 address->text(), name(address->family()),
                                 *options.family == Family::ipv4 ? "-4/--ipv4" : "-6/--ipv6"));
  };
  check(Address::parse(options.host));
  check(options.source);
  check(options.gateway);
}

/// The words that are no options: a host, perhaps with its ports behind a colon or in a second
/// word. `by_option`: the label of the option that gives ports too; empty: none does.
void read_words(const std::vector<std::string>& words, const std::string& by_option,
                Options& options) {
  const bool has_second = words.size() == 2 && looks_like_ports(words[1]);
  if (words.size() > 2 && std::all_of(words.begin() + 1, words.end(), looks_like_ports)) {
    throw UsageError(
        fmt::format("{} and {} are two words of ports; give one list, as in HOST {},{}",
                    quoted(words[1]), quoted(words[2]), words[1], words[2]));
  }
  if (words.size() > 1 && !has_second) {
    throw UsageError(fmt::format("two hosts, {} and {}; {}", quoted(words[0]), quoted(words[1]),
                                 looks_like_ports(words[0]) && !looks_like_ports(words[1])
                                     ? "a port is written behind its host"
                                     : "give one"));
  }
  Target target = read_target(words.front());
  options.host = target.host;
  if (!target.note.empty() && !has_second) options.notes.push_back(target.note);
  choose_zone(target, options);
  const bool is_behind_colon = !target.ports.empty();
  if (is_behind_colon && has_second) {
    throw UsageError(fmt::format("{} has a port and {} is one too; give one of them",
                                 quoted(words[0]), quoted(words[1])));
  }
  if (has_second) target.ports = read_ports("port", words[1]);
  if (target.ports.empty()) return;
  if (!by_option.empty()) {
    throw UsageError(fmt::format("{} {} and {} has ports too; give one of them",
                                 quoted(is_behind_colon ? words[0] : words[1]),
                                 is_behind_colon ? "has a port" : "is a port", by_option));
  }
  options.ports = target.ports;
  options.ports_given = true;
}

void read_target_and_ports(const Given& given, Options& options) {
  const std::string range = given.has("scan") ? "scan" : "ports";
  options.ports_given = given.has(range);
  // Before the host is missed: in "-r 20 HOST" it was taken for the second port.
  if (options.ports_given) options.ports = read_ports(given.label(range), given.text(range));
  const auto& hosts = given.hosts();
  options.check = given.has("check");
  if (options.check && (given.has("sim") || given.has("read"))) {
    throw UsageError("--check looks at this machine; leave --sim and --read out");
  }
  if (hosts.empty() && options.check) return;               // this machine itself then
  if (hosts.empty() && !options.read_file.empty()) return;  // all traces of the capture then
  if (!options.compare_new.empty()) return;
  if (!options.audit_file.empty()) return;    // it names hosts and ports
  if (!options.targets_file.empty()) return;  // likewise; these are for lines that name none
  if (hosts.empty()) throw UsageError("no host given: tracetcp HOST[:PORT]; try -? for help");
  read_words(hosts, options.ports_given ? given.label(range) : "", options);
  if (options.all_paths && options.ports.size() > 1 && options.read_file.empty()) {
    throw UsageError(
        fmt::format("--paths finds all paths of one port; give one of {}", options.ports.text()));
  }
}

void read_comparison(const Given& given, Options& options) {
  if (given.has("expect")) {
    options.expected = choose(
        given, "expect", std::vector{Expectation::open, Expectation::closed, Expectation::blocked});
  }
  options.may_compare = !given.has("no-control");
  if (!given.has("control")) return;
  exclude(given, "--control", {"no-control"});
  options.control_port = read_port(given.label("control"), given.text("control"));
  if (!options.many_hosts && options.ports.contains(*options.control_port)) {
    throw UsageError(fmt::format("--control: port {} is traced anyway; give another one",
                                 options.control_port->value));
  }
}

Method read_method(const Given& given) {
  return choose(given, "method",
                std::vector{Method::automatic, Method::raw, Method::link, Method::connect});
}

void read_sending(const Given& given, Options& options) {
  const auto address = [&](const char* long_name) {
    return read_address(given.label(long_name), given.text(long_name));
  };
  if (given.has("method")) options.method = read_method(given);
  if (given.has("tag")) {
    options.tag_mode = choose(given, "tag", std::vector{TagMode::id, TagMode::isn, TagMode::port});
  }
  options.one_path = given.has("one-path");
  if (options.one_path && options.tag_mode == TagMode::port) {
    throw UsageError("--one-path keeps one source port, --tag port doesn't; leave one of them out");
  }
  if (given.has("gateway")) options.gateway = address("gateway");
  if (options.gateway && options.method == Method::raw) {
    throw UsageError(
        "-g/--gateway needs --method link, which --method raw and -R rule out; leave one of "
        "them out");
  }
  if (given.has("source")) options.source = address("source");
  if (given.has("interface")) options.interface = given.text("interface");
  if (given.has("source-port")) {
    options.source_port = Port{static_cast<std::uint16_t>(given.number("source-port", port_range))};
  }
  const int last_port =
      options.source_port ? options.source_port->value + source_ports(options) - 1 : 0;
  if (last_port > 65535) {
    throw UsageError(
        fmt::format("--source-port {}: {} needs {} ports from there on; give one "
                    "up to {}",
                    options.source_port->value,
                    options.method == Method::connect   ? "--method connect without --one-path"
                    : options.all_paths                 ? "--paths"
                    : options.tag_mode == TagMode::port ? "--tag port"
                                                        : "a port scan",
                    source_ports(options), 65536 - source_ports(options)));
  }
  if (given.has("seed")) options.seed = given.number("seed", seed_range);
}

void read_simulation(const Given& given, Options& options) {
  if (!given.has("sim")) return;
  options.sim_file = given.text("sim");
  // The simulated network has one place to start from: these would change nothing.
  for (const std::string real : {"gateway", "interface", "source"}) {
    if (!given.has(real)) continue;
    throw UsageError(fmt::format("{} has no meaning in a simulated network; leave it or --sim out",
                                 given.label(real)));
  }
}

/// A policy names hosts and ports itself, and controls are found among these. It is a run of
/// several sessions, of which one recording or one source port would be too few.
void read_audit(const Given& given, Options& options) {
  if (given.has("junit") && !given.has("audit")) {
    throw UsageError("--junit is for --audit FILE, which is missing");
  }
  if (!given.has("audit")) return;
  options.audit_file = given.text("audit");
  if (options.audit_file.empty()) throw UsageError("--audit: give the name of a file, or -");
  exclude(given, "--audit",
          {"read", "ports", "scan", "open", "paths", "matrix", "condensed", "control", "expect",
           "check", "write", "source-port"});
  if (!given.hosts().empty()) {
    throw UsageError(fmt::format("--audit names its hosts itself; leave {} or --audit out",
                                 quoted(given.hosts().front())));
  }
  if (!given.has("junit")) return;
  options.junit_file = given.text("junit");
  if (options.junit_file.empty() || options.junit_file == "-") {
    throw UsageError("--junit: give the name of a file; it is written beside what is printed");
  }
}

/// A capture is reported on as it is: what says how to send means nothing there.
void read_capture(const Given& given, Options& options) {
  if (!given.has("read")) return;
  options.read_file = given.text("read");
  for (const std::string sending : {"sim", "gateway", "interface", "source", "source-port",
                                    "method", "tag", "rate", "seed", "scan", "write", "control"}) {
    if (!given.has(sending)) continue;
    throw UsageError(fmt::format("{} has no meaning for a capture; leave it or --read out",
                                 given.label(sending)));
  }
}

/// The second file of --compare is a word of its own, as its name may hold blanks.
/// A list names hosts itself. What finds all paths, goes on or compares is about one port.
void read_targets(const Given& given, Options& options) {
  if (given.has("shard") && !given.has("targets")) {
    throw UsageError("--shard is for --targets FILE, which is missing");
  }
  if (!given.has("targets")) return;
  if (given.has("shard")) options.shard = read_shard(given.label("shard"), given.text("shard"));
  options.targets_file = given.text("targets");
  options.many_hosts = true;
  if (options.targets_file.empty()) throw UsageError("--targets: give the name of a file, or -");
  exclude(given, "--targets", {"read", "audit", "compare", "baseline", "paths", "check", "both"});
  if (!given.hosts().empty()) {
    throw UsageError(fmt::format("--targets names its hosts itself; leave {} or --targets out",
                                 quoted(given.hosts().front())));
  }
  if (options.method != Method::link || options.gateway) return;
  throw UsageError(
      "--method link sends all frames to one neighbour, which the routes of many targets need not "
      "share; name it by -g/--gateway, or use --method raw");
}

void read_files_to_compare(const Given& given, Options& options) {
  if (given.has("baseline")) {
    options.baseline_file = given.text("baseline");
    exclude(given, "--baseline", {"compare", "audit", "read", "scan", "paths", "check"});
    if (options.baseline_file.empty() || options.baseline_file == "-") {
      throw UsageError("--baseline: give the name of a file");
    }
  }
  if (!given.has("compare")) return;
  exclude(given, "--compare",
          {"audit", "read", "write", "scan", "ports", "paths", "check", "sim", "html", "matrix",
           "condensed", "control", "expect"});
  if (given.hosts().size() != 1) {
    throw UsageError("--compare takes two files: --compare OLD NEW");
  }
  options.compare_old = given.text("compare");
  options.compare_new = given.hosts().front();
  if (options.compare_old == "-" && options.compare_new == "-") {
    throw UsageError("--compare: one file at most is standard input");
  }
}

void read_page(const Given& given, Options& options) {
  if (!given.has("html")) return;
  options.html_file = given.text("html");
  if (options.html_file.empty() || options.html_file == "-") {
    throw UsageError("--html: give the name of a file; the page is written beside what is printed");
  }
  if (given.has("check")) {
    throw UsageError("--check traces nothing that a page could show; leave it or --html out");
  }
  for (const char* other : {"write", "read", "sim", "audit", "junit", "targets"}) {
    if (!given.has(other) || given.text(other) != options.html_file) continue;
    throw UsageError(fmt::format("--html and {} name the same file, {}; give another one",
                                 given.label(other), quoted(options.html_file)));
  }
}

void read_recording(const Given& given, Options& options) {
  options.overwrite = given.has("force");
  if (options.overwrite && !given.has("write") && !given.has("html") && !given.has("junit")) {
    throw UsageError("--force is for --write, --html and --junit FILE, which are missing");
  }
  if (!given.has("write")) return;
  options.write_file = given.text("write");
  if (options.write_file.empty() || options.write_file == "-") {
    throw UsageError(
        "--write: give the name of a file; the report goes to standard output, not the packets");
  }
}

/// Sockets leave it to the kernel what packets hold, and don't show them.
void read_needs(const Given& given, Options& options) {
  for (const std::string packets : {"gateway", "tag", "seed", "write", "paths"}) {
    if (given.has(packets)) options.needs_packets = given.label(packets);
  }
  if (options.method != Method::connect || options.needs_packets.empty()) return;
  throw UsageError(
      fmt::format("{} needs crafted packets, which --method connect does not make; leave one "
                  "of them out",
                  options.needs_packets));
}

/// After the ports are read.
void read_watch(const Given& given, Options& options) {
  options.watch = given.has("watch");
  for (const char* of_watch : {"every", "rounds", "metrics"}) {
    if (options.watch || !given.has(of_watch)) continue;
    throw UsageError(fmt::format("{} is for --watch, which is missing; give both or none",
                                 given.label(of_watch)));
  }
  if (!options.watch) return;
  if (given.has("read")) {
    for (const char* of_live : {"every", "rounds", "metrics"}) {
      if (!given.has(of_live)) continue;
      throw UsageError(
          fmt::format("{} has no meaning for a capture, whose rounds are what they are; "
                      "leave it or --read out",
                      given.label(of_live)));
    }
    if (options.read_file == "-") {
      throw UsageError("--watch --read: give the name of a file; keys come from standard input");
    }
  }
  exclude(given, "--watch",
          {"scan", "paths", "matrix", "condensed", "html", "control", "expect", "check", "open",
           "tag", "both", "baseline"});
  if (options.ports.size() > most_watched_ports) {
    throw UsageError(fmt::format("--watch watches {} ports of a host at most, not {}",
                                 most_watched_ports, options.ports.size()));
  }
  if (given.has("every")) {
    options.every = std::chrono::duration_cast<Duration>(
        std::chrono::duration<double>(read_seconds(given.label("every"), given.text("every"))));
  }
  if (given.has("metrics")) {
    options.metrics = read_listening(given.label("metrics"), given.text("metrics"));
    options.serves = true;
  }
  if (given.has("rounds")) options.rounds = given.number("rounds", rounds_range);
  if (!given.has("probes")) options.strategy.probes_per_hop = 1;
  options.one_path = true;  // rounds are of one flow
}

/// Whether one port is traced that is compared with another by itself.
bool compares_by_itself(const Options& options) {
  const bool is_whole = options.format != Format::condensed;
  // Whether a RST was forged, which --expect must know, only another port shows.
  return options.may_compare && (is_whole || options.expected) && !options.control_port &&
         !options.watch && !options.scan && (options.many_hosts || options.ports.size() == 1);
}

}  // namespace

Options parse(int argc, const char* const* argv) {
  const Given given = read_given(expand_classic(
      argc > 1 ? std::vector<std::string>(argv + 1, argv + argc) : std::vector<std::string>()));
  Options options;
  options.command = command_text(argc, argv);
  options.filter_system_calls = true;
  options.help = given.has("help");
  options.version = given.has("version");
  if (options.help || options.version) return options;
  read_strategy(given, options.strategy);
  read_paths(given, options);
  read_scan(given, options);
  read_output(given, options);
  read_sending(given, options);
  read_simulation(given, options);
  read_capture(given, options);
  read_audit(given, options);
  read_targets(given, options);
  read_files_to_compare(given, options);
  read_recording(given, options);
  read_page(given, options);
  read_needs(given, options);
  if (given.has("scan")) apply_scan(given, options);
  read_both(given, options);
  read_family(given, options);
  read_target_and_ports(given, options);
  check_family(options);
  check_both(options);
  read_watch(given, options);
  read_comparison(given, options);
  options.compares_by_itself = compares_by_itself(options);
  return options;
}

}  // namespace tracetcp::cli
