"""What people may attach: checked by what a file contains, never by what it says it is (ASVS V5).

`inspect` decides; pictures are then drawn anew by `normalise_image`, so that nothing but the picture is left of them, and get a
`thumbnail`. Everything else is kept as it came and only ever sent as an attachment (`disposition`), with nosniff and a sandbox.
Pure; not here: sizes per complaint, storing, serving, or a virus scanner.
"""

from .filenames import clean, disposition
from .inspection import Accepted, inspect
from .pictures import MAX_PIXELS, normalise_image, thumbnail
from .refusals import Refused

__all__ = ["MAX_PIXELS", "Accepted", "Refused", "clean", "disposition", "inspect", "normalise_image", "thumbnail"]
