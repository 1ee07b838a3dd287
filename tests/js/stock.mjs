// node stock.mjs URL TOKEN: a client as an app has it, with the library's own defaults and no cursor. It prints what it
// receives as lines [name, data], and ["connect", {recovered}] for each connection.
import { io } from "socket.io-client";

const [url, token] = process.argv.slice(2);
const print = (name, data) => console.log(JSON.stringify([name, data]));
const socket = io(url, { auth: { token } });

socket.onAny(print);
socket.on("connect", () => print("connect", { recovered: socket.recovered }));
socket.on("connect_error", (error) => print("connect_error", { message: error.message, data: error.data ?? null }));
socket.on("disconnect", (reason) => print("disconnect", reason));
