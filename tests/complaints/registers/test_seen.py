import subprocess
import sys

from complaints.registers.seen import Seen

GROWTH = """
import os, pathlib, subprocess
from complaints.registers.seen import Seen

def memory():
    told = pathlib.Path("/proc/self/statm")
    return int(told.read_text().split()[1]) if told.exists() else int(subprocess.check_output(["ps", "-o", "rss=", "-p", str(os.getpid())]))

seen = Seen()
seen.first("register:0", 0)
before = memory()
for row in range(120_000):
    seen.first(f"register:{row:0110}", row)
print(memory() / before)
"""


def test_the_row_in_which_something_stood_first():
    seen = Seen()
    assert [seen.first("a", 2), seen.first("b", 3), seen.first("a", 4), seen.first("a", 5)] == [2, 3, 2, 2]
    seen.close()


def test_many_take_no_memory():
    told = subprocess.run([sys.executable, "-c", GROWTH], capture_output=True, text=True, check=True)
    assert float(told.stdout) < 1.15
