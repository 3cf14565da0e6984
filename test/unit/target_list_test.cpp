#include "cli/target_list.hpp"

#include "message_of.hpp"

#include <doctest/doctest.h>

#include <string>
#include <vector>

using namespace tracetcp;
using namespace tracetcp::cli;

namespace {

std::vector<TargetLine> targets_of(const std::string& list) {
  return parse_targets(list, "hosts.txt", PortList(Port{443}));
}

std::string list_refusal(const std::string& list) {
  return message_of([&] { targets_of(list); });
}

}  // namespace

TEST_CASE("a list has a target a line, comments and empty lines") {
  const auto lines = targets_of(
      "# behind the firewall\r\n\n"
      "www.example.net\n"
      "  192.0.2.1:22,80-90,smtp \t # mail\n"
      "[2001:db8::1]:http\n"
      "2001:db8::2");
  REQUIRE(lines.size() == 4);
  CHECK(lines[0].line == 3);
  CHECK(lines[0].host == "www.example.net");
  CHECK(lines[0].ports.text() == "443");  // the usual one
  CHECK(lines[1].line == 4);
  CHECK(lines[1].ports.text() == "22, 25, 80-90");
  CHECK(lines[2].host == "2001:db8::1");
  CHECK(lines[2].ports.text() == "80");
  CHECK(lines[3].line == 6);
  CHECK(lines[3].host == "2001:db8::2");
}

TEST_CASE("a list may begin with a byte order mark") {
  CHECK(targets_of("\xef\xbb\xbfh:1").front().host == "h");
}

TEST_CASE("what is wrong in a list is said with its line") {
  CHECK(list_refusal("a\nb:99999") ==
        "hosts.txt, line 2: port: 99999 is out of range; give a number from 1 to 65535");
  CHECK(list_refusal("a b").find("line 1: \"b\" stands behind the target") != std::string::npos);
  CHECK(list_refusal("\n\n1.2.3\n").find("line 3: ") != std::string::npos);
  CHECK(list_refusal("http://a/").find("line 1: ") != std::string::npos);
  CHECK(list_refusal("fe80::1%eth0").find("line 1: ") != std::string::npos);
  CHECK(list_refusal("# nothing\n").find("names no target") != std::string::npos);
}

TEST_CASE("a whole list knows which hosts are yet to come") {
  WholeList list(targets_of("a:1\nb:1\na:2"));
  CHECK(list.will_name("a"));
  CHECK(list.next()->host == "a");
  CHECK(list.will_name("a"));
  CHECK(list.will_name("b"));
  CHECK(list.next()->host == "b");
  CHECK_FALSE(list.will_name("b"));
  CHECK_FALSE(list.exhausted());
  CHECK(list.next()->line == 3);
  CHECK_FALSE(list.will_name("a"));
  CHECK(list.exhausted());
  CHECK_FALSE(list.next());
}
