#include "link/sim/node.hpp"

#include "core/joined.hpp"

#include <tracetcp/error.hpp>

#include <fmt/core.h>

#include <algorithm>
#include <numeric>

namespace tracetcp::sim {

namespace {

std::string_view kind_text(Node::Kind kind) {
  switch (kind) {
    case Node::Kind::boolean:
      return "true or false";
    case Node::Kind::integer:
      return "a whole number";
    case Node::Kind::real:
      return "a number";
    case Node::Kind::text:
      return "a text in quotes";
    case Node::Kind::list:
      return "a list";
    case Node::Kind::table:
      return "a table";
    case Node::Kind::moment:
      return "a date or time";
  }
  return "nothing known";
}

// Levenshtein: how many letters must be added, removed or replaced.
std::size_t distance(std::string_view a, std::string_view b) {
  std::vector<std::size_t> row(b.size() + 1);
  std::iota(row.begin(), row.end(), std::size_t{0});
  for (std::size_t i = 1; i <= a.size(); ++i) {
    std::size_t diagonal = std::exchange(row[0], i);
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const std::size_t replaced = diagonal + (a[i - 1] == b[j - 1] ? 0 : 1);
      diagonal = std::exchange(row[j], std::min({replaced, row[j] + 1, row[j - 1] + 1}));
    }
  }
  return row[b.size()];
}

std::string wants(std::string_view wanted, Node::Kind found) {
  return fmt::format("must be {}, not {}", wanted, kind_text(found));
}

}  // namespace

std::string did_you_mean(std::string_view wanted, std::span<const std::string_view> names) {
  std::string_view nearest;
  std::size_t least = wanted.size() / 3 + 2;  // further away it is another word
  for (const std::string_view name : names) {
    const std::size_t d = distance(wanted, name);
    if (d < least) {
      least = d;
      nearest = name;
    }
  }
  return nearest.empty() ? "" : fmt::format(", did you mean \"{}\"?", nearest);
}

std::string one_line(std::string text) {
  const auto is_control = [](unsigned char c) { return c < ' ' || c == 0x7f; };
  std::ranges::replace_if(text, is_control, '?');
  return text;
}

std::string listed(std::span<const std::string_view> names) {
  return joined(names, ", ");
}

void Node::fail(const std::string& what) const {
  const std::string where = path_.empty() ? "" : path_ + ": ";
  throw UsageError(one_line(fmt::format("{}:{}:{}: {}{}", *origin_, line_, column_, where, what)));
}

bool Node::boolean() const {
  if (!is(Kind::boolean)) fail(wants("true or false", kind_));
  return boolean_;
}

std::int64_t Node::integer(std::int64_t least, std::int64_t most) const {
  const std::string range = fmt::format("a whole number from {} to {}", least, most);
  if (!is(Kind::integer)) fail(wants(range, kind_));
  if (integer_ < least || integer_ > most) fail(fmt::format("must be {}, not {}", range, integer_));
  return integer_;
}

double Node::number(double least, double most) const {
  const std::string range = fmt::format("a number from {} to {}", least, most);
  if (!is_number()) fail(wants(range, kind_));
  const double value = is(Kind::integer) ? static_cast<double>(integer_) : real_;
  // Written so that NaN fails too.
  if (!(value >= least && value <= most)) fail(fmt::format("must be {}, not {}", range, value));
  return value;
}

const std::string& Node::text() const {
  if (!is(Kind::text)) fail(wants("a text in quotes", kind_));
  return text_;
}

Address Node::address() const {
  constexpr std::string_view wanted = "an address such as \"192.168.0.1\" or \"2001:db8::1\"";
  if (!is(Kind::text)) fail(wants(wanted, kind_));
  const auto address = Address::parse(text_);
  if (!address) fail(fmt::format("must be {}, not \"{}\"", wanted, text_));
  return *address;
}

std::span<const Node> Node::items() const {
  if (!is(Kind::list)) fail(wants("a list", kind_));
  return children_;
}

std::span<const Node> Node::one_or_more() const {
  return is(Kind::list) ? std::span(children_) : std::span(this, 1);
}

std::span<const Node> Node::members() const {
  if (!is(Kind::table)) fail(wants("a table", kind_));
  return children_;
}

const Node* Node::find(std::string_view key) const {
  const auto all = members();
  const auto it = std::ranges::find(all, key, &Node::key_);
  return it == all.end() ? nullptr : &*it;
}

const Node& Node::need(std::string_view key) const {
  const Node* node = find(key);
  if (node == nullptr) fail(fmt::format("the key \"{}\" is missing", key));
  return *node;
}

void Node::allow_only(std::span<const std::string_view> keys) const {
  for (const Node& member : members()) {
    if (std::ranges::find(keys, member.key_) != keys.end()) continue;
    member.fail("unknown key" + did_you_mean(member.key_, keys) + "; known: " + listed(keys));
  }
}

}  // namespace tracetcp::sim
