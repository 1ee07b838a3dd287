// Messages that contain words, in one conversation; each leads to its place.
import type { Found } from "@metaia/client/chat";
import { useChat } from "@metaia/client/chat/react";
import { useEffect, useState, type ReactNode } from "react";
import { Dialog } from "../../ui/dialog.js";
import { Field } from "../../ui/field.js";
import { useAttempt } from "../../ui/toast.js";
import { useChatText } from "./text.js";

const PAUSE = 400; // ms after the last key before a search is sent: 30 a minute are allowed

export function SearchDialog({ conversationId, onClose, onOpen }: { conversationId: string; onClose: () => void; onOpen: (seq: number) => void }): ReactNode {
  const chat = useChat();
  const attempt = useAttempt();
  const { c, day, clock } = useChatText();
  const [q, setQ] = useState("");
  const [found, setFound] = useState<Found[]>();
  const words = q.trim();
  useEffect(() => {
    if (!words) return setFound(undefined);
    let current = true;
    const search = async () => {
      const { found: messages } = await chat.search({ q: words, conversationId });
      if (current) setFound(messages);
    };
    const timer = setTimeout(() => void attempt(search), PAUSE);
    return () => {
      current = false;
      clearTimeout(timer);
    };
  }, [chat, attempt, conversationId, words]);
  return (
    <Dialog title={c("search.here")} onClose={onClose}>
      <Field label={c("search.words")} type="search" value={q} maxLength={200} onChange={(event) => setQ(event.currentTarget.value)} />
      <ul className="rows chat-found" aria-live="polite">
        {found?.length === 0 && <li className="muted">{c("none.match")}</li>}
        {found?.map((one) => (
          <li key={one.message.id}>
            <button type="button" className="button quiet chat-hit" onClick={() => onOpen(one.message.seq)}>
              <span><Marked found={one} /></span> <small>{day(one.message.createdAt)} {clock(one.message.createdAt)}</small>
            </button>
          </li>
        ))}
      </ul>
    </Dialog>
  );
}

/** The excerpt of a message with what matches marked. The places are counted in code points. */
function Marked({ found: { excerpt, matches } }: { found: Found }): ReactNode {
  const letters = [...excerpt];
  const parts: ReactNode[] = [];
  let at = 0;
  for (const [start, length] of matches) {
    parts.push(letters.slice(at, start).join(""), <mark key={start}>{letters.slice(start, start + length).join("")}</mark>);
    at = start + length;
  }
  return <>{parts}{letters.slice(at).join("")}</>;
}
