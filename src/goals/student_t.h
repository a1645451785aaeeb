#pragma once

namespace sw::goals {

/// The probability that a variable of Student's t distribution with so many degrees of freedom
/// (at least 1) is at most `t`, by the regularized incomplete beta function (NIST Digital Library
/// of Mathematical Functions, 8.17.22, evaluated by Lentz's method).
double studentCdf(double t, double degrees);

/// The t below which the variable lies with probability `p` (0 < p < 1), found by bisection of
/// `studentCdf`; right to about 1e-10.
double studentQuantile(double p, double degrees);

}  // namespace sw::goals
