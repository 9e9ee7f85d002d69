// Knows: where the program begins, and how its allocator is set up.
// Must not know: anything else.
// Next: tool.cpp.
#include "cli/app.h"
#include "sip-trunk-proxy/tool.h"

#ifdef TANDEM_JEMALLOC
// One thread carries SIP and makes nearly all of what is allocated. jemalloc looks for this name.
extern "C" const char* malloc_conf;
const char* malloc_conf = "narenas:1";
#endif

int main(int argc, char** argv) {
    const auto tool = tandem::proxy::make_tool();
    return tandem::cli::run_tool(*tool, argc, argv);
}
