// A new conversation: with a partner, or with support.
import { useChat } from "@metaia/client/chat/react";
import { useMetaia, useStore, useUser } from "@metaia/client/react";
import { useState, type ReactNode } from "react";
import { PARTNERS, STAFF } from "../../app/roles.js";
import { useRouter } from "../../app/router.js";
import { useText } from "../../app/text.js";
import { useAction } from "../../ui/action.js";
import { Button } from "../../ui/button.js";
import { Dialog } from "../../ui/dialog.js";
import { Field } from "../../ui/field.js";
import { useNames, usePartners } from "../common/people.js";
import { useChatText } from "./text.js";

interface Person {
  id: string;
  name: string;
}

/** Whom the user may write to: partners, and a partner's customers of orders. */
function usePeople(): Person[] {
  const { orders } = useMetaia();
  const me = useUser();
  const name = useNames();
  const known = useStore(orders.store, (state) => state.orders);
  const partners = usePartners(known).filter((one) => one.id !== me?.id).map(({ id, name: text }) => ({ id, name: text }));
  if (!PARTNERS.includes(me?.role ?? "")) return partners;
  const customers = new Map(known.flatMap(({ customerId: id, customerInfo }) => (id ? [[id, { id, name: customerInfo?.name ?? name(id, "customer") }] as const] : [])));
  return [...customers.values(), ...partners];
}

export function BeginDialog({ onClose, onGroup }: { onClose: () => void; onGroup: () => void }): ReactNode {
  const chat = useChat();
  const { go } = useRouter();
  const { t } = useText();
  const { c } = useChatText();
  const { busy, run } = useAction();
  const people = usePeople();
  const role = useUser()?.role ?? "";
  const staff = STAFF.includes(role);
  const [to, setTo] = useState("");
  const [text, setText] = useState("");
  const send = () =>
    run(async () => {
      const message = text.trim() ? { message: { text: text.trim() } } : {};
      const { id } = await chat.begin(to === "support" ? { kind: "support", ...message } : { participantId: to, ...message });
      go(`/chat/${id}`);
      onClose();
    });
  const choices: Person[] = [...(staff ? [] : [{ id: "support", name: c("support") }]), ...(role === "delivery" ? [] : people)];
  const grouping = (staff || PARTNERS.includes(role)) && <Button onClick={onGroup}>{c("begin.group")}</Button>;
  return (
    <Dialog title={c("begin")} onClose={onClose} actions={<>{grouping}<Button onClick={onClose}>{t("back")}</Button><Button kind="primary" busy={busy} disabled={!to} onClick={() => void send()}>{c("begin.send")}</Button></>}>
      <fieldset className="partners chat-people">
        <legend className="visually-hidden">{c("begin.who")}</legend>
        {choices.map((one) => (
          <label key={one.id} className="partner">
            <input type="radio" name="person" checked={to === one.id} onChange={() => setTo(one.id)} />
            <span className="partner-text"><strong>{one.name}</strong></span>
          </label>
        ))}
      </fieldset>
      <Field label={c("first")} value={text} maxLength={4000} onChange={(event) => setText(event.currentTarget.value)} />
    </Dialog>
  );
}
