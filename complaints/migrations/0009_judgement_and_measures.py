import django.contrib.postgres.fields
import django.core.validators
import django.db.models.deletion
import django.db.models.functions.comparison
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("complaints", "0008_meeting"),
        ("organisation", "0001_initial"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Recurrence",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("at", models.DateTimeField()),
            ],
            options={
                "ordering": ["at", "id"],
            },
        ),
        migrations.CreateModel(
            name="RemedyLimits",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "currency",
                    models.CharField(
                        max_length=3,
                        validators=[django.core.validators.RegexValidator("^[A-Z]{3}$", "Three capital letters, as in CNY.")],
                        verbose_name="currency",
                    ),
                ),
                (
                    "head",
                    models.DecimalField(
                        blank=True,
                        decimal_places=2,
                        help_text="Empty: nothing.",
                        max_digits=14,
                        null=True,
                        validators=[django.core.validators.MinValueValidator(0)],
                        verbose_name="the department head up to",
                    ),
                ),
                (
                    "gm",
                    models.DecimalField(
                        blank=True,
                        decimal_places=2,
                        help_text="More takes the group. Empty: everything.",
                        max_digits=14,
                        null=True,
                        validators=[django.core.validators.MinValueValidator(0)],
                        verbose_name="the general manager up to",
                    ),
                ),
            ],
            options={
                "verbose_name": "limits of remedies",
                "verbose_name_plural": "limits of remedies",
                "ordering": ["branch_id", "currency"],
            },
        ),
        migrations.CreateModel(
            name="ReplyTemplate",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "code",
                    models.SlugField(help_text="The same for the same letter in another language.", max_length=40, verbose_name="code"),
                ),
                ("name", models.CharField(help_text="For the house; the customer does not see it.", max_length=80, verbose_name="name")),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("quality", "Product quality"),
                            ("delivery", "Delivery and quantity"),
                            ("service", "Service"),
                            ("no_fault", "No fault of ours"),
                        ],
                        max_length=12,
                        verbose_name="proposed for",
                    ),
                ),
                ("language", models.CharField(choices=[("zh-hans", "中文"), ("en", "English")], max_length=10, verbose_name="language")),
                ("opening", models.TextField(max_length=2000, verbose_name="opening")),
                ("closing", models.TextField(max_length=2000, verbose_name="closing")),
                ("version", models.PositiveSmallIntegerField(default=1, editable=False, verbose_name="version")),
                ("is_current", models.BooleanField(default=True, verbose_name="in use")),
                ("written_at", models.DateTimeField(editable=False, null=True, verbose_name="written at")),
            ],
            options={
                "verbose_name": "reply template",
                "verbose_name_plural": "reply templates",
                "ordering": ["branch_id", "code", "language", "-version"],
            },
        ),
        migrations.RemoveIndex(
            model_name="promise",
            name="promise_not_kept",
        ),
        migrations.AddField(
            model_name="complaint",
            name="remedy_level",
            field=models.CharField(
                blank=True,
                choices=[("", "No amount"), ("head", "Department head"), ("gm", "General manager"), ("group", "Group")],
                default="",
                max_length=5,
                verbose_name="authority for the remedy",
            ),
        ),
        migrations.AddField(
            model_name="complaint",
            name="reopen_asked_at",
            field=models.DateTimeField(blank=True, null=True, verbose_name="asked to be reopened since"),
        ),
        migrations.AddField(
            model_name="gradinglimits",
            name="watch_days",
            field=models.PositiveSmallIntegerField(
                default=90,
                help_text="The measures are marked as not effective and the manager is asked to reopen.",
                validators=[django.core.validators.MinValueValidator(1), django.core.validators.MaxValueValidator(3650)],
                verbose_name="the same problem within … days after closing: the measures did not work",
            ),
        ),
        migrations.AddField(
            model_name="promise",
            name="broken_at",
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="promise",
            name="follows",
            field=models.ForeignKey(
                blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name="again", to="complaints.promise"
            ),
        ),
        migrations.AddField(
            model_name="promise",
            name="owner",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="who does it",
            ),
        ),
        migrations.AddField(
            model_name="round",
            name="across",
            field=models.JSONField(blank=True, default=list, verbose_name="other products and processes"),
        ),
        migrations.AddField(
            model_name="round",
            name="answers",
            field=models.JSONField(
                blank=True,
                db_default=django.db.models.functions.comparison.Cast(models.Value("[]"), models.JSONField()),
                default=list,
                verbose_name="what answers the reasons it came back for",
            ),
        ),
        migrations.AddField(
            model_name="round",
            name="escape_category",
            field=models.CharField(
                blank=True,
                choices=[
                    ("people", "People"),
                    ("machine", "Machine"),
                    ("material", "Material"),
                    ("method", "Method"),
                    ("measurement", "Measurement"),
                    ("environment", "Environment"),
                    ("design", "Design"),
                    ("supplier", "Supplier"),
                    ("management", "Management"),
                ],
                max_length=12,
                verbose_name="category of why it escaped",
            ),
        ),
        migrations.AddField(
            model_name="round",
            name="escape_whys",
            field=models.JSONField(blank=True, default=list, verbose_name="why it escaped"),
        ),
        migrations.AddField(
            model_name="round",
            name="found",
            field=models.JSONField(blank=True, default=list, verbose_name="what was investigated"),
        ),
        migrations.AddField(
            model_name="round",
            name="full",
            field=models.BooleanField(default=False, verbose_name="written as a full 8D"),
        ),
        migrations.AddField(
            model_name="round",
            name="ledger",
            field=models.JSONField(blank=True, default=list, verbose_name="where the goods are"),
        ),
        migrations.AddField(
            model_name="round",
            name="lot_quantity",
            field=models.DecimalField(blank=True, decimal_places=3, max_digits=14, null=True, verbose_name="quantity of the lot"),
        ),
        migrations.AddField(
            model_name="round",
            name="no_measure_by",
            field=models.ForeignKey(
                blank=True,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="who says that no measure is needed",
            ),
        ),
        migrations.AddField(
            model_name="round",
            name="remedy_amount",
            field=models.DecimalField(blank=True, decimal_places=2, max_digits=14, null=True, verbose_name="amount"),
        ),
        migrations.AddField(
            model_name="round",
            name="remedy_currency",
            field=models.CharField(blank=True, max_length=3, verbose_name="currency"),
        ),
        migrations.AddField(
            model_name="round",
            name="remedy_how",
            field=models.TextField(blank=True, verbose_name="how the amount is worked out"),
        ),
        migrations.AddField(
            model_name="round",
            name="remedy_kinds",
            field=django.contrib.postgres.fields.ArrayField(
                base_field=models.CharField(
                    choices=[
                        ("apology", "Apology"),
                        ("replacement", "Replacement"),
                        ("repair", "Repair"),
                        ("refund", "Refund"),
                        ("discount", "Discount"),
                        ("compensation", "Compensation"),
                        ("rule", "Rule changed"),
                        ("other", "Other"),
                    ],
                    max_length=12,
                ),
                blank=True,
                default=list,
                size=None,
                verbose_name="remedy for the customer",
            ),
        ),
        migrations.AddField(
            model_name="round",
            name="remedy_text",
            field=models.TextField(blank=True, verbose_name="what the customer gets"),
        ),
        migrations.AddField(
            model_name="round",
            name="shares",
            field=models.JSONField(blank=True, default=list, verbose_name="shares of responsibility"),
        ),
        migrations.AddField(
            model_name="round",
            name="whys",
            field=models.JSONField(blank=True, default=list, verbose_name="why it occurred"),
        ),
        migrations.AddField(
            model_name="visit",
            name="kept",
            field=models.JSONField(blank=True, null=True, verbose_name="promises kept, by id"),
        ),
        migrations.AddField(
            model_name="visit",
            name="seen",
            field=models.JSONField(blank=True, null=True, verbose_name="measures the customer sees, by id"),
        ),
        migrations.AddField(
            model_name="visit",
            name="suggestion",
            field=models.TextField(blank=True, db_default="", default="", verbose_name="suggestion for improvement"),
        ),
        migrations.AddField(
            model_name="word",
            name="copies",
            field=models.CharField(blank=True, db_default="", default="", max_length=500, verbose_name="copies to"),
        ),
        migrations.AddField(
            model_name="word",
            name="files",
            field=models.ManyToManyField(blank=True, related_name="+", to="complaints.attachment"),
        ),
        migrations.AddField(
            model_name="word",
            name="language",
            field=models.CharField(blank=True, db_default="", default="", max_length=10, verbose_name="language"),
        ),
        migrations.AddField(
            model_name="word",
            name="recipient",
            field=models.CharField(blank=True, db_default="", default="", max_length=200, verbose_name="recipient"),
        ),
        migrations.AddField(
            model_name="word",
            name="subject",
            field=models.CharField(blank=True, db_default="", default="", max_length=200, verbose_name="subject"),
        ),
        migrations.AddField(
            model_name="word",
            name="text_other",
            field=models.TextField(blank=True, db_default="", default="", verbose_name="the same in another language"),
        ),
        migrations.AddIndex(
            model_name="complaint",
            index=models.Index(condition=models.Q(("nature", "major")), fields=["branch", "received_at"], name="complaint_major"),
        ),
        migrations.AddIndex(
            model_name="complaint",
            index=models.Index(
                condition=models.Q(("meeting", "agreed"), ("nature", "major")), fields=["branch", "received_at"], name="complaint_met"
            ),
        ),
        migrations.AddIndex(
            model_name="complaint",
            index=models.Index(condition=models.Q(("reopen_asked_at__isnull", False)), fields=["branch"], name="complaint_reopen_asked"),
        ),
        migrations.AddIndex(
            model_name="complaint",
            index=models.Index(
                condition=models.Q(models.Q(("state", "closed"), _negated=True), ("nature", "major")),
                fields=["branch"],
                name="complaint_open_major",
            ),
        ),
        migrations.AddIndex(
            model_name="promise",
            index=models.Index(
                condition=models.Q(("broken_at__isnull", True), ("kept_at__isnull", True)), fields=["complaint"], name="promise_not_kept"
            ),
        ),
        migrations.AddIndex(
            model_name="round",
            index=models.Index(condition=models.Q(("remedy_amount__gt", 0)), fields=["complaint"], name="round_with_amount"),
        ),
        migrations.AddField(
            model_name="recurrence",
            name="complaint",
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="recurrences", to="complaints.complaint"),
        ),
        migrations.AddField(
            model_name="recurrence",
            name="other",
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="recurs", to="complaints.complaint"),
        ),
        migrations.AddField(
            model_name="remedylimits",
            name="branch",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="remedy_limits", to="organisation.branch", verbose_name="branch"
            ),
        ),
        migrations.AddField(
            model_name="replytemplate",
            name="branch",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="reply_templates", to="organisation.branch", verbose_name="branch"
            ),
        ),
        migrations.AddField(
            model_name="replytemplate",
            name="written_by",
            field=models.ForeignKey(
                editable=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="written by",
            ),
        ),
        migrations.AddField(
            model_name="word",
            name="templates",
            field=models.ManyToManyField(blank=True, related_name="+", to="complaints.replytemplate"),
        ),
        migrations.AddConstraint(
            model_name="recurrence",
            constraint=models.UniqueConstraint(fields=("complaint", "other"), name="recurrence_once"),
        ),
        migrations.AddConstraint(
            model_name="recurrence",
            constraint=models.CheckConstraint(
                condition=models.Q(("complaint", models.F("other")), _negated=True), name="recurrence_of_another"
            ),
        ),
        migrations.AddConstraint(
            model_name="remedylimits",
            constraint=models.UniqueConstraint(fields=("branch", "currency"), name="remedy_limits_once"),
        ),
        migrations.AddConstraint(
            model_name="replytemplate",
            constraint=models.UniqueConstraint(fields=("branch", "code", "language", "version"), name="reply_template_version_once"),
        ),
        migrations.AddConstraint(
            model_name="replytemplate",
            constraint=models.UniqueConstraint(
                condition=models.Q(("is_current", True)), fields=("branch", "code", "language"), name="reply_template_one_in_use"
            ),
        ),
    ]
