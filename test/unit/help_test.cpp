#include "cli/help.hpp"

#include "cli/option_table.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <set>
#include <sstream>
#include <string>

TEST_CASE("the table has each option once, with a help text") {
  std::set<std::string> seen;
  for (const auto& info : tracetcp::cli::option_table()) {
    CAPTURE(info.label());
    CHECK(seen.insert(info.label()).second);
    CHECK_FALSE(info.help.empty());
    CHECK(info.argument.empty() == (info.values == 0));
    if (info.letter != 0) CHECK(seen.insert(std::string(1, info.letter)).second);
  }
  std::string letters;
  for (const auto& info : tracetcp::cli::option_table()) {
    if (info.letter != 0) letters += info.letter;
  }
  std::sort(letters.begin(), letters.end());
  CHECK(letters == "46?FRcghmnprstv");
}

TEST_CASE("the help text shows groups, defaults and examples, and fits a terminal") {
  const std::string help = tracetcp::cli::help_text();
  std::size_t position = 0;
  for (const std::string heading :
       {"\n Target:\n", "\n Trace:\n", "\n Ports:\n", "\n Output:\n", "\n Sending:\n",
        "\n Simulation:\n", "\nExamples:\n  tracetcp "}) {
    CAPTURE(heading);
    position = help.find(heading, position);
    CHECK(position != std::string::npos);
  }
  CHECK(help.find("Usage:\n  tracetcp HOST[:PORT|:SERVICE] [options]\n") != std::string::npos);
  CHECK(help.find("  -h, --first-ttl N    first TTL, 1 to 255 (default 1)\n") != std::string::npos);
  CHECK(help.find("  -R                    the same as --method raw\n") != std::string::npos);
  for (const std::string value :
       {"(default 80)", "(default 30)", "(default 3)", "1 to 99999 ms (default", "(default auto)",
        "(default\n                        id)"}) {
    CAPTURE(value);
    CHECK(help.find(value) != std::string::npos);
  }
  CHECK(help.find(" \n") == std::string::npos);
  std::istringstream lines(help);
  for (std::string line; std::getline(lines, line);) {
    CAPTURE(line);
    CHECK(line.size() <= 80);
  }
  CHECK(help.ends_with("?\n"));
}

TEST_CASE("the version text names the program and the libraries") {
  const std::string version = tracetcp::cli::version_text();
  CHECK(version.starts_with("tracetcp " TRACETCP_VERSION "\nlibpcap version "));
  CHECK(version.find("\nlibnet version ") != std::string::npos);
  CHECK(std::count(version.begin(), version.end(), '\n') == 3);
}
