"""Each field is sorted by privacy, exactly once; a new field that is not fails here."""

import pytest
from django.apps import apps

OURS = [model for model in apps.get_models() if model.__module__.startswith("linli.")]


@pytest.mark.parametrize("model", OURS, ids=lambda model: model._meta.label)
def test_every_field_is_sorted(model):
    privacy = model.Privacy
    kinds = [set(getattr(privacy, kind, ())) for kind in ("open", "personal", "secret")]
    fields = {field.name for field in model._meta.concrete_fields}
    assert set().union(*kinds) == fields
    assert sum(map(len, kinds)) == len(fields), "a field stands under two kinds"


def test_there_is_something_to_sort():
    assert len(OURS) >= 8
