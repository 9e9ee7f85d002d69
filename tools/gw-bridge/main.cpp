// Knows: nothing but where the program begins.
// Must not know: anything else.
// Next: tool.cpp.
#include "gw-bridge/tool.h"

int main(int argc, char** argv) {
    const auto tool = tandem::bridge::make_tool();
    return tandem::cli::run_tool(*tool, argc, argv);
}
