"""The load generator: thousands of Socket.IO clients in one small process, without a client library."""
