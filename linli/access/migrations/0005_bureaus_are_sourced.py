from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("access", "0004_shapes_of_teams")]

    operations = [
        migrations.AddField("bureau", "source", models.CharField(blank=True, max_length=200)),
        migrations.AddIndex("bureau", models.Index(fields=["area_code"], name="bureau_area")),
    ]
