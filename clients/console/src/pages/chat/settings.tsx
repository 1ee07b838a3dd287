// How the user wants to be seen in conversations, and whom they have blocked.
import type { Block, ChatSettings } from "@metaia/client/chat";
import { useChat } from "@metaia/client/chat/react";
import { useUser } from "@metaia/client/react";
import { useEffect, useState, type ReactNode } from "react";
import { PARTNERS } from "../../app/roles.js";
import { ActionButton } from "../../ui/action.js";
import { Dialog } from "../../ui/dialog.js";
import { Select } from "../../ui/field.js";
import { Skeleton } from "../../ui/skeleton.js";
import { useAttempt } from "../../ui/toast.js";
import { Switch } from "../common/switch.js";
import { useChatText } from "./text.js";

export function Settings({ onClose }: { onClose: () => void }): ReactNode {
  const chat = useChat();
  const attempt = useAttempt();
  const { c } = useChatText();
  const role = useUser()?.role ?? "";
  const [settings, setSettings] = useState<ChatSettings>();
  const [blocks, setBlocks] = useState<Block[]>([]);
  useEffect(() => {
    chat.settings().then(setSettings, () => undefined);
    chat.blocks().then(setBlocks, () => undefined);
  }, [chat]);
  const change = (given: Partial<ChatSettings>) => void attempt(async () => setSettings(await chat.setSettings(given)));
  const unblock = (id: string) => async () => {
    await chat.block(id, false);
    setBlocks((before) => before.filter((one) => one.userId !== id));
  };
  return (
    <Dialog title={c("settings")} onClose={onClose}>
      {!settings ? <Skeleton lines={4} /> : (
        <div className="stack">
          <Switch label={c("settings.receipts")} on={settings.readReceipts} onChange={(readReceipts) => change({ readReceipts })} />
          <Switch label={c("settings.typing")} on={settings.typing} onChange={(typing) => change({ typing })} />
          <Switch label={c("settings.presence")} on={settings.presence === "everybody"} onChange={(on) => change({ presence: on ? "everybody" : "nobody" })} />
          {PARTNERS.includes(role) && (
            <Select label={c("settings.who")} value={settings.whoMayWrite} onChange={(event) => change({ whoMayWrite: event.currentTarget.value as ChatSettings["whoMayWrite"] })} options={(["anyone", "customers_only"] as const).map((one) => [one, c(`who.${one}`)] as const)} />
          )}
        </div>
      )}
      {blocks.length > 0 && (
        <>
          <h3>{c("blocked")}</h3>
          <ul className="rows">
            {blocks.map((one) => <li key={one.userId}><span className="grow">{one.name ?? c("deleted.user")}</span><ActionButton action={unblock(one.userId)}>{c("unblock")}</ActionButton></li>)}
          </ul>
        </>
      )}
    </Dialog>
  );
}
