"""What concerns every request and knows nothing of complaints: its number in the log, and that no page is stored."""

from collections.abc import Callable
from secrets import token_hex

from django.http import HttpRequest, HttpResponse

from config.logs import current_request

Handler = Callable[[HttpRequest], HttpResponse]


class RequestIdMiddleware:
    """Gives each request a number: every line it logs carries it, and so does the error page (`request.request_id`)."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.request_id = token_hex(4)  # type: ignore[attr-defined]  # an attribute of ours on Django's class
        token = current_request.set(request)
        try:
            return self.get_response(request)
        finally:
            current_request.reset(token)


class NoStoreMiddleware:
    """Pages are made for one person: neither a proxy nor the browser's disk keeps them, unless a view says otherwise."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        response.headers.setdefault("Cache-Control", "no-store")
        return response
