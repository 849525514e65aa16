from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("access", "0005_bureaus_are_sourced")]

    operations = [
        migrations.CreateModel(
            name="FactorRule",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("role", models.CharField(max_length=40)),
                ("area_code", models.CharField(blank=True, max_length=17)),
                ("asked", models.BooleanField()),
                ("grace_days", models.PositiveSmallIntegerField(default=7)),
                ("source", models.CharField(blank=True, max_length=200)),
                ("since", models.DateField()),
                ("until", models.DateField(null=True)),
            ],
            options={"indexes": [models.Index(fields=["area_code"], name="factor_rule_area")]},
        ),
    ]
