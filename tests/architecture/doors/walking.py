"""One of the cast at one door: what is asked, what is answered."""

from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.test import Client
from django.urls import reverse

from tests.architecture.doors.cast import knock


def answer(words, method, who, sample) -> str:
    """What one of the cast is answered; what was done is undone again."""
    name, asked, given, body = sample
    arguments = {key: words.get(value, value) if isinstance(value, str) else value for key, value in given.items()}
    address = reverse(name, kwargs=arguments) + (asked if asked.startswith("?") else "")
    with transaction.atomic():
        client = Client()
        knock(client, who, words)
        told = getattr(client, method.lower())(address, {} if method == "GET" else filled(body, words))
        for close in told._resource_closers:  # files; `told.close()` would end the connection to PostgreSQL as well
            close()
        transaction.set_rollback(True)
    to_the_door = told.status_code == 302 and told["Location"].startswith(reverse("sign-in"))
    return "sign-in" if to_the_door else str(told.status_code)


def filled(body, words):
    """What is sent, with the words in capitals and the files in it."""
    made = {key: words.get(value, value) if isinstance(value, str) else value for key, value in body.items()}
    return {
        key: SimpleUploadedFile(value[0], value[1].encode()) if isinstance(value, tuple) else value
        for key, value in made.items()
    }


def told_to(cast, words, method, sample) -> dict[str, str]:
    """What some of the cast are answered. A method taken neither from nobody nor from everything is taken from none."""
    if {answer(words, method, who, sample) for who in ("nobody", "everything")} == {"405"}:
        return dict.fromkeys(cast, "405")
    return {who: answer(words, method, who, sample) for who in cast}
