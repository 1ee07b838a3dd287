// The handover: the code of the customer, or a picture of where the goods are.
import { MetaiaError } from "@metaia/client";
import type { Proof, ProofNeeded } from "@metaia/client/couriers";
import { useCouriersClient } from "@metaia/client/couriers/react";
import { useState, type ReactNode } from "react";
import { Loaded } from "../../app/part.js";
import { files } from "../../app/parts.js";
import { useText } from "../../app/text.js";
import { useAction } from "../../ui/action.js";
import { Button } from "../../ui/button.js";
import { Dialog } from "../../ui/dialog.js";
import { Field } from "../../ui/field.js";
import { useCourierText } from "./text.js";

const CODE = /^\d{4}$/;

export function DeliverDialog({ orderId, proof, onClose }: { orderId: string; proof: ProofNeeded; onClose: () => void }): ReactNode {
  const { t } = useText();
  const { c } = useCourierText();
  const client = useCouriersClient();
  const { busy, run } = useAction();
  const [code, setCode] = useState("");
  const [name, setName] = useState("");
  const [pictures, setPictures] = useState<string[]>([]);
  const [signed, setSigned] = useState<string[]>([]);
  const [refused, setRefused] = useState<string>();
  const missing = (proof.code && !CODE.test(code)) || (proof.photo && !pictures.length) || (proof.signature && !signed.length);
  const send = async () => {
    const given: Proof = { ...(code && { code }), ...(pictures.length && { mediaIds: pictures }), ...(signed[0] && { signatureMediaId: signed[0] }), ...(name.trim() && { signerName: name.trim() }) };
    const went = await run(async () => {
      try {
        await client.deliver(orderId, given);
      } catch (error) {
        if (error instanceof MetaiaError && error.code === "wrong_code") {
          setCode("");
          return setRefused(c("code.wrong", { tries: Number(error.details["triesLeft"] ?? 0) }));
        }
        if (error instanceof MetaiaError && error.code === "code_locked") return setRefused(c("code.locked"));
        throw error;
      }
      onClose();
    });
    return went;
  };
  return (
    <Dialog title={c("deliver")} onClose={onClose} actions={<><Button onClick={onClose}>{t("back")}</Button><Button kind="primary" busy={busy} disabled={missing} onClick={() => void send()}>{c("deliver")}</Button></>}>
      {proof.code && <Field label={c("code")} hint={c("code.hint")} error={refused} inputMode="numeric" autoComplete="off" maxLength={4} value={code} onChange={(event) => (setRefused(undefined), setCode(event.currentTarget.value.replace(/\D/g, "")))} />}
      {proof.signature && <><Field label={c("signer")} maxLength={120} value={name} onChange={(event) => setName(event.currentTarget.value)} /><p>{c("signature.hint")}</p><Loaded part={files} lines={1} show={({ ItemPictures }) => <ItemPictures ids={signed} onChange={setSigned} />} /></>}
      {proof.photo && <><p>{c("photo.hint")}</p><Loaded part={files} lines={1} show={({ ItemPictures }) => <ItemPictures ids={pictures} onChange={setPictures} />} /></>}
      {!proof.code && !proof.photo && !proof.signature && <p>{c("deliver.text")}</p>}
    </Dialog>
  );
}
