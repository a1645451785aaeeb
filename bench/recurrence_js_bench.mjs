// npm's rrule and the expander, in the same run: occurrences a second of the four rules that
// docs/benchmarks.md lists, in a zone, each followed by how many times as fast the expander is.
// Rows as scripts/bench.py reads them: name, value, unit, ratio.
import { execFileSync } from "node:child_process";
import { createRequire } from "node:module";
import path from "node:path";
import { fileURLToPath } from "node:url";

const here = path.dirname(fileURLToPath(import.meta.url));
const build = process.env.SW_BUILD ?? path.join(here, "..", "build", "release");
const { RRule } = createRequire(path.join(here, "recurrence_js", "package.json"))("rrule");

const zone = "Europe/Berlin";
const occurrences = 1024; // a walk
const seconds = 1; // of walking for each rule
const rules = {
  daily: "FREQ=DAILY",
  weekly: "FREQ=WEEKLY;BYDAY=MO,WE,FR",
  monthly: "FREQ=MONTHLY;BYDAY=-1FR",
  yearly: "FREQ=YEARLY;BYMONTH=3,6,9;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=1,-1",
};

/** Occurrences a second of one rule, over walks from DTSTART that keep nothing of the one before. */
function rateOfRrule(rule, tzid) {
  const dtstart = new Date(Date.UTC(2015, 0, 5, 9));
  const options = { ...RRule.parseString(rule), dtstart, ...(tzid ? { tzid } : {}) };
  let total = 0;
  const began = performance.now();
  let elapsed = 0;
  do {
    let left = occurrences;
    new RRule(options, true).all(() => --left > 0);
    total += occurrences - left;
    elapsed = (performance.now() - began) / 1000;
  } while (elapsed < seconds);
  return total / elapsed;
}

/** Occurrences a second of the expander, by the bench of the C++ side. */
function ratesOfExpander() {
  const output = execFileSync(
    path.join(build, "bench", "bench_recurrence"),
    ["--benchmark_filter=^walk_(berlin|utc)/", "--benchmark_format=json", "--benchmark_min_time=0.3"],
    { encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] },
  );
  const found = JSON.parse(output).benchmarks;
  return Object.fromEntries(found.map((row) => [row.name, row.items_per_second]));
}

const expander = ratesOfExpander();
for (const [name, rule] of Object.entries(rules)) {
  for (const [kind, tzid] of [
    ["utc", undefined],
    ["berlin", zone],
  ]) {
    const own = expander[`walk_${kind}/${name}`];
    const rate = rateOfRrule(rule, tzid);
    console.log(`rrule_${kind}/${name} ${rate.toFixed(0)} items/s`);
    console.log(`expander_${kind}/${name} ${own.toFixed(0)} items/s ${(own / rate).toFixed(1)}`);
  }
}
