"""The layer below Socket.IO: WebSocket frames, send buffers, heartbeats, and the replacement of Engine.IO's socket."""
