#include "cli/classic.hpp"

#include <tracetcp/error.hpp>

#include <doctest/doctest.h>

#include <algorithm>
#include <sstream>
#include <string>
#include <vector>

namespace {

/// Splits at blanks, expands, joins with blanks; one within a word is shown as "_".
std::string expanded(const std::string& line) {
  std::istringstream in(line);
  std::vector<std::string> words;
  for (std::string word; in >> word;) words.push_back(word);
  std::string joined;
  for (const auto& word : tracetcp::cli::expand_classic(words)) {
    std::string shown = word;
    std::replace(shown.begin(), shown.end(), ' ', '_');
    joined += (joined.empty() ? "" : " ") + shown;
  }
  return joined;
}

}  // namespace

TEST_CASE("letters become long names, values follow them, hosts come last") {
  CHECK(expanded("-n host") == "--numeric -- host");
  CHECK(expanded("host -m 5") == "--max-hops 5 -- host");
  CHECK(expanded("-? -v") == "--help --version --");
  CHECK(expanded("-h 3 -p 1 -t 500 -F -c host") ==
        "--first-ttl 3 --probes 1 --timeout 500 --no-anti-flood --condensed -- host");
  CHECK(expanded("-g 10.0.0.1 -R host") == "--gateway 10.0.0.1 --method raw -- host");
  CHECK(expanded("") == "--");
}

TEST_CASE("-r and -s take two values") {
  CHECK(expanded("-r 20 80 host") == "--ports 20_80 -- host");
  CHECK(expanded("host -s 20 80") == "--scan 20_80 -- host");
  CHECK(expanded("--ports 20 80 host") == "--ports 20_80 -- host");
  CHECK(expanded("--ports=20 80 host") == "--ports 20_80 -- host");
}

TEST_CASE("a range or a list may be one word") {
  CHECK(expanded("-r 20-80 host") == "--ports 20-80 -- host");
  CHECK(expanded("-r20-80 host") == "--ports 20-80 -- host");
  CHECK(expanded("--scan=20-80 host") == "--scan 20-80 -- host");
  CHECK(expanded("-r 22,80-90 host") == "--ports 22,80-90 -- host");
  CHECK(expanded("-rm ssh,http 5 host") == "--ports ssh,http --max-hops 5 -- host");
  CHECK(expanded("-r ftp-data ssh host") == "--ports ftp-data_ssh -- host");
}

TEST_CASE("letters are joined, and their values follow in order") {
  CHECK(expanded("-cnr 20 80 host") == "--condensed --numeric --ports 20_80 -- host");
  CHECK(expanded("-nh 5 host") == "--numeric --first-ttl 5 -- host");
  CHECK(expanded("-mh 5 3 host") == "--max-hops 5 --first-ttl 3 -- host");
  CHECK(expanded("-rm 20 80 5 host") == "--ports 20_80 --max-hops 5 -- host");
}

TEST_CASE("a value may be joined to its letter") {
  CHECK(expanded("-m5 host") == "--max-hops 5 -- host");
  CHECK(expanded("-nm5 host") == "--numeric --max-hops 5 -- host");
  CHECK(expanded("-r20 80 host") == "--ports 20_80 -- host");
  CHECK(expanded("-g10.0.0.1 host") == "--gateway 10.0.0.1 -- host");
}

TEST_CASE("what is joined to a letter and is no letter is its value, right or wrong") {
  CHECK(expanded("-m5n host") == "--max-hops 5n -- host");
  CHECK(expanded("-m-5 host") == "--max-hops -5 -- host");
  CHECK(expanded("-m=5 host") == "--max-hops =5 -- host");
}

TEST_CASE("negative numbers reach the reader of numbers") {
  CHECK(expanded("-m -5 host") == "--max-hops -5 -- host");
  CHECK(expanded("-r -20 80 host") == "--ports -20_80 -- host");
  CHECK(expanded("-r 20 -80 host") == "--ports 20_-80 -- host");
}

TEST_CASE("long options with and without an equals sign") {
  CHECK(expanded("--max-hops 5 host") == "--max-hops 5 -- host");
  CHECK(expanded("--max-hops=5 host") == "--max-hops 5 -- host");
  CHECK(expanded("--sim=a=b host") == "--sim a=b -- host");
  CHECK(expanded("--json host") == "--json -- host");
}

TEST_CASE("after two dashes everything is a host") {
  CHECK(expanded("-n -- -c host") == "--numeric -- -c host");
  CHECK(expanded("host -- --json") == "-- host --json");
}

TEST_CASE("what can't be expanded is named, with the way out") {
  struct Case {
    std::string line;
    std::string message;
  };
  const std::string needs_two_ports =
      "-r/--ports needs two ports, A B, or a list such as 22,80-90; try -? for help";
  for (const auto& refusal : {
           Case{"host -m", "-m/--max-hops needs a value: N; try -? for help"},
           Case{"host -m -n", "-m/--max-hops needs a value: N; try -? for help"},
           Case{"-mh 5", "-h/--first-ttl needs a value: N; try -? for help"},
           Case{"host -r", needs_two_ports},
           Case{"host -r 20", needs_two_ports},
           Case{"host -cnr 20 -F", needs_two_ports},
           Case{"host --sim", "--sim needs a value: FILE; try -? for help"},
           Case{"--sim= host", "--sim needs a value: FILE; try -? for help"},
           Case{"host --sim --json", "--sim needs a value: FILE; try -? for help"},
           Case{"host --json=yes", "--json takes no value; leave out \"=yes\""},
           Case{"host -Z", "unknown option -Z; try -? for help"},
           Case{"host -nZ", "unknown option -Z; try -? for help"},
           Case{"host -5", "unknown option -5; try -? for help"},
           Case{"host -N", "unknown option -N; did you mean -n?"},
           Case{"host -nh", "-h/--first-ttl needs a value: N; try -? for help"},
           Case{"host -json", "unknown option -json; did you mean --json?"},
           Case{"host --jsn", "unknown option --jsn; did you mean --json?"},
           Case{"host --max", "unknown option --max; did you mean --max-hops?"},
           Case{"host --first_ttl=3", "unknown option --first_ttl; did you mean --first-ttl?"},
           Case{"host --gibberish", "unknown option --gibberish; try -? for help"},
           Case{"host --record x", "unknown option --record; try -? for help"},
           Case{"host --=x", "unknown option --; try -? for help"},
       }) {
    CAPTURE(refusal.line);
    CHECK_THROWS_WITH_AS(expanded(refusal.line), refusal.message.c_str(), tracetcp::UsageError);
  }
}

TEST_CASE("what other programs call it is answered with what it is called here") {
  const std::string port = "the port is written behind the host, HOST:PORT or HOST PORT";
  const std::string syn = "tracetcp always sends TCP SYNs; leave it out";
  struct Habit {
    std::string line;
    std::string message;
  };
  for (const auto& habit : std::vector<Habit>{
           {"-T host", "-T: " + syn},
           {"-nT host", "-T: " + syn},
           {"--tcp host", "--tcp: " + syn},
           {"--syn host", "--syn: " + syn},
           {"-P 443 host", "-P: " + port},
           {"--port 443 host", "--port: " + port},
           {"--port=443 host", "--port: " + port},
           {"-q 1 host", "-q: probes per hop are given by -p N"},
           {"-w 2 host", "-w: the longest wait for one reply is given by -t MS, milliseconds"},
           {"-f 3 host", "-f: the first TTL is given by -h N"},
           {"-i eth0 host", "-i: the interface is given by --interface NAME"},
           {"-I host", "-I: tracetcp sends TCP SYNs only; ICMP takes traceroute -I"},
           {"-U host", "-U: tracetcp sends TCP SYNs only; UDP takes traceroute -U"},
           {"--report host",
            "--report: tracetcp always prints one report and ends; leave it out, or give the "
            "probes per hop by -p N"},
       }) {
    CAPTURE(habit.line);
    CHECK_THROWS_WITH_AS(expanded(habit.line), habit.message.c_str(), tracetcp::UsageError);
  }
}

TEST_CASE("an empty word is no value") {
  CHECK_THROWS_WITH_AS(tracetcp::cli::expand_classic({"--sim", ""}),
                       "--sim needs a value: FILE; try -? for help", tracetcp::UsageError);
}

TEST_CASE("what a terminal would act on never reaches a message") {
  CHECK_THROWS_WITH_AS(tracetcp::cli::expand_classic({"--a\x1b[2Jb"}),
                       "unknown option --a?[2Jb; try -? for help", tracetcp::UsageError);
}
