#include "link/sim/personality.hpp"

#include "link/sim/node.hpp"

namespace tracetcp::sim {

Personality read_personality(const Node& table) {
  Personality personality;
  if (const Node* ttl = table.find("ttl")) {
    personality.ttl = static_cast<std::uint8_t>(ttl->integer(1, 255));
  }
  if (const Node* limit = table.find("hop_limit")) {
    personality.hop_limit = static_cast<std::uint8_t>(limit->integer(1, 255));
  }
  if (const Node* mss = table.find("mss")) {
    personality.mss = static_cast<std::uint16_t>(mss->integer(1, 65535));
  }
  if (const Node* window = table.find("window")) {
    personality.window = static_cast<std::uint16_t>(window->integer(0, 65535));
  }
  if (const Node* scale = table.find("window_scale")) {
    personality.window_scale.reset();
    if (!scale->is(Node::Kind::boolean) || scale->boolean()) {
      personality.window_scale = static_cast<std::uint8_t>(scale->integer(0, 14));
    }
  }
  if (const Node* sack = table.find("sack")) personality.sack = sack->boolean();
  if (const Node* stamps = table.find("timestamps")) personality.timestamps = stamps->boolean();
  if (const Node* id = table.find("ip_id")) {
    if (id->text() != "zero" && id->text() != "random") id->fail("must be \"zero\" or \"random\"");
    personality.random_ip_id = id->text() == "random";
  }
  return personality;
}

}  // namespace tracetcp::sim
