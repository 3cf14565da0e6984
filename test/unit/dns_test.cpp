#include "fake_dns.hpp"
#include "names/resolve.hpp"
#include "names/safe_name.hpp"

#include <tracetcp/dns.hpp>
#include <tracetcp/error.hpp>

#include <doctest/doctest.h>

#include <algorithm>
#include <chrono>
#include <condition_variable>
#include <map>
#include <mutex>
#include <set>

using namespace std::chrono_literals;
using namespace tracetcp;
using namespace tracetcp::test;

namespace {

/// Counts what happens in one thread and lets another wait for it.
class Counter {
 public:
  void add() {
    const std::lock_guard lock(mutex_);
    ++count_;
    changed_.notify_all();
  }
  /// False: it did not happen so often within a time that is far too long.
  bool reaches(int wanted) {
    std::unique_lock lock(mutex_);
    return changed_.wait_for(lock, 20s, [&] { return count_ >= wanted; });
  }
  int count() {
    const std::lock_guard lock(mutex_);
    return count_;
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  int count_ = 0;
};

Address at(int last) {
  return Address(0xc0000200 + static_cast<std::uint32_t>(last));  // 192.0.2.x
}

std::string reverse(int last) {
  return std::to_string(last) + ".2.0.192.in-addr.arpa";
}

/// Answers PTR queries for 192.0.2.x from a map, others with NXDOMAIN.
FakeDns::Handler from_map(const std::map<int, std::string>& names) {
  return [names](const Packet& query) {
    for (const auto& [last, name] : names) {
      if (question(query) == reverse(last)) return answer_name(query, name);
    }
    return answer_head(query, 0, 3);
  };
}

std::string failure(const std::string& host, const FakeDns& server) {
  try {
    return "resolved to " +
           resolve_host(host, Family::ipv4, server.servers(), 300ms).front().text();
  } catch (const Error& error) {
    return error.what();
  }
}

}  // namespace

TEST_CASE("names from DNS are made harmless") {
  CHECK(safe_name("Router-1_a.example.NET") == "Router-1_a.example.NET");
  CHECK(safe_name("a\x1b[2Jb\r\n\tc d\"<&\\\x7f\x9b") == "a??2Jb???c?d??????");
  CHECK(safe_name("\xc3\xa4") == "??");
  CHECK(safe_name(std::string("a\0b", 3)) == "a?b");
  CHECK(safe_name(std::string(254, 'x')) == std::string(253, 'x'));
  CHECK(safe_name("").empty());
}

TEST_CASE("reverse names come from the server, and no name is an empty name") {
  FakeDns server(from_map({{1, "router.example"}, {3, "a/b.example"}}));
  Counter answers;
  const auto names = dns_names([&] { answers.add(); }, server.servers());
  CHECK_FALSE(names->of(at(1)).has_value());
  for (const int last : {1, 2, 3}) names->ask(at(last));
  REQUIRE(answers.reaches(3));
  CHECK(names->of(at(1)) == "router.example");
  CHECK(names->of(at(2)) == "");
  CHECK(names->of(at(3)).value_or("(pending)") == "a?b.example");
  CHECK_FALSE(names->of(at(4)).has_value());
}

TEST_CASE("asking twice asks the server once") {
  Counter queries;
  FakeDns server([&](const Packet& query) {
    queries.add();
    return answer_name(query, "router.example");
  });
  Counter answers;
  const auto names = dns_names([&] { answers.add(); }, server.servers());
  names->ask(at(1));
  names->ask(at(1));
  REQUIRE(answers.reaches(1));
  names->ask(at(1));
  names->ask(at(2));
  // One server in one thread answers in turn: were there more queries, their answers came before.
  for (int seen = 2; !names->of(at(2)); ++seen) REQUIRE(answers.reaches(seen));
  CHECK(answers.count() == 2);
  CHECK(queries.count() == 2);
}

TEST_CASE("far more names than are asked at once all come") {
  FakeDns server([](const Packet& query) {
    return answer_name(query, "r" + question(query).substr(0, question(query).find('.')));
  });
  Counter answers;
  const auto names = dns_names([&] { answers.add(); }, server.servers());
  for (int last = 0; last < 200; ++last) names->ask(at(last));
  REQUIRE(answers.reaches(200));
  for (int last = 0; last < 200; ++last) CHECK(names->of(at(last)) == "r" + std::to_string(last));
}

TEST_CASE("a dead server holds up nobody, and gets a bounded number of queries") {
  std::mutex mutex;
  std::set<std::string> asked;
  Counter queries;
  FakeDns server([&](const Packet& query) {
    {
      const std::lock_guard lock(mutex);
      asked.insert(question(query));
    }
    queries.add();
    return Packet();
  });
  Counter answers;
  auto names = dns_names([&] { answers.add(); }, server.servers());
  for (int last = 0; last < 100; ++last) names->ask(at(last));
  REQUIRE(queries.reaches(32));
  CHECK_FALSE(names->of(at(0)).has_value());
  const auto before = std::chrono::steady_clock::now();
  names.reset();
  // Far less than the 4.5 s after which the queries would end by themselves.
  CHECK(std::chrono::steady_clock::now() - before < 2s);
  CHECK(answers.count() == 0);
  const std::lock_guard lock(mutex);
  CHECK(asked.size() == 32);
}

TEST_CASE("names can go at any moment") {
  FakeDns server(from_map({{1, "router.example"}}));
  for (int i = 0; i < 50; ++i) {
    const auto names = dns_names([] {}, server.servers());
    if (i % 2 == 0) names->ask(at(1));
  }
}

TEST_CASE("garbage makes no name") {
  FakeDns server([](const Packet& query) {
    const std::string name = question(query);
    if (name == reverse(1)) return Packet(40, 0xff);
    if (name == reverse(2)) return Packet{query[0], query[1], 0x84};          // ends early
    if (name == reverse(3)) return answer_record(query, 12, {0xc0, 0x2f});    // points at itself
    if (name == reverse(4)) return answer_record(query, 12, {63, 'a', 'b'});  // label cut off
    if (name == reverse(5)) return answer_record(query, 1, {192, 0, 2, 99});  // an address
    if (name == reverse(6)) return answer_name(query, "x\x1b[2Jy.example");
    if (name == reverse(7)) return answer_name(query, "");
    return answer_name(query, "router.example");
  });
  Counter answers;
  const auto names = dns_names([&] { answers.add(); }, server.servers());
  for (int last = 1; last <= 8; ++last) names->ask(at(last));
  // The first two are no answers at all, so they are still waited for.
  REQUIRE(answers.reaches(6));
  for (int last = 1; last <= 7; ++last) {
    CAPTURE(last);
    CHECK(names->of(at(last)).value_or("") == "");
  }
  CHECK(names->of(at(8)) == "router.example");
}

TEST_CASE("where no server can be used all names are empty") {
  const auto names = dns_names([] {}, "not a server");
  names->ask(at(1));
  CHECK(names->of(at(1)) == "");
}

TEST_CASE("a host name becomes its IPv4 addresses, each once") {
  FakeDns server([](const Packet& query) {
    if (question(query) != "www.example.com") return answer_head(query, 0, 3);
    Packet answer = answer_head(query, 3);
    append(answer, {0xc0, 12, 0, 1, 0, 1, 0, 0, 0, 60, 0, 4, 192, 0, 2, 7});
    append(answer, {0xc0, 12, 0, 1, 0, 1, 0, 0, 0, 60, 0, 4, 192, 0, 2, 7});
    append(answer, {0xc0, 12, 0, 1, 0, 1, 0, 0, 0, 60, 0, 4, 192, 0, 2, 8});
    return answer;
  });
  CHECK(resolve_host("www.example.com", Family::ipv4, server.servers(), 20s) ==
        std::vector{at(7), at(8)});
}

TEST_CASE("a host name becomes its addresses of both families, or of one") {
  const std::vector<std::uint8_t> loopback{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1};
  FakeDns server([&](const Packet& query) {
    constexpr std::uint8_t aaaa = 28;  // RFC 3596, section 2.1
    const std::size_t type_at = 12 + question(query).size() + 2 + 1;
    return query[type_at] == aaaa ? answer_record(query, aaaa, loopback)
                                  : answer_record(query, 1, {127, 0, 0, 1});
  });
  const auto texts = [&](std::optional<Family> family) {
    std::vector<std::string> found;
    for (const Address& address : resolve_host("both.example", family, server.servers(), 20s)) {
      found.push_back(address.text());
    }
    return found;
  };
  CHECK(texts(Family::ipv4) == std::vector<std::string>{"127.0.0.1"});
  CHECK(texts(Family::ipv6) == std::vector<std::string>{"::1"});
  auto both = texts({});
  std::sort(both.begin(), both.end());
  CHECK(both == std::vector<std::string>{"127.0.0.1", "::1"});
}

TEST_CASE("names of IPv6 addresses are asked for under ip6.arpa, RFC 3596") {
  FakeDns server([](const Packet& query) {
    const bool is_asked =
        question(query) ==
        "b.a.9.8.7.6.5.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.8.b.d.0.1.0.0.2.ip6.arpa";
    return is_asked ? answer_name(query, "six.example") : answer_head(query, 0, 3);
  });
  Counter answers;
  const auto names = dns_names([&] { answers.add(); }, server.servers());
  const Address address = Address::parse("2001:db8::567:89ab").value();
  names->ask(address);
  REQUIRE(answers.reaches(1));
  CHECK(names->of(address) == "six.example");
}

TEST_CASE("addresses and the hosts file need no server") {
  FakeDns server([](const Packet&) { return Packet(); });
  CHECK(resolve_host("192.0.2.1", {}, server.servers(), 0ms).front().text() == "192.0.2.1");
  CHECK(resolve_host("192.0.2.1").front().text() == "192.0.2.1");
  CHECK(resolve_host("2001:db8::1").front().text() == "2001:db8::1");
  CHECK(resolve_host("localhost", Family::ipv4, server.servers(), 20s).front().text() ==
        "127.0.0.1");
}

TEST_CASE("why a host name has no address") {
  FakeDns unknown([](const Packet& query) { return answer_head(query, 0, 3); });
  CHECK(failure("nosuch.example", unknown) ==
        "host \"nosuch.example\" does not exist; check its spelling");

  FakeDns empty([](const Packet& query) { return answer_head(query, 0); });
  CHECK(failure("six.example", empty) ==
        "host \"six.example\" has no IPv4 address; take the other family, or none in particular");

  FakeDns refusing([](const Packet& query) { return answer_head(query, 0, 5); });
  CHECK(failure("www.example", refusing) ==
        "cannot look up \"www.example\": no DNS server answered; check the network, or give the "
        "address");

  FakeDns dead([](const Packet&) { return Packet(); });
  CHECK(failure("www.example", dead) ==
        "cannot look up \"www.example\": no DNS server answered; check the network, or give the "
        "address");
}
