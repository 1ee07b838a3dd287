// The partners of a courier: invitations are accepted or declined, and a fleet is left. Nothing without any.
import { useMetaia } from "@metaia/client/react";
import { useEffect, useState, type ReactNode } from "react";
import { ActionButton } from "../../ui/action.js";
import { Card } from "../../ui/card.js";
import { useFleetText } from "./text.js";

const PATH = "/api/couriers/me/fleets";

interface Membership {
  partnerId: string;
  name: string;
  state: "invited" | "active";
}

export function OwnFleets(): ReactNode {
  const { rest } = useMetaia();
  const w = useFleetText();
  const [fleets, setFleets] = useState<Membership[]>([]);
  useEffect(() => void rest.send("get", PATH).then(({ data }) => setFleets(data.fleets), () => undefined), [rest]);
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
