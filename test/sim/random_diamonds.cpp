#include "random_diamonds.hpp"

#include <memory>
#include <random>
#include <sstream>
#include <vector>

namespace simtest {

namespace {

constexpr const char* target = "198.51.100.1";

struct Piece;
using Way = std::vector<Piece>;

/// A router, or a fork.
struct Piece {
  std::string address;
  std::vector<Way> branches;
};

/// The addresses of all ways through a list of pieces.
std::vector<std::vector<std::string>> all_ways(const Way& way) {
  std::vector<std::vector<std::string>> ways{{}};
  for (const Piece& piece : way) {
    std::vector<std::vector<std::string>> longer;
    for (const auto& so_far : ways) {
      if (piece.branches.empty()) {
        longer.push_back(so_far);
        longer.back().push_back(piece.address);
      }
      for (const Way& branch : piece.branches) {
        for (const auto& rest : all_ways(branch)) {
          longer.push_back(so_far);
          longer.back().insert(longer.back().end(), rest.begin(), rest.end());
        }
      }
    }
    ways = longer;
  }
  return ways;
}

std::string via(const Way& way) {
  std::string text;
  for (const Piece& piece : way) {
    std::string one = "\"" + piece.address + "\"";
    if (!piece.branches.empty()) {
      one.clear();
      for (const Way& branch : piece.branches) one += (one.empty() ? "" : ", ") + via(branch);
      one = "[" + one + "]";
    }
    text += (text.empty() ? "" : ", ") + one;
  }
  return "[" + text + "]";
}

class DiamondMaker {
 public:
  explicit DiamondMaker(std::uint64_t seed) : random_(seed) {}

  DiamondNetwork run() {
    constexpr std::size_t most_paths = 16;
    Way way = make_way();
    while (all_ways(way).size() > most_paths) way = make_way();
    std::ostringstream toml;
    toml << "[[host]]\naddress = \"" << target << "\"\nopen = [80]\n";
    toml << "[[route]]\nto = \"" << target << "\"\nvia = " << via(way) << "\n";
    network_.toml = toml.str();
    for (const auto& one : all_ways(way)) add_truth(one);
    return network_;
  }

 private:
  Way make_way() {
    network_ = {};
    Way way;
    add_routers(way, below(3));
    const int forks = below(3);
    for (int i = 0; i < forks; ++i) {
      way.push_back(fork(0));
      add_routers(way, 1 + below(3));
    }
    return way;
  }

  int below(int n) { return static_cast<int>(random_() % static_cast<unsigned>(n)); }

  void add_routers(Way& way, int count) {
    for (int i = 0; i < count; ++i) {
      ++network_.routers;
      const std::size_t n = network_.routers;
      way.push_back({"10." + std::to_string(n / 200) + "." + std::to_string(n % 200) + ".1", {}});
    }
  }

  /// Each branch begins with a router, so that all next hops of the fork get equal shares.
  Piece fork(int depth) {
    ++network_.forks;
    Piece piece;
    const int width = 2 + below(depth == 0 ? 4 : 2);
    for (int i = 0; i < width; ++i) {
      Way branch;
      add_routers(branch, 1 + below(2));
      if (depth < 1 && below(4) == 0) {
        branch.push_back(fork(depth + 1));
        add_routers(branch, below(2));
      }
      piece.branches.push_back(branch);
    }
    return piece;
  }

  void add_truth(const std::vector<std::string>& way) {
    std::string here = "0 start";
    int ttl = 0;
    for (const std::string& router : way) {
      network_.next[here].insert(router);
      here = std::to_string(++ttl) + " " + router;
    }
    network_.next[here].insert(std::string("syn-ack ") + target);
  }

  std::mt19937_64 random_;
  DiamondNetwork network_;
};

}  // namespace

DiamondNetwork make_diamonds(std::uint64_t seed) {
  return DiamondMaker(seed).run();
}

}  // namespace simtest
