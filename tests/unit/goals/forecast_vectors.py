#!/usr/bin/env python3
"""Prints the numbers that forecast_test.cpp holds the forecast against.

They come another way than the program's: Student's quantile by Simpson's rule over its density,
the ends of the interval by bisection of the band's edges.
"""

import math
import statistics

CASES = [
    ([1, 2, 3, 2, 2, 1, 3], 40),
    ([0, 0, 5, 0, 0, 0, 2, 0, 0, 0, 4], 30),
    ([2, 2.5, 1.5, 2, 2], 10),
    ([3, 1, 2, 2], 20),
    ([5, -1, 0, 4, -3, 6, 1], 50),
]


def density(x: float, degrees: int) -> float:
    scale = math.gamma((degrees + 1) / 2) / math.gamma(degrees / 2) / math.sqrt(degrees * math.pi)
    return scale * (1 + x * x / degrees) ** (-(degrees + 1) / 2)


def below(x: float, degrees: int, pieces: int = 2000) -> float:
    width = x / pieces
    total = density(0, degrees) + density(x, degrees)
    for i in range(1, pieces):
        total += (4 if i % 2 else 2) * density(i * width, degrees)
    return 0.5 + total * width / 3


def bisect(function, low: float, high: float, wanted: float) -> float:
    for _ in range(200):
        middle = (low + high) / 2
        if function(middle) < wanted:
            low = middle
        else:
            high = middle
    return high


def quantile(p: float, degrees: int) -> float:
    return bisect(lambda x: below(x, degrees), 0, 20, p)


def main() -> None:
    for p, degrees in ((0.9, 3), (0.9, 10), (0.9, 27), (0.975, 4), (0.6, 8)):
        print(f"quantile {p} {degrees}: {quantile(p, degrees):.10f}")
    for steps, remaining in CASES:
        count = len(steps)
        drift = statistics.mean(steps)
        spread = quantile(0.9, count - 1) * statistics.stdev(steps)

        def edge(days: float, side: int, drift=drift, spread=spread, count=count) -> float:
            return days * drift + side * spread * math.sqrt(days * (1 + days / count))

        early = bisect(lambda h, edge=edge: edge(h, 1), 0, 1e7, remaining)
        late = bisect(lambda h, edge=edge: edge(h, -1), 0, 1e7, remaining)
        never = edge(1e7, -1) < remaining
        print(f"{steps} {remaining}: {remaining / drift:.8f} {early:.8f} "
              f"{'never' if never else format(late, '.8f')} "
              f"after 10 days {edge(10, -1):.8f} {edge(10, 1):.8f}")


if __name__ == "__main__":
    main()
