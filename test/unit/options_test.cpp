#include "cli/options.hpp"

#include <tracetcp/error.hpp>

#include <doctest/doctest.h>

#include <sstream>
#include <string>
#include <vector>

using namespace std::chrono_literals;
using tracetcp::Address;
using tracetcp::Family;
using tracetcp::Method;
using tracetcp::Port;
using tracetcp::TagMode;
using tracetcp::UsageError;
using tracetcp::cli::Format;
using tracetcp::cli::Options;

namespace {

Options parsed(const std::string& line) {
  std::istringstream in("tracetcp " + line);
  std::vector<std::string> words;
  for (std::string word; in >> word;) words.push_back(word);
  std::vector<const char*> argv;
  for (const auto& word : words) argv.push_back(word.c_str());
  return tracetcp::cli::parse(static_cast<int>(argv.size()), argv.data());
}

struct RefusedLine {
  std::string line;
  std::string message;
};

void check_refusals(const std::vector<RefusedLine>& refusals) {
  for (const auto& refusal : refusals) {
    CAPTURE(refusal.line);
    CHECK_THROWS_WITH_AS(parsed(refusal.line), refusal.message.c_str(), UsageError);
  }
}

}  // namespace

TEST_CASE("a host alone gets the program's defaults") {
  const Options options = parsed("www.example.com");
  CHECK(options.host == "www.example.com");
  CHECK(options.ports.text() == "80");
  CHECK(options.strategy.first_ttl.value == 1);
  CHECK(options.strategy.max_hops == 30);
  CHECK(options.strategy.probes_per_hop == 3);
  CHECK(options.strategy.timeout == 4s);
  CHECK(options.strategy.anti_flood);
  CHECK_FALSE(options.strategy.patient);
  CHECK_FALSE(options.strategy.rate.has_value());
  CHECK(options.tag_mode == TagMode::id);
  CHECK(options.format == Format::standard);
  CHECK(options.look_up_names);
  CHECK_FALSE(options.precise);
  CHECK_FALSE(options.verbose);
  CHECK(options.method == Method::automatic);
  CHECK_FALSE(options.gateway.has_value());
  CHECK_FALSE(options.source.has_value());
  CHECK_FALSE(options.source_port.has_value());
  CHECK(options.interface.empty());
  CHECK_FALSE(options.seed.has_value());
  CHECK(options.sim_file.empty());
  CHECK(options.write_file.empty());
  CHECK_FALSE(options.overwrite);
  CHECK_FALSE(options.help);
  CHECK_FALSE(options.version);
}

TEST_CASE("every option reaches its place") {
  const Options options = parsed(
      "192.0.2.1 -h 2 -m 9 -p 10 -t 99999 -n -F --patient --precise --verbose --json "
      "-g 192.0.2.254 --interface eth0 --source 192.0.2.7 --source-port 40000 --tag port "
      "--seed 18446744073709551615 --rate 12.5");
  CHECK(options.host == "192.0.2.1");
  CHECK(options.strategy.first_ttl.value == 2);
  CHECK(options.strategy.max_hops == 9);
  CHECK(options.strategy.probes_per_hop == 10);
  CHECK(options.strategy.timeout == 99999ms);
  CHECK_FALSE(options.look_up_names);
  CHECK_FALSE(options.strategy.anti_flood);
  CHECK(options.strategy.patient);
  CHECK(options.precise);
  CHECK(options.verbose);
  CHECK(options.format == Format::json);
  CHECK(options.method == Method::automatic);
  CHECK(options.gateway == Address::parse("192.0.2.254"));
  CHECK(options.interface == "eth0");
  CHECK(options.source == Address::parse("192.0.2.7"));
  CHECK(options.source_port->value == 40000);
  CHECK(options.tag_mode == TagMode::port);
  CHECK(options.seed == 18446744073709551615U);
  CHECK(options.strategy.rate == 12.5);
  CHECK(parsed("h --probes 1000").strategy.probes_per_hop == 1000);
  CHECK(parsed("h --sim net.toml").sim_file == "net.toml");
  CHECK(parsed("h --write a.pcap").write_file == "a.pcap");
  CHECK(parsed("h --write a.pcap --force").overwrite);
  CHECK(parsed("h -c").format == Format::condensed);
  CHECK(parsed("h --tag isn").tag_mode == TagMode::isn);
  CHECK(parsed("h --method raw").method == Method::raw);
  CHECK(parsed("h --method auto").method == Method::automatic);
}

TEST_CASE("the last of two equal options counts") {
  CHECK(parsed("h -m 5 -m 6").strategy.max_hops == 6);
}

TEST_CASE("the target's port is a number or a service") {
  CHECK(parsed("h:8080").ports.text() == "8080");
  CHECK(parsed("h:8080").host == "h");
  CHECK(parsed("192.0.2.1:65535").ports.text() == "65535");
  CHECK(parsed("h:ftp").ports.text() == "21");
  CHECK(parsed("h:smtp").ports.text() == "25");
  CHECK(parsed("h:00080").ports.text() == "80");
}

TEST_CASE("a range of ports") {
  const Options options = parsed("h -cnr 20 80");
  CHECK(options.ports.text() == "20-80");
  CHECK(options.format == Format::condensed);
  CHECK_FALSE(options.look_up_names);
  CHECK(options.strategy.probes_per_hop == 3);
  CHECK(parsed("h -r 1 65535").ports.text() == "1-65535");
  CHECK(parsed("h -r 80 80").ports.text() == "80");
}

TEST_CASE("lists of ports are in ascending order, each once") {
  for (const std::string line : {"h:443,22,80-82,81", "h -r 443,22,80-82,81", "h -r443,22,80-82,81",
                                 "h --ports=443,22,80-82,81", "h 443,22,80-82,81"}) {
    CAPTURE(line);
    CHECK(parsed(line).host == "h");
    CHECK(parsed(line).ports.text() == "22, 80-82, 443");
    CHECK(parsed(line).ports_given);
    CHECK_FALSE(parsed(line).scan);
  }
  CHECK(parsed("-r 22,80 h").ports.text() == "22, 80");
  CHECK(parsed("-r 20-25 h").ports.text() == "20-25");
  CHECK(parsed("h:20-25").ports.text() == "20-25");
  CHECK(parsed("-cns 22,80 h").ports.text() == "22, 80");
  CHECK(parsed("-cns 22,80 h").scan);
  CHECK(parsed("-s 22,80 -m 1 h").ports.text() == "22, 80");
}

TEST_CASE("services stand wherever a port is traced; their hyphens are no ranges") {
  CHECK(parsed("h:http").ports.text() == "80");
  CHECK(parsed("h -r ssh http").ports.text() == "22-80");
  CHECK(parsed("h -r ssh 80").ports.text() == "22-80");
  CHECK(parsed("h -r ssh,http").ports.text() == "22, 80");
  CHECK(parsed("h:https,22,25-26").ports.text() == "22, 25-26, 443");
  CHECK(parsed("h:ftp-data").ports.text() == "20");
  CHECK(parsed("h -r ftp-data ssh").ports.text() == "20-22");
  CHECK(parsed("h -r ftp-data,ssh").ports.text() == "20, 22");
  CHECK(parsed("h --control https").control_port == tracetcp::Port{443});
}

TEST_CASE("a second word that is a number or a service is the port") {
  CHECK(parsed("h 443").ports.text() == "443");
  CHECK(parsed("h 443").host == "h");
  CHECK(parsed("h -n 443").ports.text() == "443");
  CHECK(parsed("h https").ports.text() == "443");
  CHECK(parsed("192.0.2.1 ftp-data").ports.text() == "20");
  CHECK(parsed("h 22 --read f").ports_given);
}

TEST_CASE("-h as the last word is help, before that the first TTL") {
  CHECK(parsed("-h").help);
  CHECK(parsed("h -h").help);
  CHECK(parsed("h:80 -n -h").help);
  CHECK_FALSE(parsed("h -h 3").help);
  CHECK(parsed("-h 3 h").strategy.first_ttl.value == 3);
}

TEST_CASE("-s is the same as -cnr A B -h 128 -m 1 -p 1") {
  for (const std::string line :
       {"h -s 20 80", "h -cnr 20 80 -h 128 -m 1 -p 1", "h -s 20 80 -h 128 -m 1"}) {
    CAPTURE(line);
    const Options options = parsed(line);
    CHECK(options.ports.text() == "20-80");
    CHECK(options.strategy.first_ttl.value == 128);
    CHECK(options.strategy.max_hops == 1);
    CHECK(options.strategy.probes_per_hop == 1);
    CHECK(options.format == Format::condensed);
    CHECK_FALSE(options.look_up_names);
  }
  CHECK(parsed("h -s 20 80 -p 2").strategy.probes_per_hop == 2);
  CHECK(parsed("h -s 20 80 --json").format == Format::json);
}

TEST_CASE("a scan is -s, or -r with one TTL that is far") {
  CHECK(parsed("h -s 20 80").scan);
  CHECK(parsed("h -cnr 20 80 -h 128 -m 1 -p 1").scan);
  CHECK(parsed("h -r 20 80 -m 1 -h 40").scan);
  CHECK_FALSE(parsed("h -r 20 80 -m 1 -h 39").scan);
  CHECK_FALSE(parsed("h -r 20 80 -m 2 -h 128").scan);
  CHECK_FALSE(parsed("h -r 20 80").scan);
  CHECK_FALSE(parsed("h:80 -m 1 -h 128").scan);
  CHECK(parsed("h -s 20 80 --open").only_open);
  CHECK_FALSE(parsed("h -s 20 80").only_open);
}

TEST_CASE("numbers out of range, and what is no number") {
  check_refusals({
      {"h -h 0", "-h/--first-ttl: 0 is out of range; give a number from 1 to 255"},
      {"h -h 256", "-h/--first-ttl: 256 is out of range; give a number from 1 to 255"},
      {"h --first-ttl=0", "-h/--first-ttl: 0 is out of range; give a number from 1 to 255"},
      {"h -m 0", "-m/--max-hops: 0 is out of range; give a number from 1 to 255"},
      {"h -m -5", "-m/--max-hops: -5 is out of range; give a number from 1 to 255"},
      {"h -m 4294967297", "-m/--max-hops: 4294967297 is out of range; give a number from 1 to 255"},
      {"h -m 99999999999999999999",
       "-m/--max-hops: 99999999999999999999 is out of range; give a number from 1 to 255"},
      {"h -m 12x", "-m/--max-hops: \"12x\" is not a number; give one from 1 to 255"},
      {"h -m x", "-m/--max-hops: \"x\" is not a number; give one from 1 to 255"},
      {"h -m 0x10", "-m/--max-hops: \"0x10\" is not a number; give one from 1 to 255"},
      {"h -m +5", "-m/--max-hops: \"+5\" is not a number; give one from 1 to 255"},
      {"h -m 1.5", "-m/--max-hops: \"1.5\" is not a number; give one from 1 to 255"},
      {"h -p 0", "-p/--probes: 0 is out of range; give a number from 1 to 10"},
      {"h -p 11",
       "-p: 11 is out of range; for port 11 write HOST:11, for probes per hop give 1 to 10, or up "
       "to 1000 by --probes"},
      {"h -np443",
       "-p: 443 is out of range; for port 443 write HOST:443, for probes per hop give 1 to 10, or "
       "up to 1000 by --probes"},
      {"h -p 65536", "-p/--probes: 65536 is out of range; give a number from 1 to 10"},
      {"h -p x", "-p/--probes: \"x\" is not a number; give one from 1 to 10"},
      {"h --probes 1001", "-p/--probes: 1001 is out of range; give a number from 1 to 1000"},
      {"h --probes=0", "-p/--probes: 0 is out of range; give a number from 1 to 1000"},
      {"h -t 0", "-t/--timeout: 0 is out of range; give a number from 1 to 99999"},
      {"h -t 100000", "-t/--timeout: 100000 is out of range; give a number from 1 to 99999"},
      {"h --source-port 0", "--source-port: 0 is out of range; give a number from 1 to 65535"},
      {"h --seed 18446744073709551616",
       "--seed: 18446744073709551616 is out of range; give a number from 0 to "
       "18446744073709551615"},
      {"h --rate 0", "--rate: 0 is out of range; give a number from 0.1 to 1000000"},
      {"h --rate -1", "--rate: -1 is out of range; give a number from 0.1 to 1000000"},
      {"h --rate 1000001", "--rate: 1000001 is out of range; give a number from 0.1 to 1000000"},
      {"h --rate inf", "--rate: \"inf\" is not a number; give one from 0.1 to 1000000"},
      {"h --rate nan", "--rate: \"nan\" is not a number; give one from 0.1 to 1000000"},
      {"h --rate 5/s", "--rate: \"5/s\" is not a number; give one from 0.1 to 1000000"},
  });
}

TEST_CASE("bad ports and ranges of ports") {
  check_refusals({
      {"h:", "\"h:\" has no port after the colon; give one, or leave the colon out for port 80"},
      {"h:0", "port: 0 is out of range; give a number from 1 to 65535"},
      {"h:70000", "port: 70000 is out of range; give a number from 1 to 65535"},
      {"h:-1", "port: -1 is out of range; give a number from 1 to 65535"},
      {"h:nosuch",
       "port: \"nosuch\" is neither a number from 1 to 65535 nor a service of this system"},
      {"h:12x", "port: \"12x\" is neither a number from 1 to 65535 nor a service of this system"},
      {"h:22,", "port: a port is missing beside a comma; give ports as in 22,80-90"},
      {"h:22,,80", "port: a port is missing beside a comma; give ports as in 22,80-90"},
      {"h:80-20", "port: 80 to 20 ends before it begins; did you mean 20-80?"},
      {"h:22,70000", "port: 70000 is out of range; give a number from 1 to 65535"},
      {"h 70000", "port: 70000 is out of range; give a number from 1 to 65535"},
      {"h 0", "port: 0 is out of range; give a number from 1 to 65535"},
      {"h -r 20,x",
       "-r/--ports: \"x\" is neither a number from 1 to 65535 nor a service of this system"},
      {"h -r ssh-http",
       "-r/--ports: \"ssh-http\" is no service of this system, and a range of services is two "
       "words as in -r ssh http; give numbers as in 20-80"},
      {"h --control nosuch",
       "--control: \"nosuch\" is neither a number from 1 to 65535 nor a service of this system"},
      {"h --source-port http", "--source-port: \"http\" is not a number; give one from 1 to 65535"},
      {"h:22,80 --control 80", "--control: port 80 is traced anyway; give another one"},
      {"h:22,80 --paths", "--paths finds all paths of one port; give one of 22, 80"},
      {"h -r 80 20", "-r/--ports: 80 to 20 ends before it begins; did you mean 20 80?"},
      {"h -r 0 20", "-r/--ports: 0 is out of range; give a number from 1 to 65535"},
      {"h -r 1 65536", "-r/--ports: 65536 is out of range; give a number from 1 to 65535"},
      {"h -r 20- 80", "-r/--ports: a port is missing behind \"20-\"; give ports as in 22,80-90"},
      {"-r 20 h",
       "-r/--ports takes two ports, or a list in one word, and \"h\" is no port; for port 20 alone "
       "write HOST:20"},
      {"h -s 80 20", "-s/--scan: 80 to 20 ends before it begins; did you mean 20 80?"},
      {"h:80 -r 1 2", "\"h:80\" has a port and -r/--ports has ports too; give one of them"},
      {"h:80 -r 1,2", "\"h:80\" has a port and -r/--ports has ports too; give one of them"},
      {"h 80 -r 1,2", "\"80\" is a port and -r/--ports has ports too; give one of them"},
      {"h:80 80", "\"h:80\" has a port and \"80\" is one too; give one of them"},
      {"h:80 -s 1 2", "\"h:80\" has a port and -s/--scan has ports too; give one of them"},
  });
}

TEST_CASE("IPv6 addresses with and without ports and interfaces") {
  struct Case {
    const char* line;
    const char* host;
    int port;
    const char* interface;
  };
  for (const Case& c :
       {Case{"2001:db8::1", "2001:db8::1", 80, ""}, Case{"[2001:db8::1]", "2001:db8::1", 80, ""},
        Case{"[2001:db8::1]:443", "2001:db8::1", 443, ""},
        Case{"2001:db8::1 443", "2001:db8::1", 443, ""},
        Case{"2001:db8::1:443", "2001:db8::1:443", 80, ""},
        Case{"[fe80::1%eth0]:22", "fe80::1", 22, "eth0"},
        Case{"fe80::1%eth0", "fe80::1", 80, "eth0"},
        Case{"fe80::1 --interface eth0", "fe80::1", 80, "eth0"}}) {
    CAPTURE(c.line);
    const Options options = parsed(c.line);
    CHECK(options.host == c.host);
    CHECK(options.ports.front() == Port{static_cast<std::uint16_t>(c.port)});
    CHECK(options.interface == c.interface);
  }
}

TEST_CASE("an address whose last group could be a port is noted") {
  CHECK(parsed("2001:db8::1:443").notes ==
        std::vector<std::string>{"2001:db8::1:443 is read as an address; for port 443 of "
                                 "2001:db8::1 write [2001:db8::1]:443"});
  for (const char* line : {"2001:db8::1", "[2001:db8::1:443]", "2001:db8::1:443 80", "2001:db8::a",
                           "1:2:3:4:5:6:7:8", "::1"}) {
    CAPTURE(line);
    CHECK(parsed(line).notes.empty());
  }
}

TEST_CASE("the family of a name's addresses") {
  CHECK(parsed("h").family == std::nullopt);
  CHECK(parsed("h -4").family == Family::ipv4);
  CHECK(parsed("-n6 h").family == Family::ipv6);
}

TEST_CASE("bad hosts") {
  check_refusals({
      {"", "no host given: tracetcp HOST[:PORT]; try -? for help"},
      {"-n", "no host given: tracetcp HOST[:PORT]; try -? for help"},
      {"443 a", "two hosts, \"443\" and \"a\"; a port is written behind its host"},
      {"a 80 81", "\"80\" and \"81\" are two words of ports; give one list, as in HOST 80,81"},
      {"a b", "two hosts, \"a\" and \"b\"; give one"},
      {":80", "no host before the colon in \":80\"; give HOST[:PORT]"},
      {"fe80::1",
       "fe80::1 is on every link; name the interface of the one that is meant, as in fe80::1%eth0"},
      {"2001:db8::1%eth0",
       "\"2001:db8::1%eth0\": behind % stands the interface of a link-local address, as in "
       "fe80::1%eth0"},
      {"fe80::1%",
       "\"fe80::1%\": behind % stands the interface of a link-local address, as in fe80::1%eth0"},
      {"fe80::1%eth0 --interface eth1",
       "%eth0 and --interface eth1 contradict each other; leave one of them out"},
      {"2001:db8::1::2",
       "\"2001:db8::1::2\" is not an IPv6 address; give one as 2001:db8::1, or with a port as "
       "[2001:db8::1]:443"},
      {"[192.0.2.1]:80",
       "\"[192.0.2.1]:80\" is not an IPv6 address; give one as 2001:db8::1, or with a port as "
       "[2001:db8::1]:443"},
      {"[2001:db8::1",
       "\"[2001:db8::1\" is neither [ADDRESS] nor [ADDRESS]:PORT; give it as [2001:db8::1]:443"},
      {"[2001:db8::1]80",
       "\"[2001:db8::1]80\" is neither [ADDRESS] nor [ADDRESS]:PORT; give it as [2001:db8::1]:443"},
      {"[2001:db8::1]:80 81",
       "\"[2001:db8::1]:80\" has a port and \"81\" is one too; give one of them"},
      {"h -4 -6", "-4/--ipv4 and -6/--ipv6 exclude each other; leave one of them out"},
      {"192.0.2.1 -6",
       "192.0.2.1 is an IPv4 address, which -6/--ipv6 rules out; leave one of them out"},
      {"h -4 --source 2001:db8::1",
       "2001:db8::1 is an IPv6 address, which -4/--ipv4 rules out; leave one of them out"},
      {"http://example.com/",
       "\"http://example.com/\" is a URL; give only its host and port as HOST[:PORT]"},
      {"exam/ple", "\"exam/ple\" is no host name: \"/\" can't be in one; give HOST[:PORT]"},
      {"b\xc3\xbc"
       "cher.example",
       "\"b??cher.example\" is no host name: \"?\" can't be in one; give HOST[:PORT]"},
      {"1.2.3",
       "\"1.2.3\" is not an IPv4 address; give four numbers from 0 to 255 as in "
       "192.0.2.1"},
      {"1.2.3.256",
       "\"1.2.3.256\" is not an IPv4 address; give four numbers from 0 to 255 as in "
       "192.0.2.1"},
      {"a..b",
       "\"a..b\" is no host name; its parts have 1 to 63 letters, digits and inner "
       "hyphens, 253 in all"},
      {"-- -a",
       "\"-a\" is no host name; its parts have 1 to 63 letters, digits and inner "
       "hyphens, 253 in all"},
  });
  const char* const empty[] = {"tracetcp", ""};
  CHECK_THROWS_WITH_AS(tracetcp::cli::parse(2, empty), "the host is empty; give HOST[:PORT]",
                       UsageError);
  CHECK_THROWS_AS(parsed(std::string(64, 'a')), UsageError);
  CHECK(parsed(std::string(63, 'a')).host.size() == 63);
  CHECK_THROWS_AS(tracetcp::cli::parse(0, nullptr), UsageError);
}

TEST_CASE("a very long host is refused in a short line") {
  try {
    parsed(std::string(200000, 'a'));
    FAIL("accepted");
  } catch (const UsageError& error) {
    CHECK(std::string(error.what()).size() < 200);
  }
}

TEST_CASE("options that contradict each other, and words that are unknown") {
  check_refusals({
      {"h --json -c", "--json and -c/--condensed exclude each other; leave one of them out"},
      {"h --json --matrix", "--matrix and --json exclude each other; leave one of them out"},
      {"h --matrix -c", "--matrix and -c/--condensed exclude each other; leave one of them out"},
      {"h -s 1 2 -r 3 4", "-s/--scan and -r/--ports exclude each other; leave one of them out"},
      {"h -s 1 2 -h 3",
       "-s/--scan means -h 128 -m 1, which -h/--first-ttl contradicts; leave it "
       "out, or use -cnr A B with it"},
      {"h -s 1 2 -m 3",
       "-s/--scan means -h 128 -m 1, which -m/--max-hops contradicts; leave it "
       "out, or use -cnr A B with it"},
      {"h --method smoke", "--method: \"smoke\" is unknown; give auto or raw or link or connect"},
      {"h --method connect --write f",
       "--write needs crafted packets, which --method connect does not make; leave one of them "
       "out"},
      {"h --method connect --tag id",
       "--tag needs crafted packets, which --method connect does not make; leave one of them "
       "out"},
      {"h --check --sim f", "--check looks at this machine; leave --sim and --read out"},
      {"h --one-path --tag port",
       "--one-path keeps one source port, --tag port doesn't; leave one of them out"},
      {"h --method connect --source-port 65400",
       "--source-port 65400: --method connect without --one-path needs 256 ports from there on; "
       "give one up to 65280"},
      {"h --tag ttl", "--tag: \"ttl\" is unknown; give id or isn or port"},
      {"h -g 1.2.3",
       "-g/--gateway: \"1.2.3\" is not an IPv4 address; give four numbers as in "
       "192.0.2.1"},
      {"h --source fe80::1%eth0",
       "--source: \"fe80::1%eth0\" is not an IPv6 address; give one as 2001:db8::1, without "
       "brackets and interface"},
      {"h --sim f -g 192.0.2.1",
       "-g/--gateway has no meaning in a simulated network; leave it or --sim out"},
      {"h --sim f --interface eth0",
       "--interface has no meaning in a simulated network; leave it or --sim out"},
      {"h --dns 192.0.2.1", "unknown option --dns; try -? for help"},
      {"h -R -g 192.0.2.1",
       "-g/--gateway needs --method link, which --method raw and -R rule out; leave one of "
       "them out"},
      {"h --tag port --source-port 65400",
       "--source-port 65400: --tag port needs 256 ports from there on; give one up to 65280"},
      {"h -s 1 2 --source-port 65530",
       "--source-port 65530: a port scan needs 22 ports from there on; give one up to 65514"},
      {"h --open", "--open is for a port scan; give the ports by -s/--scan A B"},
      {"h -r 1 2 --open", "--open is for a port scan; give the ports by -s/--scan A B"},
      {"h -s 1 2 --tag isn",
       "--tag has no meaning for a port scan, where every SYN has its own sequence number; leave "
       "it out"},
      {"h --read f --seed 1", "--seed has no meaning for a capture; leave it or --read out"},
      {"h --force", "--force is for --write, --html and --junit FILE, which are missing"},
  });
}

TEST_CASE("help and version need no host") {
  CHECK(parsed("-?").help);
  CHECK(parsed("--help").help);
  CHECK(parsed("-v").version);
  CHECK(parsed("h --version").version);
}
