#include "cli/classic.hpp"

#include "cli/habits.hpp"
#include "cli/limits.hpp"
#include "cli/option_table.hpp"
#include "cli/port_words.hpp"
#include "cli/values.hpp"

#include <tracetcp/error.hpp>

#include <fmt/core.h>

#include <algorithm>
#include <cctype>
#include <optional>
#include <string_view>

namespace tracetcp::cli {

namespace {

bool is_letter(char c) {
  return std::isalpha(static_cast<unsigned char>(c)) != 0;
}

bool is_digit(char c) {
  return std::isdigit(static_cast<unsigned char>(c)) != 0;
}

/// "-n" and "--json" are options; "-5" is a number, which is refused by the option that it belongs
/// to.
bool looks_like_option(std::string_view word) {
  return word.size() > 1 && word.front() == '-' && !is_digit(word[1]);
}

[[noreturn]] void unknown(const std::string& option, const std::string& suggestion) {
  throw UsageError(suggestion.empty()
                       ? fmt::format("unknown option {}; try -? for help", option)
                       : fmt::format("unknown option {}; did you mean {}?", option, suggestion));
}

[[noreturn]] void missing(const OptionInfo& info) {
  if (info.values == 2) {
    throw UsageError(
        fmt::format("{} needs two ports, {}, or a list such as 22,80-90; try -? for help",
                    info.label(), info.argument));
  }
  throw UsageError(
      fmt::format("{} needs a value: {}; try -? for help", info.label(), info.argument));
}

[[noreturn]] void unknown_letter(char letter, const std::string& word) {
  const std::string shown = std::string("-") + letter;
  if (find_option(std::string_view(word).substr(1)) != nullptr) {
    unknown(printable(word), "-" + printable(word));  // "-json"
  }
  if (const auto hint = habit_hint(std::string(1, letter))) throw UsageError(*hint);
  const auto byte = static_cast<unsigned char>(letter);
  const char other_case =
      static_cast<char>(std::islower(byte) != 0 ? std::toupper(byte) : std::tolower(byte));
  unknown(printable(shown), other_case != letter && find_option(other_case) != nullptr
                                ? std::string("-") + other_case
                                : "");
}

/// Other programs take a port by -p: what is no number of probes is likely to be meant as one.
void check_few_probes(const OptionInfo& info, const std::string& value) {
  const bool is_port = value.size() <= 5 && std::all_of(value.begin(), value.end(), is_digit) &&
                       std::stoul(value) > few_probes_range.most &&
                       std::stoul(value) <= port_range.most;
  if (!is_port) {
    read_number(info.label(), value, few_probes_range);
    return;
  }
  throw UsageError(
      fmt::format("-p: {} is out of range; for port {} write HOST:{}, for probes per hop give {}, "
                  "or up to {} by --probes",
                  value, value, value, few_probes_range.text(), probes_range.most));
}

class Expansion {
 public:
  explicit Expansion(const std::vector<std::string>& words) : words_(words) {}

  std::vector<std::string> run() {
    while (next_ < words_.size()) {
      const std::string& word = words_[next_++];
      if (word == "--") {
        hosts_.insert(hosts_.end(), words_.begin() + static_cast<std::ptrdiff_t>(next_),
                      words_.end());
        break;
      }
      if (word.starts_with("--")) {
        expand_long(word);
      } else if (word == "-h" && next_ == words_.size()) {
        options_.emplace_back("--help");  // the first TTL would follow
      } else if (word.size() > 1 && word.front() == '-') {
        expand_cluster(word);
      } else {
        hosts_.push_back(word);
      }
    }
    options_.emplace_back("--");
    options_.insert(options_.end(), hosts_.begin(), hosts_.end());
    return std::move(options_);
  }

 private:
  void expand_long(const std::string& word) {
    const auto equals = word.find('=');
    const std::string long_name = word.substr(2, equals == std::string::npos ? equals : equals - 2);
    const OptionInfo* info = find_option(long_name);
    if (info == nullptr) {
      if (const auto hint = habit_hint(long_name)) throw UsageError(*hint);
      const std::string nearest = nearest_option(long_name);
      unknown("--" + printable(long_name), nearest.empty() ? "" : "--" + nearest);
    }
    if (equals != std::string::npos && info->values == 0) {
      throw UsageError(
          fmt::format("--{} takes no value; leave out {}", long_name, quoted(word.substr(equals))));
    }
    if (equals == std::string::npos) {
      add(*info, std::nullopt);
    } else {
      add(*info, word.substr(equals + 1));
    }
  }

  void expand_cluster(const std::string& word) {
    for (std::size_t i = 1; i < word.size(); ++i) {
      const OptionInfo* info = find_option(word[i]);
      if (info == nullptr) unknown_letter(word[i], word);
      // A letter after a letter is the next option; anything else is the value.
      const bool joined = info->values > 0 && i + 1 < word.size() && !is_letter(word[i + 1]);
      add(*info, joined ? std::optional(word.substr(i + 1)) : std::nullopt);
      if (info->letter == 'p') check_few_probes(*info, options_.back());
      if (joined) return;
    }
  }

  /// `joined`: the value, or its first half, where it stood in the same word.
  void add(const OptionInfo& info, const std::optional<std::string>& joined) {
    if (!info.same_as.empty()) {
      const auto equals = info.same_as.find('=');
      options_.push_back("--" + info.same_as.substr(0, equals));
      options_.push_back(info.same_as.substr(equals + 1));
      return;
    }
    options_.push_back("--" + info.long_name);
    if (info.values == 0) return;
    if (joined && joined->empty()) missing(info);
    std::string value = joined ? *joined : take(info);
    if (info.values == 2 && !stands_alone(value)) value += " " + take(info);
    options_.push_back(std::move(value));
  }

  std::string take(const OptionInfo& info) {
    if (next_ == words_.size() || words_[next_].empty() || looks_like_option(words_[next_])) {
      missing(info);
    }
    return words_[next_++];
  }

  const std::vector<std::string>& words_;
  std::size_t next_ = 0;
  std::vector<std::string> options_;
  std::vector<std::string> hosts_;
};

}  // namespace

std::vector<std::string> expand_classic(const std::vector<std::string>& arguments) {
  return Expansion(arguments).run();
}

}  // namespace tracetcp::cli
