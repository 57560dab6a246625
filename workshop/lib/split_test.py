#!/usr/bin/env python3
"""Count the answers that curl writes, by version, and test their split against the weights.

Reads what stress-test.sh lets curl write: the body of each answer, then a line "# CODE STATUS".
Exit status: 0 if the split agrees with the weights, 1 if not, 3 if it cannot be told.
"""

import argparse
import collections
import math
import re
import sys
import time

VERSION = re.compile(r"(v[0-9]+) - Request [0-9]+")
OUTCOME = re.compile(r"# ([0-9]{3}) ([0-9]+)$")
CURL_TIMED_OUT = 28


class Tally:
    """What came back."""

    def __init__(self):
        self.answers = collections.Counter()
        self.errors = collections.Counter()
        self.finished = self.failed = self.time_outs = 0

    def count_line(self, line):
        """Count one line of curl's output."""
        for version in VERSION.findall(line):
            self.answers[version] += 1
            if " failed" in line:
                self.errors[version] += 1
        outcome = OUTCOME.search(line)
        if outcome:
            self.finished += 1
            code, status = int(outcome[1]), int(outcome[2])
            if status == CURL_TIMED_OUT or code == 504:
                self.time_outs += 1
            elif status or not 200 <= code < 300:
                self.failed += 1

    @property
    def without_version(self):
        """How many requests ended without an answer that names a version."""
        return max(self.finished - sum(self.answers.values()), 0)


def log_binomial(count, total, share):
    """Return the logarithm of the probability of `count` successes in `total` trials."""
    if share in (0, 1):
        return 0.0 if count == total * share else -math.inf
    return (
        math.lgamma(total + 1)
        - math.lgamma(count + 1)
        - math.lgamma(total - count + 1)
        + count * math.log(share)
        + (total - count) * math.log1p(-share)
    )


def binomial_p(count, total, share):
    """Return the p-value of the exact binomial test, both sides.

    It is the probability of all counts that are no more probable than the one that was seen, as in
    R's binom.test and scipy's binomtest.
    """
    seen = log_binomial(count, total, share)
    # A tie must stay one although its two sums were rounded differently.
    limit = seen + 1e-7
    terms = (log_binomial(other, total, share) for other in range(total + 1))
    return min(1.0, math.fsum(math.exp(term) for term in terms if term <= limit))


def best_p(least, most, total, share):
    """Return the largest p-value of the counts from `least` to `most`."""
    # The p-value grows with the probability, and that falls off on both sides of its mode.
    mode = min(math.floor((total + 1) * share), total)
    return binomial_p(min(max(mode, least), most), total, share)


def split_p(answers, unassigned, shares):
    """Return the p-value of the split: exact for two versions, and for more a bound (Bonferroni)."""
    total = sum(answers.values()) + unassigned
    versions = list(shares)
    if len(versions) <= 2:
        versions = versions[:1]
    smallest = min(
        best_p(answers[version], answers[version] + unassigned, total, shares[version])
        for version in versions
    )
    return min(1.0, smallest * len(versions))


def parse_weights(text):
    """Return the share of each version from "v1=90,v2=10"."""
    weights = {}
    for part in text.split(","):
        version, _, weight = part.partition("=")
        weights[version] = weights.get(version, 0) + int(weight)
    total = sum(weights.values())
    if total == 0:
        sys.exit("stress-test: cannot test the split: all weights are 0")
    return {version: weight / total for version, weight in weights.items()}


def draw_progress(tally, requests):
    """Draw a bar on a terminal."""
    width = 40
    filled = width * tally.finished // requests
    sys.stderr.write(f"\r[{'#' * filled}{'.' * (width - filled)}] {tally.finished}/{requests}")
    sys.stderr.flush()


def read_answers(requests):
    """Count standard input to its end."""
    tally, drawn = Tally(), 0.0
    shows_progress = sys.stderr.isatty()
    for line in sys.stdin:
        tally.count_line(line)
        if shows_progress and time.monotonic() - drawn > 0.1:
            draw_progress(tally, requests)
            drawn = time.monotonic()
    if shows_progress:
        draw_progress(tally, requests)
        sys.stderr.write("\n")
    return tally


def print_table(tally, shares):
    """Print what came back."""
    total = sum(tally.answers.values())
    print("  version  weight   answers   share    errors")
    for version in sorted(shares.keys() | tally.answers.keys()):
        answers = tally.answers[version]
        share = f"{100 * answers / total:5.1f} %" if total else "      -"
        print(
            f"  {version:7} {100 * shares.get(version, 0):5.1f} % {answers:9,} {share}"
            f" {tally.errors[version]:9,}"
        )
    print(
        f"  errors {tally.failed:,}, time-outs {tally.time_outs:,}; "
        f"without a version {tally.without_version:,}"
    )


def judge(tally, shares, significance):
    """Print whether the split agrees with the weights, and return the exit status."""
    strangers = [version for version in tally.answers if shares.get(version, 0) == 0]
    if strangers:
        print(f"The split DISAGREES with the weights: {', '.join(strangers)} answered without any.")
        return 1
    unassigned = tally.without_version
    if sum(tally.answers.values()) == 0:
        print("The split cannot be told: no version answered.")
        return 3
    if unassigned:
        print(
            f"{unassigned:,} requests came back without a version and may have been of any: "
            "what follows is for the assignment that agrees best."
        )
    p = split_p(tally.answers, unassigned, shares)
    method = "exact binomial test" if len(shares) <= 2 else "exact binomial tests, Bonferroni"
    agrees = p >= significance
    print(
        f"The split {'agrees' if agrees else 'DISAGREES'} with the weights: p = {p:.4g} "
        f"({method}, both sides); it disagrees below {significance:g}."
    )
    return 0 if agrees else 1


def main():
    """Read, print, judge."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--weights", type=parse_weights, required=True)
    parser.add_argument("--requests", type=int, required=True)
    parser.add_argument("--significance", type=float, required=True)
    arguments = parser.parse_args()
    tally = read_answers(arguments.requests)
    if tally.finished == 0:
        print("stress-test: nothing was sent; what stands above says why", file=sys.stderr)
        return 3
    if tally.finished < arguments.requests:
        print(f"{tally.finished:,} of {arguments.requests:,} requests were sent; time was up.")
    print_table(tally, arguments.weights)
    return judge(tally, arguments.weights, arguments.significance)


if __name__ == "__main__":
    sys.exit(main())
