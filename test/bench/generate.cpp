// Makes a large capture of many traceroutes at once, and of other traffic:
//   generate FILE PACKETS [SHAPE]
// SHAPE: traces of whole paths to many targets (paths, the default), the same to all ports of one
// target (ports), or three SYNs and their answers for each of millions of targets (targets).
// Of 20 packets 9 are SYNs, 9 the replies to them, and 2 belong to others. 64 traces run at a time,
// each of 3 probes to each of 5 to 15 hops and to the target behind them, which is open or closed.
// The same numbers give the same file.

#include "link/sim/reply_packets.hpp"
#include "savefile/writer.hpp"

#include <tracetcp/craft.hpp>
#include <tracetcp/error.hpp>

#include <algorithm>
#include <array>
#include <cstdio>
#include <random>
#include <string>
#include <vector>

using namespace tracetcp;

namespace {

constexpr int probes_per_hop = 3;
constexpr std::size_t traces_at_a_time = 64;
constexpr std::size_t in_flight = 8;  // SYNs of a trace without their reply yet
constexpr Duration step = std::chrono::microseconds(200);  // from packet to packet

using Octets = std::vector<std::uint8_t>;

const Address client(0x0a4d0101);  // 10.77.1.1

/// Gathers the packets as Ethernet frames and writes them in large pieces.
class Capture {
 public:
  explicit Capture(const std::string& path) : writer_(path, true) {}

  void add(const Octets& packet, std::uint16_t ether_type = 0x0800) {
    Octets frame{2, 0, 0, 0, 0, 1, 2, 0, 0, 0, 0, 2};
    frame.push_back(static_cast<std::uint8_t>(ether_type >> 8));
    frame.push_back(static_cast<std::uint8_t>(ether_type));
    frame.insert(frame.end(), packet.begin(), packet.end());
    bytes_.push_back(std::move(frame));
    times_.push_back(now_);
    now_ += step;
    ++count_;
    if (bytes_.size() == 4096) flush();
  }

  void flush() {
    std::vector<Frame> frames;
    for (std::size_t i = 0; i < bytes_.size(); ++i) {
      frames.push_back({.link_type = LinkType::ethernet,
                        .bytes = bytes_[i],
                        .original_length = static_cast<std::uint32_t>(bytes_[i].size()),
                        .time = times_[i]});
    }
    writer_.write(frames);
    bytes_.clear();
    times_.clear();
  }

  [[nodiscard]] std::size_t count() const { return count_; }

 private:
  SavefileWriter writer_;
  std::vector<Octets> bytes_;
  std::vector<TimePoint> times_;
  TimePoint now_{std::chrono::seconds(1'700'000'000)};
  std::size_t count_ = 0;
};

enum class Shape { paths, ports, targets };

/// One traceroute, which gives a SYN or the reply to an earlier one at a time.
class Traceroute {
 public:
  Traceroute(Shape shape, std::uint32_t number, std::mt19937& random)
      : number_(number),
        target_(target_of(shape, number)),
        hops_(shape == Shape::targets ? 0 : 5 + random() % 11),
        open_(random() % 4 != 0),
        isn_(static_cast<std::uint32_t>(random())),
        id_(static_cast<std::uint16_t>(random())) {}

  [[nodiscard]] bool is_over() const { return replied_ == total(); }

  Octets next(SynBuilder& builder) {
    const bool may_send = syns_.size() < total() && syns_.size() < replied_ + in_flight;
    if (may_send) return syns_.emplace_back(builder.build(syn(syns_.size())));
    const std::size_t which = replied_++;
    return reply(sim::PacketReader(syns_[which]), which);
  }

 private:
  static Endpoint target_of(Shape shape, std::uint32_t number) {
    if (shape == Shape::targets) return {Address(0x0b000000 + number), Port{80}};
    const std::uint32_t first = 0xc6120000;  // 198.18.0.0/15 (RFC 2544)
    if (shape == Shape::paths) return {Address(first + number % 0x20000), Port{80}};
    return {Address(first), Port{static_cast<std::uint16_t>(1 + number % 65535)}};
  }

  [[nodiscard]] std::size_t total() const { return (hops_ + 1) * probes_per_hop; }

  [[nodiscard]] Syn syn(std::size_t which) const {
    const auto source = static_cast<std::uint16_t>(20000 + number_ % 40000);
    // An id of 0 would be replaced by the kernel.
    const auto id = static_cast<std::uint16_t>(1 + (id_ + which) % 65535);
    return {
        .flow = {.source = {client, Port{source}}, .target = target_},
        .ttl = {static_cast<std::uint8_t>(1 + which / probes_per_hop)},
        .tag = {.isn = {isn_}, .ip_id = {id}, .tsval = {isn_ + static_cast<std::uint32_t>(which)}}};
  }

  [[nodiscard]] Octets reply(const sim::PacketReader& syn, std::size_t which) const {
    const std::size_t hop = 1 + which / probes_per_hop;
    if (hop <= hops_) {
      const auto router = static_cast<std::uint32_t>(0x0a000000 + number_ % 4096 * 256 + hop);
      return sim::make_icmp_error({.from = Address(router),
                                   .ttl = static_cast<std::uint8_t>(65 - hop),
                                   .says = {11, 0},
                                   .quoted_ttl = 1},
                                  syn)
          .take();
    }
    const auto ttl = static_cast<std::uint8_t>(64 - hops_);
    if (!open_) return sim::make_reset(syn, ttl, 0).take();
    return sim::make_tcp_answer(
               syn, {.sequence = ~isn_,
                     .acknowledgement = isn_ + 1,
                     .flags = sim::PacketReader::syn | sim::PacketReader::ack,
                     .window = 65160,
                     .ttl = ttl,
                     .options = sim::syn_ack_options(syn, {}, number_, sim::tsval_of(syn).value())})
        .take();
  }

  std::uint32_t number_;
  Endpoint target_;
  std::size_t hops_;
  bool open_;
  std::uint32_t isn_;
  std::uint16_t id_;
  std::vector<Octets> syns_;
  std::size_t replied_ = 0;
};

/// Segments of connections that were there before, in both directions.
Octets other_traffic(const Octets& syn, std::uint32_t number) {
  const sim::PacketReader like(syn);
  return sim::make_tcp_answer(like, {.sequence = number * 1000,
                                     .acknowledgement = number * 77,
                                     .flags = sim::PacketReader::ack,
                                     .window = 501,
                                     .options = sim::timestamps_option(number, number)})
      .take();
}

Shape shape_of(const std::string& name) {
  if (name == "paths") return Shape::paths;
  if (name == "ports") return Shape::ports;
  if (name == "targets") return Shape::targets;
  throw Error("no such shape: " + name);
}

void generate(const std::string& path, std::size_t packets, Shape shape) {
  Capture capture(path);
  SynBuilder builder;
  std::mt19937 random(1);
  std::uint32_t number = 0;
  std::vector<Traceroute> running;
  while (running.size() < traces_at_a_time) running.emplace_back(shape, number++, random);
  const Octets stranger = builder.build(
      {.flow = {.source = {client, Port{1024}}, .target = {Address(0xcb007101), Port{443}}}});
  for (std::size_t turn = 0; capture.count() < packets; ++turn) {
    if (capture.count() % 10 == 9) {
      capture.add(other_traffic(stranger, static_cast<std::uint32_t>(turn)));
      continue;
    }
    Traceroute& trace = running[random() % running.size()];
    capture.add(trace.next(builder));
    if (trace.is_over()) trace = Traceroute(shape, number++, random);
  }
  capture.flush();
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 3 && argc != 4) {
    std::fputs("usage: generate FILE PACKETS [paths|ports|targets]\n", stderr);
    return 2;
  }
  try {
    generate(argv[1], std::stoul(argv[2]), shape_of(argc == 4 ? argv[3] : "paths"));
  } catch (const std::exception& error) {
    std::fprintf(stderr, "generate: %s\n", error.what());
    return 1;
  }
  return 0;
}
