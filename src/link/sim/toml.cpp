// The only file that knows the TOML library.

#include "link/sim/node.hpp"

#include <tracetcp/error.hpp>

#include <fmt/core.h>
#include <toml++/toml.h>

#include <algorithm>
#include <string>
#include <string_view>

namespace tracetcp::sim {

class TomlConverter {
 public:
  explicit TomlConverter(const std::string& origin)
      : origin_(std::make_shared<const std::string>(origin)) {}

  Node convert(const toml::node& from, const std::string& key, const std::string& path) {
    Node node;
    node.key_ = key;
    node.path_ = path;
    node.origin_ = origin_;
    place(node, from.source());
    if (const auto* table = from.as_table()) {
      node.kind_ = Node::Kind::table;
      convert_members(*table, node);
    } else if (const auto* list = from.as_array()) {
      node.kind_ = Node::Kind::list;
      convert_items(*list, node);
    } else {
      convert_value(from, node);
    }
    return node;
  }

 private:
  static void place(Node& node, const toml::source_region& region) {
    node.line_ = region.begin.line;
    node.column_ = region.begin.column;
  }

  void convert_members(const toml::table& table, Node& node) {
    for (const auto& [key, value] : table) {
      const std::string name(key.str());
      node.children_.push_back(
          convert(value, name, node.path_.empty() ? name : node.path_ + "." + name));
      // What is wrong about a key is easier to find from the start of its line on.
      place(node.children_.back(), key.source());
    }
  }

  void convert_items(const toml::array& list, Node& node) {
    for (const auto& item : list) node.children_.push_back(convert(item, node.key_, node.path_));
  }

  static void convert_value(const toml::node& from, Node& node) {
    if (const auto* boolean = from.as_boolean()) {
      node.kind_ = Node::Kind::boolean;
      node.boolean_ = boolean->get();
    } else if (const auto* integer = from.as_integer()) {
      node.kind_ = Node::Kind::integer;
      node.integer_ = integer->get();
    } else if (const auto* real = from.as_floating_point()) {
      node.kind_ = Node::Kind::real;
      node.real_ = real->get();
    } else if (const auto* text = from.as_string()) {
      node.kind_ = Node::Kind::text;
      node.text_ = text->get();
    } else {
      node.kind_ = Node::Kind::moment;
    }
  }

  std::shared_ptr<const std::string> origin_;
};

namespace {

/// How many dots of a line may separate the parts of keys: all but those of numbers and addresses.
std::size_t key_dots(std::string_view line) {
  constexpr std::string_view number = "0123456789.";
  std::size_t dots = 0;
  for (auto begin = line.find_first_of(number); begin != std::string_view::npos;) {
    const auto end = std::min(line.find_first_not_of(number, begin), line.size());
    const std::string_view run = line.substr(begin, end - begin);
    const auto count = static_cast<std::size_t>(std::ranges::count(run, '.'));
    const bool is_number = count <= 3 && !run.starts_with('.') && !run.ends_with('.');
    if (!is_number) dots += count;
    begin = line.find_first_of(number, end);
  }
  return dots;
}

/// toml++ goes down into dotted keys as deep as they are, until its stack overflows.
void refuse_deep_keys(std::string_view text, const std::string& origin) {
  constexpr std::size_t most = 100;
  for (std::size_t number = 1; !text.empty(); ++number) {
    const std::string_view line = text.substr(0, text.find('\n'));
    if (key_dots(line) > most) {
      throw UsageError(fmt::format("{}:{}:1: more than {} dots in a line", origin, number, most));
    }
    text.remove_prefix(std::min(line.size() + 1, text.size()));
  }
}

}  // namespace

Node Node::parse(const std::string& text, const std::string& origin) {
  refuse_deep_keys(text, origin);
  try {
    const toml::table root = toml::parse(text, origin);
    return TomlConverter(origin).convert(root, "", "");
  } catch (const toml::parse_error& error) {
    const auto& begin = error.source().begin;
    throw UsageError(one_line(
        fmt::format("{}:{}:{}: {}", origin, begin.line, begin.column, error.description())));
  }
}

}  // namespace tracetcp::sim
