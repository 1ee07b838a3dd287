// The partners of a courier: invitations are accepted or declined, and a fleet is left. Nothing without any.
import { fleetsOf, type FleetOf } from "../../../../typescript/src/couriers/fleet.js";
import { useMetaia } from "@metaia/client/react";
import { useEffect, useMemo, useState, type ReactNode } from "react";
import { ActionButton } from "../../ui/action.js";
import { Card } from "../../ui/card.js";
import { useFleetText } from "./text.js";

export function OwnFleets(): ReactNode {
  const metaia = useMetaia();
  const client = useMemo(() => fleetsOf(metaia), [metaia]);
  const w = useFleetText();
  const [fleets, setFleets] = useState<FleetOf[]>([]);
  const load = () => void client.own().then(setFleets, () => undefined);
  useEffect(() => (load(), client.watch(load)), [client]);
  const change = (how: "agree" | "leave", id: string) => async () => setFleets(await client[how](id));
  if (!fleets.length) return null;
  return (
    <Card title={w("fleets")}>
      <ul className="items">
        {fleets.map(({ partnerId, name, state }) => (
          <li key={partnerId}>
            <span className="grow"><strong>{name}</strong> {state === "invited" && <small className="muted block">{w("invitation")}</small>}</span>
            <span className="actions">
              {state === "invited" && <ActionButton kind="primary" aria-label={`${w("agree")}: ${name}`} action={change("agree", partnerId)} done={w("agreed")}>{w("agree")}</ActionButton>}
              <ActionButton aria-label={`${w(state === "invited" ? "decline" : "leave")}: ${name}`} action={change("leave", partnerId)} done={w("left")}>{w(state === "invited" ? "decline" : "leave")}</ActionButton>
            </span>
          </li>
        ))}
      </ul>
    </Card>
  );
}
