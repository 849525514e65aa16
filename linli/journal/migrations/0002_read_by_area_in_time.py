from django.db import migrations, models

from linli.journal.models import Above


def index(digits):
    return models.Index(Above("area_code", digits=digits), models.F("at"), models.F("id"), name=f"entry_above_{digits}")


class Migration(migrations.Migration):
    dependencies = [("journal", "0001_begins")]
    operations = [migrations.AddIndex(model_name="entry", index=index(digits)) for digits in (6, 9, 12)]
