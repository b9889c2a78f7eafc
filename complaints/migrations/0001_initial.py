"""Customers, products, types; complaints with everything said and done; their history."""

import uuid

import django.contrib.postgres.fields
import django.contrib.postgres.indexes
import django.core.validators
import django.db.models.deletion
import django.db.models.functions.comparison
import django.db.models.functions.datetime
import django.db.models.functions.text
import django_fsm
from django.conf import settings
from django.db import migrations, models

import complaints.models.files


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("organisation", "0001_initial"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="ChainHead",
            fields=[
                ("id", models.PositiveSmallIntegerField(default=1, primary_key=True, serialize=False)),
                ("seq", models.PositiveIntegerField(default=0)),
                ("head", models.CharField(blank=True, max_length=64)),
            ],
        ),
        migrations.CreateModel(
            name="ComplaintType",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.CharField(max_length=120, verbose_name="name")),
                ("name_en", models.CharField(blank=True, max_length=120, verbose_name="name in English")),
                ("code", models.SlugField(max_length=40, verbose_name="code")),
                (
                    "group",
                    models.CharField(
                        choices=[
                            ("quality", "Quality and technical"),
                            ("packaging", "Packaging"),
                            ("delivery", "Delivery time"),
                            ("quantity", "Quantity"),
                            ("service", "Service attitude"),
                            ("staff", "Staff"),
                            ("price", "Price and contract"),
                            ("after_sales", "After-sales"),
                            ("design", "Design"),
                            ("engineering", "Engineering"),
                            ("sales_promise", "Sales promise"),
                            ("other", "Other"),
                        ],
                        max_length=20,
                        verbose_name="group",
                    ),
                ),
                (
                    "keywords",
                    models.TextField(
                        blank=True, help_text="Separated by spaces, Chinese and English.", verbose_name="words that suggest it"
                    ),
                ),
                ("confidential", models.BooleanField(default=False, verbose_name="confidential")),
                ("is_active", models.BooleanField(default=True, verbose_name="active")),
                (
                    "branch",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="complaint_types",
                        to="organisation.branch",
                        verbose_name="branch",
                    ),
                ),
                (
                    "default_department",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="default_types",
                        to="organisation.department",
                        verbose_name="usually responsible",
                    ),
                ),
                (
                    "lead",
                    models.ForeignKey(
                        blank=True,
                        help_text="Verifies that measures work.",
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="leads_types",
                        to="organisation.department",
                        verbose_name="lead department",
                    ),
                ),
            ],
            options={
                "verbose_name": "complaint type",
                "verbose_name_plural": "complaint types",
                "ordering": ["branch_id", "id"],
                "constraints": [models.UniqueConstraint(fields=("branch", "code"), name="type_code_once_per_branch")],
            },
        ),
        migrations.CreateModel(
            name="Counter",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("prefix", models.CharField(max_length=6)),
                ("month", models.CharField(max_length=4)),
                ("last", models.PositiveIntegerField(default=0)),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("prefix", "month"), name="counter_once")],
            },
        ),
        migrations.CreateModel(
            name="Customer",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.CharField(max_length=120, verbose_name="name")),
                ("name_en", models.CharField(blank=True, max_length=120, verbose_name="name in English")),
                ("number", models.CharField(max_length=40, verbose_name="customer number")),
                ("is_private", models.BooleanField(default=False, verbose_name="private person")),
                ("key_account", models.BooleanField(default=False, verbose_name="key account")),
                ("first_order_on", models.DateField(blank=True, null=True, verbose_name="first order on")),
                (
                    "is_new",
                    models.BooleanField(
                        blank=True, help_text="Empty: worked out from the first order.", null=True, verbose_name="new customer"
                    ),
                ),
                (
                    "language",
                    models.CharField(
                        choices=[("zh-hans", "简体中文"), ("en", "English")], default="zh-hans", max_length=10, verbose_name="language"
                    ),
                ),
                ("anonymised_at", models.DateTimeField(blank=True, editable=False, null=True)),
                ("is_active", models.BooleanField(default=True, verbose_name="active")),
                (
                    "search",
                    django.contrib.postgres.fields.ArrayField(base_field=models.IntegerField(), default=list, editable=False, size=None),
                ),
                (
                    "account_manager",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="account manager",
                    ),
                ),
                (
                    "branch",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="customers",
                        to="organisation.branch",
                        verbose_name="branch",
                    ),
                ),
            ],
            options={
                "verbose_name": "customer",
                "verbose_name_plural": "customers",
                "ordering": ["branch_id", "number"],
                "indexes": [django.contrib.postgres.indexes.GinIndex(fields=["search"], name="customer_search")],
                "constraints": [models.UniqueConstraint(fields=("branch", "number"), name="customer_number_once_per_branch")],
            },
        ),
        migrations.CreateModel(
            name="Contact",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.CharField(blank=True, max_length=60, verbose_name="contact")),
                ("position", models.CharField(blank=True, max_length=60, verbose_name="position")),
                ("telephone", models.CharField(blank=True, max_length=40, verbose_name="telephone")),
                ("mobile", models.CharField(blank=True, max_length=40, verbose_name="mobile")),
                ("fax", models.CharField(blank=True, max_length=40, verbose_name="fax")),
                ("email", models.EmailField(blank=True, max_length=254, verbose_name="e-mail")),
                ("wechat", models.CharField(blank=True, max_length=60, verbose_name="WeChat")),
                ("address", models.CharField(blank=True, max_length=200, verbose_name="address")),
                ("digits", models.CharField(blank=True, editable=False, max_length=80)),
                ("anonymised_at", models.DateTimeField(blank=True, editable=False, null=True)),
                (
                    "customer",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="contacts",
                        to="complaints.customer",
                        verbose_name="customer",
                    ),
                ),
            ],
            options={
                "verbose_name": "contact",
                "verbose_name_plural": "contacts",
                "ordering": ["customer_id", "id"],
                "indexes": [models.Index(condition=models.Q(("digits", ""), _negated=True), fields=["digits"], name="contact_digits")],
            },
        ),
        migrations.CreateModel(
            name="Complaint",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "state",
                    django_fsm.FSMField(
                        choices=[
                            ("received", "Intake"),
                            ("triage", "Triage"),
                            ("assignment", "Responsibility"),
                            ("confirmation", "Confirmation"),
                            ("action", "Measures"),
                            ("review", "Review"),
                            ("approval", "Approval"),
                            ("group_approval", "Group approval"),
                            ("reply", "Reply"),
                            ("follow_up", "Follow-up"),
                            ("closed", "Closed"),
                        ],
                        default="received",
                        max_length=50,
                        protected=True,
                        verbose_name="stage",
                    ),
                ),
                ("anonymous", models.BooleanField(default=False, verbose_name="anonymous")),
                (
                    "channel",
                    models.CharField(
                        choices=[
                            ("phone", "Phone"),
                            ("email", "E-mail"),
                            ("wechat", "WeChat"),
                            ("on_site", "On site"),
                            ("fax", "Fax"),
                            ("letter", "Letter"),
                            ("conversation", "Conversation"),
                            ("web", "Web form"),
                            ("social", "Social media"),
                            ("hotline", "Hotline"),
                            ("media", "Third party or media"),
                        ],
                        default="phone",
                        max_length=12,
                        verbose_name="channel",
                    ),
                ),
                ("received_at", models.DateTimeField(verbose_name="received at")),
                ("recorded_at", models.DateTimeField(verbose_name="recorded at")),
                ("customer_reference", models.CharField(blank=True, max_length=60, verbose_name="customer's complaint number")),
                ("customer_reference_on", models.DateField(blank=True, null=True, verbose_name="customer's date")),
                (
                    "subject",
                    models.CharField(
                        choices=[
                            ("product", "Product"),
                            ("order", "Order or contract"),
                            ("project", "Project or site"),
                            ("service", "Service"),
                        ],
                        default="product",
                        max_length=10,
                        verbose_name="kind of subject",
                    ),
                ),
                ("about", models.CharField(blank=True, max_length=200, verbose_name="what it is about")),
                ("model", models.CharField(blank=True, max_length=60, verbose_name="model")),
                ("lot_number", models.CharField(blank=True, max_length=60, verbose_name="lot / batch")),
                ("order_number", models.CharField(blank=True, max_length=60, verbose_name="order / contract")),
                ("project", models.CharField(blank=True, max_length=120, verbose_name="project / site")),
                (
                    "quantity_delivered",
                    models.DecimalField(
                        blank=True,
                        decimal_places=3,
                        max_digits=14,
                        null=True,
                        validators=[django.core.validators.MinValueValidator(0)],
                        verbose_name="quantity delivered",
                    ),
                ),
                (
                    "quantity_affected",
                    models.DecimalField(
                        blank=True,
                        decimal_places=3,
                        max_digits=14,
                        null=True,
                        validators=[django.core.validators.MinValueValidator(0)],
                        verbose_name="quantity affected",
                    ),
                ),
                ("unit", models.CharField(blank=True, max_length=20, verbose_name="unit")),
                ("delivered_on", models.DateField(blank=True, null=True, verbose_name="delivered on")),
                ("place", models.CharField(blank=True, max_length=120, verbose_name="place")),
                ("title", models.CharField(blank=True, max_length=120, verbose_name="title")),
                ("confidential", models.BooleanField(default=False, verbose_name="confidential")),
                (
                    "complained_about",
                    models.CharField(blank=True, max_length=120, verbose_name="who is complained about, in the customer's words"),
                ),
                ("words", models.TextField(blank=True, verbose_name="what the customer says")),
                ("happened", models.CharField(blank=True, max_length=120, verbose_name="when it happened")),
                ("happened_on", models.DateField(blank=True, null=True, verbose_name="happened on")),
                (
                    "effect",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("none", "Not affected"),
                            ("shipments", "Shipments affected"),
                            ("line", "Line stopped"),
                            ("safety", "Safety at risk"),
                        ],
                        max_length=10,
                        verbose_name="how the customer is affected",
                    ),
                ),
                (
                    "happened_before",
                    models.CharField(
                        blank=True, choices=[("", "Not known"), ("yes", "Yes"), ("no", "No")], max_length=3, verbose_name="happened before"
                    ),
                ),
                (
                    "wants",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(
                            choices=[
                                ("replacement", "Replacement"),
                                ("return", "Return of goods"),
                                ("repair", "Repair"),
                                ("explanation", "Explanation"),
                                ("apology", "Apology"),
                                ("discount", "Discount"),
                                ("compensation", "Compensation"),
                                ("other", "Other"),
                            ],
                            max_length=14,
                        ),
                        blank=True,
                        default=list,
                        size=None,
                        verbose_name="what the customer wants",
                    ),
                ),
                ("wants_other", models.CharField(blank=True, max_length=200, verbose_name="other wish")),
                (
                    "claim_amount",
                    models.DecimalField(
                        blank=True,
                        decimal_places=2,
                        max_digits=14,
                        null=True,
                        validators=[django.core.validators.MinValueValidator(0)],
                        verbose_name="amount claimed",
                    ),
                ),
                ("claim_currency", models.CharField(blank=True, max_length=3, verbose_name="currency")),
                ("wanted_by", models.DateField(blank=True, null=True, verbose_name="wanted closing date")),
                (
                    "complainants",
                    models.PositiveIntegerField(
                        default=1, validators=[django.core.validators.MinValueValidator(1)], verbose_name="complainants it stands for"
                    ),
                ),
                ("acting_together", models.BooleanField(default=False, verbose_name="they act together")),
                (
                    "lawsuit",
                    models.CharField(
                        blank=True,
                        choices=[("", "No"), ("threatened", "Threatened"), ("happened", "Happened")],
                        max_length=10,
                        verbose_name="lawsuit",
                    ),
                ),
                (
                    "exposure",
                    models.CharField(
                        blank=True,
                        choices=[("", "No"), ("threatened", "Threatened"), ("happened", "Happened")],
                        max_length=10,
                        verbose_name="media or online exposure",
                    ),
                ),
                (
                    "authority",
                    models.CharField(
                        blank=True,
                        choices=[("", "No"), ("threatened", "Threatened"), ("happened", "Happened")],
                        max_length=10,
                        verbose_name="authority (12315)",
                    ),
                ),
                (
                    "samples",
                    models.CharField(
                        blank=True,
                        choices=[("", "Not known"), ("yes", "Yes"), ("no", "No")],
                        max_length=3,
                        verbose_name="samples to be had",
                    ),
                ),
                ("read_back", models.BooleanField(default=False, verbose_name="read back to the customer")),
                ("first_handling", models.TextField(blank=True, verbose_name="first handling and fact check")),
                ("valid", models.BooleanField(blank=True, null=True, verbose_name="valid")),
                (
                    "nature",
                    models.CharField(blank=True, choices=[("major", "Major"), ("general", "General")], max_length=8, verbose_name="nature"),
                ),
                (
                    "criteria",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(
                            choices=[
                                ("a", "Claims compensation or a price reduction"),
                                ("b", "Is preparing to return goods"),
                                ("c", "Serious effect on market or reputation"),
                                ("d", "A customer lost or orders shrinking"),
                                ("e", "Serious complaint of a key or new customer"),
                                ("f", "A newly developed product"),
                            ],
                            max_length=1,
                        ),
                        blank=True,
                        default=list,
                        size=None,
                        verbose_name="criteria",
                    ),
                ),
                (
                    "grade",
                    models.PositiveSmallIntegerField(
                        blank=True,
                        choices=[(1, "Grade 1"), (2, "Grade 2"), (3, "Grade 3"), (4, "Grade 4")],
                        null=True,
                        verbose_name="grade",
                    ),
                ),
                ("grade_reason", models.TextField(blank=True, verbose_name="reason of the grade")),
                ("contested", models.PositiveSmallIntegerField(default=0, verbose_name="times contested")),
                ("round", models.PositiveSmallIntegerField(default=1, verbose_name="round")),
                ("state_since", models.DateTimeField(verbose_name="in this stage since")),
                ("submitted_at", models.DateTimeField(blank=True, null=True, verbose_name="submitted at")),
                ("acknowledged_at", models.DateTimeField(blank=True, null=True, verbose_name="acknowledged at")),
                ("replied_at", models.DateTimeField(blank=True, null=True, verbose_name="replied at")),
                ("refused_at", models.DateTimeField(blank=True, null=True, verbose_name="refused at")),
                ("dates_fixed_at", models.DateTimeField(blank=True, null=True, verbose_name="implementation dates fixed at")),
                ("visited_at", models.DateTimeField(blank=True, null=True, verbose_name="visited at")),
                ("satisfied", models.BooleanField(blank=True, null=True, verbose_name="satisfied")),
                ("unreached_at", models.DateTimeField(blank=True, null=True, verbose_name="not reached at")),
                ("head_word_at", models.DateTimeField(blank=True, null=True, verbose_name="department's word at")),
                ("closed_at", models.DateTimeField(blank=True, null=True, verbose_name="closed at")),
                ("paused_at", models.DateTimeField(blank=True, null=True, verbose_name="paused at")),
                ("last_word_at", models.DateTimeField(blank=True, null=True, verbose_name="last word to the customer at")),
                ("chased_at", models.DateTimeField(blank=True, null=True, verbose_name="chased at")),
                ("chased", models.PositiveSmallIntegerField(default=0, verbose_name="times chased")),
                ("reopened", models.PositiveSmallIntegerField(default=0, verbose_name="times reopened")),
                (
                    "outcome",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("on_spot", "Answered on the spot"),
                            ("invalid", "Not factual"),
                            ("resolved", "Resolved"),
                            ("dissatisfied", "Closed against the customer's will"),
                            ("unreachable", "Customer not reachable"),
                            ("withdrawn", "Withdrawn by the customer"),
                        ],
                        max_length=12,
                        verbose_name="outcome",
                    ),
                ),
                (
                    "countersign",
                    models.CharField(
                        blank=True,
                        choices=[("", "Not needed"), ("waiting", "Waiting"), ("signed", "Countersigned"), ("refused", "Refused")],
                        default="",
                        max_length=8,
                        verbose_name="countersignature",
                    ),
                ),
                ("lessons", models.TextField(blank=True, verbose_name="lessons")),
                ("number", models.CharField(max_length=24, unique=True, verbose_name="number")),
                ("number_key", models.BigIntegerField(editable=False)),
                ("access_code", models.CharField(max_length=16, verbose_name="access code")),
                ("version", models.PositiveIntegerField(default=1, editable=False)),
                ("history_seq", models.PositiveIntegerField(default=0, editable=False)),
                ("history_head", models.CharField(blank=True, editable=False, max_length=64)),
                ("imported", models.BooleanField(default=False, verbose_name="imported")),
                ("source_key", models.CharField(blank=True, default="", editable=False, max_length=120)),
                (
                    "search",
                    django.contrib.postgres.fields.ArrayField(base_field=models.IntegerField(), default=list, editable=False, size=None),
                ),
                ("haystack", models.TextField(default="", editable=False)),
                (
                    "acting_head",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="in the head's place",
                    ),
                ),
                (
                    "against",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="employee complained about",
                    ),
                ),
                (
                    "branch",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="complaints",
                        to="organisation.branch",
                        verbose_name="branch",
                    ),
                ),
                (
                    "department",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="organisation.department",
                        verbose_name="responsible department",
                    ),
                ),
                (
                    "handler",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="handler",
                    ),
                ),
                (
                    "proposed_department",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="organisation.department",
                        verbose_name="proposed department",
                    ),
                ),
                (
                    "received_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="received by",
                    ),
                ),
                (
                    "recorded_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="recorded_complaints",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="recorded by",
                    ),
                ),
                (
                    "type",
                    models.ForeignKey(
                        blank=True,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="complaints",
                        to="complaints.complainttype",
                        verbose_name="type",
                    ),
                ),
                (
                    "contact",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="complaints.contact",
                        verbose_name="contact",
                    ),
                ),
                (
                    "on_behalf",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="complaints.contact",
                        verbose_name="acting on the customer's behalf",
                    ),
                ),
                (
                    "customer",
                    models.ForeignKey(
                        blank=True,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="complaints",
                        to="complaints.customer",
                        verbose_name="customer",
                    ),
                ),
            ],
            options={
                "verbose_name": "complaint",
                "verbose_name_plural": "complaints",
                "ordering": ["-number_key"],
                "indexes": [
                    models.Index(
                        models.OrderBy(models.F("number_key"), descending=True),
                        models.OrderBy(models.F("id"), descending=True),
                        name="complaint_by_number",
                    ),
                    models.Index(
                        models.OrderBy(models.F("received_at"), descending=True),
                        models.OrderBy(models.F("id"), descending=True),
                        name="complaint_by_receipt",
                    ),
                    models.Index(
                        models.OrderBy(models.F("closed_at"), descending=True),
                        condition=models.Q(("state", "closed")),
                        name="complaint_by_closing",
                    ),
                    models.Index(
                        django.db.models.functions.comparison.Coalesce("grade", models.Value(9)), models.F("id"), name="complaint_by_grade"
                    ),
                    models.Index(
                        condition=models.Q(("state", "closed"), _negated=True),
                        fields=["branch", "state", "state_since"],
                        name="complaint_open",
                    ),
                    models.Index(fields=["customer", "-received_at"], name="complaint_by_customer"),
                    models.Index(
                        condition=models.Q(("state", "closed"), _negated=True), fields=["customer"], name="complaint_open_by_customer"
                    ),
                    models.Index(
                        django.contrib.postgres.indexes.OpClass(django.db.models.functions.text.Upper("order_number"), "text_pattern_ops"),
                        condition=models.Q(("order_number", ""), _negated=True),
                        name="complaint_by_order",
                    ),
                    models.Index(
                        django.contrib.postgres.indexes.OpClass(django.db.models.functions.text.Upper("project"), "text_pattern_ops"),
                        condition=models.Q(("project", ""), _negated=True),
                        name="complaint_by_project",
                    ),
                    models.Index(
                        condition=models.Q(("lot_number", ""), _negated=True), fields=["branch", "lot_number"], name="complaint_by_lot"
                    ),
                    models.Index(fields=["type", "-received_at"], name="complaint_by_type"),
                    models.Index(condition=models.Q(("state", "closed"), _negated=True), fields=["handler"], name="complaint_by_handler"),
                    models.Index(
                        condition=models.Q(("state", "closed"), _negated=True),
                        fields=["department", "state"],
                        name="complaint_by_department",
                    ),
                    models.Index(condition=models.Q(("countersign", "waiting")), fields=["branch"], name="complaint_countersign"),
                    django.contrib.postgres.indexes.GinIndex(fields=["search"], name="complaint_search"),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "state__in",
                                [
                                    "received",
                                    "triage",
                                    "assignment",
                                    "confirmation",
                                    "action",
                                    "review",
                                    "approval",
                                    "group_approval",
                                    "reply",
                                    "follow_up",
                                    "closed",
                                ],
                            )
                        ),
                        name="complaint_state_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("state", "closed"), ("outcome", ""), _connector="XOR"), name="complaint_closed_has_outcome"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("grade__isnull", True), ("grade__in", [1, 2, 3, 4]), _connector="OR"),
                        name="complaint_grade_known",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("source_key", ""), _negated=True),
                        fields=("branch", "source_key"),
                        name="complaint_imported_once",
                    ),
                ],
            },
            bases=(django_fsm.FSMModelMixin, models.Model),
        ),
        migrations.CreateModel(
            name="Draft",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("key", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ("purpose", models.CharField(default="intake", max_length=40)),
                ("fields", models.JSONField(default=dict)),
                ("saved_at", models.DateTimeField()),
                (
                    "person",
                    models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name="drafts", to=settings.AUTH_USER_MODEL),
                ),
            ],
            options={
                "ordering": ["-saved_at"],
                "indexes": [models.Index(fields=["person", "purpose", "-saved_at"], name="draft_by_person")],
            },
        ),
        migrations.CreateModel(
            name="Event",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("seq", models.PositiveIntegerField()),
                ("kind", models.CharField(max_length=40)),
                ("at", models.DateTimeField()),
                ("recorded_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ("body", models.TextField()),
                ("previous", models.CharField(blank=True, max_length=64)),
                ("digest", models.CharField(max_length=64)),
                (
                    "actor",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "complaint",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="events",
                        to="complaints.complaint",
                    ),
                ),
                (
                    "on_behalf",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
            ],
            options={
                "ordering": ["complaint_id", "seq"],
                "constraints": [models.UniqueConstraint(fields=("complaint", "seq"), name="event_seq_once", nulls_distinct=False)],
            },
        ),
        migrations.CreateModel(
            name="Link",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "kind",
                    models.CharField(
                        choices=[("same", "Same complaint of this customer"), ("cause", "Same cause"), ("follows", "Follow-up")],
                        default="cause",
                        max_length=8,
                        verbose_name="kind",
                    ),
                ),
                ("at", models.DateTimeField()),
                ("by", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL)),
                (
                    "complaint",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="links", to="complaints.complaint"),
                ),
                (
                    "other",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="linked_from", to="complaints.complaint"),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("complaint", "other"), name="link_once"),
                    models.CheckConstraint(condition=models.Q(("complaint", models.F("other")), _negated=True), name="link_to_another"),
                ],
            },
        ),
        migrations.CreateModel(
            name="Lot",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("number", models.CharField(max_length=60, verbose_name="lot number")),
                ("delivered_on", models.DateField(blank=True, null=True, verbose_name="delivered on")),
                (
                    "quantity",
                    models.DecimalField(blank=True, decimal_places=3, max_digits=14, null=True, verbose_name="quantity delivered"),
                ),
                ("delivery_note", models.CharField(blank=True, max_length=60, verbose_name="delivery note")),
                (
                    "customer",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="lots",
                        to="complaints.customer",
                        verbose_name="customer",
                    ),
                ),
            ],
            options={
                "verbose_name": "lot",
                "verbose_name_plural": "lots",
                "ordering": ["-delivered_on", "number"],
                "indexes": [
                    models.Index(
                        django.contrib.postgres.indexes.OpClass(django.db.models.functions.text.Upper("number"), "text_pattern_ops"),
                        name="lot_by_number",
                    ),
                    models.Index(
                        django.contrib.postgres.indexes.OpClass(django.db.models.functions.text.Upper("delivery_note"), "text_pattern_ops"),
                        name="lot_by_delivery_note",
                    ),
                ],
            },
        ),
        migrations.AddField(
            model_name="complaint",
            name="lot",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="complaints",
                to="complaints.lot",
                verbose_name="lot",
            ),
        ),
        migrations.CreateModel(
            name="Measure",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("position", models.PositiveSmallIntegerField(default=0)),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("containment", "Containment"),
                            ("corrective", "Corrective"),
                            ("preventive", "Preventive"),
                            ("remedy", "Remedy for the customer"),
                        ],
                        max_length=12,
                        verbose_name="kind",
                    ),
                ),
                ("text", models.TextField(verbose_name="measure")),
                ("due_on", models.DateField(verbose_name="due on")),
                ("done_at", models.DateTimeField(blank=True, null=True, verbose_name="done at")),
                ("evidence", models.TextField(blank=True, verbose_name="evidence")),
                ("verified_at", models.DateTimeField(blank=True, null=True, verbose_name="verified at")),
                ("verification", models.TextField(blank=True, verbose_name="how it was verified")),
                ("effective", models.BooleanField(blank=True, null=True, verbose_name="effective")),
                (
                    "complaint",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="measures", to="complaints.complaint"),
                ),
                (
                    "owner",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL, verbose_name="owner"
                    ),
                ),
                (
                    "verified_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="verified by",
                    ),
                ),
            ],
            options={
                "ordering": ["round_id", "position", "id"],
                "indexes": [
                    models.Index(condition=models.Q(("done_at__isnull", True)), fields=["owner", "complaint"], name="measure_by_owner"),
                    models.Index(
                        condition=models.Q(("done_at__isnull", False), ("verified_at__isnull", True)),
                        fields=["complaint"],
                        name="measure_to_verify",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Attachment",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("number", models.PositiveSmallIntegerField(blank=True, null=True, verbose_name="evidence number")),
                ("name", models.CharField(max_length=120, verbose_name="name")),
                ("mime", models.CharField(max_length=100)),
                ("size", models.PositiveBigIntegerField(verbose_name="size")),
                ("sha256", models.CharField(max_length=64)),
                ("width", models.PositiveIntegerField(blank=True, null=True)),
                ("height", models.PositiveIntegerField(blank=True, null=True)),
                ("file", models.FileField(max_length=80, upload_to=complaints.models.files.stored_name)),
                ("thumbnail", models.FileField(blank=True, max_length=80, upload_to=complaints.models.files.stored_name)),
                ("at", models.DateTimeField()),
                ("by", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL)),
                (
                    "complaint",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="attachments",
                        to="complaints.complaint",
                    ),
                ),
                (
                    "draft",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="attachments",
                        to="complaints.draft",
                    ),
                ),
                (
                    "measure",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="attachments",
                        to="complaints.measure",
                    ),
                ),
            ],
            options={
                "ordering": ["number", "id"],
                "constraints": [models.UniqueConstraint(fields=("complaint", "number"), name="evidence_number_once")],
            },
        ),
        migrations.CreateModel(
            name="Once",
            fields=[
                ("key", models.UUIDField(primary_key=True, serialize=False)),
                ("at", models.DateTimeField()),
                ("answer", models.CharField(blank=True, max_length=60)),
                ("person", models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name="+", to=settings.AUTH_USER_MODEL)),
            ],
            options={
                "indexes": [models.Index(fields=["at"], name="once_by_age")],
            },
        ),
        migrations.CreateModel(
            name="Part",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("handler", "Handler"),
                            ("owner", "Owner of a measure"),
                            ("verifier", "Verifier"),
                            ("statement", "Asked for a statement"),
                            ("acting_head", "Named in the head's place"),
                        ],
                        max_length=12,
                    ),
                ),
                ("since", models.DateTimeField()),
                ("until", models.DateTimeField(blank=True, null=True)),
                (
                    "complaint",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="parts", to="complaints.complaint"),
                ),
                (
                    "person",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="parts", to=settings.AUTH_USER_MODEL),
                ),
            ],
            options={
                "indexes": [
                    models.Index(condition=models.Q(("until__isnull", True)), fields=["person", "complaint"], name="part_by_person")
                ],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("until__isnull", True)), fields=("complaint", "person", "kind"), name="part_once"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Passage",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.CharField(max_length=60)),
                ("text", models.TextField(blank=True)),
                ("salt", models.BinaryField(max_length=16, null=True)),
                ("erased_at", models.DateTimeField(blank=True, null=True)),
                (
                    "complaint",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="passages", to="complaints.complaint"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Product",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.CharField(max_length=120, verbose_name="name")),
                ("name_en", models.CharField(blank=True, max_length=120, verbose_name="name in English")),
                ("code", models.CharField(max_length=60, verbose_name="code")),
                ("model", models.CharField(blank=True, max_length=60, verbose_name="model")),
                ("unit", models.CharField(blank=True, max_length=20, verbose_name="unit")),
                ("on_sale_since", models.DateField(blank=True, null=True, verbose_name="on sale since")),
                (
                    "newly_developed",
                    models.BooleanField(
                        blank=True, help_text="Empty: worked out from the date.", null=True, verbose_name="newly developed"
                    ),
                ),
                ("is_active", models.BooleanField(default=True, verbose_name="active")),
                (
                    "branch",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="products",
                        to="organisation.branch",
                        verbose_name="branch",
                    ),
                ),
            ],
            options={
                "verbose_name": "product",
                "verbose_name_plural": "products",
                "ordering": ["branch_id", "code"],
                "constraints": [models.UniqueConstraint(fields=("branch", "code"), name="product_code_once_per_branch")],
            },
        ),
        migrations.AddField(
            model_name="lot",
            name="product",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="lots", to="complaints.product", verbose_name="product"
            ),
        ),
        migrations.AddField(
            model_name="complaint",
            name="product",
            field=models.ForeignKey(
                blank=True,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="complaints",
                to="complaints.product",
                verbose_name="product",
            ),
        ),
        migrations.CreateModel(
            name="Promise",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("text", models.CharField(max_length=300, verbose_name="what was promised")),
                ("due_on", models.DateField(verbose_name="by")),
                ("made_at", models.DateTimeField()),
                ("kept_at", models.DateTimeField(blank=True, null=True)),
                (
                    "complaint",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="promises", to="complaints.complaint"),
                ),
                ("made_by", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL)),
            ],
            options={
                "ordering": ["due_on", "id"],
                "indexes": [models.Index(condition=models.Q(("kept_at__isnull", True)), fields=["complaint"], name="promise_not_kept")],
            },
        ),
        migrations.CreateModel(
            name="Round",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("number", models.PositiveSmallIntegerField(verbose_name="round")),
                ("opened_at", models.DateTimeField()),
                ("opened_because", models.TextField(blank=True, verbose_name="why it was opened")),
                (
                    "finding",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("justified", "Justified"),
                            ("partly", "Partly justified"),
                            ("not_justified", "Not justified"),
                            ("by_customer", "Caused by the customer"),
                            ("no_trouble", "No trouble found"),
                        ],
                        max_length=14,
                        verbose_name="verdict",
                    ),
                ),
                ("investigation", models.TextField(blank=True, verbose_name="investigation")),
                ("cause", models.TextField(blank=True, verbose_name="root cause")),
                (
                    "cause_category",
                    models.CharField(
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
                        verbose_name="cause category",
                    ),
                ),
                ("escape", models.TextField(blank=True, verbose_name="why it was not found before it left")),
                ("no_measure_reason", models.TextField(blank=True, verbose_name="why no measure is needed")),
                ("proposed_at", models.DateTimeField(blank=True, null=True)),
                ("reviewed_at", models.DateTimeField(blank=True, null=True)),
                ("approved_at", models.DateTimeField(blank=True, null=True)),
                ("group_approved_at", models.DateTimeField(blank=True, null=True)),
                ("four_eyes_exception", models.TextField(blank=True, verbose_name="why one person signed twice")),
                ("saved_at", models.DateTimeField(blank=True, null=True)),
                (
                    "approved_by",
                    models.ForeignKey(
                        blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "complaint",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="rounds", to="complaints.complaint"),
                ),
                (
                    "drafted_by",
                    models.ForeignKey(
                        blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "group_approved_by",
                    models.ForeignKey(
                        blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "reviewed_by",
                    models.ForeignKey(
                        blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
            ],
            options={
                "ordering": ["number"],
                "constraints": [models.UniqueConstraint(fields=("complaint", "number"), name="round_once")],
            },
        ),
        migrations.AddField(
            model_name="measure",
            name="round",
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="measures", to="complaints.round"),
        ),
        migrations.CreateModel(
            name="SavedView",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.CharField(max_length=60, verbose_name="name")),
                ("query", models.CharField(max_length=1000)),
                (
                    "person",
                    models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name="saved_views", to=settings.AUTH_USER_MODEL),
                ),
            ],
            options={
                "ordering": ["name"],
                "constraints": [models.UniqueConstraint(fields=("person", "name"), name="saved_view_once")],
            },
        ),
        migrations.CreateModel(
            name="Signature",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("round", models.PositiveSmallIntegerField()),
                ("meaning", models.CharField(max_length=20)),
                ("at", models.DateTimeField()),
                ("body", models.TextField()),
                ("digest", models.CharField(max_length=64)),
                (
                    "complaint",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="signatures", to="complaints.complaint"),
                ),
                (
                    "event",
                    models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name="signature", to="complaints.event"),
                ),
                (
                    "on_behalf",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="signatures", to=settings.AUTH_USER_MODEL),
                ),
            ],
            options={
                "ordering": ["at", "id"],
            },
        ),
        migrations.CreateModel(
            name="Visit",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("at", models.DateTimeField()),
                (
                    "means",
                    models.CharField(
                        choices=[
                            ("telephone", "Told by telephone"),
                            ("wechat", "WeChat"),
                            ("email", "E-mail"),
                            ("fax", "Fax"),
                            ("letter", "Letter"),
                            ("in_person", "In person"),
                        ],
                        max_length=10,
                        verbose_name="how",
                    ),
                ),
                ("satisfied", models.BooleanField(verbose_name="satisfied")),
                (
                    "score",
                    models.PositiveSmallIntegerField(
                        validators=[django.core.validators.MinValueValidator(1), django.core.validators.MaxValueValidator(5)],
                        verbose_name="score",
                    ),
                ),
                ("words", models.TextField(blank=True, verbose_name="the customer's words")),
                ("by", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL)),
                (
                    "complaint",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="visits", to="complaints.complaint"),
                ),
            ],
            options={
                "ordering": ["at", "id"],
                "constraints": [models.CheckConstraint(condition=models.Q(("score__range", (1, 5))), name="visit_score_1_to_5")],
            },
        ),
        migrations.CreateModel(
            name="Word",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("acknowledged", "Acknowledged"),
                            ("update", "Update"),
                            ("explained", "Explained"),
                            ("reply", "Reply"),
                            ("chased", "Customer chased"),
                            ("agreed", "Customer agrees"),
                            ("refused", "Customer refuses"),
                            ("no_answer", "No answer"),
                            ("tried", "Not reached"),
                            ("withdrawn", "Withdrawn"),
                        ],
                        max_length=14,
                    ),
                ),
                (
                    "means",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("telephone", "Told by telephone"),
                            ("wechat", "WeChat"),
                            ("email", "E-mail"),
                            ("fax", "Fax"),
                            ("letter", "Letter"),
                            ("in_person", "In person"),
                        ],
                        max_length=10,
                        verbose_name="how",
                    ),
                ),
                ("text", models.TextField(blank=True, verbose_name="words")),
                ("at", models.DateTimeField()),
                (
                    "by",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "complaint",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="said", to="complaints.complaint"),
                ),
            ],
            options={
                "ordering": ["at", "id"],
            },
        ),
        migrations.CreateModel(
            name="Assignment",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("at", models.DateTimeField()),
                ("until", models.DateTimeField(blank=True, null=True)),
                (
                    "department",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="assignments",
                        to="organisation.department",
                        verbose_name="department",
                    ),
                ),
                (
                    "complaint",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="assignments", to="complaints.complaint"),
                ),
            ],
            options={
                "ordering": ["at", "id"],
                "indexes": [models.Index(fields=["department", "complaint"], name="assignment_by_department")],
            },
        ),
        migrations.AddConstraint(
            model_name="lot",
            constraint=models.UniqueConstraint(fields=("product", "number", "customer"), name="lot_once", nulls_distinct=False),
        ),
        migrations.AddIndex(
            model_name="complaint",
            index=models.Index(fields=["product", "-received_at"], name="complaint_by_product"),
        ),
        migrations.AddIndex(
            model_name="complaint",
            index=models.Index(
                condition=models.Q(("state", "closed"), _negated=True), fields=["product"], name="complaint_open_by_product"
            ),
        ),
    ]
