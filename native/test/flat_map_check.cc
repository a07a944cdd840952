// Sets numbers in a FlatMap and in a std::unordered_map, and compares the two again and again:
// `flat_map_check SEED`. Prints what it finds wrong.

#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <random>
#include <unordered_map>

#include "../flat_map.h"

int main(int, char** argv) {
  std::mt19937_64 random(std::strtoull(argv[1], nullptr, 10));
  heapprof::FlatMap map;
  std::unordered_map<uint64_t, uint64_t> expected;
  for (int round = 0; round < 3; round++) {
    for (uint64_t i = 1; i <= 200'000; i++) {
      // Half of the keys are there already; some are close together, some share their low bits.
      const uint64_t key = random() % (i + 1000) << (random() % 2 * 32);
      map.Set(key, i);
      expected[key] = i;
      const uint64_t other = random() % (i + 1000);
      const auto found = expected.find(other);
      const uint64_t value = found == expected.end() ? 0 : found->second;
      if (map.Find(other) != value || map.size() != expected.size()) {
        std::printf("step %llu: key %llu\n", static_cast<unsigned long long>(i),
                    static_cast<unsigned long long>(other));
        return 1;
      }
    }
    for (const auto& [key, value] : expected) {
      if (map.Find(key) == value) continue;
      std::printf("key %llu\n", static_cast<unsigned long long>(key));
      return 1;
    }
    map.Clear();
    expected.clear();
  }
}
