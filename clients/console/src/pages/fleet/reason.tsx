// Why a courier gives an order back, or cannot deliver it.
import type { Couriers, DeliveryProblem } from "@metaia/client/couriers";
import { useState, type ReactNode } from "react";
import { useText } from "../../app/text.js";
import { ActionButton } from "../../ui/action.js";
import { Button } from "../../ui/button.js";
import { Dialog } from "../../ui/dialog.js";
import { Select } from "../../ui/field.js";
import { useFleetText } from "./text.js";

const RELEASE = ["too_far", "vehicle", "waiting", "emergency", "other"] as const;
const PROBLEMS = ["absent", "wrong_address", "refused", "damaged", "unsafe", "other"] as const;

export function ReasonDialog({ client, orderId, action, onClose }: { client: Couriers; orderId: string; action: "release" | "problem"; onClose: () => void }): ReactNode {
  const { t } = useText();
  const c = useFleetText();
  const reasons = action === "release" ? RELEASE.map((one) => [one, c(`release.${one}`)] as const) : PROBLEMS.map((one) => [one, c(`problem.${one}`)] as const);
  const [reason, setReason] = useState<string>(reasons[0]![0]);
  const send = async () => {
    await (action === "release" ? client.release(orderId, reason) : client.report(orderId, reason as DeliveryProblem));
    onClose();
  };
  return (
    <Dialog title={c(action)} onClose={onClose} actions={<><Button onClick={onClose}>{t("back")}</Button><ActionButton kind="danger" action={send} done={c(action === "release" ? "released" : "reported")}>{c(action)}</ActionButton></>}>
      <Select label={c("reason")} value={reason} onChange={(event) => setReason(event.currentTarget.value)} options={reasons} />
    </Dialog>
  );
}
