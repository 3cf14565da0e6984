#pragma once

#include "platform/sandbox.hpp"
#include "session/opened_session.hpp"

#include <tracetcp/sim.hpp>

#include <memory>
#include <optional>
#include <vector>

namespace tracetcp {

// The steps in which sessions are opened.

/// All files; the recording, of that many links, is returned, null where there is none. Where one
/// of them can't be opened no new one is left behind.
std::shared_ptr<RecordingFile> open_files(OpenedSession& session, const SessionOptions& options,
                                          Beside& beside, int links = 1);

/// That addresses of a name must have; empty: either.
std::optional<Family> family_of(const SessionOptions& options);

/// Those of the options' host in a simulated network, in the order of its file, of the family that
/// the options ask for; one at least. Throws Error.
std::vector<Address> simulated_addresses(const SessionOptions& options, const Network& network);

/// Gives up privileges, and has system calls filtered where the options ask for it.
void set_confined(OpenedSession& session, const SessionOptions& options, SandboxNeeds needs);

/// `file` may be null.
void set_link(OpenedSession& session, std::unique_ptr<Link> link,
              std::shared_ptr<RecordingFile> file);

}  // namespace tracetcp
