"""What lies behind the doors: laid out once for each walk, by the words the samples ask for it."""

from datetime import date, timedelta
from io import BytesIO

from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.contrib.sessions.backends.db import SessionStore
from django.utils import timezone
from PIL import Image
from shapely import LineString

from linli.access import bureaus, inviting, sessions, standing_in, supervising, teaming, watching
from linli.access.actors import actor_for
from linli.access.appointing import Appointment
from linli.access.models import Account
from linli.access.shapes import PlaceAsked
from linli.access.teaming import ShapeAsked
from linli.areas import backgrounds, changes, laying, redrawing
from linli.cases import intake, photos
from linli.cases.intake import RaisedBy, Report
from linli.clocks import calendars
from linli.clocks.shipped import Line, Told
from linli.geo.pinning import Pin
from linli.ground.privacy import Kind
from linli.registers import asking, catalogue, disputing, exporting, keeping, listing, taking, tying
from linli.registers.book import Type
from linli.registers.models import Batch, Likeness, Register, TieKind
from linli.town.drawing import Feature
from tests.architecture.doors.asking import OWN
from tests.architecture.doors.cast import told_as
from tests.architecture.doors.samples.areas import PINS
from tests.browser import small_town

AWAY_GRID = "500198001001001"
SHAPE = ShapeAsked("一长三员", (PlaceAsked("网格长", "grid-head"),))


def laid_out(folder, program, at) -> dict[str, object]:
    """A plan under everything, a scan under the township, a redrawing, and the rest; by the word for each."""
    west, south = small_town.WEST, small_town.SOUTH
    street = Feature(LineString([(west, south), (west + 0.03, south + 0.01)]), {"kind": "main", "name": "樟树路"})
    plan = laying.lay_drawn({"street": [street]}, wish=laying.Wish("底图"), by=program, at=at)
    picture = BytesIO()
    Image.new("RGB", (100, 100), "white").save(picture, "PNG")
    (folder / "scan.png").write_bytes(picture.getvalue())
    files = [("scan.png", folder / "scan.png")]
    scan = laying.lay("scan", files, wish=laying.Wish("扫描图", small_town.TOWN), by=program, at=at)
    pins = [Pin(*(PINS[f"{axis}{n}"] for axis in ("x", "y", "lon", "lat"))) for n in (1, 2, 3)]
    laying.pin(scan, pins=pins, by=program, at=at)
    change = changes.Rename(OWN, "清溪社区")
    redrawn = redrawing.redraw([change], effective_on=at.date(), by=program, at=at)
    made: dict[str, object] = {"PLAN": plan.ref, "VERSION": backgrounds.version(plan), "SCAN": scan.ref}
    made |= {"REDRAWING": redrawn.ref}
    for name in ("zhou", "wai"):
        made |= theirs(Account.objects.get(sign_in_name=name), program, at)
    for word, area in (("HERE", f"{OWN}001"), ("AWAY", AWAY_GRID)):
        made |= recorded(word, area, program, at) | raised(word, area, picture, program)
    post = Appointment(role="grid-worker", area=OWN, since=date(2026, 1, 1))
    invitation, made["INVITED"] = inviting.invite("李", post, by=program, at=timezone.now())
    made["OFFERED"] = invitation.post.ref
    clerk = actor_for(small_town.account("zhou"), today=at.date())
    made["LOOKED"] = asking.keep({"typed": "王"}, by=clerk, at=timezone.now())
    wish = exporting.Wish(form=exporting.CSV)
    taken = taking.begin(listing.Asked(Register.PERSON), wish, by=clerk, at=timezone.now())
    taking.carry(taken.ref, by=clerk, at=timezone.now())
    made["TAKEN"] = taken.ref
    day_off = Told("渝府办〔2026〕1号", 2026, at.date(), (Line(date(2026, 6, 18), False, "直辖纪念日"),))
    made["NOTICE"] = calendars.enter(day_off, area=OWN, by=program, at=at).pk
    made["SHAPE"] = teaming.shape(SHAPE, area=OWN, by=program, at=at).ref
    made["BUREAU"] = bureaus.add("区民政局", area=OWN, by=program, at=at).code
    made["NEXT"] = small_town.account(told_as("community-clerk", "in")).ref
    made["FORGOT"] = supervising.reset_password(
        small_town.account("li"), reason="forgot it", by=program, at=timezone.now()
    )
    return made


def recorded(word, area, program, at) -> dict[str, object]:
    """Someone in the registers, with a value of theirs in dispute; and a file that came."""
    person = keeping.add(Register.PERSON, {"person.name": "王大"}, area=area, by=program, at=at)
    born = {"reason": "the card says so", "by": program, "at": at}
    sender = small_town.account("zhou" if word == "HERE" else "wai").posts.get().ref
    file = {
        "file_name": "x.xlsx",
        "office": sender,
        "stage": "checked",
        "layout": {"sheet": "x", "headings": [[0, "姓名"]]},
    }
    batch = Batch.objects.create(register="person", area_code=area, true_on=at.date(), at=at, **file)
    item = catalogue.Described(
        register=Register.PERSON, label=f"数据项{word}", type=Type.TEXT, privacy=Kind.OPEN, basis="条例"
    )
    twin = keeping.add(Register.PERSON, {"person.name": "王大"}, area=area, by=program, at=at)
    pair = Likeness.objects.create(register="person", area_code=area, one=twin.ref, other=person.ref)
    return {
        f"{word}K": pair.pk,
        f"{word}I": catalogue.add(item, area=area, by=program, at=at).pk,
        f"{word}L": batch.ref,
        f"{word}T": tying.tie(person, TieKind.WORKS, place="面馆", by=program, at=at).pk,
        f"{word}P": person.ref,
        f"{word}Q": disputing.dispute(person, "person.born_on", date(1950, 1, 2), **born).ref,
    }


def raised(word, area, picture, program) -> dict[str, object]:
    """A case with a photo."""
    picture.seek(0)
    photo = photos.take(picture, at=timezone.now())
    asked = Report(f"灯不亮 {word}", area, raiser=RaisedBy("王大", "13800001111"), photos=[photo])
    return {f"{word}C": intake.raise_case(asked, by=program, at=timezone.now()).ref, f"{word}F": photo.ref}


def theirs(account, program, at) -> dict[str, object]:
    """What is someone's own, by its reference or number: the account, a post, a watch, a second factor, a sign-in."""
    post = account.posts.get()
    watch = watching.put_on(post, begins_at=at, ends_at=at + timedelta(hours=9), by=program, at=at)
    session = SessionStore()
    session.create()
    sessions.opened(session, account, agent="", at=timezone.now())
    factor = Authenticator.objects.create(user=account, type=Authenticator.Type.TOTP, data={"secret": "x"})
    opened = UserSession.objects.get(user=account)
    away = {"since": date(2026, 11, 20), "until": date(2027, 1, 20)}
    other = small_town.account(told_as("grid-worker", "in" if account.sign_in_name == "zhou" else "out"))
    leave = standing_in.take_leave(post, stand_in=other, **away, by=program, at=at)
    kept = {"": account.ref, "L": leave.pk, "S": post.ref, "W": watch.pk, "F": factor.pk, "O": opened.pk}
    return {f"{account.sign_in_name.upper()}{sign}": value for sign, value in kept.items()}
