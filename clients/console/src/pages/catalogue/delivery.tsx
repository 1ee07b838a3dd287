// How a shop delivers: by whom, how far, for which fee, and what proves the handover.
import type { DeliverySettings, OwnShop } from "@metaia/client/catalogue";
import { useCallback, useState, type ReactNode } from "react";
import { Loaded } from "../../app/part.js";
import { storefront } from "../../app/parts.js";
import { ActionButton } from "../../ui/action.js";
import { Button } from "../../ui/button.js";
import { Card } from "../../ui/card.js";
import { Field, Select } from "../../ui/field.js";
import { Icon } from "../../ui/icon.js";
import { Switch } from "../common/switch.js";
import { numberOf, textOf, useCatalogueClient, useFound } from "./data.js";
import { useCatalogueText } from "./text.js";

const BY = ["pool", "own", "own_then_pool", "none"] as const;
const AREAS = ["none", "radius", "polygon", "postalCodes"] as const;
const CALLS = ["ready", "accepted"] as const;
const PROOFS = ["code", "photo", "signature"] as const;
const MOST_TIERS = 10;

interface Tier {
  key: number;
  upToKm: string;
  minimum: string;
  fee: string;
  freeFrom: string;
}

let last = 0;
const tierOf = (one: Partial<DeliverySettings["tiers"][number]> = {}): Tier => ({ key: ++last, upToKm: textOf(one.upToKm), minimum: textOf(one.minimum ?? 0), fee: textOf(one.fee ?? 0), freeFrom: textOf(one.freeFrom) });

export function DeliveryCard({ shop, onDone }: { shop: OwnShop; onDone: () => void }): ReactNode {
  const { c, named } = useCatalogueText();
  const client = useCatalogueClient();
  const now = shop.deliverySettings;
  const [by, setBy] = useState(now.deliveryBy);
  const [call, setCall] = useState(now.courierCall);
  const [kind, setKind] = useState<NonNullable<DeliverySettings["area"]>["kind"] | "none">(now.area?.kind ?? "none");
  const [km, setKm] = useState(textOf(now.area?.km ?? 5));
  const [codes, setCodes] = useState(now.area?.values?.join(", ") ?? "");
  const [points, setPoints] = useState(now.area?.points ?? []);
  const [tiers, setTiers] = useState<Tier[]>(() => now.tiers.map(tierOf));
  const [proof, setProof] = useState(now.proof);
  const [taxRateId, setTax] = useState(now.taxRateId ?? "");
  const { data: taxes } = useFound(useCallback((signal: AbortSignal) => client.taxes.list(shop.id, signal), [client, shop.id]));
  const area = kind === "none" ? null : kind === "radius" ? { kind, km: Number(km) } : kind === "postalCodes" ? { kind, values: codes.split(",").map((one) => one.trim()).filter(Boolean) } : { kind, points };
  const numbers = tiers.every((one) => (numberOf(one.upToKm) ?? 1) > 0 && Number(one.minimum) >= 0 && Number(one.fee) >= 0 && (numberOf(one.freeFrom) ?? 0) >= 0);
  const wrong = !numbers || (kind === "radius" && !(Number(km) > 0 && Number(km) <= 50)) || (kind === "polygon" && points.length < 3);
  const save = async () => {
    const given = tiers.map(({ upToKm, minimum, fee, freeFrom }) => ({ upToKm: numberOf(upToKm), minimum: Number(minimum), fee: Number(fee), ...(freeFrom.trim() && { freeFrom: Number(freeFrom) }) }));
    await client.shop.saveDelivery({ deliveryBy: by, area, tiers: given, taxRateId: taxRateId || null, courierCall: call, proof, expectedVersion: shop.version });
    onDone();
  };
  const put = (key: number, given: Partial<Tier>) => setTiers((before) => before.map((one) => (one.key === key ? { ...one, ...given } : one)));
  return (
    <Card title={c("delivery")}>
      <div className="two">
        <Select label={c("delivery.by")} value={by} onChange={(event) => setBy(event.currentTarget.value as typeof by)} options={BY.map((one) => [one, named("delivery.by", one)] as const)} />
        <Select label={c("delivery.call")} value={call} onChange={(event) => setCall(event.currentTarget.value as typeof call)} options={CALLS.map((one) => [one, named("delivery.call", one)] as const)} />
        <Select label={c("delivery.area")} value={kind} onChange={(event) => setKind(event.currentTarget.value as typeof kind)} options={AREAS.filter((one) => one !== "polygon" || shop.location || points.length).map((one) => [one, named("delivery.area", one)] as const)} />
        {kind === "radius" && <Field label={c("delivery.km")} type="number" min={0} max={50} step="any" value={km} onChange={(event) => setKm(event.currentTarget.value)} />}
        {kind === "postalCodes" && <Field label={c("delivery.codes")} value={codes} onChange={(event) => setCodes(event.currentTarget.value)} />}
      </div>
      {kind === "polygon" && <Loaded part={storefront} show={({ Area }) => <Area points={points} centre={shop.location} onChange={setPoints} />} />}
      {tiers.map((one, index) => (
        <div key={one.key} className="option-line" role="group" aria-label={c("tier", { number: index + 1 })}>
          {(["upToKm", "minimum", "fee", "freeFrom"] as const).map((name) => <Field key={name} label={c(`tier.${name}`)} type="number" min={0} step="any" value={one[name]} onChange={(event) => put(one.key, { [name]: event.currentTarget.value })} />)}
          <Button kind="quiet" aria-label={c("tier.remove", { number: index + 1 })} onClick={() => setTiers(tiers.filter((other) => other.key !== one.key))}><Icon name="close" /></Button>
        </div>
      ))}
      {tiers.length < MOST_TIERS && <p><Button onClick={() => setTiers([...tiers, tierOf()])}>{c("tier.add")}</Button></p>}
      {taxes && taxes.length > 0 && <Select label={c("delivery.tax")} value={taxRateId} onChange={(event) => setTax(event.currentTarget.value)} options={[["", c("tax.none")], ...taxes.map((one) => [one.id, `${one.name} ${one.rate} %`] as const)]} />}
      <div className="actions">{PROOFS.map((one) => <Switch key={one} label={c(`proof.${one}`)} on={proof[one]} onChange={(on) => setProof({ ...proof, [one]: on })} />)}</div>
      <p><ActionButton kind="primary" disabled={wrong} action={save} done={c("saved")}>{c("save")}</ActionButton></p>
    </Card>
  );
}
