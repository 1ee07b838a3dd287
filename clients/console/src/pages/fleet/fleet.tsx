// The own couriers of a shop: invited by e-mail address, which is also how an invitation is withdrawn; they agree on their own page.
import type { FleetCourier } from "@metaia/client/couriers";
import { useEvent, useMetaia } from "@metaia/client/react";
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

const PATH = "/api/partners/me/couriers"; // requests of its own: the client's entry of couriers is in the script of their page

export function Fleet(): ReactNode {
  const { rest } = useMetaia();
  const { t } = useText();
  const w = useFleetText();
  const { busy, run } = useAction();
  const [couriers, setCouriers] = useState<FleetCourier[] | null>();
  const [email, setEmail] = useState("");
  const load = () => void rest.send("get", PATH).then(({ data }) => setCouriers(data.couriers), () => setCouriers((before) => before ?? null));
  useEffect(load, [rest]);
  useEvent("fleet:changed", load);
  const send = (how: "invite" | "withdraw") => async () => {
    const path = how === "invite" ? PATH : (`${PATH}/withdraw` as const);
    const given = { body: { email: email.trim() }, key: crypto.randomUUID() };
    if (await run(async () => setCouriers((await rest.send("post", path, given)).data.couriers), w(`${how}.sent`))) setEmail("");
  };
  const remove = (id: string) => async () => setCouriers((await rest.send("delete", `${PATH}/${id}`, { key: crypto.randomUUID() })).data.couriers);
  const invite = (event: FormEvent) => (event.preventDefault(), void send("invite")());
  return (
    <Card title={w("fleet")}>
      <p className="muted small">{w("fleet.text")}</p>
      {couriers === undefined ? <Skeleton lines={2} />
        : couriers === null ? <Empty title={w("failed")}><Button onClick={load}>{t("list.again")}</Button></Empty>
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
      <form className="catalogue-tools" onSubmit={invite}>
        <Field label={w("email")} type="email" required autoComplete="off" maxLength={254} value={email} onChange={(event) => setEmail(event.currentTarget.value)} />
        <Button type="submit" busy={busy} disabled={!email.trim()}>{w("invite")}</Button>
        <Button kind="quiet" busy={busy} disabled={!email.trim()} onClick={() => void send("withdraw")()}>{w("withdraw")}</Button>
      </form>
    </Card>
  );
}
