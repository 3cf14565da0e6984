#pragma once

#include <string>
#include <utility>
#include <vector>

namespace tracetcp {

/// What --check found out. Plain data.
struct CheckReport {
  struct Method {
    std::string name;
    bool works = false;   ///< it could be opened
    bool proved = false;  ///< a SYN that it sent was answered
    std::string text;     ///< the proof, or why not
  };

  std::vector<std::string> versions;
  std::vector<std::pair<std::string, std::string>> machine;  ///< what is looked at, what it is
  std::vector<Method> methods;
  std::vector<std::string> advice;  ///< what to do, most useful first
};

/// One screen of text: two columns, separated by a tab.
std::string check_text(const CheckReport& check);

/// One JSON object and a line end.
std::string check_json(const CheckReport& check);

}  // namespace tracetcp
