// Knows: nothing but how to start bypass-check.
// Must not know: what it does.
// Next: tool.h.
#include "bypass-check/tool.h"

int main(int argc, char** argv) {
    tandem::bypass::BypassCheck tool;
    return tandem::cli::run_tool(tool, argc, argv);
}
