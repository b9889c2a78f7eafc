"""The verifier's page (R26): all measures that wait for him in one sending. The move it makes follows from the verdicts.

Not here: the form (`forms.verification`), the same acts one by one (`moves`).
"""

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_http_methods

from complaints.forms.verification import VerificationForm
from complaints.models import Complaint
from complaints.moves import MOVES

from .files import take_in
from .moves import answered, asked, blank_form, sent_form
from .ticket import visible

VERIFY = MOVES["verify"]


@require_http_methods(["GET", "HEAD", "POST"])
def verification(request: HttpRequest, number: str) -> HttpResponse:
    complaint = visible(request, number)
    if request.method != "POST":
        return asked(request, blank_form(request, complaint, VerificationForm, VERIFY))
    return answered(request, _sent(request, complaint))


verification.several_files = True  # type: ignore[attr-defined]  # read by UploadLimitMiddleware: without script files come with the form


def _sent(request: HttpRequest, complaint: Complaint) -> VerificationForm:
    """With the files of each measure taken in and named."""
    data = request.POST.copy()
    about = blank_form(request, complaint, VerificationForm, VERIFY)
    faults = [fault for measure in about.mine for fault in take_in(request, data, f"files_{measure.pk}")] if about.standing else []
    request.POST = data
    form = sent_form(request, complaint, VerificationForm, VERIFY)
    form.faults = faults
    return form
