"""Long files: how far one's own are, and fetching them. Everybody else's are not there (404).

The page asks again by itself every few seconds, or by its link. Not here: ordering (`complaints.ordering`).
"""

from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from complaints.models import FileOrder, OrderState
from complaints.ordering import KEPT, folder

OPEN = (OrderState.WAITING, OrderState.RUNNING)


@require_safe
def ordered_files(request: HttpRequest) -> HttpResponse:
    """All of the reader's; as a fragment while some are being made."""
    orders = list(FileOrder.objects.filter(person=request.user))
    context = {"orders": orders, "waiting": any(one.state in OPEN for one in orders), "days": KEPT.days}
    template = "complaints/ordered/now.html" if request.headers.get("HX-Request") else "complaints/ordered/page.html"
    return render(request, template, context)


@require_safe
def ordered_file(request: HttpRequest, pk: int) -> FileResponse:
    order = get_object_or_404(FileOrder, pk=pk, person=request.user, state=OrderState.DONE)
    try:
        content = (folder() / order.stored).open("rb")
    except FileNotFoundError:
        raise Http404 from None
    return FileResponse(content, as_attachment=True, filename=order.name)
