"""Another register's complaints become ours (R33a): history, with one event each, in the state they had; no notices, grading or timers.

    for step in import_register(path, load_mapping(map_path), branch):
        print(step.imported, step.known, step.faults)

Importing again adds only what is new. Not here: reading registers and their mappings (`registers`).
"""

from .run import Step, import_register

__all__ = ["Step", "import_register"]
