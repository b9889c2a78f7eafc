"""How gunicorn serves the product, on one machine and in a company: `gunicorn -c python:config.gunicorn config.wsgi`.

Threads, because pages wait for the database; each thread keeps one connection (workers x threads in all). Behind a proxy
that ends TLS, gunicorn believes X-Forwarded-Proto only from FORWARDED_ALLOW_IPS (default 127.0.0.1).
"""

import os
from pathlib import Path
from typing import Any

from config.memory import search_seldom

_host = os.environ.get("BIND") or "127.0.0.1"
bind = f"{f'[{_host}]' if ':' in _host else _host}:{os.environ.get('PORT') or '8000'}"
workers = int(os.environ.get("WEB_CONCURRENCY", "2"))
worker_class = "gthread"
threads = 4
graceful_timeout = 5
timeout = 60
max_requests = 10_000  # a leak, should there be one, stays small
max_requests_jitter = 1_000
loglevel = "warning"
control_socket_disable = True
if Path("/dev/shm").is_dir():  # noqa: S108 - the workers' heartbeat files: never on a slow disk
    worker_tmp_dir = "/dev/shm"  # noqa: S108


def post_worker_init(worker: Any) -> None:
    search_seldom()
