#pragma once

#include "session/examine.hpp"

#include <string>

namespace tracetcp {

/// One screen of text: two columns, separated by a tab.
std::string check_text(const CheckReport& check);

/// One JSON object and a line end.
std::string check_json(const CheckReport& check);

}  // namespace tracetcp
