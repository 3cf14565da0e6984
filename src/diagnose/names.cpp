#include <tracetcp/diagnosis.hpp>

namespace tracetcp {

std::string_view name(Confidence confidence) {
  switch (confidence) {
    case Confidence::not_sure:
      return "not sure";
    case Confidence::likely:
      return "likely";
    case Confidence::certain:
      return "certain";
  }
  return "unknown";
}

std::string_view name(AnsweredBy answered_by) {
  switch (answered_by) {
    case AnsweredBy::none:
      return "nobody";
    case AnsweredBy::target:
      return "target";
    case AnsweredBy::router:
      return "router";
    case AnsweredBy::proxy:
      return "proxy";
    case AnsweredBy::forged_reset:
      return "forged-reset";
    case AnsweredBy::unknown:
      break;
  }
  return "unknown";
}

std::string_view name(FindingKind kind) {
  switch (kind) {
    case FindingKind::proxy:
      return "proxy";
    case FindingKind::forged_reset:
      return "forged-reset";
    case FindingKind::nat:
      return "nat";
    case FindingKind::change:
      return "change";
    case FindingKind::ttl_set:
      return "ttl-set";
    case FindingKind::loop:
      return "loop";
    case FindingKind::blocked:
      return "blocked";
    case FindingKind::rejected:
      return "rejected";
    case FindingKind::private_source:
      return "private-source";
    case FindingKind::no_host:
      return "no-host";
    case FindingKind::rate_limit:
      return "rate-limit";
    case FindingKind::loss:
      return "loss";
    case FindingKind::path_change:
      return "path-change";
    case FindingKind::some_paths:
      return "some-paths";
    case FindingKind::return_path:
      return "return-path";
    case FindingKind::contradiction:
      return "contradiction";
    case FindingKind::stray_answer:
      return "stray-answer";
  }
  return "unknown";
}

namespace {

FindingKind kind_of(const finding::FieldChange& change) {
  return change.is_nat ? FindingKind::nat : FindingKind::change;
}

template <class Form>
FindingKind kind_of(const Form&) {
  return Form::kind;
}

}  // namespace

FindingKind Finding::kind() const {
  return std::visit([](const auto& form) { return kind_of(form); }, data);
}

}  // namespace tracetcp
