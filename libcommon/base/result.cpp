#include "base/result.h"

namespace tandem {

std::string_view to_string(Errc code) {
    switch (code) {
        case Errc::kSyntax: return "syntax";
        case Errc::kTruncated: return "truncated";
        case Errc::kRange: return "range";
        case Errc::kUnsupported: return "unsupported";
        case Errc::kMissing: return "missing";
        case Errc::kConflict: return "conflict";
        case Errc::kPolicy: return "policy";
        case Errc::kIo: return "io";
        case Errc::kTimeout: return "timeout";
    }
    return "unknown";
}

}  // namespace tandem
