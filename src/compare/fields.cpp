#include "compare/comparing.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <array>

namespace tracetcp::comparing {
namespace {

/// Their new values are drawn anew for each connection, or count up.
bool is_drawn(const std::string& field) {
  constexpr std::array drawn{"source port", "sequence number", "IP id", "timestamp", "flow label"};
  return std::find(drawn.begin(), drawn.end(), field) != drawn.end();
}

/// A field may be rewritten several times on the way.
bool is_same(const RecordedField& one, const RecordedField& other) {
  return one.field == other.field && (is_drawn(one.field) || one.quoted == other.quoted);
}

bool has(const RecordedPort& port, const RecordedField& field) {
  return std::any_of(port.fields.begin(), port.fields.end(),
                     [&](const RecordedField& known) { return is_same(known, field); });
}

/// What the same router quotes instead; nullptr: nothing.
const RecordedField* instead_of(const RecordedField& field, const RecordedPort& port) {
  const auto found =
      std::find_if(port.fields.begin(), port.fields.end(), [&](const RecordedField& known) {
        return known.field == field.field && known.before_router == field.before_router;
      });
  return found == port.fields.end() ? nullptr : &*found;
}

/// Whether the router that quotes the field changed in the one answers in the other, where it would
/// quote as much.
bool is_asked(const RecordedPort& other, const RecordedField& field) {
  return field.before_ttl && field.before_router &&
         routers_at(other, *field.before_ttl).contains(*field.before_router);
}

/// Whether the other trace shows a change of the field nearer, at a router that is silent in this
/// one: the field may be rewritten there, and again before the router that shows it here.
bool is_hidden_nearer(const RecordedPort& mine, const RecordedPort& other,
                      const RecordedField& field) {
  return std::any_of(other.fields.begin(), other.fields.end(), [&](const RecordedField& known) {
    return known.field == field.field && known.before_ttl && known.before_router &&
           *known.before_ttl < *field.before_ttl &&
           !routers_at(mine, *known.before_ttl).contains(*known.before_router);
  });
}

/// Whether quotes of the field contradict each other, or are too few: packets may take several ways
/// of which some rewrite it.
bool is_unsure_of(const RecordedPort& port, const RecordedField& field) {
  return std::any_of(port.fields.begin(), port.fields.end(), [&](const RecordedField& known) {
    return known.field == field.field && !known.is_sure;
  });
}

/// Whether the field would be as in `mine` in the other trace, had nothing changed.
bool is_comparable(const RecordedPort& mine, const RecordedPort& other,
                   const RecordedField& field) {
  return !is_unsure_of(mine, field) && !is_unsure_of(other, field) && is_asked(other, field) &&
         !is_hidden_nearer(mine, other, field);
}

ChangeKind kind_of(const RecordedField& field) {
  return field.is_nat ? ChangeKind::nat : ChangeKind::field;
}

std::string place_of(const RecordedField& field) {
  return fmt::format("before hop {} ({})", field.before_ttl.value_or(0),
                     field.before_router ? field.before_router->text() : "unknown");
}

}  // namespace

// Each way may rewrite fields of its own.
void compare_fields(const Pair& pair, std::vector<Change>& changes) {
  if (pair.spread || !may_be_one_path(pair)) return;
  for (const RecordedField& field : pair.before.fields) {
    if (has(pair.after, field) || !is_comparable(pair.before, pair.after, field)) continue;
    Change change{.kind = kind_of(field), .ttl = field.before_ttl, .before = field.quoted};
    if (const RecordedField* now = instead_of(field, pair.after)) {
      change.after = now->quoted;
      change.text = fmt::format("The {} is rewritten to {} {}, before to {}.", field.field,
                                now->quoted, place_of(*now), field.quoted);
    } else {
      change.text =
          fmt::format("The {} is not rewritten any more {}.", field.field, place_of(field));
    }
    changes.push_back(std::move(change));
  }
  for (const RecordedField& field : pair.after.fields) {
    if (has(pair.before, field) || !is_comparable(pair.after, pair.before, field)) continue;
    if (instead_of(field, pair.before) != nullptr) continue;  // reported above
    changes.push_back(
        {.kind = kind_of(field),
         .ttl = field.before_ttl,
         .after = field.quoted,
         .text = fmt::format("The {} is rewritten {}.", field.field, place_of(field))});
  }
}

}  // namespace tracetcp::comparing
