#pragma once

#include "cli/shard.hpp"
#include "session/line_input.hpp"
#include "session/target_feed.hpp"

#include <tracetcp/error.hpp>
#include <tracetcp/port_list.hpp>

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace tracetcp::cli {

// A list of targets: HOST[:PORT[-PORT][,PORT...]] a line. "#" and what follows it is a comment
// where it begins a line or a word; empty lines are passed over.

/// The targets of a list; a line that names no port has the `usual` ones. `origin` is what messages
/// call the list. All of it is checked, whatever the shard. Throws UsageError that names it and the
/// line.
std::vector<TargetLine> parse_targets(std::string_view list, const std::string& origin,
                                      const PortList& usual, const Shard& shard = {});

/// A list that is known from the beginning.
class WholeList final : public TargetFeed {
 public:
  explicit WholeList(std::vector<TargetLine> lines);

  std::optional<TargetLine> next() override;
  [[nodiscard]] bool exhausted() const override { return next_ == lines_.size(); }
  [[nodiscard]] bool will_name(const std::string& host) const override {
    return left_.contains(host);
  }

 private:
  std::vector<TargetLine> lines_;
  std::size_t next_ = 0;
  std::unordered_map<std::string, std::size_t> left_;  ///< how many lines name a host
};

/// A list that comes line by line. It ends where a line is malformed.
class ComingList final : public TargetFeed {
 public:
  /// `input` must outlive it.
  ComingList(LineInput& input, std::string origin, PortList usual, const Shard& shard = {})
      : input_(input), origin_(std::move(origin)), usual_(std::move(usual)), shard_(shard) {}

  std::optional<TargetLine> next() override;
  [[nodiscard]] bool exhausted() const override { return !failure_.empty() || input_.ended(); }

  /// What is wrong with the line that ended it; empty: nothing is.
  [[nodiscard]] const std::string& failure() const { return failure_; }

 private:
  LineInput& input_;
  const std::string origin_;
  const PortList usual_;
  const Shard shard_;
  std::size_t line_ = 0;
  std::string failure_;
};

}  // namespace tracetcp::cli
