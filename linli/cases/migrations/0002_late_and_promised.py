"""What was promised elsewhere and what was missed stand on the case by themselves; how far being late was told, too."""

from django.db import migrations, models
from django.db.models import F


def fill(apps, _editor):
    """What stands already: a promise that nothing moved yet, and a due time that the last resolve came after."""
    cases = apps.get_model("cases", "Case").objects
    cases.filter(due_why="promised").update(promised_at=F("due_at"))
    cases.filter(resolved_at__gt=F("due_at")).update(late_at=F("due_at"))
    told = cases.filter(stage__in=["signed", "in-progress", "suspended", "rework"], told__gt=1)
    told.update(told_late=F("told") - 1)


class Migration(migrations.Migration):
    dependencies = [("cases", "0001_cases")]

    operations = [
        migrations.AddField("case", "promised_at", models.DateTimeField(null=True)),
        migrations.AddField("case", "late_at", models.DateTimeField(null=True)),
        migrations.AddField("case", "told_late", models.PositiveSmallIntegerField(default=0)),
        migrations.RunPython(fill, migrations.RunPython.noop),
    ]
