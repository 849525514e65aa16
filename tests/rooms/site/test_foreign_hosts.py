"""An address that is not ours is refused before anyone is known: in words, and never as a fault of ours."""

import pytest

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("path", ["/", "/areas/", "/sign-in"])
def test_a_foreign_host_is_answered_400_in_words(client, path):
    answer = client.get(path, headers={"Host": "evil.example"})
    assert answer.status_code == 400
    assert "<h1" in answer.content.decode() and b"evil.example" not in answer.content
