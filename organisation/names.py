"""How a person's name is shortened: the signs of a seal, the letters of an avatar. Pure text, no HTML, no models."""

from django.utils.html import format_html
from django.utils.safestring import SafeString

# Four fields of a seal, read from the top right: (x, y) of each sign in a 48 x 48 drawing.
SEAL_FIELDS = ((24.5, 21), (24.5, 40.5), (5.5, 21), (5.5, 40.5))
# What fills the rest, as carved: 林晓峰印, 高原之印.
SEAL_REST = {3: "印", 2: "之印", 1: "氏之印"}


def is_chinese(text: str) -> bool:
    """True when the name begins with a CJK ideograph."""
    return "\u3400" <= text[:1] <= "\u9fff"


def initials(name: str, most: int = 2) -> str:
    """The first letters of a Latin name in capitals; of a Chinese name the family name."""
    words = name.split()
    if not words:
        return "?"
    return words[0][0] if is_chinese(words[0]) else "".join(word[0].upper() for word in words[:most])


def seal_signs(name: str) -> list[tuple[float, float, SafeString | str, str]]:
    """Where each sign of a seal stands: (x, y, further attributes, sign)."""
    text = "".join(name.split())
    if not is_chinese(text):
        return [(24, 31, format_html(' text-anchor="{}"', "middle"), initials(name))]
    carved = (text + SEAL_REST.get(len(text), ""))[:4]
    return [(x, y, "", sign) for (x, y), sign in zip(SEAL_FIELDS, carved, strict=True)]
