#include "cli/help.hpp"

#include "cli/limits.hpp"
#include "cli/option_table.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <cxxopts.hpp>
#include <string_view>
#include <vector>

namespace tracetcp::cli {

namespace {

constexpr std::size_t line_width = 80;

constexpr const char* examples =
    R"(
Examples:
  tracetcp www.example.com            who answers on port 80?
  tracetcp mail.example.com:smtp -n   the mail port, no names
  tracetcp 192.0.2.1:22,80,443        one trace for each of these ports
  tracetcp 192.0.2.1 -s 20 80         which of these ports are open?
)";

std::string usage() {
  return fmt::format(
      "HOST[:PORT|:SERVICE] [options]\n"
      "  tracetcp HOST PORT|SERVICE [options]\n\n"
      " Target:\n"
      "  HOST      a name or an IPv4 address\n"
      "  PORT      {} (default {}); several as in 22,80-90,https\n"
      "  SERVICE   a name of the system's services, such as ftp or smtp",
      port_range.text(), default_port.value);
}

/// Tells cxxopts whether to print the name of a value.
std::shared_ptr<cxxopts::Value> shown_value(const OptionInfo& info) {
  if (info.values == 0) return cxxopts::value<bool>();
  return cxxopts::value<std::string>();
}

/// Takes off what cxxopts adds: blanks before a break, and "options" after each group's name.
std::string tidied(const std::string& help) {
  constexpr std::string_view suffix = " options:";
  std::string tidy;
  for (std::size_t start = 0; start < help.size();) {
    const std::size_t stop = std::min(help.find('\n', start), help.size());
    std::string line = help.substr(start, stop - start);
    line.erase(line.find_last_not_of(' ') + 1);
    if (line.ends_with(suffix)) line.replace(line.size() - suffix.size(), suffix.size(), ":");
    tidy += line + '\n';
    start = stop + 1;
  }
  return tidy;
}

}  // namespace

std::string help_text() {
  cxxopts::Options help(
      "tracetcp", "Shows which hop on the way to a host answers, rejects or drops a TCP SYN.\n");
  help.custom_help(usage()).set_width(line_width);
  std::vector<std::string> groups;
  for (const auto& info : option_table()) {
    if (std::find(groups.begin(), groups.end(), info.group) == groups.end()) {
      groups.push_back(info.group);
    }
    const std::string letter = info.letter == 0 ? "" : std::string(1, info.letter);
    help.add_option(info.group, letter, info.long_name, info.help, shown_value(info),
                    info.argument);
  }
  return tidied(help.help(groups)) + examples;
}

}  // namespace tracetcp::cli
