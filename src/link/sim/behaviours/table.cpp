// The one table of what routers can do. To add a behaviour, write its class and reader in a file
// of this folder, name them here, and describe the key in test/networks/README.md.

#include "link/sim/behaviour.hpp"

namespace tracetcp::sim {

MakeBehaviour read_loss(const Node&);
MakeBehaviour read_police(const Node&);
MakeBehaviour read_duplicate(const Node&);
MakeBehaviour read_reorder(const Node&);
MakeBehaviour read_extra_return_hops(const Node&);
MakeBehaviour read_stateful(const Node&);
MakeBehaviour read_drop(const Node&);
MakeBehaviour read_reject(const Node&);
MakeBehaviour read_inject_reset(const Node&);
MakeBehaviour read_source_quench(const Node&);
MakeBehaviour read_redirect(const Node&);
MakeBehaviour read_proxy(const Node&);
MakeBehaviour read_nat(const Node&);
MakeBehaviour read_rewrite_isn(const Node&);
MakeBehaviour read_mss(const Node&);
MakeBehaviour read_strip_options(const Node&);
MakeBehaviour read_dscp(const Node&);
MakeBehaviour read_ecn(const Node&);
MakeBehaviour read_clear_df(const Node&);
MakeBehaviour read_set_ttl(const Node&);
MakeBehaviour read_flow_label(const Node&);
MakeBehaviour read_insert_headers(const Node&);
MakeBehaviour read_silent(const Node&);
MakeBehaviour read_icmp_limit(const Node&);
MakeBehaviour read_quote(const Node&);
MakeBehaviour read_quoted_ttl(const Node&);
MakeBehaviour read_mpls(const Node&);

std::span<const BehaviourKey> behaviour_keys() {
  static constexpr BehaviourKey table[] = {
      // what happens to packets that pass
      {"loss", read_loss},
      {"police", read_police},
      {"duplicate", read_duplicate},
      {"reorder", read_reorder},
      {"extra_return_hops", read_extra_return_hops},
      // who else answers, or keeps the target from answering
      {"stateful", read_stateful},
      {"drop", read_drop},
      {"reject", read_reject},
      {"inject_reset", read_inject_reset},
      {"source_quench", read_source_quench},
      {"redirect", read_redirect},
      {"proxy", read_proxy},
      // what is changed in packets that are forwarded
      {"nat", read_nat},
      {"rewrite_isn", read_rewrite_isn},
      {"mss", read_mss},
      {"strip_options", read_strip_options},
      {"dscp", read_dscp},
      {"ecn", read_ecn},
      {"clear_df", read_clear_df},
      {"set_ttl", read_set_ttl},
      {"flow_label", read_flow_label},
      {"insert_headers", read_insert_headers},
      // how the router's own ICMP errors look
      {"silent", read_silent},
      {"icmp_limit", read_icmp_limit},
      {"quote", read_quote},
      {"quoted_ttl", read_quoted_ttl},
      {"mpls", read_mpls},
  };
  return table;
}

}  // namespace tracetcp::sim
