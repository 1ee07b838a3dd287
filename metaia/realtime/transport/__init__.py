"""Below Socket.IO: WebSocket frames, send buffers, heartbeats, and the patched Engine.IO socket."""
