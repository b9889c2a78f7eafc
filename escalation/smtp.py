"""One message, one conversation with the mail server, and how it ended: sent, refused, or the server is away.

Each answer may take EMAIL_TIMEOUT seconds and the whole conversation LONGEST: a server that dribbles byte by byte is cut off.
Not here: what is sent, when it is tried again (`mailing`).
"""

import smtplib
import socket
import threading
import time
from typing import Any

from django.core.mail import EmailMessage
from django.core.mail.backends.smtp import EmailBackend

LONGEST = 30.0  # seconds; less than the shortest pause before another try
CLOSING = 421  # the server is about to leave: no verdict on the message


class Refused(Exception):
    """The server does not take this message: for good (5xx), or for the moment (4xx)."""

    def __init__(self, code: int, why: str) -> None:
        super().__init__(f"{code} {why}")
        self.for_good = 500 <= code < 600


class Away(Exception):
    """The server cannot be reached, answers too late, breaks off or does not let us in. The message may have arrived all the same."""


def send(message: EmailMessage) -> None:
    """Raises Refused, Away, and ValueError for an address that is none."""
    backend = Backend()
    try:
        backend.open()
        backend.send_messages([message])
    except smtplib.SMTPRecipientsRefused as error:
        raise _refusal(*next(iter(error.recipients.values()))) from error  # there is one recipient
    except smtplib.SMTPDataError as error:
        raise _refusal(error.smtp_code, error.smtp_error) from error
    except (OSError, smtplib.SMTPException) as error:
        raise Away(_reason(error)) from error
    finally:
        backend.fail_silently = True  # the message is sent or not: how the server takes leave changes nothing
        backend.close()


class Impatient(smtplib.SMTP):
    """Waits for a whole answer, not for its next byte."""

    def __init__(self, *args: Any, **options: Any) -> None:
        self.ends = time.monotonic() + LONGEST
        super().__init__(*args, **options)

    def getreply(self) -> tuple[int, bytes]:
        patience = max(0.01, min(float(self.timeout), self.ends - time.monotonic()))
        too_late = threading.Event()
        watch = threading.Timer(patience, _cut, [self.sock, too_late])
        watch.start()
        try:
            return super().getreply()
        finally:
            watch.cancel()
            if too_late.is_set():  # whatever it read until then
                self.close()
                raise TimeoutError(f"no answer within {patience:.0f} s")


class ImpatientTLS(Impatient, smtplib.SMTP_SSL):
    """The same over TLS from the first byte."""


class Backend(EmailBackend):
    @property
    def connection_class(self) -> type[smtplib.SMTP]:
        return ImpatientTLS if self.use_ssl else Impatient


def _cut(line: socket.socket, too_late: threading.Event) -> None:
    too_late.set()
    try:
        line.shutdown(socket.SHUT_RDWR)
    except OSError:
        pass  # closed meanwhile


def _refusal(code: int, why: bytes | str) -> Refused | Away:
    return Away(f"{code} {_words(why)}") if code == CLOSING else Refused(code, _words(why))


def _words(said: bytes | str) -> str:
    text = said.decode(errors="replace") if isinstance(said, bytes) else said
    return " ".join(text.split())


def _reason(error: OSError | smtplib.SMTPException) -> str:
    if isinstance(error, smtplib.SMTPResponseException):
        return f"{error.smtp_code} {_words(error.smtp_error)}"
    return f"{type(error).__name__}: {error}"
