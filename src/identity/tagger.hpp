#pragma once

#include <tracetcp/probe.hpp>
#include <tracetcp/strategy.hpp>
#include <tracetcp/syn.hpp>

#include <cstdint>
#include <functional>
#include <random>
#include <unordered_map>

namespace tracetcp {

/// Source ports that a run uses: one, unless each probe (TagMode::port) or each trace
/// (TagMode::flow) is to have its own.
struct PortBlock {
  Port first;
  std::uint16_t count = 1;
};

/// The address that SYNs to a target bear.
using SourceOf = std::function<Address(Address target)>;

/// Gives every probe its tag. All tags of a run come from one seed.
class Tagger {
 public:
  /// `source_of`: where targets are reached from several addresses; empty: all SYNs bear `source`.
  Tagger(std::uint64_t seed, Address source, PortBlock ports, TagMode mode,
         SourceOf source_of = nullptr);

  Syn tag(const Probe& probe);

  /// From now on each SYN of this trace gets an ISN of its own, because its replies can't be
  /// attributed otherwise (RSTs name nothing but the ISN; some NATs rewrite IP ids).
  void use_own_isns(std::uint32_t trace) { flows_[trace].own_isns = true; }

  void forget(std::uint32_t trace) { flows_.erase(trace); }

 private:
  struct FlowState {
    bool started = false;
    bool own_isns = false;
    SeqNumber isn;
  };

  [[nodiscard]] FlowLabel label_of(Flow flow, std::uint32_t trace) const;
  SeqNumber random_isn() { return {static_cast<std::uint32_t>(random_() >> 32)}; }

  std::uint64_t seed_;
  std::mt19937_64 random_;
  Address source_;
  SourceOf source_of_;
  PortBlock ports_;
  TagMode mode_;
  IpId next_id_;
  TsVal next_tsval_;
  std::unordered_map<std::uint32_t, FlowState> flows_;  // by trace
};

}  // namespace tracetcp
