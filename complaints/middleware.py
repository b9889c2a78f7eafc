"""What is too large is refused by what it says of its size, before a byte of it is read (CSRF protection reads whole forms).

How large files may be is the branch's setting; a view that takes several at once says so by `several_files`. Not here: what a file
contains (`uploads`).
"""

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from organisation.visitor import follows_a_link

MB = 1 << 20
SIGNED_OUT = MB
BESIDE = MB  # of the form around the files


class UploadLimitMiddleware:
    """Stands before CsrfViewMiddleware, so that its `process_view` comes first."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, view: Callable[..., Any], args: Any, kwargs: Any) -> HttpResponse | None:
        if length(request) <= MB or length(request) <= most(request, view):
            return None
        response = render(request, "errors/413.html", status=413) if follows_a_link(request) else HttpResponse(status=413)
        response["Connection"] = "close"  # the rest of the body is not wanted
        return response


def length(request: HttpRequest) -> int:
    """Without a length there is no body: the server has seen to that."""
    said = request.META.get("CONTENT_LENGTH") or ""
    return int(said) if said.isdecimal() else 0


def most(request: HttpRequest, view: Callable[..., Any]) -> int:
    if not request.user.is_authenticated:
        return SIGNED_OUT
    branch = request.user.branch
    files = branch.max_files_mb if getattr(view, "several_files", False) else branch.max_file_mb
    return files * MB + BESIDE
