"""Why a file is refused: a code for the log, and a sentence that says what to do instead."""

from django.utils.translation import gettext_lazy as _

REASONS = {
    "empty": _("The file is empty."),
    "too_large": _("The file is larger than %(limit)s MB."),
    "type": _("Files of this kind are not taken. Pictures, PDF, Word, Excel, PowerPoint, text and e-mails (.eml) are."),
    "web_page": _("Web pages, drawings and scripts (HTML, SVG, JavaScript) are not taken. A picture or a PDF of it is."),
    "archive": _("Archives are not taken. Please attach the files themselves."),
    "heic": _("Photos in the HEIC or AVIF format can't be shown everywhere. Please send them as JPEG."),
    "old_office": _("Old, protected or encrypted Office files can't be checked. Please save them as .docx, .xlsx, .pptx or PDF."),
    "outlook": _("Outlook's own format can't be checked. Please save the e-mail as .eml or PDF."),
    "macros": _("The file contains macros. Please save it without them, or as PDF."),
    "mismatch": _("The file's content is not what its name says (%(extension)s)."),
    "damaged": _("The file is damaged or incomplete."),
    "too_many_pixels": _("The picture is too large: more than %(limit)s million pixels."),
    "too_many_frames": _("The picture moves too long: more than %(limit)s frames."),
    "too_many_pages": _("The fax has more than %(limit)s pages. Please send it as PDF."),
    "unpacks_too_large": _("Unpacked, the file would be too large to be checked. Please save it as PDF."),
    "not_text": _("This is not a text: it contains characters that no text has, or its encoding is unknown."),
    "not_mail": _("This is not an e-mail as mail programs save it."),
}


class Refused(Exception):
    """A file that is not taken; `code` is one of `REASONS`, `str()` says it in the active language."""

    def __init__(self, code: str, **params: object) -> None:
        super().__init__(code)
        self.code = code
        self.params = params

    def __str__(self) -> str:
        return str(REASONS[self.code]) % self.params
