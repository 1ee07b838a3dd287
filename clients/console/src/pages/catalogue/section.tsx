// The form of a section of the menu.
import type { Section } from "@metaia/client/catalogue";
import { useState, type ReactNode } from "react";
import { useText } from "../../app/text.js";
import { ActionButton } from "../../ui/action.js";
import { Button } from "../../ui/button.js";
import { Dialog } from "../../ui/dialog.js";
import { Field } from "../../ui/field.js";
import { useCatalogueClient } from "./data.js";
import { useCatalogueText } from "./text.js";

export function SectionDialog({ section, onClose, onDone }: { section: Section | null; onClose: () => void; onDone: () => void }): ReactNode {
  const { t } = useText();
  const { c } = useCatalogueText();
  const client = useCatalogueClient();
  const [name, setName] = useState(section?.name ?? "");
  const save = async () => {
    await client.sections.save({ name: name.trim() }, section ?? undefined);
    onDone();
  };
  const remove = async () => {
    await client.sections.remove(section!.id);
    onDone();
  };
  return (
    <Dialog
      title={section?.name ?? c("section.new")}
      onClose={onClose}
      actions={<><Button onClick={onClose}>{t("back")}</Button>{section && <ActionButton kind="danger" action={remove} done={c("removed")}>{c("remove")}</ActionButton>}<ActionButton kind="primary" disabled={!name.trim()} action={save} done={c("saved")}>{c("save")}</ActionButton></>}
    >
      <Field label={c("name")} value={name} maxLength={100} onChange={(event) => setName(event.currentTarget.value)} />
    </Dialog>
  );
}
