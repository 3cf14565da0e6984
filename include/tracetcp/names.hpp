#pragma once

#include <tracetcp/address.hpp>

#include <optional>
#include <string>

namespace tracetcp {

/// Host names, looked up beside the probing. No call here ever waits.
class Names {
 public:
  virtual ~Names() = default;

  /// Starts the reverse look-up of an address; asking twice does nothing.
  virtual void ask(Address address) = 0;

  /// Empty: no answer yet. An empty string: there is no name, or none was found.
  [[nodiscard]] virtual std::optional<std::string> of(Address address) const = 0;
};

/// For -n: knows no name and asks for none.
class NoNames final : public Names {
 public:
  void ask(Address) override {}
  [[nodiscard]] std::optional<std::string> of(Address) const override { return ""; }
};

}  // namespace tracetcp
