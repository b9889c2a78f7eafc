"""Finding by words: the index gives candidates, and where its keys do not say enough the text itself is looked at.

Not here: how text and query become keys (`complaints.search`) and the page made of what is found (`pages`).
"""

import re
from functools import cached_property

from django.db.models import Case, F, Q, QuerySet, TextField, Value, When

from complaints.models import Complaint
from complaints.search import MAX_QUERY, keys_decide, matches, proofs, query_keys, shapes
from complaints.wording import Run, Word, cut, fold
from organisation.models import Person

LONGEST_PREFIX = 6
_NUMBER = re.compile(r"[A-Z][A-Z0-9]{0,5}\d{8,15}")
_WITH_MONTH = re.compile(r"[A-Z][A-Z0-9]*-\d\d(0[1-9]|1[0-2])-\d{4,}")
_JOINTS = r"[-_/.+#*&']? ?"


class Query:
    """What somebody typed into a search box."""

    def __init__(self, text: str) -> None:
        self.text = " ".join(text[:MAX_QUERY].split())
        self.keys = query_keys(self.text)
        self._pieces = list(cut(fold(self.text), across_spaces=False)) if self.keys else []

    def __bool__(self) -> bool:
        """False when it says nothing that could be looked for."""
        return bool(self.keys)

    def candidates(self, among: QuerySet[Complaint]) -> QuerySet[Complaint]:
        return among.filter(search__contains=self.keys) if self else among

    @cached_property
    def is_exact(self) -> bool:
        """Whether the keys say it all: two Chinese characters, a part number, some short words."""
        return keys_decide(self.text)

    def is_in(self, haystack: str) -> bool:
        """Whether the words truly stand there; mostly it is enough to look for them as they are written."""
        if self.is_exact:
            return True
        folded = fold(haystack)
        if all(proof.search(folded) for proof in self._proofs):
            return True
        return not self._is_chinese and matches(haystack, self.text)

    @property
    def unproved(self) -> Case:
        """Of a candidate: its text as far as the database does not see for itself that the words stand there, else nothing."""
        seen = Q(*(Q(haystack__iregex=shape) for shape in shapes(self.text)))
        return Case(*([When(seen, then=Value(None))] if seen else []), default=F("haystack"), output_field=TextField())

    @cached_property
    def _proofs(self) -> list[re.Pattern[str]]:
        return proofs(self.text)

    @cached_property
    def _is_chinese(self) -> bool:
        return all(isinstance(piece, Run) for piece in self._pieces)

    @cached_property
    def pattern(self) -> re.Pattern[str] | None:
        """Finds the words as they are spelled in a text: “hx32” also as “HX-32”."""
        ways = [_spelled(piece) for piece in self._pieces]
        return re.compile("|".join(sorted(ways, key=len, reverse=True)), re.IGNORECASE) if ways else None

    def marked_in(self, text: str) -> list[str]:
        """The pieces of the text to highlight."""
        return list({found[0] for found in self.pattern.finditer(text)}) if self.pattern else []

    def excerpt(self, haystack: str, shown: str, width: int = 60) -> str:
        """A stretch of the text around the first hit that is not in what is `shown` anyway, '' when all of it is."""
        if self.pattern is None or self.pattern.search(shown):
            return ""
        for line in haystack.split("\n")[1:]:
            if found := self.pattern.search(line):
                start = max(found.start() - width // 3, 0)
                return ("…" if start else "") + line[start : start + width] + ("…" if start + width < len(line) else "")
        return ""


def _spelled(piece: Run | Word) -> str:
    if isinstance(piece, Run):
        return re.escape(piece.text)
    return r"(?<![^\W_])" + _JOINTS.join(re.escape(part) for part in piece.parts)


def by_number(person: Person, text: str) -> Complaint | None:
    """The complaint with exactly this number, however it is written: “cr-2611-0087”, “CR26110087”; if the person sees it."""
    plain = fold(text.strip()).replace("-", "").upper()
    if not _NUMBER.fullmatch(plain):
        return None
    readings = (f"{plain[:end]}-{plain[end : end + 4]}-{plain[end + 4 :]}" for end in range(1, LONGEST_PREFIX + 1))
    return Complaint.objects.visible_to(person).filter(number__in=[one for one in readings if _WITH_MONTH.fullmatch(one)]).first()
