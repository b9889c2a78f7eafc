"""Reading our stylesheets: the tokens of each theme, as a browser would see them."""

import re
from pathlib import Path

CSS = Path(__file__).resolve().parent.parent.parent / "static/css"
TOKENS = (CSS / "tokens.css").read_text()


def declarations(block: str) -> dict[str, str]:
    without_comments = re.sub(r"/\*.*?\*/", "", block, flags=re.DOTALL)
    return {name: " ".join(value.split()) for name, value in re.findall(r"([\w-]+)\s*:\s*([^;{}]+);", without_comments)}


def dark_blocks() -> list[dict[str, str]]:
    return [declarations(block) for block in re.findall(r"/\* dark:start \*/(.*?)/\* dark:end \*/", TOKENS, flags=re.DOTALL)]


def light_block() -> dict[str, str]:
    return declarations(TOKENS.partition(":root {")[2].partition("\n  }")[0])


def luminance(colour: str) -> float:
    """Relative luminance of #rrggbb as WCAG defines it."""
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)
