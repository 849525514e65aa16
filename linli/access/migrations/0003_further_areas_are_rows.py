from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("access", "0002_further_areas_of_a_post")]

    operations = [migrations.RemoveField(model_name="post", name="also_areas")]
