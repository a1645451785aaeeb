#include "goals/student_t.h"

#include <cmath>

namespace sw::goals {
namespace {

/// Lentz's method as Thompson and Barnett changed it, on DLMF 8.17.22.
double betaFraction(double a, double b, double x) {
  constexpr double kTiny = 1e-300;
  constexpr double kEnough = 1e-15;
  constexpr int kMostTerms = 1000;
  const auto apart = [](double value) { return std::abs(value) < kTiny ? kTiny : value; };
  double c = 1;
  double d = 1 / apart(1 - (a + b) * x / (a + 1));
  double product = d;
  for (int term = 1; term <= kMostTerms; ++term) {
    const double m = term;
    const double even = m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m));
    d = 1 / apart(1 + even * d);
    c = apart(1 + even / c);
    product *= c * d;
    const double odd = -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1));
    d = 1 / apart(1 + odd * d);
    c = apart(1 + odd / c);
    product *= c * d;
    if (std::abs(c * d - 1) < kEnough) break;
  }
  return product;
}

/// ln Γ(x) for x above 0. `std::lgamma` tells the sign in a variable that all threads share.
double logGamma(double x) {
  int sign = 0;
  return ::lgamma_r(x, &sign);
}

/// `I_x(a, b)`.
double regularizedBeta(double a, double b, double x) {
  if (x <= 0) return 0;
  if (x >= 1) return 1;
  const double front =
      std::exp(logGamma(a + b) - logGamma(a) - logGamma(b) + a * std::log(x) + b * std::log1p(-x));
  // The fraction converges fast on this side only; the other one follows by symmetry.
  if (x < (a + 1) / (a + b + 2)) return front * betaFraction(a, b, x) / a;
  return 1 - front * betaFraction(b, a, 1 - x) / b;
}

}  // namespace

double studentCdf(double t, double degrees) {
  const double tail = regularizedBeta(degrees / 2, 0.5, degrees / (degrees + t * t)) / 2;
  return t > 0 ? 1 - tail : tail;
}

double studentQuantile(double p, double degrees) {
  double low = -1;
  double high = 1;
  while (studentCdf(low, degrees) > p) low *= 2;
  while (studentCdf(high, degrees) < p) high *= 2;
  constexpr int kHalvings = 100;
  for (int i = 0; i < kHalvings && high - low > 1e-13 * (1 + std::abs(low)); ++i) {
    const double middle = (low + high) / 2;
    (studentCdf(middle, degrees) < p ? low : high) = middle;
  }
  return (low + high) / 2;
}

}  // namespace sw::goals
