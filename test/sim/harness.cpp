#include "harness.hpp"

#include <doctest/doctest.h>
#include <fmt/core.h>

#include <algorithm>
#include <chrono>
#include <stdexcept>

namespace simtest {

using tracetcp::Bytes;

Octets from_hex(const std::string& hex) {
  Octets bytes;
  std::string digits;
  for (const char c : hex) {
    if (c != ' ' && c != '\n') digits += c;
  }
  for (std::size_t i = 0; i + 1 < digits.size(); i += 2) {
    bytes.push_back(static_cast<std::uint8_t>(std::stoi(digits.substr(i, 2), nullptr, 16)));
  }
  return bytes;
}

std::string to_hex(Bytes bytes) {
  std::string hex;
  for (const std::uint8_t byte : bytes) hex += fmt::format("{:02x}", byte);
  return hex;
}

std::uint16_t get16(Bytes bytes, std::size_t at) {
  return static_cast<std::uint16_t>(bytes[at] * 256 + bytes[at + 1]);
}

std::uint32_t get32(Bytes bytes, std::size_t at) {
  return get16(bytes, at) * 65536U + get16(bytes, at + 2);
}

std::uint16_t checksum(Bytes bytes, std::uint32_t start) {
  std::uint64_t sum = start;
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    sum += i % 2 == 0 ? std::uint64_t{bytes[i]} * 256 : bytes[i];
  }
  sum %= 65535;  // ones' complement addition is addition modulo 65535
  return static_cast<std::uint16_t>(sum == 0 ? 0 : 65535 - sum);
}

bool tcp_checksum_right(Bytes packet) {
  const std::uint32_t pseudo = get16(packet, 12) + std::uint32_t{get16(packet, 14)} +
                               get16(packet, 16) + get16(packet, 18) + 6 +
                               static_cast<std::uint32_t>(packet.size() - 20);
  return checksum(packet.subspan(20), pseudo) == 0;
}

bool checksums_right(Bytes packet) {
  if (get16(packet, 2) != packet.size() || checksum(packet.first(20)) != 0) return false;
  if (packet[9] == 6) return tcp_checksum_right(packet);
  return packet[9] == 1 && checksum(packet.subspan(20)) == 0;
}

Octets syn(const SynSpec& spec) {
  Octets bytes = from_hex(
      "4500 003c 0000 4000 0006 0000 c0a80002 00000000"
      "0000 0000 00000000 00000000 a002 faf0 0000 0000"
      "020405b4 0402 080a 00000000 00000000 01 030307");
  const auto put = [&bytes](std::size_t at, std::uint64_t value, int count) {
    for (int i = 0; i < count; ++i) {
      bytes[at + static_cast<std::size_t>(i)] =
          static_cast<std::uint8_t>(value >> (8 * (count - 1 - i)));
    }
  };
  put(4, spec.id, 2);
  put(8, static_cast<std::uint64_t>(spec.ttl), 1);
  put(16, tracetcp::Address::parse(spec.to).value().ipv4(), 4);
  put(20, spec.source_port, 2);
  put(22, spec.port, 2);
  put(24, spec.isn, 4);
  put(48, spec.tsval, 4);
  if (!spec.options) {
    bytes.resize(40);
    put(2, 40, 2);
    put(32, 0x50, 1);
  }
  put(10, checksum(Bytes(bytes).first(20)), 2);
  const std::uint32_t pseudo = 0xc0a8 + 0x0002 + get16(bytes, 16) +
                               std::uint32_t{get16(bytes, 18)} + 6 +
                               static_cast<std::uint32_t>(bytes.size() - 20);
  put(36, checksum(Bytes(bytes).subspan(20), pseudo), 2);
  return bytes;
}

std::string Captured::what() const {
  if (is_icmp()) return fmt::format("{}/{}", bytes[20], bytes[21]);
  std::string flags;
  if ((bytes[33] & 0x04) != 0) flags += "R";
  if ((bytes[33] & 0x02) != 0) flags += "S";
  if ((bytes[33] & 0x10) != 0) flags += "A";
  return flags;
}

Net::Net(std::shared_ptr<const tracetcp::Network> network, std::uint64_t seed)
    : network_(network), link_(tracetcp::make_simulated_link(network, seed)) {}

Net::Net(const std::string& toml, std::uint64_t seed)
    : Net(tracetcp::parse_network(toml, "test.toml"), seed) {}

Net Net::from_file(const std::string& name, std::uint64_t seed) {
  return {tracetcp::load_network(std::string(NETWORKS) + "/" + name), seed};
}

void Net::send_bytes(const Octets& packet) {
  const std::vector<Bytes> packets{packet};
  link_->send(packets);
}

std::vector<Captured> Net::capture(int seconds) {
  std::vector<Captured> all;
  const auto until = link_->now() + std::chrono::seconds(seconds);
  for (;;) {
    const auto frames = link_->wait(until);
    if (frames.empty()) return all;
    for (const auto& frame : frames) {
      CHECK(frame.link_type == tracetcp::LinkType::raw);
      CHECK(frame.original_length == frame.bytes.size());
      CHECK(frame.time == link_->now());
      all.push_back({frame.time, {frame.bytes.begin(), frame.bytes.end()}});
    }
  }
}

std::vector<Captured> Net::replies(int seconds) {
  std::vector<Captured> all = capture(seconds);
  std::erase_if(all, [](const Captured& one) { return one.from_client(); });
  for (const Captured& one : all) {
    CAPTURE(to_hex(one.bytes));
    CHECK(checksums_right(one.bytes));
    CHECK(get32(one.bytes, 16) == 0xc0a80002);
  }
  return all;
}

std::string Net::ask(const SynSpec& spec) {
  const auto sent = link_->now();
  send(spec);
  std::string line;
  for (const Captured& reply : replies()) {
    const std::chrono::duration<double, std::milli> after = reply.time - sent;
    if (!line.empty()) line += "; ";
    line += fmt::format("{} {} {}", after.count(), reply.source(), reply.what());
  }
  return line;
}

std::string around(const std::string& keys) {
  return R"(
[router.gate]
address = "192.168.0.1"
rtt = 10
[router.last]
address = "10.0.0.3"
rtt = 30
[[host]]
address = "198.51.100.1"
open = [80]
closed = [81]
[[route]]
to = "198.51.100.1"
via = ["gate", "box", "last"]
rtt = 40
[router.box]
address = "10.0.0.2"
rtt = 20
)" + keys;
}

void pass(Net& net, tracetcp::Duration time) {
  const auto until = net.link().now() + time;
  while (net.link().now() < until) net.link().wait(until);
}

}  // namespace simtest
