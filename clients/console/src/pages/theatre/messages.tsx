// The mails, SMS and push messages that the story's order has caused.
import { useEffect, useState, type ReactNode } from "react";
import { slotOf } from "../../app/slots.js";
import { useText } from "../../app/text.js";
import { StatusBadge } from "../../ui/badge.js";
import { Card, Empty } from "../../ui/card.js";
import { CAST, type Role, type StoryState } from "./story.js";

interface Message {
  id: string;
  channel: string;
  status: string;
  title: string;
  userId: string;
  address: string | null;
  createdAt: string;
  updatedAt: string;
}

const AFTER = [300, 1_200, 3_500]; // ms: jobs send after the step

export function Messages({ slots, ready, state, page }: {
  slots: Record<Role, number>;
  ready: boolean;
  state: StoryState;
  page: string | null;
}): ReactNode {
  const { t, of } = useText();
  const [found, setFound] = useState<Message[]>([]);
  const id = state.order?.id;
  useEffect(() => {
    if (!id || !ready) return setFound([]);
    const timers = AFTER.map((ms) => setTimeout(() => void load(slots.admin, id).then(setFound, () => undefined), ms));
    return () => timers.forEach(clearTimeout);
  }, [id, ready, state.done.length]);
  const roleOf = (userId: string) => CAST.find((role) => slotOf(slots[role]).client.auth.user?.id === userId);
  return (
    <Card
      className="messages"
      title={t("theatre.messages")}
      tools={page && <a href={page} target="_blank" rel="noreferrer">{t("theatre.messages_page")}</a>}
    >
      {found.length === 0 ? (
        <Empty title={t("theatre.no_messages")}>{t("theatre.no_messages_text")}</Empty>
      ) : (
        <ol className="sent">
          {found.map((one) => (
            <li key={one.id}>
              <span className="sent-head">
                <strong>{of("channel", one.channel)}</strong> <StatusBadge status={one.status} />
                {["sent", "delivered"].includes(one.status) && <small>{t("theatre.sent_after", { ms: Date.parse(one.updatedAt) - Date.parse(one.createdAt) })}</small>}
              </span>
              <span>{one.title}</span>
              <small>{of("role", roleOf(one.userId) ?? "")} {one.channel !== "push" && one.address}</small>
            </li>
          ))}
        </ol>
      )}
    </Card>
  );
}

/** The deliveries of an order, newest first. */
async function load(admin: number, orderId: string): Promise<Message[]> {
  const query = { subject: `order-${orderId}`, limit: 50 };
  const { data } = await slotOf(admin).client.rest.GET("/api/admin/notifications", { query });
  return data.notifications
    .flatMap(({ title, userId, deliveries }) => deliveries.map((one) => ({ ...one, title, userId })))
    .filter(({ channel }) => channel !== "in_app")
    .sort((a, b) => (a.createdAt < b.createdAt ? 1 : -1));
}
