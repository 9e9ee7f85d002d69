// Knows: how to hand a fuzz target every file of the folders named, each in a block of exactly its size, and each of its
//        prefixes as well where the file is short, so that an ordinary build notices an old crash coming back.
// Must not know: what the target parses.
// Next: tests/run, which runs the same targets under libFuzzer.
#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <memory>
#include <string>
#include <vector>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

namespace {

constexpr std::size_t kPrefixesBelow = 512;

void replay(const std::string& bytes, std::size_t size) {
    const std::unique_ptr<std::uint8_t[]> block(new std::uint8_t[size]);
    std::copy_n(bytes.begin(), size, block.get());
    LLVMFuzzerTestOneInput(block.get(), size);
}

}  // namespace

int main(int argc, char** argv) {
    std::vector<std::filesystem::path> files;
    for (int i = 1; i < argc; ++i) {
        if (!std::filesystem::is_directory(argv[i])) {
            continue;  // no crash was ever found: there is no folder
        }
        for (const auto& entry : std::filesystem::directory_iterator(argv[i])) {
            files.push_back(entry.path());
        }
    }
    std::sort(files.begin(), files.end());
    if (files.empty()) {
        std::fprintf(stderr, "no corpus file: a target without a seed proves nothing\n");
        return 1;
    }
    for (const auto& file : files) {
        std::ifstream in(file, std::ios::binary);
        const std::string bytes((std::istreambuf_iterator<char>(in)), std::istreambuf_iterator<char>());
        std::fprintf(stderr, "%s (%zu bytes)\n", file.filename().c_str(), bytes.size());
        if (bytes.size() < kPrefixesBelow) {
            for (std::size_t size = 0; size < bytes.size(); ++size) {
                replay(bytes, size);
            }
        }
        replay(bytes, bytes.size());
    }
    std::fprintf(stderr, "%zu files replayed\n", files.size());
    return 0;
}
