"""Read by Python itself at the start of every process that a run starts: breaks its protections, or kills it, where the run says so."""

import os

if os.environ.get("FAULT_PATCHES"):
    from tests.fault import breaking

    breaking.install(os.environ["FAULT_PATCHES"].split(","))
