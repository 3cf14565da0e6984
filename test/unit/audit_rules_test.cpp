#include "cli/audit_rules.hpp"

#include "message_of.hpp"

#include <tracetcp/error.hpp>

#include <doctest/doctest.h>

#include <string>
#include <vector>

using namespace tracetcp;
using namespace tracetcp::cli;

namespace {

std::vector<AuditRule> parse_rules(const std::string& policy) {
  return parse_audit(policy, "p.txt");
}

std::string rule_refusal(const std::string& policy) {
  return message_of([&] { parse_rules(policy); });
}

}  // namespace

TEST_CASE("a policy has a rule a line, comments and empty lines") {
  const auto rules = parse_rules(
      "# out of the office\r\n\n"
      "open www.example.net:443\n"
      "\tblocked  192.0.2.1:25,80-90,smtp \t at 10.0.0.1 # by the firewall\n"
      "reachable [2001:db8::1]:http\n"
      "closed [fe80::1%eth0]:22 at 2001:db8::2");
  REQUIRE(rules.size() == 4);
  CHECK(rules[0].line == 3);
  CHECK(rules[0].rule.claim == Claim::open);
  CHECK(rules[0].host == "www.example.net");
  CHECK(rules[0].ports.text() == "443");
  CHECK_FALSE(rules[0].rule.at);
  CHECK(rules[1].line == 4);
  CHECK(rules[1].text == "blocked 192.0.2.1:25,80-90,smtp at 10.0.0.1");
  CHECK(rules[1].ports.text() == "25, 80-90");
  CHECK(rules[1].rule.at == Address::parse("10.0.0.1"));
  CHECK(rules[2].rule.claim == Claim::reachable);
  CHECK(rules[2].host == "2001:db8::1");
  CHECK(rules[2].ports.text() == "80");
  CHECK(rules[3].zone == "eth0");
  CHECK(rules[3].rule.at == Address::parse("2001:db8::2"));
}

TEST_CASE("a policy may begin with a byte order mark and end without a line feed") {
  CHECK(parse_rules("\xef\xbb\xbfopen h:1").size() == 1);
}

TEST_CASE("a word that begins with # begins a comment, within a word it is none") {
  CHECK(parse_rules("open h:1 #at 10.0.0.1").front().text == "open h:1");
  CHECK(rule_refusal("open h:1#2") != "");
}

TEST_CASE("what is wrong in a policy is told with its line") {
  struct Case {
    std::string policy;
    std::string message;
  };
  const std::string form = "open|closed|blocked|reachable HOST:PORTS [at ADDR]";
  const std::vector<Case> cases = {
      {"", "p.txt has no rule; give " + form},
      {"# nothing\n", "p.txt has no rule; give " + form},
      {"open h:1\nOpen h:2\n",
       "p.txt, line 2: \"Open\" is none of open, closed, blocked and reachable; give " + form},
      {"\nopen\n", "p.txt, line 2: no host follows open; give " + form},
      {"open h", "p.txt, line 1: \"h\" has no port; give it as HOST:PORT"},
      {"open h:1 in 10.0.0.1", "p.txt, line 1: \"in\" stands behind the ports; give " + form},
      {"open h:1 at", "p.txt, line 1: at: the address is missing; give at ADDR"},
      {"open h:1 at 10.0.0.1 x", "p.txt, line 1: \"x\" stands behind the address; give " + form},
  };
  for (const Case& one : cases) {
    CAPTURE(one.policy);
    CHECK(rule_refusal(one.policy) == one.message);
  }
  CHECK(rule_refusal("open h:0").starts_with("p.txt, line 1: port: 0 "));
  CHECK(rule_refusal("open h:1 at h").starts_with("p.txt, line 1: at: "));
  CHECK(rule_refusal("open 192.0.2.256:1").starts_with("p.txt, line 1: \"192.0.2.256\" is not"));
  CHECK(rule_refusal("open h:9-3").find("did you mean 3-9?") != std::string::npos);
  CHECK(rule_refusal("open 2001:db8::1:443").find("[2001:db8::1]:443") != std::string::npos);
}
