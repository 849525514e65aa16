from typing import Any

import django.db.models.deletion
from django.db import migrations, models


def apart(apps: Any, _editor: Any) -> None:
    """The further codes of each post become rows."""
    post, further = apps.get_model("access", "Post"), apps.get_model("access", "PostArea")
    told = post.objects.exclude(also_areas="").values_list("pk", "also_areas")
    further.objects.bulk_create(
        further(post_id=pk, area_code=code) for pk, codes in told.iterator() for code in codes.split()
    )


def together(apps: Any, _editor: Any) -> None:
    """The rows become one text again."""
    codes: dict[int, list[str]] = {}
    for pk, code in apps.get_model("access", "PostArea").objects.order_by("id").values_list("post_id", "area_code"):
        codes.setdefault(pk, []).append(code)
    for pk, several in codes.items():
        apps.get_model("access", "Post").objects.filter(pk=pk).update(also_areas=" ".join(several))


class Migration(migrations.Migration):
    dependencies = [("access", "0001_begins")]

    operations = [
        migrations.CreateModel(
            name="PostArea",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("area_code", models.CharField(max_length=17)),
                (
                    "post",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="further", to="access.post"
                    ),
                ),
            ],
            options={
                "ordering": ["id"],
                "indexes": [models.Index(fields=["area_code"], name="post_further_area")],
            },
        ),
        migrations.RunPython(apart, together, elidable=True),
    ]
