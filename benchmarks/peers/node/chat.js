// Sending of chat in the Node peer: one transaction on METAIA's own tables, and the event from memory after it.
import { randomUUID } from "node:crypto";

// Named, so that PostgreSQL plans each only once per connection.
const SQL = {
  groups: {
    name: "groups",
    text: `SELECT c.id FROM participants p JOIN conversations c ON c.id = p.conversation_id
           WHERE p.user_id = $1 AND p.left_seq IS NULL AND c.kind = 'group'`,
  },
  lock: {
    name: "lock_conversation",
    text: `SELECT c.kind, c.status, c.deal_id, c.last_seq, c.version, u.name,
             p.user_id IS NOT NULL AND p.left_seq IS NULL AS active,
             CASE WHEN c.kind <> 'group' THEN (SELECT array_agg(o.user_id) FROM participants o
               WHERE o.conversation_id = c.id AND o.left_seq IS NULL) END AS people,
             c.kind = 'direct' AND EXISTS (SELECT FROM chat_blocks b JOIN participants o ON o.conversation_id = c.id
               AND o.user_id <> $2 WHERE (b.blocker_id, b.blocked_id) IN (($2, o.user_id), (o.user_id, $2))) AS blocked
           FROM conversations c JOIN users u ON u.id = $2
           LEFT JOIN participants p ON p.conversation_id = c.id AND p.user_id = $2
           WHERE c.id = $1 FOR UPDATE OF c`,
  },
  known: { name: "known_message", text: "SELECT id, seq, created_at FROM messages WHERE sender_id = $1 AND client_id = $2" },
  change: {
    name: "change_conversation",
    text: `UPDATE conversations SET last_seq = $2, version = $3, last_message_at = $4, updated_at = $4,
             remind_at = coalesce(remind_at, $4::timestamptz + interval '3 seconds') WHERE id = $1`,
  },
  insert: {
    name: "insert_message",
    text: `INSERT INTO messages (id, conversation_id, seq, changed, version, sender_id, sender_role, client_id, kind, text,
             mentions, reactions, words, created_at)
           VALUES ($1, $2, $3, $4, 1, $5, $6, $7, 'text', $8, '{}', '[]', array_to_tsvector($9::text[]), $10)`,
  },
};
const LONGEST = 4_000;

async function send(pool, user, id, { clientMessageId, text }) {
  if (typeof text !== "string" || !text.trim() || text.length > LONGEST || typeof clientMessageId !== "string")
    throw { status: 422, code: "invalid" };
  const client = await pool.connect();
  try {
    await client.query("BEGIN");
    const { rows: [found] } = await client.query(SQL.lock, [id, user.sub]);
    if (!found) throw { status: 404, code: "not_found" };
    if (!found.active) throw { status: 403, code: "not_participant" };
    if (found.blocked) throw { status: 403, code: "cannot_message" };
    if (found.status !== "open") throw { status: 409, code: "conversation_closed" };
    const { rows: [known] } = await client.query(SQL.known, [user.sub, clientMessageId]);
    const seq = Number(found.last_seq) + 1;
    const version = Number(found.version) + 1;
    const moment = new Date();
    const message = shown({ id: randomUUID(), seq, created_at: moment, ...known }, found, user, id, clientMessageId, text);
    if (!known) {
      const words = [...new Set(text.toLowerCase().match(/[\p{L}\p{M}\p{N}_]+/gu) ?? []), `@${id}`];
      await client.query(SQL.change, [id, seq, version, moment]);
      await client.query(SQL.insert, [
        message.id, id, seq, version, user.sub, user.role, clientMessageId, text, words, moment,
      ]);
    }
    await client.query("COMMIT");
    return { message, version, people: found.people, fresh: !known };
  } catch (error) {
    await client.query("ROLLBACK");
    throw error;
  } finally {
    client.release();
  }
}

const shown = (row, found, user, conversationId, clientMessageId, text) => ({
  id: row.id,
  conversationId,
  dealId: found.deal_id,
  seq: Number(row.seq),
  version: 1,
  clientMessageId,
  sender: { id: user.sub, role: user.role, name: found.name },
  kind: "text",
  text,
  attachments: [],
  replyTo: null,
  mentions: [],
  reactions: [],
  system: null,
  clientSentAt: null,
  createdAt: row.created_at.toISOString(),
  editedAt: null,
  deletedAt: null,
  deletedBy: null,
});

/** Add the route that sends a message. */
export function chat(app, io, pool, authenticated, fail) {
  app.post("/api/chat/conversations/:id/messages", authenticated, async (request, response) => {
    const { id } = request.params;
    try {
      const { message, version, people, fresh } = await send(pool, request.user, id, request.body ?? {});
      const rooms = [`chat-${id}`, ...(people ?? []).map((person) => `user-${person}`)];
      if (fresh) io.to(rooms).emit("chat:message", { ...message, conversationVersion: version, eventId: randomUUID() });
      response.status(fresh ? 201 : 200).json({ status: "success", data: { message: { ...message, status: "sent" } }, meta: {} });
    } catch (error) {
      if (!error.status) console.error(error);
      fail(response, error.status ?? 500, error.code ?? "internal");
    }
  });
}

/** Return the rooms of the groups of a user. */
export async function groups(pool, user) {
  const { rows } = await pool.query(SQL.groups, [user]);
  return rows.map((row) => `chat-${row.id}`);
}
