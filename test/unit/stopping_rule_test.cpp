#include "multipath/stopping_rule.hpp"

#include <doctest/doctest.h>

#include <map>

using namespace tracetcp;

TEST_CASE("stopping points are those that were published for 95 %") {
  // Augustin, Friedman, Teixeira (E2EMON 2007), table 1, and as Paris traceroute, scamper and
  // fast-mda have them.
  const int published[] = {6,   11,  16,  21,  27,  33,  38,  44,  51,  57,  63,  70,  76,
                           83,  90,  96,  103, 110, 117, 124, 131, 138, 145, 152, 159, 167,
                           174, 181, 189, 196, 203, 211, 218, 226, 233, 241, 248, 256, 264,
                           271, 279, 287, 294, 302, 310, 318, 326, 333, 341, 349, 357, 365,
                           373, 381, 389, 397, 405, 413, 421, 429, 437, 445};
  int found = 0;
  for (const int flows : published) CHECK(stopping_point(++found) == flows);
}

TEST_CASE("stopping points keep rising, whatever was found") {
  for (int found = 2; found < 256; ++found)
    CHECK(stopping_point(found) > stopping_point(found - 1));
  CHECK(stopping_point(1000) == stopping_point(255));
}

TEST_CASE("a node with equal next hops is left too early in 5 % of cases, not in more") {
  // By the chain of all that may have been found after each flow, which the code does not walk.
  for (const int hops : {2, 3, 4, 5, 6, 7, 8, 10, 12, 16, 32, 64}) {
    std::map<int, double> found{{0, 1.0}};  // how many next hops, with what probability
    double too_early = 0;
    for (int flows = 1; !found.empty(); ++flows) {
      std::map<int, double> next;
      for (const auto& [known, probability] : found) {
        next[known] += probability * known / hops;
        next[known + 1] += probability * (hops - known) / hops;
      }
      found.clear();
      for (const auto& [known, probability] : next) {
        if (known == hops || probability == 0) continue;
        if (flows >= stopping_point(known)) {
          too_early += probability;
        } else {
          found[known] = probability;
        }
      }
    }
    CAPTURE(hops);
    CHECK(too_early < 0.0502);
    CHECK(too_early > 0.03);  // no probes are wasted either
  }
}
