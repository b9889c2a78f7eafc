"""What a person sees when something failed that nobody foresaw: a plain page with a number that is also in the log.

The page shows no cause, no path and no data. A database that is away or busy is 503 with a hint to try again, all else 500.
"""

import logging
import sys

from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string

log = logging.getLogger("redress.errors")

LAST_RESORT = "<!doctype html><meta charset=utf-8><title>Redress</title><p>Something went wrong. Number: {error_id}"


def server_error(request: HttpRequest) -> HttpResponse:
    """Django's handler500. Never raises: a page that cannot be drawn is replaced by one sentence."""
    busy = _comes_of_the_database(sys.exc_info()[1])
    error_id = getattr(request, "request_id", "-")
    response = HttpResponse(_page(error_id, busy=busy), status=503 if busy else 500)
    if busy:
        response["Retry-After"] = "5"
    return response


def _comes_of_the_database(error: BaseException | None) -> bool:
    """Also what was raised while its going away was dealt with: a transaction that can't even be rolled back."""
    while error is not None:
        if isinstance(error, OperationalError | InterfaceError):
            return True
        error = error.__cause__ or error.__context__
    return False


def _page(error_id: str, *, busy: bool) -> str:
    try:
        return render_to_string("500.html", {"error_id": error_id, "busy": busy})
    except Exception:  # the page of last resort must appear whatever is broken
        log.exception("the error page itself failed")
        return LAST_RESORT.format(error_id=error_id)
