// The Node peer: Express, Socket.IO, pg and jsonwebtoken, with hand-written SQL on METAIA's own tables.
import { createServer } from "node:http";
import { randomUUID } from "node:crypto";
import express from "express";
import jwt from "jsonwebtoken";
import pg from "pg";
import { Server } from "socket.io";
import { chat, groups } from "./chat.js";

const { PORT, DATABASE_URL, JWT_SECRET_KEY, GROUPS } = process.env; // GROUPS: clients join the rooms of their groups
const pool = new pg.Pool({ connectionString: DATABASE_URL, max: 20 });
const app = express();
const server = createServer(app);
const io = new Server(server, { pingInterval: 25_000, pingTimeout: 20_000 });

io.use(async (socket, next) => {
  try {
    socket.data.user = jwt.verify(socket.handshake.auth.token, JWT_SECRET_KEY, { algorithms: ["HS256"], audience: "metaia" });
    if (GROUPS) socket.join(await groups(pool, socket.data.user.sub));
    next();
  } catch {
    next(new Error("token_invalid"));
  }
});
io.on("connection", (socket) => {
  socket.join([`user-${socket.data.user.sub}`, `${socket.data.user.role}-room`]);
});

app.disable("x-powered-by");
app.use(express.json());
app.get("/health", (_, response) => response.json({ status: "success" }));
app.post("/bench/emit", (request, response) => {
  const { count, room, payload } = request.body;
  for (let i = 0; i < count; i++) io.to(room).emit("new_notification", payload);
  response.json({ status: "success" });
});

function authenticated(request, response, next) {
  try {
    const token = (request.headers.authorization ?? "").replace(/^Bearer /, "");
    request.user = jwt.verify(token, JWT_SECRET_KEY, { algorithms: ["HS256"], audience: "metaia" });
  } catch {
    return fail(response, 401, "token_invalid");
  }
  next();
}

const fail = (response, status, code) =>
  response.status(status).json({ status: "error", error: { code, message: code, details: {} } });

// Named, so that PostgreSQL plans each only once per connection.
const SQL = {
  lock: {
    name: "lock",
    text: `SELECT id, order_number, status, customer_id, partner_id, courier_id, customer_info, items, total, currency,
             notes, estimated_time, estimated_pickup_time, message, reject_reason, version, created_at
           FROM orders WHERE id = $1 FOR UPDATE`,
  },
  change: {
    name: "change",
    text: `UPDATE orders SET status = $2, estimated_time = $3, message = $4, version = $5, updated_at = $6
           WHERE id = $1`,
  },
  step: {
    name: "step",
    text: `INSERT INTO order_steps (order_id, version, action, previous_status, status, actor_id, actor_role, note,
             after, at)
           VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)`,
  },
  notify: {
    name: "notify",
    text: `INSERT INTO notifications (id, user_id, type, category, title, message, data, actions, queue, created_at)
           VALUES ($1, $2, $3, 'order', $4, $5, $6, $7, 'default', $8)`,
  },
};
const FROM_PENDING = { accept: "accepted", reject: "rejected", prepare: "preparing", cancel: "cancelled" };

async function accept(user, id, body) {
  const client = await pool.connect();
  try {
    await client.query("BEGIN");
    const { rows } = await client.query(SQL.lock, [id]);
    const order = rows[0];
    if (!order) throw { status: 404, code: "not_found" };
    const mine = user.sub === order.partner_id || user.role === "admin" || user.role === "super_admin";
    if (!mine) throw { status: 403, code: "forbidden" };
    if (order.status !== "pending") throw { status: 409, code: "illegal_transition" };
    const previous = order.status;
    const moment = new Date();
    Object.assign(order, {
      status: FROM_PENDING.accept,
      estimated_time: body.estimatedTime ?? null,
      message: body.message ?? null,
      version: order.version + 1,
      updated_at: moment,
    });
    const estimated = JSON.stringify(order.estimated_time);
    await client.query(SQL.change, [id, order.status, estimated, order.message, order.version, moment]);
    const after = JSON.stringify({ status: order.status, estimated_time: order.estimated_time, message: order.message });
    await client.query(SQL.step, [
      id, order.version, "accept", previous, order.status, user.sub, user.role, order.message, after, moment,
    ]);
    const notice = {
      id: randomUUID(),
      type: "order_accepted",
      title: "Order accepted",
      message: `Your order ${order.order_number} was accepted.`,
      data: { orderId: id, orderNumber: order.order_number, status: order.status, note: order.message },
      actions: [{ action: "open_order", label: "Open the order" }],
      createdAt: moment.toISOString(),
    };
    await client.query(SQL.notify, [
      notice.id, order.customer_id, notice.type, notice.title, notice.message,
      JSON.stringify(notice.data), JSON.stringify(notice.actions), moment,
    ]);
    await client.query("COMMIT");
    return { order, previous, notice };
  } catch (error) {
    await client.query("ROLLBACK");
    throw error;
  } finally {
    client.release();
  }
}

const shown = (order) => ({
  id: order.id,
  orderNumber: order.order_number,
  status: order.status,
  customerId: order.customer_id,
  partnerId: order.partner_id,
  deliveryPartnerId: order.courier_id,
  customerInfo: order.customer_info,
  items: order.items.map((item) => ({ ...item, price: item.price / 100 })),
  total: Number(order.total) / 100,
  currency: order.currency,
  notes: order.notes,
  estimatedTime: order.estimated_time,
  estimatedPickupTime: order.estimated_pickup_time,
  message: order.message,
  rejectReason: order.reject_reason,
  version: order.version,
  allowedActions: ["prepare", "ready", "cancel", "assign"],
  createdAt: order.created_at.toISOString(),
  updatedAt: order.updated_at.toISOString(),
});

function tell({ order, previous, notice }) {
  const seen = shown(order);
  const rooms = [
    `order-${order.id}`, `user-${order.customer_id}`, `user-${order.partner_id}`,
    "admin-room", "super_admin-room", "support-room",
  ];
  io.to(rooms).emit("order_update", {
    orderId: order.id,
    orderNumber: order.order_number,
    status: order.status,
    previousStatus: previous,
    message: order.message,
    order: seen,
    updatedAt: seen.updatedAt,
    eventId: randomUUID(),
  });
  io.to(`user-${order.customer_id}`).emit("new_notification", notice);
  return seen;
}

app.patch("/api/orders/:id/accept", authenticated, async (request, response) => {
  try {
    const done = await accept(request.user, request.params.id, request.body ?? {});
    response.json({ status: "success", data: { order: tell(done) }, meta: {} });
  } catch (error) {
    if (!error.status) console.error(error);
    fail(response, error.status ?? 500, error.code ?? "internal");
  }
});

chat(app, io, pool, authenticated, fail);
server.keepAliveTimeout = 60_000; // the load keeps connections that it rarely uses, longer than the default of 5 s
server.listen({ port: Number(PORT), host: "127.0.0.1", backlog: 4096 });
