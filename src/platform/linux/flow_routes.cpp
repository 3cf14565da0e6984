#include "platform/flow_routes.hpp"

#include "platform/netlink.hpp"

namespace tracetcp {

FlowRoutes::FlowRoutes(const RouteQuestion& usual)
    : usual_(usual), netlink_(std::make_unique<Netlink>()) {}

FlowRoutes::~FlowRoutes() = default;

unsigned FlowRoutes::interface_of(Port source, Port target) {
  const std::uint32_t ports = std::uint32_t{source.value} << 16 | target.value;
  const auto [found, is_new] = known_.try_emplace(ports, usual_.interface_index);
  if (!is_new || !netlink_->is_open()) return found->second;
  RouteQuestion question = usual_;
  question.interface_index = 0;
  question.source_port = source;
  question.target_port = target;
  RouteBuffer buffer{};
  RouteAnswer answer;
  const int code = netlink_->ask(write_question(buffer, question), read_route_answer, &answer);
  if (code == 0 && answer.interface_index != 0) found->second = answer.interface_index;
  return found->second;
}

}  // namespace tracetcp
