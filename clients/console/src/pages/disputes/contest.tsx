// The evidence against a dispute: a summary, and documents or images, which are uploaded first.
import type { mediaOf as makeMedia, Media } from "@metaia/client/media";
import { useMetaia } from "@metaia/client/react";
import { useId, useState, type ReactNode } from "react";
import { useText } from "../../app/text.js";
import { ActionButton } from "../../ui/action.js";
import { Button } from "../../ui/button.js";
import { Dialog } from "../../ui/dialog.js";
import { useAttempt } from "../../ui/toast.js";
import { DISPUTES, useDisputeText, type Dispute } from "./text.js";

const MOST = 10; // files
const LONGEST = 1000; // characters of the summary

export function ContestDialog({ dispute, mediaOf, onClose, onDone }: { dispute: Dispute; mediaOf: typeof makeMedia; onClose: () => void; onDone: () => void }): ReactNode {
  const metaia = useMetaia();
  const { t } = useText();
  const { d } = useDisputeText();
  const [summary, setSummary] = useState("");
  const [evidence, setEvidence] = useState<Media[]>([]);
  const [busy, setBusy] = useState(false);
  const attempt = useAttempt();
  const field = useId();
  const needed = dispute.provider === "razorpay" && evidence.length === 0;
  const add = async (chosen: File[]) => {
    setBusy(true);
    const { upload, settled } = mediaOf(metaia);
    for (const file of chosen.slice(0, MOST - evidence.length)) {
      await attempt(async () => {
        const { id } = await upload(file, { kind: file.type.startsWith("image/") ? "image" : "document" });
        const ready = await settled(id);
        setEvidence((before) => [...before, ready]);
      });
    }
    setBusy(false);
  };
  const contest = async () => {
    const body = { summary: summary.trim(), uploadIds: evidence.map((one) => one.id), expectedVersion: dispute.version };
    await metaia.rest.send("post", `${DISPUTES}/${dispute.id}/contest`, { body, key: crypto.randomUUID() });
    onDone();
  };
  return (
    <Dialog
      title={d("contest")}
      onClose={onClose}
      actions={<><Button onClick={onClose}>{t("back")}</Button><ActionButton kind="primary" disabled={!summary.trim() || needed || busy} action={contest} done={d("contest.done")}>{d("contest")}</ActionButton></>}
    >
      <p>{d("contest.text")}</p>
      <div className="field">
        <label htmlFor={field}>{d("summary")}</label>
        <textarea id={field} rows={5} maxLength={LONGEST} value={summary} aria-describedby={`${field}-hint`} onChange={(event) => setSummary(event.currentTarget.value)} />
        <small id={`${field}-hint`}>{d("summary.hint")}</small>
      </div>
      <div className="field">
        <label htmlFor={`${field}-files`}>{d("evidence")}</label>
        <input
          id={`${field}-files`}
          type="file"
          multiple
          accept="image/*,application/pdf"
          disabled={busy || evidence.length >= MOST}
          aria-describedby={`${field}-files-hint`}
          onChange={(event) => {
            void add([...(event.currentTarget.files ?? [])]);
            event.currentTarget.value = "";
          }}
        />
        <small id={`${field}-files-hint`}>{d(dispute.provider === "razorpay" ? "evidence.needed" : "evidence.first")}</small>
      </div>
      <ul className="items" aria-live="polite">
        {evidence.map((one) => (
          <li key={one.id}>
            <span className="breaks">{one.filename}</span>
            <Button kind="quiet" aria-label={d("evidence.remove", { name: one.filename ?? "" })} onClick={() => setEvidence((before) => before.filter((other) => other !== one))}>{d("remove")}</Button>
          </li>
        ))}
        {busy && <li><span>{d("evidence.sending")}</span></li>}
      </ul>
    </Dialog>
  );
}
