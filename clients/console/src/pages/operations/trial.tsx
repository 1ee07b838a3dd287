// What a dry run has shown: figures of all items, and the outcome of the first ones.
import type { Result, Trial } from "@metaia/client/operations";
import type { ReactNode } from "react";
import { useText } from "../../app/text.js";
import { Badge } from "../../ui/badge.js";
import { useOperationText } from "./text.js";

const SHOWN = 20; // items; a dry run has a hundred

export function TrialView({ trial }: { trial: Trial }): ReactNode {
  const { of } = useText();
  const o = useOperationText();
  const { summary, results } = trial;
  const prefix = trial.kind === "orders" ? "status" : "role";
  const refused = results.filter((one) => !one.ok);
  const first = [...refused, ...results.filter((one) => one.ok)].slice(0, SHOWN);
  return (
    <section aria-live="polite">
      <p><strong>{o("trial", { count: trial.count })}</strong></p>
      {trial.count > 0 && <p>{o("tried", { tried: summary.tried, ok: summary.ok, failed: summary.failed })}</p>}
      <p className="badges">{summary.groups.map(({ value, count }) => <Badge key={value}>{of(prefix, value)}: {count}</Badge>)}</p>
      <ul className="rows plain">
        {first.map((one) => <li key={one.id}><span className="grow"><strong>{one.title ?? one.id}</strong></span><Outcome result={one} /></li>)}
      </ul>
    </section>
  );
}

export function Outcome({ result }: { result: Result }): ReactNode {
  const o = useOperationText();
  const tone = result.ok ? "green" : result.ok === false ? "red" : "grey";
  return <span className="badges"><Badge tone={tone}>{o(`item.${result.state}` as "item.done")}</Badge>{result.error && <small className="long">{result.error.message}</small>}</span>;
}
