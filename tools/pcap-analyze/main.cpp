// Knows: nothing but how to start pcap-analyze.
// Must not know: what it does.
// Next: tool.h.
#include "pcap-analyze/tool.h"

int main(int argc, char** argv) {
    tandem::analyze::Analyze tool;
    return tandem::cli::run_tool(tool, argc, argv);
}
