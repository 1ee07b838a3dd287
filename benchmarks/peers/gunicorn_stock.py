"""gunicorn's configuration of the stock Flask-SocketIO peer, instead of METAIA's in the working folder."""

import os

bind = f"127.0.0.1:{os.environ['PORT']}"
worker_class = "geventwebsocket.gunicorn.workers.GeventWebSocketWorker"
workers = 1
worker_connections = 20_000
backlog = 4096
graceful_timeout = 1
loglevel = "warning"
control_socket_disable = True
