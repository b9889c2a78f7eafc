"""Other people's complaint registers, CSV or XLSX, read with a mapping file (docs/import.md): rows of values, or faults.

    mapping = load_mapping(Path("complaints/register_maps/cfpb.toml"))
    for each in read(path, mapping, branch.tz, now):
        ...  # a Row or a Fault

Nothing is guessed silently: a date that can be read two ways, a word the mapping does not know, a number a spreadsheet has shortened
are faults. Pure; not here: the command that writes to the database.
"""

from .faults import Fault, Unreadable
from .mapping import BadMapping, RegisterMapping, load_mapping
from .reading import Row, identity, read

__all__ = ["BadMapping", "Fault", "RegisterMapping", "Row", "Unreadable", "identity", "load_mapping", "read"]
