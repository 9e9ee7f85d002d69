// Knows: nothing but how to start e164-normalize.
// Must not know: what it does.
// Next: tool.h.
#include "e164-normalize/tool.h"

int main(int argc, char** argv) {
    tandem::e164::E164Normalize tool;
    return tandem::cli::run_tool(tool, argc, argv);
}
