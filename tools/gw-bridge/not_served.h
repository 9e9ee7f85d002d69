// Knows: which settings of a media profile the bridge takes without carrying them out.
// Must not know: the file, calls.
// Next: snapshot.h, which tells them at load.
#pragma once

#include <string_view>
#include <vector>

#include "sdp/profile.h"

namespace tandem::bridge {

/// One sentence, without full stop, for each setting of the profile that this build does not carry out. A key that no value
/// makes work is marked in the table of keys instead and told for every program.
std::vector<std::string_view> not_served(const sdp::MediaProfile& profile);

}  // namespace tandem::bridge
