#pragma once

#include <cstdint>
#include <random>

namespace sw::app {

/// Chance that is the same for the same seed on every machine, which the distributions of the
/// standard library do not promise. One thread's.
class ExampleRandom {
 public:
  explicit ExampleRandom(std::uint64_t seed) : engine_(seed) {}

  /// From 0 to below 1.
  double fraction() { return static_cast<double>(engine_() >> 11U) * 0x1.0p-53; }
  bool chance(double probability) { return fraction() < probability; }
  /// From `least` to `most`, both included.
  int between(int least, int most) {
    return least + static_cast<int>(fraction() * static_cast<double>(most - least + 1));
  }
  /// About normal: the sum of twelve, so never further than six deviations away.
  double around(double mean, double deviation) {
    double sum = -6;
    for (int i = 0; i < 12; ++i) sum += fraction();
    return mean + sum * deviation;
  }

 private:
  std::mt19937_64 engine_;  // its sequence is fixed by the standard ([rand.predef])
};

}  // namespace sw::app
