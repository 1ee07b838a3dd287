// The form of a service. A change of it changes no booking.
import type { Calendar, Service } from "@metaia/client/bookings";
import { useMetaia } from "@metaia/client/react";
import { useState, type ReactNode } from "react";
import { bookings as part } from "../../app/parts.js";
import { useText } from "../../app/text.js";
import { ActionButton } from "../../ui/action.js";
import { Button } from "../../ui/button.js";
import { Dialog } from "../../ui/dialog.js";
import { Field, Select } from "../../ui/field.js";

// The same as in metaia/bookings/services/schemas.py: the least and the most of each number, and its value for a new service.
const NUMBERS = {
  durationMinutes: [5, 1440, 30],
  price: [0, 100000000000, 500],
  capacity: [1, 500, 1],
  bufferBeforeMinutes: [0, 240, 0],
  bufferAfterMinutes: [0, 240, 0],
  stepMinutes: [5, 240, 15],
  minNoticeMinutes: [0, 43200, 60],
  maxAdvanceDays: [1, 365, 90],
} as const;
const TERMS = { freeUntilMinutes: [0, 525600, 1440], feePercent: [0, 100, 0], lockedUntilMinutes: [0, 525600, 0] } as const;
type Limits = readonly [least: number, most: number, usual: number];
const CONFIRMATIONS = ["instant", "request"] as const;
const PAYMENTS = ["none", "deposit", "full"] as const;
type Values = Record<string, string>;

const valuesOf = (limits: Record<string, Limits>, given: object | undefined): Values =>
  Object.fromEntries(Object.entries(limits).map(([name, [, , usual]]) => [name, String((given as Record<string, number> | undefined)?.[name] ?? usual)]));
const isWrong = (text: string | undefined, [least, most]: Limits, whole: boolean): boolean => {
  const value = Number(text);
  return !text || !(value >= least && value <= most) || (whole && !Number.isInteger(value));
};
const numbersOf = (values: Values) => Object.fromEntries(Object.entries(values).map(([name, text]) => [name, Number(text)]));

export function ServiceDialog({ service, calendars, onClose, onDone }: { service: Service | null; calendars: Calendar[]; onClose: () => void; onDone: () => void }): ReactNode {
  const { rest } = useMetaia();
  const { t } = useText();
  const { b } = part.views!.useBookingText();
  const [name, setName] = useState(service?.name ?? "");
  const [description, setDescription] = useState(service?.description ?? "");
  const [currency, setCurrency] = useState(service?.currency ?? "INR");
  const [numbers, setNumbers] = useState(valuesOf(NUMBERS, service ?? undefined));
  const [terms, setTerms] = useState(valuesOf(TERMS, service?.cancellation));
  const [confirmation, setConfirmation] = useState<Service["confirmation"]>(service?.confirmation ?? "instant");
  const [payment, setPayment] = useState<Service["payment"]>(service?.payment ?? "none");
  const [deposit, setDeposit] = useState(String(service?.depositPercent ?? 20));
  const [chosen, setChosen] = useState<readonly string[]>(service?.calendarIds ?? calendars.slice(0, 1).map(({ id }) => id));
  const [active, setActive] = useState(service?.active ?? true);
  const wrong = (limits: Record<string, Limits>, values: Values) => (one: string) => isWrong(values[one], limits[one]!, one !== "price");
  const complete = name.trim() && chosen.length && /^[A-Z]{3}$/.test(currency) && !Object.keys(NUMBERS).some(wrong(NUMBERS, numbers)) && !Object.keys(TERMS).some(wrong(TERMS, terms))
    && Number(terms["lockedUntilMinutes"]) <= Number(terms["freeUntilMinutes"]) && (payment !== "deposit" || !isWrong(deposit, [1, 100, 20], true));
  const send = async () => {
    const body = {
      name: name.trim(), description: description.trim() || null, currency, ...numbersOf(numbers), cancellation: numbersOf(terms),
      confirmation, payment, depositPercent: payment === "deposit" ? Number(deposit) : null, calendarIds: chosen,
    };
    const key = crypto.randomUUID();
    if (service) await rest.send("patch", `/api/services/${service.id}`, { body: { ...body, active, expectedVersion: service.version }, key });
    else await rest.send("post", "/api/services", { body, key });
    onDone();
  };
  const fields = (limits: Record<string, Limits>, values: Values, set: (values: Values) => void) => Object.entries(limits).map(([one, [least, most]]) => (
    <Field key={one} label={b(`number.${one}` as never)} type="number" min={least} max={most} step={one === "price" ? "any" : 1} value={values[one]}
      error={wrong(limits, values)(one) ? b("number.wrong", { least, most }) : undefined} onChange={(event) => set({ ...values, [one]: event.currentTarget.value })} />
  ));
  return (
    <Dialog
      title={service?.name ?? b("service.new")}
      onClose={onClose}
      actions={<><Button onClick={onClose}>{t("back")}</Button><ActionButton kind="primary" disabled={!complete} action={send} done={b("saved")}>{b("save")}</ActionButton></>}
    >
      <Field label={b("name")} value={name} maxLength={200} onChange={(event) => setName(event.currentTarget.value)} />
      <Field label={b("description")} value={description} maxLength={2000} onChange={(event) => setDescription(event.currentTarget.value)} />
      <div className="two">
        {fields(NUMBERS, numbers, setNumbers)}
        <Field label={b("currency")} value={currency} maxLength={3} onChange={(event) => setCurrency(event.currentTarget.value.toUpperCase())} />
      </div>
      <Select label={b("confirmation")} value={confirmation} onChange={(event) => setConfirmation(event.currentTarget.value as Service["confirmation"])} options={CONFIRMATIONS.map((one) => [one, b(`confirmation.${one}`)] as const)} />
      <Select label={b("payment")} value={payment} onChange={(event) => setPayment(event.currentTarget.value as Service["payment"])} options={PAYMENTS.map((one) => [one, b(`payment.${one}`)] as const)} />
      {payment === "deposit" && <Field label={b("deposit")} type="number" min={1} max={100} value={deposit} onChange={(event) => setDeposit(event.currentTarget.value)} />}
      <h3>{b("cancelling")}</h3>
      <div className="two">{fields(TERMS, terms, setTerms)}</div>
      {calendars.length > 1 && (
        <fieldset className="choices">
          <legend>{b("calendars")}</legend>
          {calendars.map((one) => (
            <button key={one.id} type="button" aria-pressed={chosen.includes(one.id)} onClick={() => setChosen(chosen.includes(one.id) ? chosen.filter((id) => id !== one.id) : [...chosen, one.id])}>{one.name}</button>
          ))}
        </fieldset>
      )}
      {service && <button type="button" role="switch" aria-checked={active} className="toggle" onClick={() => setActive(!active)}><i aria-hidden="true" /> {b("offered")}</button>}
    </Dialog>
  );
}
