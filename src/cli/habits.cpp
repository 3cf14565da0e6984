#include "cli/habits.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <array>

namespace tracetcp::cli {
namespace {

constexpr const char* port_hint = "the port is written behind the host, HOST:PORT or HOST PORT";
constexpr const char* syn_hint = "tracetcp always sends TCP SYNs; leave it out";
constexpr const char* icmp_hint = "tracetcp sends TCP SYNs only; ICMP takes traceroute -I";
constexpr const char* udp_hint = "tracetcp sends TCP SYNs only; UDP takes traceroute -U";
constexpr const char* probes_hint = "probes per hop are given by -p N";
constexpr const char* wait_hint = "the longest wait for one reply is given by -t MS, milliseconds";
constexpr const char* first_hint = "the first TTL is given by -h N";
constexpr const char* source_hint = "the address to send from is given by --source ADDR";
constexpr const char* report_hint =
    "tracetcp always prints one report and ends; leave it out, or give the probes per hop by -p N";
constexpr const char* as_hint =
    "networks are shown wherever an AS database is found; --as-db FILE names one";
constexpr const char* ports_hint = "several ports are given by -r A B or HOST:22,80,443";

struct Habit {
  std::string_view option;
  const char* hint;
};

constexpr std::array habits = {
    Habit{"T", syn_hint},
    Habit{"S", syn_hint},
    Habit{"tcp", syn_hint},
    Habit{"syn", syn_hint},
    Habit{"I", icmp_hint},
    Habit{"icmp", icmp_hint},
    Habit{"U", udp_hint},
    Habit{"u", udp_hint},
    Habit{"udp", udp_hint},
    Habit{"P", port_hint},
    Habit{"port", port_hint},
    Habit{"dport", port_hint},
    Habit{"sport", "the port to send from is given by --source-port N"},
    Habit{"q", probes_hint},
    Habit{"queries", probes_hint},
    Habit{"count", probes_hint},
    Habit{"report-cycles", probes_hint},
    Habit{"w", wait_hint},
    Habit{"wait", wait_hint},
    Habit{"f", first_hint},
    Habit{"first", first_hint},
    Habit{"max-ttl", "the number of hops is given by -m N"},
    Habit{"i", "the interface is given by --interface NAME"},
    Habit{"device", "the interface is given by --interface NAME"},
    Habit{"address", source_hint},
    Habit{"no-dns", "without names is -n"},
    Habit{"report", report_hint},
    Habit{"report-wide", report_hint},
    Habit{"A", as_hint},
    Habit{"as-path-lookups", as_hint},
    Habit{"z", as_hint},
    Habit{"aslookup", as_hint},
    Habit{"range", ports_hint},
};

}  // namespace

std::optional<std::string> habit_hint(std::string_view option) {
  const auto* const habit = std::find_if(habits.begin(), habits.end(),
                                         [&](const Habit& one) { return one.option == option; });
  if (habit == habits.end()) return std::nullopt;
  return fmt::format("{}{}: {}", option.size() == 1 ? "-" : "--", option, habit->hint);
}

}  // namespace tracetcp::cli
