#pragma once

#include "link/record/recording_file.hpp"

#include <tracetcp/error.hpp>
#include <tracetcp/link.hpp>

#include <cstdint>
#include <memory>
#include <optional>
#include <utility>

namespace tracetcp {

/// Wraps a link and writes every frame that passes to a savefile: our own SYNs, which come back as
/// captured frames, and all replies. Where the file can't be written any more the recording ends,
/// but the trace goes on.
class RecordingLink final : public Link {
 public:
  RecordingLink(std::unique_ptr<Link> link, std::shared_ptr<RecordingFile> file)
      : link_(std::move(link)), file_(std::move(file)) {}
  RecordingLink(std::unique_ptr<Link> link, std::unique_ptr<SavefileWriter> file)
      : RecordingLink(std::move(link), std::make_shared<RecordingFile>(std::move(file))) {}

  TimePoint now() override { return link_->now(); }
  void send(std::span<const Bytes> packets) override { link_->send(packets); }
  std::span<const Frame> wait(TimePoint until) override;
  LinkStats stats() override { return link_->stats(); }
  [[nodiscard]] std::optional<Refusal> refusal() const override { return link_->refusal(); }
  [[nodiscard]] std::uint64_t refused() const override { return link_->refused(); }

  /// How many frames of this link are in the file.
  [[nodiscard]] std::uint64_t written() const { return written_; }

  /// To be called once the run is over: writes what was captured and not read by wait(), and closes
  /// the file, unless another link still records to it. Throws the Error that ended the recording
  /// early.
  void finish();

 private:
  template <class Work>
  void unless_failed(Work work);

  std::unique_ptr<Link> link_;
  std::shared_ptr<RecordingFile> file_;
  std::optional<Error> failure_;
  std::uint64_t written_ = 0;
};

}  // namespace tracetcp
