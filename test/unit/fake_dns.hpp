#pragma once

#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cstdint>
#include <functional>
#include <initializer_list>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

namespace tracetcp::test {

using Packet = std::vector<std::uint8_t>;

/// A DNS server (RFC 1035) on an ephemeral UDP port of the loopback, in a thread of its own. The
/// handler turns a query into the answer; an empty one is not sent.
class FakeDns {
 public:
  using Handler = std::function<Packet(const Packet& query)>;

  explicit FakeDns(Handler handler)
      : handler_(std::move(handler)), socket_(socket(AF_INET, SOCK_DGRAM, 0)) {
    sockaddr_in bound{};
    bound.sin_family = AF_INET;
    bound.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t length = sizeof bound;
    auto* const generic = reinterpret_cast<sockaddr*>(&bound);
    if (socket_ < 0 || bind(socket_, generic, length) != 0 ||
        getsockname(socket_, generic, &length) != 0) {
      throw std::runtime_error("no UDP socket on the loopback");
    }
    address_ = bound;
    thread_ = std::thread([this] { run(); });
  }

  ~FakeDns() {
    // A packet shorter than a header ends the thread.
    sendto(socket_, "", 0, 0, reinterpret_cast<const sockaddr*>(&address_), sizeof address_);
    thread_.join();
    close(socket_);
  }

  FakeDns(const FakeDns&) = delete;
  FakeDns& operator=(const FakeDns&) = delete;

  [[nodiscard]] std::string servers() const {
    return "127.0.0.1:" + std::to_string(ntohs(address_.sin_port));
  }

 private:
  void run() {
    while (true) {
      Packet query(512);
      sockaddr_in peer{};
      socklen_t length = sizeof peer;
      auto* const generic = reinterpret_cast<sockaddr*>(&peer);
      const auto size = recvfrom(socket_, query.data(), query.size(), 0, generic, &length);
      if (size < 12) return;
      query.resize(static_cast<std::size_t>(size));
      const Packet answer = handler_(query);
      if (!answer.empty()) sendto(socket_, answer.data(), answer.size(), 0, generic, length);
    }
  }

  Handler handler_;
  int socket_;
  sockaddr_in address_{};
  std::thread thread_;
};

/// The name asked for, e.g. "1.2.0.192.in-addr.arpa".
inline std::string question(const Packet& query) {
  std::string name;
  for (std::size_t at = 12; query.at(at) != 0; at += query.at(at) + std::size_t{1}) {
    if (!name.empty()) name += '.';
    for (std::size_t i = 1; i <= query.at(at); ++i) name += static_cast<char>(query.at(at + i));
  }
  return name;
}

inline void append(Packet& packet, std::initializer_list<int> bytes) {
  for (const int byte : bytes) packet.push_back(static_cast<std::uint8_t>(byte));
}

/// Header and question of an answer with `count` records to follow. rcode 3 is NXDOMAIN.
inline Packet answer_head(const Packet& query, int count, int rcode = 0) {
  const std::size_t question_end = 12 + question(query).size() + 2 + 4;
  Packet answer(query.begin(), query.begin() + static_cast<std::ptrdiff_t>(question_end));
  answer[2] = 0x84;
  answer[3] = static_cast<std::uint8_t>(0x80 | rcode);
  answer[7] = static_cast<std::uint8_t>(count);
  answer[9] = answer[11] = 0;
  return answer;
}

/// An answer with one record for the name asked for.
inline Packet answer_record(const Packet& query, int type, const Packet& data) {
  Packet answer = answer_head(query, 1);
  append(answer, {0xc0, 12, 0, type, 0, 1, 0, 0, 0, 60, 0, static_cast<int>(data.size())});
  answer.insert(answer.end(), data.begin(), data.end());
  return answer;
}

/// `name` may hold any bytes; a dot ends a label.
inline Packet answer_name(const Packet& query, const std::string& name) {
  Packet data;
  for (std::size_t label = 0; label <= name.size();) {
    const std::size_t dot = std::min(name.find('.', label), name.size());
    data.push_back(static_cast<std::uint8_t>(dot - label));
    data.insert(data.end(), name.begin() + static_cast<std::ptrdiff_t>(label),
                name.begin() + static_cast<std::ptrdiff_t>(dot));
    label = dot + 1;
  }
  data.push_back(0);
  return answer_record(query, 12, data);
}

}  // namespace tracetcp::test
