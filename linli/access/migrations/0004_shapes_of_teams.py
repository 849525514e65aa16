from datetime import date

import django.db.models.deletion
from django.db import migrations, models

import linli.access.models


class Migration(migrations.Migration):
    """No verb wrote a shape before this, so its table is empty and may change as it likes."""

    dependencies = [("access", "0003_further_areas_are_rows")]

    operations = [
        migrations.RemoveField(model_name="teamshape", name="code"),
        migrations.RemoveField(model_name="teamshape", name="places"),
        migrations.AddField("teamshape", "ref", models.CharField(default=linli.access.models.new_shape_ref, max_length=12, unique=True)),
        migrations.AddField("teamshape", "known", models.SlugField(blank=True, max_length=40)),
        migrations.AddField("teamshape", "special", models.BooleanField(default=False)),
        migrations.AddField("teamshape", "since", models.DateField(default=date(2025, 4, 1)), preserve_default=False),
        migrations.AddField("teamshape", "until", models.DateField(null=True)),
        migrations.AlterField("teamshape", "source", models.CharField(blank=True, max_length=200)),
        migrations.AddIndex("teamshape", models.Index(fields=["area_code"], name="team_shape_area")),
        migrations.CreateModel(
            name="TeamPlace",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("slug", models.SlugField(max_length=40)),
                ("name", models.CharField(max_length=40)),
                ("role", models.CharField(max_length=40)),
                ("most", models.PositiveSmallIntegerField(default=1)),
                ("in_pairs", models.BooleanField(default=False)),
                ("rank", models.PositiveSmallIntegerField(default=0)),
                ("shape", models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name="places", to="access.teamshape")),
            ],
            options={
                "ordering": ["rank", "id"],
                "constraints": [models.UniqueConstraint(fields=["shape", "slug"], name="team_place_once")],
            },
        ),
        migrations.CreateModel(
            name="TeamUse",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("area_code", models.CharField(blank=True, max_length=17)),
                ("what_for", models.CharField(blank=True, max_length=60)),
                ("since", models.DateField()),
                ("until", models.DateField(null=True)),
                ("shape", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="uses", to="access.teamshape")),
            ],
            options={"indexes": [models.Index(fields=["area_code"], name="team_use_area")]},
        ),
    ]
