"""Private and patched parts of libraries that METAIA relies on; `guards` checks them at start.

After an upgrade: read what changed in a library's parts, run `make check`, then raise `tested`.
"""

from __future__ import annotations

from metaia.core.libraries.parts import Library

LIBRARIES = (
    Library(
        "urllib3",
        "2",
        "providers/public_only.py",
        {
            "urllib3.connection:HTTPConnection._new_conn": "self",
            "urllib3.connection:HTTPSConnection.connect": frozenset({"_new_conn"}),
            "urllib3.poolmanager:PoolManager.__init__": frozenset({"pool_classes_by_scheme"}),
        },
    ),
    Library(
        "python-engineio",
        "4.15",
        "realtime/transport/engineio_socket.py",
        {
            "engineio.socket:Socket.__init__": "self server sid",
            "engineio.socket:Socket.send": "self pkt",
            "engineio.socket:Socket.poll": "self",
            "engineio.socket:Socket.receive": "self pkt",
            "engineio.socket:Socket.close": "self wait abort reason",
            "engineio.socket:Socket.handle_post_request": "self environ",
            "engineio.socket:Socket.schedule_ping": "self",
            "engineio.socket:Socket._websocket_handler": "self ws",
            "engineio.packet:Packet.__init__": "self packet_type data encoded_packet",
            "engineio.server:Server._trigger_event": "self event args kwargs",
            "engineio.server:Server.handle_request": frozenset({"handle_post_request", "EngineIOError"}),
            "engineio.server:Server.create_queue": "self args kwargs",
            "engineio.async_drivers.gevent:WebSocketWSGI.__call__": frozenset({"_sock", "environ"}),
        },
    ),
    Library(
        "python-socketio",
        "5.18",
        "realtime/clients/socketio_rooms.py",
        {
            "socketio.redis_manager:RedisManager.basic_enter_room": "self sid namespace room eio_sid",
            "socketio.redis_manager:RedisManager.basic_leave_room": "self sid namespace room",
            "socketio.redis_manager:RedisManager.get_rooms": "self sid namespace",
            "socketio.redis_manager:RedisManager.trigger_callback": "self sid id data",
            "socketio.redis_manager:RedisManager.basic_disconnect": "self sid namespace kwargs",
            "socketio.redis_manager:RedisManager.eio_sid_from_sid": "self sid namespace",
            "socketio.base_manager:BaseManager.__init__": frozenset({"callbacks", "pending_disconnect"}),
            "socketio.manager:Manager.pre_disconnect": "self sid namespace",
            "socketio.server:Server._handle_eio_message": "self eio_sid data",
            "socketio.server:Server._handle_connect": "self eio_sid namespace data",
            "socketio.server:Server._send_packet": "self eio_sid pkt",
            "socketio.manager:Manager.pre_connect": "self eio_sid namespace",
            "socketio.manager:Manager.connect": "self sid namespace",
        },
    ),
    Library(
        "gevent-websocket",
        "0.10",
        "realtime/server/upgrades.py",
        {
            "geventwebsocket.handler:WebSocketHandler.upgrade_websocket": "self",
            "geventwebsocket.handler:WebSocketHandler.run_application": frozenset({"upgrade_websocket"}),
            "geventwebsocket.handler:WebSocketHandler.start_response": "self status headers exc_info",
            "geventwebsocket.handler:WebSocketHandler.upgrade_connection": frozenset({"websocket"}),
            "geventwebsocket.handler:WebSocketHandler.SUPPORTED_VERSIONS": frozenset({"13"}),
            "geventwebsocket.websocket:WebSocket.__init__": frozenset({"handler", "closed"}),
        },
    ),
    Library(
        "gevent",
        "26.9",
        "realtime/server/timeouts.py",
        {
            "gevent.pywsgi:Input.__init__": "self rfile content_length socket chunked_input",
            "gevent.pywsgi:Input.__slots__": frozenset({"content_length", "position", "chunked_input"}),
            "gevent.pywsgi:Input._do_read": "self length use_readline",
            "gevent.pywsgi:Input._chunked_read": "self length use_readline",
            "gevent.pywsgi:Input._discard": "self",
            "gevent.pywsgi:WSGIHandler.handle": "self",
            "gevent.pywsgi:WSGIHandler.read_requestline": "self",
            "gevent.pywsgi:WSGIHandler.MessageClass": "self args",
            "gevent.pywsgi:WSGIHandler.get_environ": frozenset({"wsgi_input"}),
            "gevent.pywsgi:WSGIHandler._handle_client_error": "self ex",
            "gevent.pywsgi:WSGIHandler.log_error": "self msg args",
            "gevent.pywsgi:WSGIHandler.ignored_socket_errors": None,
        },
    ),
    Library(
        "gunicorn",
        "27.0",
        "realtime/server/worker.py",
        {
            "gunicorn.workers.ggevent:GeventPyWSGIWorker.run": frozenset(
                {"sockets", "alive", "notify", "worker_connections", "wsgi", "log", "graceful_timeout"}
            ),
            "gunicorn.workers.ggevent:GeventPyWSGIWorker.notify": frozenset({"ppid", "getppid"}),
            "gunicorn.http.wsgi:base_environ": "cfg",
            "gunicorn.arbiter:Arbiter.reap_workers": frozenset({"WORKER_BOOT_ERROR", "HaltServer"}),
        },
    ),
    Library(
        "rq",
        "2.12",
        "jobs/worker.py",
        {
            "rq.scheduler:RQScheduler.work": "self",
            "rq.worker.base:RQScheduler": None,
            "rq.worker.base:BaseWorker._start_scheduler": frozenset({"RQScheduler"}),
            "rq.worker:SimpleWorker.dequeue_job_and_maintain_ttl": "self timeout max_idle_time",
            "rq.worker:SimpleWorker.execute_job": "self job queue",
            "rq.worker:SimpleWorker.perform_job": "self job queue",
            "rq.job:Job.perform": "self",
            "rq.worker.base:BaseWorker.set_shutdown_requested_date": frozenset({"_shutdown_requested_date"}),
        },
    ),
    Library(
        "rq-dashboard",
        "0.9",
        "console/rq_dashboard.py",
        {
            "rq_dashboard.web:config.serializer": None,
            "rq_dashboard.web:get_queue_registry_jobs_count": frozenset({"config", "serializer"}),
            "rq_dashboard.web:job_view": frozenset({"Job", "fetch"}),
            "rq_dashboard.web:workers_overview": frozenset({"Worker", "all"}),
        },
    ),
    Library(
        "Flask-Limiter",
        "4.1",
        "core/http/rate_limits.py",
        {
            "metaia.extensions:limiter.limit_manager.set_default_limits": "limits",
            "flask_limiter:Limit.bind": "self limiter",
        },
    ),
    Library(
        "limits",
        "5.8",
        "core/http/rate_counter.py",
        {
            "limits.strategies:STRATEGIES": frozenset({"fixed-window"}),
            "limits.strategies:FixedWindowRateLimiter.hit": "self item identifiers cost",
            "limits.strategies:FixedWindowRateLimiter.test": "self item identifiers cost",
            "limits.strategies:FixedWindowRateLimiter.get_window_stats": "self item identifiers",
        },
    ),
    Library(
        "webargs",
        "8.7",
        "core/http/bodies.py",
        {
            "webargs.flaskparser:FlaskParser.__location_map__": frozenset({"json", "query", "form"}),
            "webargs.flaskparser:FlaskParser.load_json": "self req schema",
            "webargs.flaskparser:FlaskParser.load_querystring": "self req schema",
        },
    ),
    Library(
        "flask-smorest",
        "0.47",
        "core/http/blueprint.py",
        {
            "flask_smorest:Blueprint.ARGUMENTS_PARSER": None,
            "flask_smorest:Blueprint.doc": "kwargs",
            "flask_smorest:Blueprint.register_views_in_doc": "self api app spec name parameters",
            "flask_smorest:Api.ERROR_SCHEMA": None,
        },
    ),
    Library(
        "psycopg",
        "3.3",
        "core/db/driver.py",
        {
            "psycopg:Connection.wait": "self gen interval timeout",
            "psycopg:Connection.rollback": "self",
            "psycopg.generators:execute": "pgconn",
            "psycopg.adapt:Transformer.set_pgresult": "self result set_loaders format",
            "psycopg.adapt:Transformer.load_rows": "self row0 row1 make_row",
            "psycopg.errors:error_from_result": "result encoding",
        },
    ),
)
