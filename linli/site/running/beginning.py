"""`linli init`: an empty, real installation with its first administrator, and nothing made up."""

from datetime import datetime

from django.conf import settings
from django.db import connection
from django.utils.timezone import localdate

from linli.access import appointing, opening
from linli.access.appointing import Appointment
from linli.access.models import Account
from linli.ground.hands import Program

from . import marks, schema
from .refusals import AlreadyBegun


def must_be_empty() -> None:
    """Refuses a folder, or a database, in which an installation was begun before. One that was cut off may go on."""
    begun = marks.read(marks.BEGUN)
    peopled = Account._meta.db_table in connection.introspection.table_names() and Account.objects.exists()
    if peopled or begun.get("kind") == marks.DEMO:
        raise AlreadyBegun(folder=str(settings.DATA_DIR), kind=begun.get("kind", "?"), at=begun.get("at", "?"))


def begin(*, sign_in_name: str, name: str, password: str, area: str, at: datetime) -> Account:
    """Tables, one account that holds the administrator's post over `area`, and the mark of a real installation."""
    must_be_empty()
    code = appointing.read_area(area)
    by = Program("console")
    with schema.one_transaction():
        schema.bring_up_here()
        account = opening.open_account(sign_in_name=sign_in_name, name=name, password=password, by=by, at=at)
        asked = Appointment(role="administrator", area=code, since=localdate(at))
        appointing.give(account, asked, by=by, at=at)
        marks.begin(marks.REAL, at=at)
    return account


def folder_is_real() -> bool:
    """Whether a real installation was begun here, or a database full of accounts that nobody made up."""
    kind = marks.read(marks.BEGUN).get("kind")
    if kind:
        return bool(kind == marks.REAL)
    return Account._meta.db_table in connection.introspection.table_names() and Account.objects.exists()
