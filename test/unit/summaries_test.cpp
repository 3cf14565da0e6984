#include "read/summaries.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <array>
#include <random>

using namespace std::chrono_literals;
using namespace tracetcp;

namespace {

constexpr TimePoint midday{43'200s};
constexpr Address asking_host{0xc0000209};  // 192.0.2.9
constexpr Address asked_host{0xc6336401};   // 198.51.100.1

Flow asks(Address source, Address target, std::uint16_t port) {
  return {.source = {source, Port{40'000}}, .target = {target, Port{port}}};
}

Attempts attempt(Outcomes::Kind outcome, TimePoint first = midday, std::uint64_t syns = 1) {
  Attempts attempts{.attempts = 1, .syns = syns, .first = first, .last = first};
  attempts.outcomes.counts[outcome] = 1;
  return attempts;
}

std::vector<std::string> sentences(Summaries& summaries) {
  std::vector<std::string> all;
  for (const Summary& summary : summaries.take()) all.push_back(sentence(summary));
  return all;
}

using Sentences = std::vector<std::string>;

}  // namespace

TEST_CASE("many ports of one target, asked by one source, are a scan") {
  Summaries summaries;
  for (std::uint16_t port = 1; port <= 1000; ++port) {
    summaries.add(asks(asking_host, asked_host, port),
                  attempt(port == 22 || port == 80 ? Outcomes::open : Outcomes::closed));
  }
  CHECK(sentences(summaries) == Sentences{"1,000 ports of 198.51.100.1 asked once: a scan by "
                                          "192.0.2.9: 2 open (22, 80), 998 closed."});
  CHECK(summaries.take().empty());
}

TEST_CASE("one port of many targets, asked by one source, is a sweep") {
  Summaries summaries;
  for (std::uint32_t i = 0; i < 10; ++i) {
    for (int again = 0; again < 2; ++again) {
      summaries.add(asks(asking_host, Address(asked_host.ipv4() + i), 22),
                    attempt(Outcomes::silent));
    }
  }
  CHECK(sentences(summaries) == Sentences{"Port 22 of 10 hosts asked 20 times in all: a sweep by "
                                          "192.0.2.9: 20 unanswered."});
}

TEST_CASE("hosts that differ in nothing but what the hash leaves out are counted apart") {
  Summaries summaries;
  // Ten pairs, the two of each with the same folded().
  constexpr std::uint64_t odd = 0x9e3779b97f4a7c15ULL;
  for (std::uint64_t i = 0; i < 20; ++i) {
    const std::uint64_t upper = 0x20010db800000000ULL + i;
    const std::uint64_t lower = i / 2 ^ upper * odd;
    std::array<std::uint8_t, Address::ipv6_size> octets{};
    for (std::size_t at = 0; at < octets.size(); ++at) {
      octets[at] = static_cast<std::uint8_t>((at < 8 ? upper : lower) >> (56 - 8 * (at % 8)));
    }
    summaries.add(asks(*Address::parse("2001:db8::9"), Address(Address::Bytes(octets)), 22),
                  attempt(Outcomes::silent));
  }
  CHECK(sentences(summaries) == Sentences{"Port 22 of 20 hosts asked once: a sweep by 2001:db8::9: "
                                          "20 unanswered."});
}

TEST_CASE("what is asked again and again is no scan and no sweep, but fails") {
  Summaries summaries;
  for (int again = 0; again < 100; ++again) {
    for (std::uint32_t i = 0; i < 12; ++i) {
      summaries.add(asks(asking_host, Address(asked_host.ipv4() + i), 9100),
                    attempt(Outcomes::closed));
    }
  }
  CHECK(
      sentences(summaries) ==
      Sentences{"Port 9100 of 12 hosts: 1,200 connections failed, from 192.0.2.9: 1,200 closed."});
}

TEST_CASE("few ports and few sources are told of one by one, those with most attempts first") {
  Summaries summaries;
  summaries.add(asks(asking_host, asked_host, 25), attempt(Outcomes::silent, midday, 4));
  for (std::uint32_t i = 0; i < 3; ++i) {
    summaries.add(asks(Address(asking_host.ipv4() + i), asked_host, 443),
                  attempt(Outcomes::rejected, midday + i * 1s));
  }
  CHECK(sentences(summaries) ==
        Sentences{"198.51.100.1:443: 3 connections failed, from 3 addresses, 3 SYNs in 2.0 s: "
                  "3 rejected.",
                  "198.51.100.1:25: 1 connection failed, from 192.0.2.9, 4 SYNs in 0.0 s: "
                  "1 unanswered."});
}

TEST_CASE("a thousand SYNs to one port at more than a hundred a second are a flood") {
  Summaries summaries;
  for (std::uint32_t i = 0; i < 1000; ++i) {
    summaries.add(asks(Address(i), asked_host, 80), attempt(Outcomes::silent, midday + i * 1ms));
  }
  CHECK(sentences(summaries) ==
        Sentences{"198.51.100.1:80 asked 1,000 times in 1.0 s: a flood from "
                  "1,000 addresses: 1,000 unanswered."});
  for (std::uint32_t i = 0; i < 1000; ++i) {
    summaries.add(asks(asking_host, asked_host, 80), attempt(Outcomes::silent, midday + i * 11ms));
  }
  CHECK(
      sentences(summaries) ==
      Sentences{"198.51.100.1:80: 1,000 connections failed, from 192.0.2.9, 1,000 SYNs in 11.0 s: "
                "1,000 unanswered."});
}

TEST_CASE("nothing is lost, and memory is bounded, whatever comes") {
  std::mt19937 random(1);
  const auto any = [&](std::uint32_t below) {
    return static_cast<std::uint32_t>(random() % below);
  };
  const std::uint32_t most = 0x10000;
  // Sources, targets, ports: how many different ones.
  for (const auto& different :
       {std::array{1U, 1U, most}, std::array{1U, most, 1U}, std::array{most, 1U, 1U},
        std::array{1U, most, most}, std::array{most, 1U, most}, std::array{most, most, 1U},
        std::array{most, most, most}, std::array{30U, 30U, 30U}}) {
    const std::uint32_t sources = different[0];
    const std::uint32_t targets = different[1];
    const std::uint32_t ports = different[2];
    Summaries summaries;
    constexpr std::uint64_t all = 200'000;
    for (std::uint64_t i = 0; i < all; ++i) {
      summaries.add(asks(Address(any(sources)), Address(0x0a000000 + any(targets)),
                         static_cast<std::uint16_t>(any(ports))),
                    attempt(static_cast<Outcomes::Kind>(i % Outcomes::count_)));
    }
    CAPTURE(sources);
    CAPTURE(targets);
    CAPTURE(ports);
    const auto told = summaries.take();
    CHECK(told.size() <= Summaries::most_told + 1);
    std::uint64_t attempts = 0;
    std::uint64_t outcomes = 0;
    for (const Summary& summary : told) {
      attempts += summary.attempts.attempts;
      for (const std::uint64_t count : summary.attempts.outcomes.counts) outcomes += count;
    }
    CHECK(attempts == all);
    CHECK(outcomes == all);
  }
}

TEST_CASE("the same in another order are the same summaries") {
  std::vector<std::pair<Flow, Attempts>> all;
  for (std::uint16_t port = 1; port < 30; ++port) {
    for (std::uint32_t i = 0; i < port % 7U; ++i) {
      all.emplace_back(asks(Address(asking_host.ipv4() + i), asked_host, port),
                       attempt(Outcomes::silent));
    }
  }
  Summaries summaries;
  for (const auto& [which, attempts] : all) summaries.add(which, attempts);
  const Sentences wanted = sentences(summaries);
  std::shuffle(all.begin(), all.end(), std::mt19937(1));
  for (const auto& [which, attempts] : all) summaries.add(which, attempts);
  CHECK(sentences(summaries) == wanted);
}

TEST_CASE("JSON has keys for all that the sentence says") {
  Summaries summaries;
  summaries.add(asks(asking_host, asked_host, 25), attempt(Outcomes::silent, TimePoint(1s), 4));
  std::string text;
  for (const Summary& summary : summaries.take()) add_json(text, summary);
  CHECK(text ==
        R"({"schema":1,"summary":{"kind":"failed-connections","source":{"address":"192.0.2.9"},)"
        R"("target":{"address":"198.51.100.1","port":25},"sources":1,"targets":1,"ports":1,)"
        R"("attempts":1,"syns":4,"outcomes":{"open":0,"closed":0,"rejected":0,"expired":0,)"
        R"("silent":1},"started":"1970-01-01T00:00:01.000000000Z","elapsed_ms":0.0,)"
        R"("text":"198.51.100.1:25: 1 connection failed, from 192.0.2.9, 4 SYNs in 0.0 s: )"
        R"(1 unanswered."}})"
        "\n");
}
