// Knows: the one place where Catch2 is compiled; every test program reuses its precompiled header.
// Must not know: any test.
// Next: tests/CMakeLists.txt.
#include <catch2/catch.hpp>
