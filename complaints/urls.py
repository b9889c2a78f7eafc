"""The addresses of the desk. Names are what templates and tests use.

`<number:number>` is a complaint's number; the pattern for moves stands last, for it takes every word behind a number.
"""

from django.urls import URLPattern, URLResolver, path, register_converter
from django.urls.converters import StringConverter

from .views import (
    beside,
    closing,
    customers,
    deadlines,
    desk,
    documents,
    drafts,
    escalations,
    export,
    files,
    grading,
    handover,
    intake,
    listing,
    lookups,
    meeting,
    moves,
    notices,
    ordered,
    plan,
    register,
    reply,
    rounds,
    saved_views,
    similar,
    ticket,
    timeline,
    verification,
)


class NumberConverter(StringConverter):
    """Such as CR-2611-0087: capitals, digits and hyphens, so that no page's own word is taken for one."""

    regex = "[A-Z][A-Z0-9]*-[0-9]{4}-[0-9]+"


register_converter(NumberConverter, "number")

urlpatterns: list[URLPattern | URLResolver] = [
    path("", desk.my_work, name="my_work"),
    path("my-work.xlsx", export.my_work_export, name="my_work_export"),
    path("countersign/<number:number>/", desk.countersign, name="countersign"),
    path("escalations/", escalations.escalations, name="escalations"),
    path("complaints/", listing.complaint_list, name="complaint_list"),
    path("complaints/filters/", listing.filters, name="complaint_filters"),
    path("complaints/export.<str:kind>", export.complaint_export, name="complaint_export"),
    path("measures/", register.register, name="register"),
    path("measures/export.xlsx", register.register_export, name="register_export"),
    path("my-files/", ordered.ordered_files, name="ordered_files"),
    path("my-files/<int:pk>", ordered.ordered_file, name="ordered_file"),
    path("complaints/views/", saved_views.saved_views, name="saved_views"),
    path("complaints/views/<int:pk>/rename/", saved_views.rename_view, name="rename_view"),
    path("complaints/views/<int:pk>/delete/", saved_views.delete_view, name="delete_view"),
    path("people/<int:pk>/hand-over/", handover.hand_over_page, name="deactivate_person"),
    path("complaints/new/", intake.new, name="new_complaint"),
    path("complaints/new/beside/", beside.beside, name="beside_intake"),
    path("complaints/new/customers/", lookups.find_customers, name="find_customers"),
    path("complaints/new/contacts/", lookups.find_contacts, name="find_contacts"),
    path("complaints/new/subjects/", lookups.find_subjects, name="find_subjects"),
    path("complaints/new/lots/", lookups.find_lots, name="find_lots"),
    path("complaints/new/<number:number>/", intake.recorded, name="recorded"),
    path("customers/", customers.customer_list, name="customer_list"),
    path("customers/new/", customers.new_customer, name="new_customer"),
    path("customers/<int:pk>/", customers.customer, name="customer"),
    path("customers/<int:pk>/edit/", customers.edit_customer, name="edit_customer"),
    path("drafts/", drafts.drafts_list, name="drafts"),
    path("drafts/save/", drafts.save_draft, name="save_draft"),
    path("drafts/<uuid:key>/discard/", drafts.discard_draft, name="discard_draft"),
    path("files/", files.upload, name="upload"),
    path("files/<int:pk>/", files.attachment, name="attachment"),
    path("files/<int:pk>/small/", files.attachment_small, name="attachment_small"),
    path("notices/", notices.notices, name="notices"),
    path("notices/seen/", notices.notices_seen, name="notices_seen"),
    path("notices/<int:pk>/seen/", notices.notice_seen, name="notice_seen"),
    path("pulse", notices.pulse, name="pulse"),
    path("complaints/<number:number>/", ticket.ticket, name="complaint"),
    path("complaints/<number:number>/similar/", similar.similar, name="similar"),
    path("complaints/<number:number>/timeline/", timeline.entries, name="timeline"),
    path("complaints/<number:number>/meeting/", meeting.meeting, name="meeting"),
    path("complaints/<number:number>/plan/", plan.plan, name="plan"),
    path("complaints/<number:number>/plan/live/", plan.live, name="plan_live"),
    path("complaints/<number:number>/reply/", reply.reply, name="reply"),
    path("complaints/<number:number>/reply/preview.pdf", reply.preview, name="reply_preview"),
    path("complaints/<number:number>/verification/", verification.verification, name="verification"),
    path("complaints/<number:number>/closing/", closing.closing, name="closing"),
    path("complaints/<number:number>/deadlines/", deadlines.deadlines, name="deadlines"),
    path("complaints/<number:number>/deadlines/<str:which>/", deadlines.deadline, name="deadline"),
    path("complaints/<number:number>/documents/<slug:which>.pdf", documents.document, name="document"),
    path("complaints/<number:number>/documents/archive/", documents.make_archive, name="make_archive"),
    path("complaints/<number:number>/documents/archive/<int:pk>.pdf", documents.archive_file, name="archive_file"),
    path("complaints/<number:number>/rounds/", rounds.compare, name="rounds"),
    path("complaints/<number:number>/<slug:slug>/grade/", grading.grade_box, name="grade_box"),
    path("complaints/<number:number>/<slug:slug>/", moves.move, name="move"),
]
