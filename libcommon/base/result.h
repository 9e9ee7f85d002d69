// Knows: how the project says "this did not work": Error, Result<T>.
// Must not know: what any module does, nor how an error is shown.
// Next: bytes.h and text.h, which return Results; cli/exit_code.h, which maps them to exit codes.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <tl/expected.hpp>
#include <utility>

namespace tandem {

/// What kind of failure an Error is; decides how a tool reports it and its exit code.
enum class Errc {
    kSyntax,       ///< the bytes break the grammar
    kTruncated,    ///< the input ends too early
    kRange,        ///< a value is outside what is allowed
    kUnsupported,  ///< well-formed, but not something we do
    kMissing,      ///< something that is needed is not there
    kConflict,     ///< two inputs contradict each other
    kPolicy,       ///< refused by a rule
    kIo,           ///< the operating system said no
    kTimeout,      ///< nothing came in time
};

/// Lower-case name of an error kind, for records and logs ("syntax", "truncated", ...).
std::string_view to_string(Errc code);

/// One failure: what went wrong, where in the input, and which rule it breaks.
/// The layer that returns an Error does not log it.
struct Error {
    Errc code = Errc::kSyntax;
    std::string what;       ///< for people, no trailing full stop
    std::size_t offset = 0; ///< byte in the input at which it was noticed; 0 when there is no input
    std::string_view rule;  ///< static citation such as "RFC 3261 §25.1"; empty when none
};

/// A value or an Error. Nobody throws for bad input; exceptions are for bugs.
template <class T>
using Result = tl::expected<T, Error>;

/// Result of something that gives no value.
using Status = tl::expected<void, Error>;

/// An Error ready to be returned from a function that gives any Result.
inline tl::unexpected<Error> fail(Errc code, std::string what, std::size_t offset = 0,
                                  std::string_view rule = {}) {
    return tl::unexpected<Error>(Error{code, std::move(what), offset, rule});
}

/// Passes an error on unchanged.
inline tl::unexpected<Error> fail(Error error) { return tl::unexpected<Error>(std::move(error)); }

}  // namespace tandem
