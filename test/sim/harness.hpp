#pragma once

// What the tests of the simulated network have in common. Nothing here uses the project's own code
// for packets: SYNs are patched hex, and what comes back is read at fixed offsets.

#include <tracetcp/sim.hpp>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace simtest {

using Octets = std::vector<std::uint8_t>;

/// "45 00 003c" as bytes; blanks are for the eye.
Octets from_hex(const std::string& hex);
std::string to_hex(tracetcp::Bytes bytes);

std::uint16_t get16(tracetcp::Bytes bytes, std::size_t at);
std::uint32_t get32(tracetcp::Bytes bytes, std::size_t at);

/// The checksum over these bytes, added up byte by byte: another way than the simulator's.
std::uint16_t checksum(tracetcp::Bytes bytes, std::uint32_t start = 0);
/// Whether IP, TCP and ICMP checksums, and that of an RFC 4884 extension, are right.
bool checksums_right(tracetcp::Bytes packet);
bool tcp_checksum_right(tracetcp::Bytes packet);

/// What varies between the SYNs of the tests.
struct SynSpec {
  int ttl = 64;
  std::string to = "198.51.100.1";
  std::uint16_t port = 80;
  std::uint16_t source_port = 40000;
  std::uint32_t isn = 0x10203040;
  std::uint16_t id = 0x1234;
  std::uint32_t tsval = 0x0a0b0c0d;
  bool options = true;
};

/// A SYN from 192.168.0.2 as Linux sends it: 60 bytes, or 40 without options.
Octets syn(const SynSpec& spec);

struct Captured {
  tracetcp::TimePoint time;
  Octets bytes;

  [[nodiscard]] bool from_client() const { return get32(bytes, 12) == 0xc0a80002; }
  [[nodiscard]] std::string source() const { return tracetcp::Address(get32(bytes, 12)).text(); }
  [[nodiscard]] bool is_icmp() const { return bytes[9] == 1; }
  /// The quoted packet of an ICMP error, from its IP header on.
  [[nodiscard]] Octets quote() const { return {bytes.begin() + 28, bytes.end()}; }
  /// "SA", "RA", "R", "A", "S" for TCP; "11/0" for ICMP.
  [[nodiscard]] std::string what() const;
  bool operator==(const Captured&) const = default;
};

/// A simulated network with its link.
class Net {
 public:
  explicit Net(const std::string& toml, std::uint64_t seed = 1);
  static Net from_file(const std::string& name, std::uint64_t seed = 1);

  void send(const SynSpec& spec) { send_bytes(syn(spec)); }
  void send_bytes(const Octets& packet);
  /// All that is captured in the next `seconds`, our own packets too; time moves on by that.
  std::vector<Captured> capture(int seconds = 100);
  /// The same without our own packets.
  std::vector<Captured> replies(int seconds = 100);
  /// Sends one SYN and tells its replies in a line, times in ms since it left:
  /// "10 10.0.0.1 11/0; 20 198.51.100.1 SA".
  std::string ask(const SynSpec& spec);

  [[nodiscard]] tracetcp::Link& link() { return *link_; }
  [[nodiscard]] const tracetcp::Network& network() const { return *network_; }

 private:
  Net(std::shared_ptr<const tracetcp::Network> network, std::uint64_t seed);

  std::shared_ptr<const tracetcp::Network> network_;
  std::unique_ptr<tracetcp::Link> link_;
};

/// A network of the routers gate, box and last, then the host 198.51.100.1 with port 80 open and 81
/// closed; hop n is n*10 ms away. `keys` are the box's.
std::string around(const std::string& keys);

/// Lets a test wait that long in virtual time.
void pass(Net& net, tracetcp::Duration time);

}  // namespace simtest
