// Knows: which places go with a hash: a table beside the objects, so that looking for one that is not there touches no object.
// Must not know: what stands at a place.
// Next: transactions.h.
#pragma once

#include <cstdint>
#include <vector>

namespace tandem::sipnet {

/// Open addressing with linear probing. The hashes must come from a keyed function when their texts come from the network.
/// Cost: O(1) each; doubles (and moves everything) at a load of two thirds. Memory: 16 bytes a cell.
class HashIndex {
public:
    void insert(std::uint64_t hash, std::uint32_t place) {
        if ((count_ + 1) * 3 > cells_.size() * 2) grow();
        put(hash, place);
        ++count_;
    }

    void erase(std::uint64_t hash, std::uint32_t place) {
        std::size_t at = hash & mask();
        while (!(cells_[at].place == place + 1 && cells_[at].hash == hash)) {
            if (cells_[at].place == 0) return;
            at = (at + 1) & mask();
        }
        // What was pushed on behind it moves up, so that no walk meets a gap.
        for (std::size_t next = (at + 1) & mask(); cells_[next].place != 0; next = (next + 1) & mask()) {
            const std::size_t home = cells_[next].hash & mask();
            if (((next - home) & mask()) < ((next - at) & mask())) continue;
            cells_[at] = cells_[next];
            at = next;
        }
        cells_[at] = {};
        --count_;
    }

    /// The first place with that hash for which accept(place) is true; kNone otherwise.
    static constexpr std::uint32_t kNone = ~std::uint32_t{0};
    template <class Accept>
    [[nodiscard]] std::uint32_t find(std::uint64_t hash, const Accept& accept) const {
        for (std::size_t at = hash & mask(); cells_[at].place != 0; at = (at + 1) & mask()) {
            if (cells_[at].hash == hash && accept(cells_[at].place - 1)) return cells_[at].place - 1;
        }
        return kNone;
    }
    [[nodiscard]] std::size_t size() const { return count_; }

private:
    struct Cell {
        std::uint64_t hash = 0;
        std::uint32_t place = 0;  // + 1; 0 = free
    };
    [[nodiscard]] std::size_t mask() const { return cells_.size() - 1; }
    void put(std::uint64_t hash, std::uint32_t place) {
        std::size_t at = hash & mask();
        while (cells_[at].place != 0) at = (at + 1) & mask();
        cells_[at] = {hash, place + 1};
    }
    void grow() {
        std::vector<Cell> old(cells_.size() * 2);
        old.swap(cells_);
        for (const Cell& cell : old) {
            if (cell.place != 0) put(cell.hash, cell.place - 1);
        }
    }

    std::vector<Cell> cells_ = std::vector<Cell>(1024);
    std::size_t count_ = 0;
};

}  // namespace tandem::sipnet
