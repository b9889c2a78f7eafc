"""`make faults`: every fault of the catalogue against the real processes; `make faults BROKEN=1`: each without its protection, and red.

`ONLY=F2,F27` runs some of them. Figures of a busy machine are worth little: run it alone.
"""

import importlib
import os
import sys

from tests.fault.ground import ground


def main() -> int:
    with ground() as servers:
        return importlib.import_module("tests.fault.running").run(servers, "--broken" in sys.argv or bool(os.environ.get("BROKEN")))


if __name__ == "__main__":
    sys.exit(main())
