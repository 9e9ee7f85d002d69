// Knows: objects of one type in chunks that never move, found by index and generation, reused without allocation.
// Must not know: what the objects are.
// Next: siptx/branch.h, whose Handle is an index and a generation of such a slab.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

namespace tandem {

/// Cost: make, get and free are O(1); memory grows by whole chunks and is kept.
/// T must be default-constructible; free() does not destroy the object, make() gives it as it was left (so that its buffers
/// serve again) and its user resets it.
template <class T, std::size_t kChunk = 256>
class Slab {
public:
    struct Place {
        std::uint32_t index;
        std::uint32_t generation;
        T* object;
    };

    /// A free place; nothing when max() places are in use.
    [[nodiscard]] bool make(Place& out) {
        if (free_.empty()) {
            if (used_places() >= max_) return false;
            grow();
        }
        const std::uint32_t index = free_.back();
        free_.pop_back();
        Cell& cell = at(index);
        ++cell.generation;
        if (cell.generation == 0) cell.generation = 1;
        cell.used = true;
        ++live_;
        out = Place{index, cell.generation, &cell.object};
        return true;
    }

    /// The object, or null when that place was freed (and maybe used anew) since.
    [[nodiscard]] T* get(std::uint32_t index, std::uint32_t generation) {
        if (index >= used_places()) return nullptr;
        Cell& cell = at(index);
        return cell.used && cell.generation == generation ? &cell.object : nullptr;
    }

    /// The object at a place that is known to be in use.
    [[nodiscard]] T* at_index(std::uint32_t index) { return &at(index).object; }

    /// Calls f(index, object) for each place in use; f may free it. Cost: O(places ever used at once).
    template <class F>
    void for_each(F f) {
        for (std::size_t i = 0; i < used_places(); ++i) {
            Cell& cell = at(static_cast<std::uint32_t>(i));
            if (cell.used) f(static_cast<std::uint32_t>(i), cell.object);
        }
    }

    void free(std::uint32_t index) {
        Cell& cell = at(index);
        if (!cell.used) return;
        cell.used = false;
        --live_;
        free_.push_back(index);
    }

    [[nodiscard]] std::size_t live() const { return live_; }
    void set_max(std::size_t max) { max_ = max; }

private:
    struct Cell {
        T object{};
        std::uint32_t generation = 0;
        bool used = false;
    };
    Cell& at(std::uint32_t index) { return chunks_[index / kChunk][index % kChunk]; }
    [[nodiscard]] std::size_t used_places() const { return chunks_.size() * kChunk; }
    void grow() {
        const auto first = static_cast<std::uint32_t>(used_places());
        chunks_.push_back(std::make_unique<Cell[]>(kChunk));
        free_.reserve(used_places());
        for (std::size_t i = kChunk; i-- > 0;) free_.push_back(first + static_cast<std::uint32_t>(i));
    }

    std::vector<std::unique_ptr<Cell[]>> chunks_;
    std::vector<std::uint32_t> free_;
    std::size_t live_ = 0;
    std::size_t max_ = std::size_t{1} << 22;
};

}  // namespace tandem
