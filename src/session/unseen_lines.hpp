#pragma once

#include "session/line_traces.hpp"

#include <cstddef>
#include <memory>
#include <string>
#include <unordered_map>
#include <vector>

namespace tracetcp {

/// Keeps back the traces of a list none of whose SYNs was seen leaving this machine, which does not
/// say why, so that they can be traced anew by another method; all else it hands on. In the run
/// that does so it observes as well: what comes of it then takes their places.
class UnseenLines final : public LineObserver {
 public:
  explicit UnseenLines(LineObserver& to) : to_(to) {}

  void failed(std::size_t order, std::size_t line, const std::string& why) override;
  void repeated(std::size_t order, std::size_t line, const std::string& host) override;
  void begun(const std::shared_ptr<const TracedLine>& line) override;
  void ended(const TracedLine& line, std::size_t place, Trace& trace, int silent_before) override;
  void control_ended(const TracedLine& line, const Trace& control) override;

  [[nodiscard]] bool empty() const { return kept_.empty(); }

  /// What is to be traced anew, in the order of the list; from now on that is observed.
  std::vector<TargetLine> begin_again();

  /// Hands on what is left as it is: of what nothing came, or which was not traced anew.
  void give_up();

 private:
  struct KeptTraceOf {
    std::size_t place = 0;
    Trace trace;
    int silent_before = 0;
    bool is_replaced = false;
  };
  struct Kept {
    std::shared_ptr<TracedLine> line;
    std::vector<KeptTraceOf> traces;
  };

  void hand_on(Kept& kept);

  LineObserver& to_;
  std::vector<Kept> kept_;
  std::unordered_map<std::size_t, std::size_t> place_of_;  ///< in `kept_`, of TracedLine::order
  bool is_again_ = false;
};

}  // namespace tracetcp
