// A reporter for node's test runner: one JSON object a line for every test, as results.py reads it.
import { stripVTControlCharacters, inspect } from "node:util";

const outcomeOf = (event) => {
  if (event.data.skip !== undefined && event.data.skip !== false) return "skipped";
  return event.type === "test:pass" ? "passed" : "failed";
};

const detailOf = (event) => {
  const { skip, details } = event.data;
  if (typeof skip === "string") return skip;
  const error = details?.error;
  if (!error) return skip ? "no reason given" : "";
  const cause = error.cause ?? error;
  return stripVTControlCharacters(cause.stack ?? inspect(cause));
};

export default async function* report(events) {
  for await (const event of events) {
    if (event.type !== "test:pass" && event.type !== "test:fail") continue;
    const { name, details } = event.data;
    const isFile = /\.[cm]?[jt]s$/.test(name);
    yield `${JSON.stringify({
      name: name.replace(/^.*\/tests\//, ""),
      group: isFile || details?.type === "suite",
      outcome: outcomeOf(event),
      detail: detailOf(event),
      seconds: (details?.duration_ms ?? 0) / 1000,
    })}\n`;
  }
}
