// A new group: its name, and its first people.
import { useState, type ReactNode } from "react";
import { chat } from "../../app/parts.js";
import { useRouter } from "../../app/router.js";
import { useText } from "../../app/text.js";
import { ActionButton } from "../../ui/action.js";
import { Button } from "../../ui/button.js";
import { Dialog } from "../../ui/dialog.js";
import { Field } from "../../ui/field.js";
import { ChoosePeople, type Person } from "./people.js";
import { useGroupText } from "./text.js";

export const LONGEST = 200; // characters of a name; the same as in metaia/chat/conversations/schemas.py

export function NewGroup({ onClose }: { onClose: () => void }): ReactNode {
  const client = chat.views!.useChat(); // its script has loaded before this one
  const { go } = useRouter();
  const { t } = useText();
  const g = useGroupText();
  const [title, setTitle] = useState("");
  const [chosen, setChosen] = useState<Person[]>([]);
  const make = async () => {
    const { id } = await client.begin({ kind: "group", title: title.trim(), participantIds: chosen.map((one) => one.id) });
    onClose();
    go(`/chat/${id}`);
  };
  return (
    <Dialog title={g("new")} onClose={onClose} actions={<><Button onClick={onClose}>{t("back")}</Button><ActionButton kind="primary" disabled={!title.trim() || !chosen.length} action={make}>{g("make")}</ActionButton></>}>
      <Field label={g("name")} value={title} maxLength={LONGEST} onChange={(event) => setTitle(event.currentTarget.value)} />
      <ChoosePeople chosen={chosen} onChange={setChosen} />
    </Dialog>
  );
}
