#pragma once

#include <tracetcp/address.hpp>

#include <string>
#include <utility>
#include <vector>

namespace tracetcp {

/// What --check found out. Plain data.
struct CheckReport {
  /// What is looked at, what it is.
  using Rows = std::vector<std::pair<std::string, std::string>>;

  struct Method {
    std::string name;
    bool works = false;   ///< it could be opened
    bool proved = false;  ///< a SYN that it sent was answered
    std::string text;     ///< the proof, or why not
  };

  /// The way to the target over one family.
  struct Way {
    Family family = Family::ipv4;
    std::string missing;  ///< why there is none; empty: there is
    Rows rows;            ///< where it leads
    std::vector<Method> methods;

    [[nodiscard]] bool works() const;
  };

  std::vector<std::string> versions;
  Rows machine;
  std::vector<Way> ways;            ///< one or two
  std::vector<std::string> advice;  ///< what to do, most useful first

  /// Some method works over some family.
  [[nodiscard]] bool any_works() const;
};

/// One screen of text: two columns, separated by a tab; what is of one family alone stands below
/// its name where there are two.
std::string check_text(const CheckReport& check);

/// One JSON object and a line end.
std::string check_json(const CheckReport& check);

}  // namespace tracetcp
