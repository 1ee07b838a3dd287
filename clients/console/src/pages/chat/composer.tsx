// Where a message is written: an answer, a change, files; it is kept on the device until the server has it.
import type { Conversation, Message } from "@metaia/client/chat";
import { useChat } from "@metaia/client/chat/react";
import { useEffect, useRef, useState, type FormEvent, type KeyboardEvent, type ReactNode } from "react";
import { Loaded } from "../../app/part.js";
import { files } from "../../app/parts.js";
import { useText } from "../../app/text.js";
import { useAction } from "../../ui/action.js";
import { Button } from "../../ui/button.js";
import { Icon } from "../../ui/icon.js";
import { usePersonName } from "./names.js";
import { useSummary } from "./summary.js";
import { useChatText } from "./text.js";

export interface Writing {
  kind: "reply" | "edit";
  message: Message;
}

const LONGEST = 4_000; // characters; the same as in metaia/chat/messages/schemas.py
const MOST_FILES = 10;

export function Composer({ conversation, writing, onDone, onSent }: {
  conversation: Conversation;
  writing: Writing | null;
  onDone: () => void;
  onSent: () => void;
}): ReactNode {
  const chat = useChat();
  const { t } = useText();
  const { c } = useChatText();
  const name = usePersonName();
  const summary = useSummary();
  const { busy, run } = useAction();
  const edits = writing?.kind === "edit" ? writing.message : null;
  const [text, setText] = useState(edits?.text ?? "");
  const [attached, setAttached] = useState<string[]>([]);
  const [uploading, setUploading] = useState(0);
  const [picked, setPicked] = useState<File[]>([]);
  const field = useRef<HTMLTextAreaElement>(null);
  useEffect(() => {
    if (writing) field.current?.focus();
  }, [writing]);
  if (!conversation.allowedActions.includes("send")) return <p className="chat-closed muted">{c(conversation.status === "closed" ? "closed.text" : "read.only")}</p>;
  const written = text.trim();
  const ready = (written || attached.length > 0) && written.length <= LONGEST && uploading === 0;
  const typed = (value: string) => {
    setText(value);
    if (!edits) chat.typing(conversation.id, !!value);
  };
  const send = () =>
    run(async () => {
      if (edits) await chat.edit(edits, written);
      else {
        await chat.send(conversation.id, {
          ...(written && { text: written }),
          ...(attached.length && { attachments: attached.map((mediaId) => ({ mediaId })) }),
          ...(writing && { replyTo: writing.message.id }),
        });
        onSent();
      }
      setText("");
      setAttached([]);
      setPicked([]);
      onDone();
    });
  const submit = (event: FormEvent) => (event.preventDefault(), ready && void send());
  const key = (event: KeyboardEvent) => {
    if (event.key === "Escape" && writing) onDone();
    if (event.key !== "Enter" || event.shiftKey || event.nativeEvent.isComposing) return;
    event.preventDefault();
    if (ready) void send();
  };
  return (
    <form className="chat-composer" onSubmit={submit}>
      {writing && (
        <div className="chat-writing">
          <span className="grow"><strong>{edits ? c("editing") : c("replying", { name: name(conversation, writing.message.sender?.id) })}</strong> <small className="chat-last">{summary(writing.message, conversation)}</small></span>
          <Button kind="quiet" aria-label={t("back")} onClick={onDone}><Icon name="close" /></Button>
        </div>
      )}
      {picked.length > 0 && <Loaded part={files} lines={1} show={({ MessageUploads }) => <MessageUploads picked={picked} onChange={setAttached} onBusy={setUploading} onRemove={(file) => setPicked((before) => before.filter((one) => one !== file))} />} />}
      <div className="chat-line">
        {!edits && <Pick disabled={picked.length >= MOST_FILES} onPick={(found) => setPicked((before) => [...before, ...found].slice(0, MOST_FILES))} />}
        <textarea
          ref={field}
          className="filter"
          rows={1}
          aria-label={c("write")}
          placeholder={c("write")}
          maxLength={LONGEST}
          value={text}
          onChange={(event) => typed(event.currentTarget.value)}
          onKeyDown={key}
          onBlur={() => chat.typing(conversation.id, false)}
        />
        <Button kind="primary" type="submit" busy={busy} disabled={!ready} aria-label={c(edits ? "save" : "send")}><Icon name={edits ? "check" : "send"} /></Button>
      </div>
    </form>
  );
}

/** Chooses files. The button is an input, so that keyboards and screen readers reach it. */
function Pick({ disabled, onPick }: { disabled: boolean; onPick: (files: File[]) => void }): ReactNode {
  const { c } = useChatText();
  return (
    <label className="button quiet pick">
      <input
        type="file"
        multiple
        className="visually-hidden"
        disabled={disabled}
        onChange={(event) => {
          const found = [...(event.currentTarget.files ?? [])];
          event.currentTarget.value = "";
          if (found.length) onPick(found);
        }}
      />
      <Icon name="clip" /><span className="visually-hidden">{c("attach")}</span>
    </label>
  );
}
