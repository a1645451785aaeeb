#pragma once

#include <array>

/// The upper bounds of the histograms' buckets, by what they measure.
namespace sw::obs::buckets {

inline constexpr auto kRequestSeconds =
    std::to_array<double>({0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2, 5, 10, 30});
inline constexpr auto kBodyBytes = std::to_array<double>(
    {256, 1024, 4096, 16384, 65536, 262144, 1048576, 4194304, 16777216, 33554432});
inline constexpr auto kSyncSeconds =
    std::to_array<double>({0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120, 300, 600});
inline constexpr auto kConfidence =
    std::to_array<double>({0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 1});
inline constexpr auto kInferenceSeconds = std::to_array<double>(
    {0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1});
inline constexpr auto kTrainingSeconds =
    std::to_array<double>({0.1, 0.5, 1, 5, 15, 60, 300, 900, 1800, 3600});
inline constexpr auto kQuerySeconds = std::to_array<double>(
    {0.0001, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5});
inline constexpr auto kLoopSeconds =
    std::to_array<double>({0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 5});
inline constexpr auto kStalenessSeconds = std::to_array<double>(
    {0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120, 300, 600, 1800, 3600, 21600, 86400});
inline constexpr auto kDelaySeconds =
    std::to_array<double>({1, 5, 10, 30, 60, 120, 300, 900, 3600});
inline constexpr auto kLifetimeSeconds =
    std::to_array<double>({1, 10, 60, 300, 900, 3600, 14400, 86400});
inline constexpr auto kJobSeconds =
    std::to_array<double>({0.001, 0.005, 0.025, 0.1, 0.5, 1, 2.5, 5, 10, 30, 60, 300, 900, 3600});
inline constexpr auto kGroupSizes = std::to_array<double>({1, 2, 4, 8, 16, 32, 64, 128, 256});

}  // namespace sw::obs::buckets
