// The partners of a courier: invitations are accepted or declined, and a fleet is left. Nothing without any.
import type { FleetOf } from "@metaia/client/couriers";
import { useEvent, useMetaia } from "@metaia/client/react";
import { useEffect, useState, type ReactNode } from "react";
import { ActionButton } from "../../ui/action.js";
import { Card } from "../../ui/card.js";
import { useFleetText } from "./text.js";

const PATH = "/api/couriers/me/fleets";

export function OwnFleets(): ReactNode {
  const { rest } = useMetaia();
  const w = useFleetText();
  const [fleets, setFleets] = useState<FleetOf[]>([]);
  const load = () => void rest.send("get", PATH).then(({ data }) => setFleets(data.fleets), () => undefined);
  useEffect(load, [rest]);
  useEvent("fleet:changed", load);
  const change = (method: "put" | "delete", id: string) => async () => setFleets((await rest.send(method, `${PATH}/${id}`, { key: crypto.randomUUID() })).data.fleets);
  if (!fleets.length) return null;
  return (
    <Card title={w("fleets")}>
      <ul className="items">
        {fleets.map(({ partnerId, name, state }) => (
          <li key={partnerId}>
            <span className="grow"><strong>{name}</strong> {state === "invited" && <small className="muted block">{w("invitation")}</small>}</span>
            <span className="actions">
              {state === "invited" && <ActionButton kind="primary" aria-label={`${w("agree")}: ${name}`} action={change("put", partnerId)} done={w("agreed")}>{w("agree")}</ActionButton>}
              <ActionButton aria-label={`${w(state === "invited" ? "decline" : "leave")}: ${name}`} action={change("delete", partnerId)} done={w("left")}>{w(state === "invited" ? "decline" : "leave")}</ActionButton>
            </span>
          </li>
        ))}
      </ul>
    </Card>
  );
}
