from django.db import migrations

from complaints.replywords import SHIPPED


def shipped_words(apps, schema_editor):
    """A starter set for every branch there is: from then on the administrator's rows count."""
    branches = apps.get_model("organisation", "Branch").objects.all()
    template = apps.get_model("complaints", "ReplyTemplate")
    for branch in branches:
        template.objects.bulk_create(
            template(
                branch=branch, code=one.kind.value, name=one.name, kind=one.kind.value, language=one.language.value,
                opening=one.opening, closing=one.closing,
            )
            for one in SHIPPED
        )  # fmt: skip


class Migration(migrations.Migration):
    dependencies = [("complaints", "0009_judgement_and_measures"), ("organisation", "0001_initial")]

    operations = [migrations.RunPython(shipped_words, migrations.RunPython.noop)]
