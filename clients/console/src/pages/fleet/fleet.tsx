// The own couriers of a shop: invited by e-mail address; they agree on their own page.
import { useMetaia } from "@metaia/client/react";
import { useEffect, useState, type FormEvent, type ReactNode } from "react";
import { useText } from "../../app/text.js";
import { ActionButton, useAction } from "../../ui/action.js";
import { Badge } from "../../ui/badge.js";
import { Button } from "../../ui/button.js";
import { Card, Empty } from "../../ui/card.js";
import { Field } from "../../ui/field.js";
import { TimeAgo } from "../../ui/format.js";
import { Icon } from "../../ui/icon.js";
import { Skeleton } from "../../ui/skeleton.js";
import { useFleetText } from "./text.js";

const PATH = "/api/partners/me/couriers";

interface Courier {
  courierId: string;
  firstName: string;
  state: "invited" | "active";
  since: string;
}

export function Fleet(): ReactNode {
  const { rest } = useMetaia();
  const { t } = useText();
  const w = useFleetText();
  const { busy, run } = useAction();
  const [couriers, setCouriers] = useState<Courier[] | null>();
  const [email, setEmail] = useState("");
  const load = () => rest.send("get", PATH).then(({ data }) => setCouriers(data.couriers), () => setCouriers((before) => before ?? null));
  useEffect(() => void load(), [rest]);
  const invite = async (event: FormEvent) => {
    event.preventDefault();
    const sent = await run(async () => setCouriers((await rest.send("post", PATH, { body: { email: email.trim() }, key: crypto.randomUUID() })).data.couriers), w("invited.sent"));
    if (sent) setEmail("");
  };
  const remove = (id: string) => async () => setCouriers((await rest.send("delete", `${PATH}/${id}`, { key: crypto.randomUUID() })).data.couriers);
  return (
    <Card title={w("fleet")}>
      <p className="muted small">{w("fleet.text")}</p>
      {couriers === undefined ? <Skeleton lines={2} />
        : couriers === null ? <Empty title={w("failed")}><Button onClick={() => void load()}>{t("list.again")}</Button></Empty>
        : couriers.length === 0 ? <p className="muted">{w("fleet.none")}</p>
        : (
          <ul className="items">
            {couriers.map((one) => (
              <li key={one.courierId}>
                <span className="grow"><strong>{one.firstName}</strong> <Badge tone={one.state === "active" ? "green" : "amber"}>{w(one.state)}</Badge> <small className="muted"><TimeAgo at={one.since} /></small></span>
                <ActionButton kind="quiet" aria-label={w("remove", { name: one.firstName })} action={remove(one.courierId)} done={w("removed")}><Icon name="close" /></ActionButton>
              </li>
            ))}
          </ul>
        )}
      <p className="muted small">{w("email.hint")}</p>
      <form className="catalogue-tools" onSubmit={(event) => void invite(event)}>
        <Field label={w("email")} type="email" required autoComplete="off" maxLength={254} value={email} onChange={(event) => setEmail(event.currentTarget.value)} />
        <Button type="submit" busy={busy} disabled={!email.trim()}>{w("invite")}</Button>
      </form>
    </Card>
  );
}
