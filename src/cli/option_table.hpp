#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace tracetcp::cli {

/// One option as data: the parser, the help text and the tests of the documentation read the same
/// table.
struct OptionInfo {
  std::string group;      ///< heading in the help text
  std::string long_name;  ///< without dashes; empty: there is only a letter
  char letter = 0;        ///< 0: there is only a long name
  std::string argument;   ///< what the values are called, e.g. "A B"; empty: takes none
  int values = 0;         ///< how many words follow: 0, 1 or 2
  std::string help;
  std::string same_as =
      "";  ///< for a letter without long name: the option it stands for, "name=value"

  /// The option in messages, e.g. "-h/--first-ttl".
  [[nodiscard]] std::string label() const;
};

/// All options in the order of the help text. Defaults in the texts come from the code's values.
const std::vector<OptionInfo>& option_table();

/// Null where there is no such option.
const OptionInfo* find_option(std::string_view long_name);
const OptionInfo* find_option(char letter);

/// The long name that looks most like this one; empty where none comes near.
std::string nearest_option(std::string_view long_name);

}  // namespace tracetcp::cli
