// What reading a capture costs at the least: libpcap alone, counting the packets.
//   bare FILE

#include <pcap/pcap.h>

#include <array>
#include <cstdint>
#include <cstdio>

int main(int argc, char** argv) {
  std::array<char, PCAP_ERRBUF_SIZE> message{};
  pcap_t* pcap = argc == 2 ? pcap_open_offline(argv[1], message.data()) : nullptr;
  if (pcap == nullptr) {
    std::fprintf(stderr, "bare FILE: %s\n", message.data());
    return 1;
  }
  std::uint64_t packets = 0;
  pcap_pkthdr* header = nullptr;
  const std::uint8_t* bytes = nullptr;
  while (pcap_next_ex(pcap, &header, &bytes) == 1) ++packets;
  pcap_close(pcap);
  std::printf("%llu\n", static_cast<unsigned long long>(packets));
  return 0;
}
