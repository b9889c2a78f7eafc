"""What stands in a PDF, as somebody finds it who searches or copies."""

from io import BytesIO

from pypdf import PdfReader


def pages(content: bytes) -> list[str]:
    return [page.extract_text() for page in PdfReader(BytesIO(content)).pages]


def words(content: bytes) -> str:
    """All text without its line breaks and spaces: where a line ends is the typesetter's affair."""
    return plain(" ".join(pages(content)))


def plain(text: str) -> str:
    return "".join(text.split())
