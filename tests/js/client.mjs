// node client.mjs URL TOKEN [CURSOR]: prints every event it hears as a line [name, data], and sends the events
// that it reads, one [name, ...arguments] a line; their acknowledgements are printed as ["ack", data].
import { createInterface } from "node:readline";
import { io } from "socket.io-client";

const [url, token, cursor] = process.argv.slice(2);
const say = (name, data) => console.log(JSON.stringify([name, data]));
const socket = io(url, { auth: { token, cursor }, transports: ["websocket"], reconnection: false });

socket.onAny(say);
socket.on("connect_error", (error) => say("connect_error", { message: error.message, data: error.data ?? null }));
socket.on("disconnect", (reason) => say("disconnect", reason));
createInterface({ input: process.stdin }).on("line", (line) => {
  socket.emit(...JSON.parse(line), (answer) => say("ack", answer));
});
