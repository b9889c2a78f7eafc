"""`bare`: the least a page of fifty complaints can be. Same server, all middleware, signed in; one query, one loop, no formatting."""

from collections.abc import Callable
from typing import Any

from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from complaints.models import Complaint
from complaints.states import State

COLUMNS = ("number", "title", "customer__name", "grade", "state", "handler__name", "department__name", "received_at")


def bare(request: HttpRequest) -> HttpResponse:
    how_many = int(request.GET.get("n", 50))
    rows = Complaint.objects.exclude(state=State.CLOSED).order_by("-number_key").values_list(*COLUMNS)[:how_many]
    return render(request, "bare.html", {"rows": rows})


class CountQueries:
    """Answers a request that carries `X-Count` with the number of its queries; others are left alone."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if "X-Count" not in request.headers:
            return self.get_response(request)
        count = 0

        def counting(execute: Callable[..., Any], *args: Any) -> Any:
            nonlocal count
            count += 1
            return execute(*args)

        with connection.execute_wrapper(counting):
            response = self.get_response(request)
        response.headers["X-Queries"] = str(count)
        return response
