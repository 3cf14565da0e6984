#pragma once

/// The library in one header, and the way through it.
///
/// A SYN with a TTL goes out, something comes back, and that says where on the way it was:
///
///   Probe → SynBuilder → Link → network → Link → decode() → Reply → Trace → Diagnosis → Report
///
/// Most programs need no more than these:
///
/// - session.hpp: Session traces a host's ports, live or simulated.
/// - trace.hpp: Trace is all that was found out, plain data; finding.hpp: each kind of finding with
///   its own.
/// - sentences.hpp: sentence() is the verdict in English, text() a finding.
/// - diagnose.hpp: digest() and diagnose() say who answered and what blocks, from one trace beside
///   others.
/// - report.hpp: Report writes text, condensed text, a matrix or JSON; page.hpp one HTML document.
/// - audit.hpp: judge() holds a trace to a rule such as "blocked at 192.0.2.1".
/// - compare.hpp: compare() says what changed between two outputs of JSON.
/// - reading.hpp: read_capture() and TraceFinder find the traces in a capture made by any program.
/// - names.hpp has the names of hosts, dns.hpp those by DNS; networks.hpp the AS of an address.
///
/// For programs of their own kind:
///
/// - engine.hpp: run() and run_paths() make the traces of one target over a Prober; an Observer
///   sees each step.
/// - scan.hpp: scan() asks many ports with one SYN each.
/// - prober.hpp: a Prober sends probes and returns replies.
/// - link.hpp: a Link is a clock, packets out and frames in; live.hpp is the real network,
///   sim.hpp a simulated one.
/// - craft.hpp: SynBuilder makes the bytes of a SYN; decode.hpp says what the bytes of a frame are.
///
/// Conventions. Numbers are in host byte order; bytes of packets are as on the wire. Durations are
/// std::chrono, in nanoseconds; a TimePoint is nanoseconds since 1970 (UTC) by the clock of a Link.
/// What may be unknown is a std::optional. What fails throws Error (error.hpp), a
/// std::runtime_error whose what() is one line: what failed, on what, what to do. decode() throws
/// nothing and never reads past a frame. An object is used by one thread at a time. Addresses are
/// of both families.
///
/// Headers include what they need, none but those of C++20, and can be included alone.

#include <tracetcp/audit.hpp>
#include <tracetcp/compare.hpp>
#include <tracetcp/craft.hpp>
#include <tracetcp/decode.hpp>
#include <tracetcp/diagnose.hpp>
#include <tracetcp/dns.hpp>
#include <tracetcp/engine.hpp>
#include <tracetcp/error.hpp>
#include <tracetcp/link.hpp>
#include <tracetcp/live.hpp>
#include <tracetcp/names.hpp>
#include <tracetcp/networks.hpp>
#include <tracetcp/page.hpp>
#include <tracetcp/prober.hpp>
#include <tracetcp/reading.hpp>
#include <tracetcp/report.hpp>
#include <tracetcp/scan.hpp>
#include <tracetcp/sentences.hpp>
#include <tracetcp/session.hpp>
#include <tracetcp/sim.hpp>
#include <tracetcp/trace.hpp>
