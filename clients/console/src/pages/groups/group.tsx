// A group: its name and people, and what the user may change of them.
import type { Conversation, Participant } from "@metaia/client/chat";
import { useUser } from "@metaia/client/react";
import { useEffect, useState, type ReactNode } from "react";
import { chat } from "../../app/parts.js";
import { useRouter } from "../../app/router.js";
import { useText } from "../../app/text.js";
import { ActionButton } from "../../ui/action.js";
import { Badge } from "../../ui/badge.js";
import { Button } from "../../ui/button.js";
import { Dialog } from "../../ui/dialog.js";
import { Field } from "../../ui/field.js";
import { LONGEST } from "./new.js";
import { ChoosePeople, type Person } from "./people.js";
import { useGroupText } from "./text.js";

export function GroupDialog({ conversation, onClose }: { conversation: Conversation; onClose: () => void }): ReactNode {
  const { useChat } = chat.views!; // its script has loaded before this one
  const client = useChat();
  const { go } = useRouter();
  const { t } = useText();
  const g = useGroupText();
  const { id, allowedActions } = conversation;
  const [title, setTitle] = useState(conversation.title ?? "");
  const [adds, setAdds] = useState(false);
  const people = usePeople(conversation);
  const leave = async () => {
    await client.act(id, "leave", {});
    onClose();
    go("/chat");
  };
  if (adds) return <AddDialog id={id} present={people.map(({ userId }) => userId)} onClose={() => setAdds(false)} />;
  return (
    <Dialog title={conversation.title ?? ""} onClose={onClose} actions={<>{allowedActions.includes("leave") && <ActionButton kind="danger" action={leave}>{g("leave")}</ActionButton>}<Button onClick={onClose}>{t("back")}</Button></>}>
      {allowedActions.includes("rename") && (
        <>
          <Field label={g("name")} value={title} maxLength={LONGEST} onChange={(event) => setTitle(event.currentTarget.value)} />
          <p><ActionButton disabled={!title.trim() || title.trim() === conversation.title} action={() => client.rename(id, title.trim())} done={g("renamed")}>{g("rename")}</ActionButton></p>
        </>
      )}
      <h3>{g("people", { count: conversation.participantCount })}</h3>
      {allowedActions.includes("add") && <p><Button onClick={() => setAdds(true)}>{g("add")}</Button></p>}
      <ul className="rows chat-people">{people.map((one) => <Member key={one.userId} conversation={conversation} person={one} />)}</ul>
    </Dialog>
  );
}

/** All participants: those that the conversation names, until the others are known. They follow its events. */
function usePeople({ id, participants, participantCount }: Conversation): Participant[] {
  const client = chat.views!.useChat();
  const [all, setAll] = useState<Participant[]>();
  const active = participants.filter(({ leftAt }) => !leftAt);
  const known = active.map(({ userId }) => userId).join();
  useEffect(() => {
    let current = true;
    if (participantCount > active.length) client.participants(id).then((found) => current && setAll(found), () => undefined);
    else setAll(undefined);
    return () => void (current = false);
  }, [client, id, known, participantCount]);
  return all ?? active;
}

function Member({ conversation, person: { userId, role, name } }: { conversation: Conversation; person: Participant }): ReactNode {
  const client = chat.views!.useChat();
  const { of } = useText();
  const g = useGroupText();
  const me = useUser()?.id;
  const called = name ?? of("role", role);
  return (
    <li>
      <span className="grow"><strong>{called}</strong><small>{of("role", role)}</small></span>
      {userId === me && <Badge tone="blue">{g("you")}</Badge>}
      {userId === conversation.ownerId && <Badge>{g("owner")}</Badge>}
      {userId !== me && conversation.allowedActions.includes("remove") && (
        <ActionButton aria-label={g("remove.one", { name: called })} action={() => client.removeParticipant(conversation.id, userId)} done={g("removed", { name: called })}>{g("remove")}</ActionButton>
      )}
    </li>
  );
}

function AddDialog({ id, present, onClose }: { id: string; present: readonly string[]; onClose: () => void }): ReactNode {
  const client = chat.views!.useChat();
  const { t } = useText();
  const g = useGroupText();
  const [chosen, setChosen] = useState<Person[]>([]);
  const add = async () => {
    await client.addParticipants(id, chosen.map((one) => one.id));
    onClose();
  };
  return (
    <Dialog title={g("add")} onClose={onClose} actions={<><Button onClick={onClose}>{t("back")}</Button><ActionButton kind="primary" disabled={!chosen.length} action={add}>{g("add.send")}</ActionButton></>}>
      <ChoosePeople chosen={chosen} except={present} onChange={setChosen} />
    </Dialog>
  );
}
