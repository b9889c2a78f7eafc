"""Branches, departments, people, deputies, sign-ins, working calendars."""

import django.contrib.auth.validators
import django.contrib.postgres.fields
import django.core.validators
import django.db.models.deletion
import django.db.models.functions.text
from django.conf import settings
from django.db import migrations, models

import organisation.models.branches
import organisation.models.people


class Migration(migrations.Migration):
    initial = True

    dependencies = []

    operations = [
        migrations.CreateModel(
            name="Person",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("password", models.CharField(max_length=128, verbose_name="password")),
                ("last_login", models.DateTimeField(blank=True, null=True, verbose_name="last login")),
                (
                    "username",
                    models.CharField(
                        max_length=60,
                        unique=True,
                        validators=[django.contrib.auth.validators.UnicodeUsernameValidator()],
                        verbose_name="sign-in name",
                    ),
                ),
                ("name", models.CharField(max_length=60, verbose_name="name")),
                ("name_en", models.CharField(blank=True, max_length=60, verbose_name="name in English")),
                ("email", models.EmailField(blank=True, max_length=254, verbose_name="e-mail")),
                ("telephone", models.CharField(blank=True, max_length=40, verbose_name="telephone")),
                (
                    "roles",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(
                            choices=[
                                ("assistant", "Sales assistant"),
                                ("manager", "Business manager"),
                                ("verifier", "Verifier"),
                                ("group_approver", "Group approver"),
                                ("management_rep", "Management representative"),
                                ("crisis", "Crisis team"),
                                ("auditor", "Auditor"),
                                ("administrator", "Administrator"),
                            ],
                            max_length=20,
                        ),
                        blank=True,
                        default=list,
                        size=None,
                        verbose_name="roles",
                    ),
                ),
                (
                    "language",
                    models.CharField(
                        blank=True,
                        choices=[("", "As the browser"), ("en", "English"), ("zh-hans", "简体中文")],
                        default="",
                        max_length=10,
                        verbose_name="language",
                    ),
                ),
                (
                    "theme",
                    models.CharField(
                        blank=True,
                        choices=[("", "As the system"), ("light", "Light"), ("dark", "Dark")],
                        default="",
                        max_length=6,
                        verbose_name="theme",
                    ),
                ),
                ("single_keys", models.BooleanField(default=True, verbose_name="single-key shortcuts")),
                (
                    "mail",
                    models.CharField(
                        choices=[("all", "Everything that waits for me"), ("late", "Only what ran out or is urgent"), ("none", "Nothing")],
                        default="all",
                        max_length=4,
                        verbose_name="notices by e-mail",
                    ),
                ),
                ("must_change_password", models.BooleanField(default=False, verbose_name="must choose a new password")),
                ("is_active", models.BooleanField(default=True, verbose_name="active")),
                ("initial_password_until", models.DateTimeField(editable=False, null=True)),
            ],
            options={
                "verbose_name": "person",
                "verbose_name_plural": "people",
                "ordering": ["username"],
                "constraints": [
                    models.UniqueConstraint(
                        django.db.models.functions.text.Upper("username"),
                        name="sign_in_name_once",
                        violation_error_message="This sign-in name is taken.",
                    )
                ],
            },
            managers=[
                ("objects", organisation.models.people.PersonManager()),
            ],
        ),
        migrations.CreateModel(
            name="Branch",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.CharField(max_length=120, verbose_name="name")),
                ("name_en", models.CharField(blank=True, max_length=120, verbose_name="name in English")),
                ("code", models.SlugField(max_length=20, unique=True, verbose_name="code")),
                (
                    "prefix",
                    models.CharField(
                        default="CR",
                        help_text="Complaint numbers begin with it: CR-2611-0087.",
                        max_length=6,
                        unique=True,
                        validators=[
                            django.core.validators.RegexValidator("^[A-Z][A-Z0-9]{0,5}$", "Capital letters and digits, a letter first.")
                        ],
                        verbose_name="number prefix",
                    ),
                ),
                (
                    "zone",
                    models.CharField(
                        default="Asia/Shanghai",
                        max_length=40,
                        validators=[organisation.models.branches.check_zone],
                        verbose_name="time zone",
                    ),
                ),
                ("in_group", models.BooleanField(default=False, verbose_name="grade 1-2 plans need the group's approval")),
                ("currency", models.CharField(default="CNY", max_length=3, verbose_name="currency")),
                ("new_customer_months", models.PositiveSmallIntegerField(default=12, verbose_name="a customer is new for … months")),
                ("new_product_months", models.PositiveSmallIntegerField(default=12, verbose_name="a product is new for … months")),
                (
                    "retention_years",
                    models.PositiveSmallIntegerField(
                        default=10,
                        validators=[django.core.validators.MinValueValidator(1)],
                        verbose_name="personal data is kept for … years",
                    ),
                ),
                (
                    "max_file_mb",
                    models.PositiveSmallIntegerField(
                        default=20, validators=[django.core.validators.MinValueValidator(1)], verbose_name="largest file (MB)"
                    ),
                ),
                (
                    "max_files_mb",
                    models.PositiveSmallIntegerField(
                        default=200, validators=[django.core.validators.MinValueValidator(1)], verbose_name="files of one complaint (MB)"
                    ),
                ),
                ("acknowledgement_zh", models.TextField(blank=True, verbose_name="what happens next, told to customers (Chinese)")),
                ("acknowledgement_en", models.TextField(blank=True, verbose_name="what happens next, told to customers (English)")),
                (
                    "appeal_zh",
                    models.TextField(
                        blank=True, verbose_name="where to turn next, for complaints closed against the customer's will (Chinese)"
                    ),
                ),
                (
                    "appeal_en",
                    models.TextField(
                        blank=True, verbose_name="where to turn next, for complaints closed against the customer's will (English)"
                    ),
                ),
                (
                    "gm",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="heads_branches",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="general manager",
                    ),
                ),
            ],
            options={
                "verbose_name": "branch",
                "verbose_name_plural": "branches",
                "ordering": ["code"],
            },
        ),
        migrations.AddField(
            model_name="person",
            name="branch",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="people", to="organisation.branch", verbose_name="branch"
            ),
        ),
        migrations.CreateModel(
            name="Department",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.CharField(max_length=120, verbose_name="name")),
                ("name_en", models.CharField(blank=True, max_length=120, verbose_name="name in English")),
                ("code", models.SlugField(max_length=20, verbose_name="code")),
                (
                    "function",
                    models.CharField(
                        choices=[
                            ("sales", "Sales"),
                            ("quality", "Quality"),
                            ("pmc", "Production and material control"),
                            ("production", "Production"),
                            ("warehouse", "Warehouse"),
                            ("engineering", "Engineering"),
                            ("other", "Other"),
                        ],
                        default="other",
                        max_length=20,
                        verbose_name="function",
                    ),
                ),
                ("is_active", models.BooleanField(default=True, verbose_name="active")),
                (
                    "branch",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="departments",
                        to="organisation.branch",
                        verbose_name="branch",
                    ),
                ),
                (
                    "head",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="heads_departments",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="head",
                    ),
                ),
            ],
            options={
                "verbose_name": "department",
                "verbose_name_plural": "departments",
                "ordering": ["branch_id", "code"],
                "constraints": [models.UniqueConstraint(fields=("branch", "code"), name="department_code_once_per_branch")],
            },
        ),
        migrations.AddField(
            model_name="person",
            name="department",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="staff",
                to="organisation.department",
                verbose_name="department",
            ),
        ),
        migrations.CreateModel(
            name="Deputy",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("starts_on", models.DateField(verbose_name="first day")),
                ("ends_on", models.DateField(verbose_name="last day")),
                ("withdrawn_at", models.DateTimeField(blank=True, null=True, verbose_name="ended early at")),
                (
                    "absent",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="absences",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="absent",
                    ),
                ),
                (
                    "deputy",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="deputising",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="deputy",
                    ),
                ),
                (
                    "named_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL, verbose_name="named by"
                    ),
                ),
            ],
            options={
                "verbose_name": "deputy",
                "verbose_name_plural": "deputies",
                "ordering": ["-starts_on", "id"],
                "constraints": [
                    models.CheckConstraint(condition=models.Q(("ends_on__gte", models.F("starts_on"))), name="deputy_period_in_order"),
                    models.CheckConstraint(
                        condition=models.Q(("absent", models.F("deputy")), _negated=True), name="deputy_is_somebody_else"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="SignIn",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("address", models.GenericIPAddressField(null=True)),
                ("device", models.CharField(blank=True, max_length=32)),
                ("browser", models.CharField(blank=True, max_length=60)),
                ("at", models.DateTimeField()),
                ("active_at", models.DateTimeField()),
                ("ended_at", models.DateTimeField(null=True)),
                (
                    "person",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="sign_ins", to=settings.AUTH_USER_MODEL),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["person", "at"], name="signin_by_person")],
            },
        ),
        migrations.CreateModel(
            name="SignInFailure",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("account", models.CharField(max_length=40)),
                ("address", models.GenericIPAddressField(null=True)),
                ("device", models.CharField(blank=True, max_length=32)),
                ("at", models.DateTimeField(db_index=True)),
            ],
            options={
                "indexes": [
                    models.Index(fields=["account", "at"], name="signin_by_account"),
                    models.Index(fields=["address", "at"], name="signin_by_address"),
                ],
            },
        ),
        migrations.CreateModel(
            name="WorkCalendar",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("version", models.PositiveSmallIntegerField()),
                ("content", models.JSONField()),
                ("names", models.JSONField(default=dict)),
                (
                    "years",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.PositiveSmallIntegerField(), default=list, size=None, verbose_name="years loaded"
                    ),
                ),
                ("reason", models.TextField(blank=True, verbose_name="why")),
                ("decided_at", models.DateTimeField()),
                (
                    "branch",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="calendars", to="organisation.branch"),
                ),
                (
                    "decided_by",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
            ],
            options={
                "verbose_name": "working calendar",
                "verbose_name_plural": "working calendars",
                "ordering": ["branch_id", "version"],
                "constraints": [models.UniqueConstraint(fields=("branch", "version"), name="calendar_version_once")],
            },
        ),
    ]
