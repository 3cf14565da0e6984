// An attacker who sees none of our packets, but knows addresses and ports, floods us: what is
// reported stays that of the honest network.

#include "harness.hpp"
#include "tracing.hpp"

#include <tracetcp/diagnose.hpp>
#include <tracetcp/sentences.hpp>

#include <doctest/doctest.h>

#include <array>
#include <deque>
#include <functional>
#include <memory>
#include <random>
#include <vector>

using namespace simtest;
using namespace tracetcp;
using namespace std::chrono_literals;

namespace forgery_test {
namespace {

constexpr std::uint16_t our_port = 40001;  // see run_in()

void put16(Octets& to, std::size_t at, std::uint32_t value) {
  to.at(at) = static_cast<std::uint8_t>(value >> 8U);
  to.at(at + 1) = static_cast<std::uint8_t>(value);
}

void put32(Octets& to, std::size_t at, std::uint32_t value) {
  put16(to, at, value >> 16U);
  put16(to, at + 2, value & 0xffffU);
}

void put_address(Octets& to, std::size_t at, const std::string& address) {
  put32(to, at, Address::parse(address)->ipv4());
}

/// An IPv4 header with that protocol and room for so many bytes more.
Octets packet(std::uint8_t protocol, std::size_t more, const std::string& from,
              const std::string& to) {
  Octets bytes(20 + more);
  bytes[0] = 0x45;
  put16(bytes, 2, static_cast<std::uint32_t>(bytes.size()));
  bytes[8] = 62;
  bytes[9] = protocol;
  put_address(bytes, 12, from);
  put_address(bytes, 16, to);
  put16(bytes, 10, checksum(Bytes(bytes).first(20)));
  return bytes;
}

/// What the attacker sends, one after the other.
using Forge = std::function<Octets(std::mt19937_64&)>;

/// Guesses of IP id and sequence number in ICMP errors of these types from hop 2.
Forge errors(std::vector<std::uint8_t> types, std::optional<std::uint32_t> isn,
             std::size_t quoted = 8) {
  return [=](std::mt19937_64& random) {
    Octets bytes = packet(1, 8 + 20 + quoted, "10.0.0.1", "192.168.0.2");
    bytes[20] = types[random() % types.size()];
    bytes[21] = bytes[20] == 3 ? 13 : 0;
    Octets quote = packet(6, 40, "192.168.0.2", "198.51.100.1");
    put16(quote, 4, static_cast<std::uint32_t>(random() & 0xffffU));  // IP id
    quote[8] = 1;
    put16(quote, 10, 0);
    put16(quote, 10, checksum(Bytes(quote).first(20)));
    put16(quote, 20, our_port);
    put16(quote, 22, 80);
    put32(quote, 24, isn ? *isn : static_cast<std::uint32_t>(random()));
    put16(quote, 32, 0xa002);  // 40 bytes of header, SYN
    quote[40] = 8;             // timestamps
    quote[41] = 10;
    put32(quote, 42, static_cast<std::uint32_t>(random()));
    std::copy(quote.begin(), quote.begin() + static_cast<std::ptrdiff_t>(20 + quoted),
              bytes.begin() + 28);
    put16(bytes, 22, checksum(Bytes(bytes).subspan(20)));
    return bytes;
  };
}

/// Guesses of the acknowledgement in SYN-ACKs, RSTs with and without ACK, and ACKs of the target.
Octets segment(std::mt19937_64& random) {
  constexpr std::array<std::uint8_t, 4> flags = {0x12, 0x14, 0x04, 0x10};
  Octets bytes = packet(6, 20, "198.51.100.1", "192.168.0.2");
  put16(bytes, 20, 80);
  put16(bytes, 22, our_port);
  put32(bytes, 24, static_cast<std::uint32_t>(random()));
  put32(bytes, 28, static_cast<std::uint32_t>(random()));
  bytes[32] = 0x50;
  bytes[33] = flags[random() % flags.size()];
  Octets pseudo(bytes.begin() + 12, bytes.begin() + 20);
  pseudo.insert(pseudo.end(), {0, 6, 0, 20});
  std::uint32_t sum = 0;
  for (std::size_t i = 0; i < pseudo.size(); i += 2) sum += get16(pseudo, i);
  put16(bytes, 36, checksum(Bytes(bytes).subspan(20), sum));
  return bytes;
}

/// A link on which so many forged packets a second come, evenly between the others.
class FloodedLink final : public Link {
 public:
  FloodedLink(std::unique_ptr<Link> link, Forge forge, int rate)
      : link_(std::move(link)), forge_(std::move(forge)), every_(Duration(1s) / rate) {}

  TimePoint now() override { return link_->now(); }
  void send(std::span<const Bytes> packets) override {
    if (next_ == TimePoint{}) next_ = link_->now();
    link_->send(packets);
  }
  LinkStats stats() override { return link_->stats(); }

  std::span<const Frame> wait(TimePoint until) override {
    const auto honest = link_->wait(until);
    frames_.clear();
    bytes_.clear();
    const TimePoint now = link_->now();
    for (const Frame& frame : honest) {
      flood(frame.time);
      frames_.push_back(frame);
    }
    flood(now);
    return frames_;
  }

 private:
  void flood(TimePoint until) {
    for (; next_ != TimePoint{} && next_ <= until; next_ += every_) {
      const Octets& bytes = bytes_.emplace_back(forge_(random_));
      frames_.push_back({.link_type = LinkType::raw,
                         .bytes = bytes,
                         .original_length = static_cast<std::uint32_t>(bytes.size()),
                         .time = next_});
    }
  }

  std::unique_ptr<Link> link_;
  Forge forge_;
  Duration every_;
  std::mt19937_64 random_{4711};
  TimePoint next_{};
  std::deque<Octets> bytes_;
  std::vector<Frame> frames_;
};

std::string network(const std::string& port_is, const std::string& keys = "") {
  return "[router.box]\naddress = \"10.0.0.2\"\n" + keys +
         "\n[[host]]\naddress = \"198.51.100.1\"\n" + port_is +
         "\n[[route]]\nto = \"198.51.100.1\"\n"
         "via = [\"192.168.0.1\", \"10.0.0.1\", \"box\", \"10.0.0.3\", \"10.0.0.4\"]\n";
}

/// Verdict, hops and findings.
std::string told(const Trace& trace) {
  std::string all = verdict_of(trace) + "; " + hops_of(trace);
  const Digest one = digest(trace);
  for (const Finding& finding : diagnose(one, {}).findings) {
    all += "; " + std::string(name(finding.confidence)) + " " + text(finding);
  }
  return all;
}

Run flooded(const std::string& network, const Forge& forge, int rate) {
  Options options;
  options.wrap = [&](std::unique_ptr<Link> link) {
    return std::make_unique<FloodedLink>(std::move(link), forge, rate);
  };
  return run_in(network, "198.51.100.1", 80, options);
}

}  // namespace

TEST_CASE("a flood of ICMP errors that guess changes neither verdict nor findings") {
  struct Case {
    const char* what;
    Forge forge;
  };
  for (const Case& one :
       {Case{"random ISNs", errors({3, 11, 12}, std::nullopt)}, Case{"one ISN", errors({3}, 0)},
        Case{"whole quotes", errors({3, 11}, std::nullopt, 40)}}) {
    for (const char* port_is : {"open = [80]", "closed = [80]", "silent = [80]"}) {
      const std::string honest = told(run_in(network(port_is), "198.51.100.1", 80).trace());
      for (const int rate : {5'000, 100'000}) {
        CAPTURE(one.what);
        CAPTURE(port_is);
        CAPTURE(rate);
        const auto run = flooded(network(port_is), one.forge, rate);
        CHECK(told(run.trace()) == honest);
        CHECK(run.trace().strays.count(StrayKind::other_quote) > 1000);
        CHECK(run.trace().strays.different().size() <= 2);
      }
    }
  }
}

TEST_CASE("a flood of TCP segments that guess opens, closes and rejects no port") {
  for (const char* port_is : {"open = [80]", "closed = [80]", "silent = [80]"}) {
    CAPTURE(port_is);
    const auto honest = run_in(network(port_is), "198.51.100.1", 80);
    const auto run = flooded(network(port_is), segment, 20'000);
    CHECK(verdict_of(run.trace()) == verdict_of(honest.trace()));
    CHECK(hops_of(run.trace()) == hops_of(honest.trace()));
    for (const Finding& finding : diagnose(digest(run.trace()), {}).findings) {
      CHECK(finding.confidence != Confidence::certain);
    }
  }
}

TEST_CASE("a device that rewrites ISNs is believed without a flood, and never certain") {
  for (const char* quote : {"", "quote = 8"}) {
    CAPTURE(quote);
    const std::string rewriting =
        "[router.r4]\naddress = \"10.0.0.3\"\n" + std::string(quote) +
        "\n[router.r5]\naddress = \"10.0.0.4\"\n" + quote +
        "\nreject = [{ports = [80]}]\n[router.box]\naddress = \"10.0.0.2\"\n"
        "rewrite_isn = {restore_quotes = false}\n[[host]]\naddress = \"198.51.100.1\"\n"
        "open = [80]\n[[route]]\nto = \"198.51.100.1\"\n"
        "via = [\"192.168.0.1\", \"10.0.0.1\", \"box\", \"r4\", \"r5\"]\n";
    const auto trace = run_in(rewriting, "198.51.100.1", 80).trace();
    CHECK(verdict_of(trace) == "rejected 6 10.0.0.4");
    CHECK(hops_of(trace) == "1 192.168.0.1, 2 10.0.0.1, 3 10.0.0.2, 4 10.0.0.3, 5 10.0.0.4");
    const Diagnosis diagnosis = diagnose(digest(trace), {});
    CHECK(diagnosis.confidence == Confidence::likely);
    bool is_changed = false;
    for (const Finding& finding : diagnosis.findings) {
      CHECK(finding.confidence != Confidence::certain);
      const auto* change = finding.as<finding::FieldChange>();
      is_changed = is_changed || (change != nullptr && change->field == "sequence number");
    }
    CHECK(is_changed);
  }
}

}  // namespace forgery_test
