"""What happens to a request before Flask or Engine.IO: proxies, hosts, origins, handshakes; and headers of answers."""
