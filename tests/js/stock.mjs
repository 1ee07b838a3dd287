// node stock.mjs URL TOKEN: a client as an app has it, with the library's own defaults and no cursor. It prints what it
// receives as lines [name, data], and ["connect", {recovered}] for each connection. It sends each line [name, data] that it
// reads, and prints the acknowledgement as ["ack", …]; the line ["cut"] breaks its connection.
import { createInterface } from "node:readline";
import { io } from "socket.io-client";

const [url, token] = process.argv.slice(2);
const print = (name, data) => console.log(JSON.stringify([name, data]));
const socket = io(url, { auth: { token } });

socket.onAny(print);
socket.on("connect", () => print("connect", { recovered: socket.recovered }));
socket.on("connect_error", (error) => print("connect_error", { message: error.message, data: error.data ?? null }));
socket.on("disconnect", (reason) => print("disconnect", reason));

createInterface({ input: process.stdin }).on("line", (line) => {
  const [name, ...data] = JSON.parse(line);
  const { engine } = socket.io;
  const cut = () => engine.transport.ws.terminate();
  if (name === "cut") engine.transport.ws ? cut() : engine.once("upgrade", cut);
  else socket.emit(name, ...data, (answer) => print("ack", answer));
});
