// One error: its stack, its requests, and resolving or ignoring it.
import type { ErrorState, WholeSystemError } from "@metaia/client/system";
import { useEffect, useState, type ReactNode } from "react";
import { Link } from "../../app/router.js";
import { useText } from "../../app/text.js";
import { ActionButton } from "../../ui/action.js";
import { Badge } from "../../ui/badge.js";
import { Card, Empty } from "../../ui/card.js";
import { TimeAgo } from "../../ui/format.js";
import { Skeleton } from "../../ui/skeleton.js";
import { useAttempt } from "../../ui/toast.js";
import { TONES } from "./errors.js";
import { useIsAdmin, useSystem } from "./parts.js";
import { useSystemText, type SystemKey } from "./text.js";

const ACTIONS: Record<ErrorState, ErrorState[]> = { open: ["resolved", "ignored"], resolved: ["open"], ignored: ["open"] };

export function ErrorPage({ fingerprint }: { fingerprint: string }): ReactNode {
  const system = useSystem();
  const { t } = useText();
  const { s, named, number } = useSystemText();
  const attempt = useAttempt();
  const admin = useIsAdmin();
  const [found, setFound] = useState<WholeSystemError | null>();
  useEffect(() => {
    void attempt(async () => setFound(await system.error(fingerprint))).then((went) => went || setFound(null));
  }, [system, attempt, fingerprint]);
  if (found === null) return <Empty title={s("not_loaded")}><Link to="/system/errors">{s("errors")}</Link></Empty>;
  if (!found) return <Skeleton lines={8} />;
  const facts: [SystemKey, ReactNode][] = [
    ["where", <span className="mono long">{found.where}</span>],
    ["count", number(found.count)],
    ["users", number(found.users)],
    ["first", <TimeAgo at={found.firstSeen} />],
    ["last", <TimeAgo at={found.lastSeen} />],
    ["release", <span className="mono">{found.release}</span>],
    ["requests.latest", <span className="mono long">{found.requestIds.join(" ") || "–"}</span>],
  ];
  return (
    <Card title={<span className="mono long">{found.type}</span>} tools={<Link className="button quiet" to="/system/errors">{s("errors")}</Link>}>
      <p className="lines">{found.message}</p>
      <p><Badge tone={TONES[found.state]}>{named("state", found.state)}</Badge> {found.state === "resolved" && found.resolvedRelease && <small className="muted">{s("resolved.in", { release: found.resolvedRelease })}</small>}</p>
      <dl className="facts">{facts.map(([name, value]) => <><dt>{s(name)}</dt><dd>{value}</dd></>)}</dl>
      {admin && (
        <div className="badges">
          {ACTIONS[found.state].map((one) => (
            <ActionButton key={one} kind={one === "resolved" ? "primary" : "quiet"} action={async () => setFound(await system.changeError(fingerprint, one))} done={s("changed")}>{named("set", one)}</ActionButton>
          ))}
        </div>
      )}
      <h3>{s("stack")}</h3>
      <pre className="code" tabIndex={0}>{found.stack}</pre>
    </Card>
  );
}
