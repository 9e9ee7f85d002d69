// The one place where Catch2 is compiled; every test program reuses its precompiled header.
#include <catch2/catch.hpp>
