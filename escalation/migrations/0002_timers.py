"""Timers, what ran out, whom it was told; policies; the sweep's pulse."""

import django.contrib.postgres.fields
import django.contrib.postgres.indexes
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

# Rows that change often: room for new versions on the page, and the dead ones cleared early (architecture, section 5).
TUNING = """
ALTER TABLE escalation_timer SET (fillfactor = 80, autovacuum_vacuum_scale_factor = 0.02, autovacuum_vacuum_cost_delay = 0);
ALTER TABLE escalation_sweeppulse SET (fillfactor = 20, autovacuum_vacuum_threshold = 200);
"""


class Migration(migrations.Migration):
    dependencies = [
        ("complaints", "0001_initial"),
        ("escalation", "0001_initial"),
        ("organisation", "0001_initial"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Message",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("address", models.EmailField(max_length=254)),
                ("message_id", models.CharField(max_length=120, unique=True)),
                (
                    "state",
                    models.CharField(
                        choices=[("waiting", "waiting"), ("sent", "sent"), ("given_up", "given up")], default="waiting", max_length=10
                    ),
                ),
                ("created_at", models.DateTimeField()),
                ("tries", models.PositiveSmallIntegerField(default=0)),
                ("next_at", models.DateTimeField(null=True)),
                ("sent_at", models.DateTimeField(null=True)),
                ("fault", models.CharField(blank=True, default="", max_length=300)),
                (
                    "recipient",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="messages", to=settings.AUTH_USER_MODEL),
                ),
            ],
            options={
                "indexes": [models.Index(condition=models.Q(("state", "waiting")), fields=["next_at"], name="message_next")],
            },
        ),
        migrations.CreateModel(
            name="Notice",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("channel", models.CharField(choices=[("desk", "in the product"), ("mail", "by e-mail")], max_length=4)),
                ("kind", models.CharField(max_length=24)),
                ("at", models.DateTimeField()),
                ("not_before", models.DateTimeField()),
                ("seen_at", models.DateTimeField(null=True)),
                (
                    "complaint",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="complaints.complaint",
                    ),
                ),
                (
                    "event",
                    models.ForeignKey(
                        db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name="notices", to="complaints.event"
                    ),
                ),
                (
                    "message",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="notices",
                        to="escalation.message",
                    ),
                ),
                (
                    "recipient",
                    models.ForeignKey(
                        db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name="notices", to=settings.AUTH_USER_MODEL
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(condition=models.Q(("channel", "desk")), fields=["recipient", "-id"], name="notice_of"),
                    models.Index(
                        condition=models.Q(("channel", "desk"), ("seen_at", None)), fields=["recipient", "-id"], name="notice_unseen"
                    ),
                    models.Index(
                        condition=models.Q(("channel", "mail"), ("message", None)),
                        fields=["recipient", "not_before"],
                        name="notice_to_mail",
                    ),
                    models.Index(condition=models.Q(("message__isnull", False)), fields=["message"], name="notice_mailed"),
                ],
                "constraints": [models.UniqueConstraint(fields=("event", "recipient", "channel"), name="notice_once")],
            },
        ),
        migrations.CreateModel(
            name="PolicyVersion",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("key", models.CharField(max_length=24)),
                ("version", models.PositiveSmallIntegerField()),
                ("effective_from", models.DateTimeField(verbose_name="in force from")),
                (
                    "clock",
                    models.CharField(
                        choices=[
                            ("hours", "all hours"),
                            ("working", "working hours"),
                            ("working_days", "working days"),
                            ("days", "calendar days"),
                            ("date", "its date"),
                        ],
                        max_length=12,
                        verbose_name="clock",
                    ),
                ),
                ("amount", models.PositiveIntegerField(verbose_name="time")),
                (
                    "warn_at",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.PositiveSmallIntegerField(), blank=True, default=list, size=None, verbose_name="reminders at (%)"
                    ),
                ),
                (
                    "first",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(
                            choices=[
                                ("gm", "General manager"),
                                ("group", "Group approver"),
                                ("head", "Department head"),
                                ("manager", "Business manager"),
                                ("owner", "Whoever has it in hand"),
                            ],
                            max_length=8,
                        ),
                        blank=True,
                        default=list,
                        size=None,
                        verbose_name="told first",
                    ),
                ),
                (
                    "second",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(
                            choices=[
                                ("gm", "General manager"),
                                ("group", "Group approver"),
                                ("head", "Department head"),
                                ("manager", "Business manager"),
                                ("owner", "Whoever has it in hand"),
                            ],
                            max_length=8,
                        ),
                        blank=True,
                        default=list,
                        size=None,
                        verbose_name="told next",
                    ),
                ),
                (
                    "until",
                    models.CharField(
                        choices=[("acknowledged", "acknowledged"), ("stopped", "done")], default="acknowledged", max_length=12
                    ),
                ),
                ("enabled", models.BooleanField(default=True, verbose_name="in use")),
                ("name", models.CharField(blank=True, max_length=60, verbose_name="name")),
                ("name_en", models.CharField(blank=True, max_length=60, verbose_name="name in English")),
                ("reason", models.TextField(verbose_name="why")),
                ("moved_running", models.BooleanField(default=False, verbose_name="running timers moved too")),
                ("preview", models.JSONField(default=dict)),
                ("decided_at", models.DateTimeField()),
                (
                    "decided_by",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL),
                ),
            ],
            options={
                "ordering": ["key", "version"],
                "constraints": [models.UniqueConstraint(fields=("key", "version"), name="policy_version_once")],
            },
        ),
        migrations.CreateModel(
            name="SweepPulse",
            fields=[
                ("id", models.PositiveSmallIntegerField(default=1, primary_key=True, serialize=False)),
                ("at", models.DateTimeField()),
                ("worker", models.CharField(blank=True, max_length=120)),
                ("raised", models.PositiveBigIntegerField(default=0)),
                ("slowest", models.DurationField(null=True)),
            ],
            options={
                "constraints": [models.CheckConstraint(condition=models.Q(("id", 1)), name="sweep_pulse_single")],
            },
        ),
        migrations.CreateModel(
            name="Timer",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "code",
                    models.CharField(
                        choices=[
                            ("report", "Report to the manager"),
                            ("acknowledge", "Acknowledge"),
                            ("plan", "Plan"),
                            ("group_plan", "Implementation plan"),
                            ("stage:triage", "Triage"),
                            ("stage:assignment", "Responsibility"),
                            ("stage:confirmation", "Confirmation"),
                            ("stage:review", "Review"),
                            ("stage:approval", "Approval"),
                            ("stage:reply", "Reply"),
                            ("answer", "The customer's answer"),
                            ("update", "Word to the customer"),
                            ("promise", "Promise"),
                            ("measure", "Measure"),
                            ("site_visit", "Site visit"),
                            ("visit", "Visit"),
                            ("unreachable", "Not reachable"),
                            ("countersign", "Countersign"),
                            ("customer_date", "The customer's date"),
                            ("unsolved", "Unsolved for a month"),
                            ("regrade", "Grade to be worked out again"),
                        ],
                        max_length=20,
                    ),
                ),
                ("subject", models.CharField(blank=True, default="", max_length=20)),
                ("ordinal", models.PositiveSmallIntegerField(default=1)),
                ("policy", models.CharField(max_length=24)),
                ("policy_version", models.PositiveSmallIntegerField(default=1)),
                (
                    "clock",
                    models.CharField(
                        choices=[
                            ("hours", "all hours"),
                            ("working", "working hours"),
                            ("working_days", "working days"),
                            ("days", "calendar days"),
                            ("date", "its date"),
                        ],
                        max_length=12,
                    ),
                ),
                ("amount", models.PositiveIntegerField()),
                ("started", models.DateTimeField()),
                ("due", models.DateTimeField()),
                (
                    "state",
                    models.CharField(
                        choices=[("running", "running"), ("paused", "paused"), ("stopped", "stopped"), ("void", "no longer asked for")],
                        default="running",
                        max_length=8,
                    ),
                ),
                (
                    "verdict",
                    models.CharField(
                        blank=True, choices=[("", "not decided"), ("in_time", "in time"), ("late", "late")], default="", max_length=8
                    ),
                ),
                ("stopped_at", models.DateTimeField(null=True)),
                ("ran_out_at", models.DateTimeField(null=True)),
                ("by_rule", models.BooleanField(default=False)),
                ("timing", models.PositiveSmallIntegerField(default=0)),
                ("next_at", models.DateTimeField(null=True)),
                ("next_rung", models.PositiveSmallIntegerField(null=True)),
                ("pauses", models.JSONField(default=list)),
                ("source", models.CharField(blank=True, default="", max_length=8)),
                ("fault", models.CharField(blank=True, default="", max_length=300)),
                (
                    "calendar",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="organisation.workcalendar",
                    ),
                ),
                (
                    "complaint",
                    models.ForeignKey(
                        db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name="timers", to="complaints.complaint"
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(condition=models.Q(("state", "running")), fields=["next_at", "id"], name="timer_next"),
                    models.Index(condition=models.Q(("state__in", ["running", "paused"])), fields=["complaint", "due"], name="timer_live"),
                ],
                "constraints": [
                    models.UniqueConstraint(fields=("complaint", "code", "subject", "ordinal"), name="timer_once"),
                    models.UniqueConstraint(
                        condition=models.Q(("state__in", ["running", "paused"])),
                        fields=("complaint", "code", "subject"),
                        name="timer_one_live",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("next_at", None), ("state", "running"), _connector="OR"), name="timer_waits_only_running"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("stopped_at", None), models.Q(("state__in", ["running", "paused"]), _negated=True), _connector="XOR"
                        ),
                        name="timer_stopped_has_instant",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Escalation",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "code",
                    models.CharField(
                        choices=[
                            ("report", "Report to the manager"),
                            ("acknowledge", "Acknowledge"),
                            ("plan", "Plan"),
                            ("group_plan", "Implementation plan"),
                            ("stage:triage", "Triage"),
                            ("stage:assignment", "Responsibility"),
                            ("stage:confirmation", "Confirmation"),
                            ("stage:review", "Review"),
                            ("stage:approval", "Approval"),
                            ("stage:reply", "Reply"),
                            ("answer", "The customer's answer"),
                            ("update", "Word to the customer"),
                            ("promise", "Promise"),
                            ("measure", "Measure"),
                            ("site_visit", "Site visit"),
                            ("visit", "Visit"),
                            ("unreachable", "Not reachable"),
                            ("countersign", "Countersign"),
                            ("customer_date", "The customer's date"),
                            ("unsolved", "Unsolved for a month"),
                            ("regrade", "Grade to be worked out again"),
                        ],
                        max_length=20,
                    ),
                ),
                ("rung", models.PositiveSmallIntegerField()),
                ("timing", models.PositiveSmallIntegerField(default=0)),
                ("due", models.DateTimeField()),
                ("raised_at", models.DateTimeField()),
                ("found_late", models.BooleanField(default=False)),
                ("by_rule", models.BooleanField(default=False)),
                ("to", django.contrib.postgres.fields.ArrayField(base_field=models.BigIntegerField(), default=list, size=None)),
                ("acknowledged_at", models.DateTimeField(null=True)),
                ("instruction", models.TextField(blank=True, verbose_name="what is to be done")),
                ("wanted_by", models.DateTimeField(blank=True, null=True, verbose_name="until when")),
                (
                    "acknowledged_by",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "complaint",
                    models.ForeignKey(
                        db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name="escalations", to="complaints.complaint"
                    ),
                ),
                ("event", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="complaints.event")),
                (
                    "owner",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "timer",
                    models.ForeignKey(
                        db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name="escalations", to="escalation.timer"
                    ),
                ),
            ],
            options={
                "ordering": ["raised_at", "id"],
                "indexes": [
                    django.contrib.postgres.indexes.GinIndex(condition=models.Q(("rung__gte", 100)), fields=["to"], name="escalation_to"),
                    models.Index(fields=["complaint", "timer"], name="escalation_by_complaint"),
                    models.Index(
                        condition=models.Q(("acknowledged_by__isnull", False)), fields=["acknowledged_by"], name="escalation_answered"
                    ),
                    models.Index(condition=models.Q(("rung__gte", 100)), fields=["-raised_at"], name="escalation_raised"),
                ],
                "constraints": [
                    models.UniqueConstraint(condition=models.Q(("rung__gte", 100)), fields=("timer", "rung"), name="escalation_once"),
                    models.UniqueConstraint(
                        condition=models.Q(("rung__lt", 100)), fields=("timer", "rung", "timing"), name="escalation_warned_once"
                    ),
                ],
            },
        ),
        migrations.RunSQL(TUNING, migrations.RunSQL.noop),
    ]
