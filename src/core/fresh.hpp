#pragma once

namespace tracetcp {

/// Becomes a new T where a container or variant makes its element: `list.emplace_back(Fresh<T>{})`.
/// Without arguments a container makes a T(), of which the language has all bytes cleared first
/// (C++20, [dcl.init]/9). A variable without initializer need not be; so each member of T must have
/// an initializer, or be given a value by who uses this.
template <class T>
struct Fresh {
  operator T() const {
    T made;
    return made;
  }
};

}  // namespace tracetcp
