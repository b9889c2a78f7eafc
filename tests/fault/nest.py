"""Clock workers that hatch at once: all is imported before, each line of the standard input forks one of that name; its pid is the answer.

Only for runs that kill faster than Python starts. What runs is the same worker. Not here: killing (`lab.Nest`).
"""

import os
import signal
import sys

import django

django.setup()

from config.celery import app  # noqa: E402 - Django has to be set up first
from config.processes import die_with  # noqa: E402

WORDS = ("worker", "-P", "solo", "-Q", "clock", "--without-gossip", "--without-mingle", "--without-heartbeat")


def hatch(name: str) -> None:
    die_with(os.getppid(), signal.SIGKILL)
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    os.dup2(2, 1)
    app.worker_main(["--quiet", *WORDS, "-n", f"{name}@%h"])


def main() -> None:
    app.loader.import_default_modules()
    app.finalize()
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # the dead are not waited for
    for line in sys.stdin:
        pid = os.fork()
        if pid == 0:
            hatch(line.strip())
            os._exit(0)
        print(pid, flush=True)


if __name__ == "__main__":
    main()
