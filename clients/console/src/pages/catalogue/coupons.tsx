// Coupons: those of a partner, which the partner pays for; for admins those of all shops.
import type { Coupon, CouponKind } from "@metaia/client/catalogue";
import { useCallback, useState, type ReactNode } from "react";
import { Link } from "../../app/router.js";
import { useText } from "../../app/text.js";
import { ActionButton } from "../../ui/action.js";
import { Badge } from "../../ui/badge.js";
import { Button } from "../../ui/button.js";
import { Card, Empty } from "../../ui/card.js";
import { Dialog } from "../../ui/dialog.js";
import { Field, localTime, Select } from "../../ui/field.js";
import { Skeleton } from "../../ui/skeleton.js";
import { Table } from "../../ui/table.js";
import { Switch } from "../common/switch.js";
import { numberOf, textOf, useCatalogueClient, useFound, useOwnShop } from "./data.js";
import { useCatalogueText } from "./text.js";

const KINDS: readonly CouponKind[] = ["percent", "amount", "free_delivery"];
const NUMBERS = ["value", "maxDiscount", "minimum", "usageLimit", "perCustomerLimit"] as const;

export function CouponsPage(): ReactNode {
  const { t } = useText();
  const { c, named, time } = useCatalogueText();
  const client = useCatalogueClient();
  const { data, error, reload } = useFound(useCallback((signal: AbortSignal) => client.coupons.list({}, signal).then(({ coupons }) => coupons), [client]));
  const [open, setOpen] = useState<Coupon | "new" | null>(null);
  const worth = ({ kind, value }: Coupon) => (kind === "percent" ? `${value} %` : kind === "amount" ? String(value) : "–");
  return (
    <Card title={c("coupons")} tools={<><Link to="/shop">{c("catalogue")}</Link><Button kind="primary" onClick={() => setOpen("new")}>{c("coupon.new")}</Button></>}>
      {error && !data ? <Empty title={c("failed")}><Button onClick={reload}>{t("list.again")}</Button></Empty>
        : !data ? <Skeleton lines={4} />
        : data.length === 0 ? <Empty title={c("coupons.none")} />
        : (
          <Table rows={data} caption={c("coupons")} keyOf={(one) => one.id} name={(one) => one.code} onOpen={setOpen} columns={[
            { title: c("coupon.code"), cell: (one) => <strong className="mono">{one.code}</strong> },
            { title: c("coupon.kind"), cell: (one) => named("coupon.kind", one.kind) },
            { title: c("coupon.value"), right: true, cell: worth },
            { title: c("coupon.used"), right: true, cell: (one) => (one.usageLimit === null ? one.used : `${one.used} / ${one.usageLimit}`) },
            { title: c("coupon.until"), cell: (one) => (one.endsAt ? time(one.endsAt) : "–") },
            { title: c("status"), cell: (one) => <Badge tone={one.active ? "green" : "grey"}>{c(one.active ? "active" : "inactive")}</Badge> },
          ]} />
        )}
      {open && <CouponDialog coupon={open === "new" ? null : open} onClose={() => setOpen(null)} onDone={() => (setOpen(null), reload())} />}
    </Card>
  );
}

/** The value of an input of a date and a time, by the clock of the device. */
const inputOf = (at: string | null | undefined): string => (at ? localTime(Date.parse(at)) : "");
const momentOf = (typed: string): string | null => (typed ? new Date(typed).toISOString() : null);

function CouponDialog({ coupon, onClose, onDone }: { coupon: Coupon | null; onClose: () => void; onDone: () => void }): ReactNode {
  const { t } = useText();
  const { c, named } = useCatalogueText();
  const client = useCatalogueClient();
  const { data: shop } = useOwnShop();
  const [code, setCode] = useState(coupon?.code ?? "");
  const [kind, setKind] = useState<CouponKind>(coupon?.kind ?? "percent");
  const [numbers, setNumbers] = useState<Record<string, string>>(() => Object.fromEntries(NUMBERS.map((one) => [one, textOf(coupon?.[one])])));
  const [from, setFrom] = useState(inputOf(coupon?.startsAt));
  const [until, setUntil] = useState(inputOf(coupon?.endsAt));
  const [first, setFirst] = useState(coupon?.firstOrderOnly ?? false);
  const [active, setActive] = useState(coupon?.active ?? true);
  const shown = NUMBERS.filter((one) => (kind === "free_delivery" ? one !== "value" && one !== "maxDiscount" : kind === "amount" ? one !== "maxDiscount" : true));
  const values = Object.fromEntries(shown.map((one) => [one, numberOf(numbers[one] ?? "")]));
  const worth = values["value"];
  const wrong = !code.trim() || Object.values(values).some((one) => one !== null && !(one >= 0)) || (kind !== "free_delivery" && !(worth! > 0)) || (kind === "percent" && worth! > 100) || (!!from && !!until && until <= from);
  const send = async () => {
    const body = { ...(!coupon && { code: code.trim(), kind, ...(shop && { currency: shop.currency }) }), ...values, ...(kind === "free_delivery" && { value: 0 }), startsAt: momentOf(from), endsAt: momentOf(until), firstOrderOnly: first, ...(coupon && { active }) };
    await client.coupons.save(body, coupon ?? undefined);
    onDone();
  };
  return (
    <Dialog title={coupon?.code ?? c("coupon.new")} onClose={onClose} actions={<><Button onClick={onClose}>{t("back")}</Button><ActionButton kind="primary" disabled={wrong} action={send} done={c("saved")}>{c("save")}</ActionButton></>}>
      <div className="two">
        <Field label={c("coupon.code")} value={code} disabled={!!coupon} maxLength={40} autoComplete="off" onChange={(event) => setCode(event.currentTarget.value)} />
        <Select label={c("coupon.kind")} value={kind} disabled={!!coupon} onChange={(event) => setKind(event.currentTarget.value as CouponKind)} options={KINDS.map((one) => [one, named("coupon.kind", one)] as const)} />
        {shown.map((one) => <Field key={one} label={c(`coupon.${one}`)} type="number" inputMode="decimal" min={0} step="any" value={numbers[one]} onChange={(event) => setNumbers({ ...numbers, [one]: event.currentTarget.value })} />)}
      </div>
      <div>
        <Field label={c("coupon.from")} type="datetime-local" value={from} onChange={(event) => setFrom(event.currentTarget.value)} />
        <Field label={c("coupon.until")} type="datetime-local" value={until} onChange={(event) => setUntil(event.currentTarget.value)} />
      </div>
      <Switch label={c("coupon.first")} on={first} onChange={setFirst} />
      {coupon && <Switch label={c("active")} on={active} onChange={setActive} />}
    </Dialog>
  );
}
