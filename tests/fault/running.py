"""Runs the catalogue, one line for each fault. Broken, a fault that is not seen is the failure.

Not here: what is provoked (`killed`, `away`, `times`, `mail`).
"""

import os
import time
import traceback

from tests.fault import away, killed, mail, times
from tests.fault.catalogue import FAULTS, Fault
from tests.fault.ground import Ground
from tests.fault.lab import Lab

MODULES = (killed, away, times, mail)


def run(ground: Ground, broken: bool) -> int:
    lab, failed, began = Lab(ground), [], time.monotonic()
    only = set(filter(None, os.environ.get("ONLY", "").split(",")))
    for fault in sorted(FAULTS, key=lambda fault: int(fault.number[1:])):
        if not only or fault.number in only:
            failed += [] if _one(lab, fault, broken) else [fault.number]
    lab.stop_all()
    minutes = (time.monotonic() - began) / 60
    print(f"\n{'All seen' if broken else 'All withstood'} in {minutes:.1f} min" if not failed else f"\nFailed: {', '.join(failed)}")
    return int(bool(failed))


def _one(lab: Lab, fault: Fault, broken: bool) -> bool:
    """Whether it went as it should."""
    before = time.monotonic()
    why = _what_went_wrong(lab, fault, broken)
    well = (why != "") == broken
    word = ("red, as it should be" if well else "BLIND: nothing was seen") if broken else ("withstood" if well else "FAILED")
    twin = f" without {fault.breaks}" if broken else ""
    print(f"{fault.number:<4} {fault.title}{twin}: {word} ({time.monotonic() - before:.0f} s)", flush=True)
    for line in (*lab.notes, *([why[:600]] if why else [])):
        print(f"     {line}", flush=True)
    return well


def _what_went_wrong(lab: Lab, fault: Fault, broken: bool) -> str:
    lab.fresh(fault.breaks if broken else "")
    try:
        fault.provoke(lab)
        lab.assert_invariants(*fault.but)
    except AssertionError as error:
        return " ".join(str(error).split()) or "an assertion without words"
    except Exception as error:
        lab.note("".join(traceback.format_exception(error)[-2:]))
        return "" if broken else f"{type(error).__name__}: {error}"  # broken, only a check that fails counts
    return ""
