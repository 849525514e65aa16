"""The desks as they are met: who has which list, one case by page from report to rating, many given at once."""

import io

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse
from PIL import Image

from linli.access.models import Account
from linli.areas import keeping
from linli.areas.models import Area
from linli.cases import choosing, queries, stages
from linli.cases.models import Case
from linli.cases.stages import MOVES, Move
from linli.site.cases import desks, moving

from .conftest import GRID, TOWN, post_of


def signed_in(actor) -> Client:
    client = Client()
    client.force_login(Account.objects.get(ref=actor.ref))
    return client


def send(client, case, move, **said):
    return client.post(reverse("case-move", args=[case.ref, move]), {"turn": case.turn, **said})


def picture(name="photo.jpg"):
    out = io.BytesIO()
    Image.new("RGB", (40, 30), "teal").save(out, "JPEG")
    out.seek(0)
    out.name = name
    return out


def test_every_move_of_the_table_has_its_verb_but_the_one_that_begins_a_case():
    assert set(MOVES) - set(moving.MADE) == {Move.SETTLE}


@pytest.mark.parametrize(
    ("who", "has", "lacks"),
    [("he", "judge", "mine"), ("li", "mine", "judge"), ("qin", "mine", "all"), ("hu", "raised", "judge")],
)
def test_everyone_has_the_desks_of_their_post(town, who, has, lacks):
    client = signed_in(getattr(town, who))
    assert client.get(reverse("cases"), {"desk": has}).status_code == 200
    assert client.get(reverse("cases"), {"desk": lacks}).status_code == 404
    assert client.get(reverse("cases")).status_code == 200


def test_a_list_is_sorted_by_clock_and_ends_where_the_scope_does(town, case_at):
    first = case_at("reported", urgency="emergency", summary="燃气味")
    second = case_at("reported", summary="路灯杆倒了")
    text = signed_in(town.he).get(reverse("cases")).content.decode()
    assert text.index(first.summary) < text.index(second.summary)
    assert first.summary not in signed_in(town.wai).get(reverse("cases")).content.decode()


def test_a_case_goes_its_way_by_the_pages_alone(town, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    he, gang, zhi = (signed_in(each) for each in (town.he, town.gang, town.zhi))
    answer = he.post(reverse("case-report"), {
        "summary": "路面塌陷", "area": GRID, "category": "road", "urgency": "urgent", "source": "phone",
        "raiser_name": "胡民", "raiser_phone": "13800005678", "photos": picture(),
    })  # fmt: skip
    case = Case.objects.get()
    assert answer.status_code == 303 and case.photos.count() == 1
    page = he.get(reverse("case", args=[case.ref])).content.decode()
    assert "13800005678" not in page and "胡民" not in page
    target = choosing.key_of(post_of(town.gang))
    for client, move, said in (
        (he, "accept", {}),
        (he, "triage", {"category": "road", "urgency": "urgent"}),
        (he, "dispatch", {"target": target}),
        (gang, "sign", {}),
        (gang, "start", {}),
        (gang, "resolve", {"reason": "已填平", "photos": picture()}),
        (zhi, "supervise", {"reason": "主干道"}),
        (he, "verify", {"reason": "现场看过"}),
        (he, "rate", {"stars": 5, "reason": "很快"}),
    ):
        case.refresh_from_db()
        assert (
            f'action="{reverse("case-move", args=[case.ref, move])}"'
            in client.get(reverse("case", args=[case.ref])).content.decode()
        ), move
        assert send(client, case, move, **said).status_code == 303, move
    case.refresh_from_db()
    assert case.stage == "rated"


def test_whoever_comes_second_is_told_who_was_first(town, case_at):
    case = case_at("triaged", category="")
    target = choosing.key_of(post_of(town.gang))
    assert send(signed_in(town.he), case, "dispatch", target=target, reason="就近").status_code == 303
    answer = send(signed_in(town.he2), case, "dispatch", target=target, reason="就近")
    assert answer.status_code == 409 and "何街" in answer.content.decode()


@pytest.mark.parametrize("target", ["", "post:X", "bureau:", "team:", "nobody"])
def test_a_target_that_is_nobody_is_refused_and_nothing_is_written(town, case_at, target):
    case = case_at("triaged")
    assert send(signed_in(town.he), case, "dispatch", target=target, reason="就近").status_code in (400, 422)
    case.refresh_from_db()
    assert case.stage == "triaged" and queries.steps(case)[-1].move == "triage"


def test_a_photo_is_shown_to_whoever_sees_its_case_and_to_nobody_else(town, case_at, photo):
    case = case_at("reported", photos=[photo()])
    address = reverse("case-photo", args=[case.photos.get().ref])
    answer = signed_in(town.he).get(address)
    assert answer.status_code == 200 and answer["Content-Type"] == "image/webp" and "private" in answer["Cache-Control"]
    for close in answer._resource_closers:  # `answer.close()` would end the connection to PostgreSQL as well
        close()
    assert signed_in(town.wai).get(address).status_code == 404
    assert Client().get(address).status_code in (302, 303, 401, 403)


def test_many_are_given_at_once_and_each_that_cannot_be_says_why(town, case_at):
    cases = [case_at("triaged", summary=f"事项{n}") for n in range(3)]
    listed = case_at("triaged", category="dump", summary="渣土车")
    target = choosing.key_of(post_of(town.gang))
    said = {"case": [each.ref for each in [*cases, listed]], "target": target, "reason": "集中处置"}
    answer = signed_in(town.he).post(reverse("cases-give"), said, follow=True)
    assert [Case.objects.get(pk=each.pk).stage for each in cases] == ["dispatched"] * 3
    assert Case.objects.get(pk=listed.pk).stage == "triaged"
    assert listed.ref in answer.content.decode()


def test_whom_the_list_names_stands_first(town, case_at):
    case = case_at("triaged", category="dump")
    found = choosing.choices(case, at=town.at)
    assert found[0].proposed and found[0].name == "城市管理局"
    assert len({each.key for each in found}) == len(found)


def test_a_small_matter_is_settled_on_the_spot_by_the_grid_worker(town, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    said = {"summary": "楼道杂物", "area": GRID, "category": "grid-litter", "urgency": "general", "source": "patrol"}
    answer = signed_in(town.li).post(reverse("case-report"), {**said, "done": "已清走", "photos": picture()})
    assert answer.status_code == 303 and Case.objects.get().on_the_spot
    refused = signed_in(town.li).post(reverse("case-report"), {**said, "category": "road", "done": "已清走"})
    assert refused.status_code == 422 and Case.objects.count() == 1


def test_raisers_are_shown_in_full_for_a_reason_alone(town, case_at):
    case = case_at("reported")
    client, address = signed_in(town.he), reverse("case-unmasked", args=[case.ref])
    assert "13800005678" in client.post(address, {"reason": "回访核对"}).content.decode()
    assert client.post(address, {"reason": ""}).status_code in (400, 422)


def test_a_list_costs_the_same_whatever_is_on_it(town, case_at, django_assert_max_num_queries):
    client = signed_in(town.he)
    case_at("triaged")
    client.get(reverse("cases"))
    with django_assert_max_num_queries(60) as few:
        client.get(reverse("cases"))
    for n in range(6):
        case_at("triaged", summary=f"事项{n}")
    with django_assert_max_num_queries(len(few)):
        client.get(reverse("cases"))


def test_a_case_says_where_it_lies_and_where_its_look_alikes_do(town, case_at):
    case = case_at("reported", summary="路灯不亮", lon=106.5, lat=29.5)
    like = case_at("reported", summary="巷口的灯灭了", lon=106.5005, lat=29.5)
    case_at("reported", summary="没有位置的一件")
    found = signed_in(town.he).get(reverse("case", args=[case.ref])).context["map"].config["spots"]
    assert [(spot["lon"], spot["name"], spot["here"]) for spot in found] == [
        (106.5005, "巷口的灯灭了", False),
        (106.5, "路灯不亮", True),
    ]
    assert found[0]["href"] == reverse("case", args=[like.ref]) and not found[1]["href"]


def test_the_board_holds_every_open_stage_once_and_ends_where_the_scope_does(town, case_at):
    assert sorted(stage for _name, among in desks.BOARD for stage in among) == sorted(
        stages.OPEN - {stages.Stage.MERGED}
    )
    given, judged = case_at("dispatched", summary="给出去的一件"), case_at("accepted", summary="要研判的一件")
    columns = signed_in(town.he).get(reverse("cases"), {"desk": "board"}).context["columns"]
    shown = {column["name"]: [line.ref for line in column["lines"]] for column in columns}
    assert shown["To judge"] == [judged.ref] and shown["Given, not signed for"] == [given.ref]
    assert [column["count"] for column in columns] == [1, 1, 0, 0, 0]
    outside = signed_in(town.wai).get(reverse("cases"), {"desk": "board"}).content.decode()
    assert given.summary not in outside and judged.summary not in outside


def test_a_long_column_shows_the_most_pressing_and_counts_no_further_than_it_must(town, case_at, monkeypatch):
    monkeypatch.setattr(desks, "A_COLUMN", 2)
    monkeypatch.setattr(desks, "COUNTED", 3)
    for number in range(4):
        case_at("reported", summary=f"第{number}件")
    (column, *_rest) = desks.board(town.he, at=town.at)
    assert (len(column.cases), column.count) == (2, 3)
    assert column.cases == sorted(column.cases, key=lambda case: (case.act_by, case.pk))


def test_open_cases_are_asked_for_in_the_words_of_their_indexes(town):
    """SQLite reads an index of some rows only where the question says which in its very words, no values put in."""
    rows = Case.objects.open()
    words, values = rows.query.sql_with_params()
    said = words.partition(" WHERE ")[2]
    assert values == ()
    of_open = [index for index in Case._meta.indexes if index.name in ("case_queue", "case_town", "case_commune")]
    assert len(of_open) == 3
    for index in of_open:
        condition = str(index._get_condition_sql(Case, connection.schema_editor()))
        assert condition.replace('"', "") == said.replace('"', "").replace("cases_case.", "")


def test_whose_place_is_one_area_sees_the_same_by_its_index_as_by_its_range(town, case_at, at):
    Area.objects.bulk_create([keeping.made(f"{TOWN[:-1]}2", "another township")])
    kept, elsewhere = case_at("triaged"), case_at("triaged")
    Case.objects.filter(pk=elsewhere.pk).update(area_code=f"{TOWN[:-1]}2")
    ended = case_at("closed", category="light")
    for viewer in (town.he, town.shu, town.li, town.du, town.wai, town.gang):
        plain = {case.ref for case in queries.cases(viewer) if case.stage in stages.OPEN}
        assert {case.ref for case in queries.queue(viewer, at=at)} == plain, viewer.name
    assert kept in queries.queue(town.he, at=at) and ended not in queries.queue(town.he, at=at)
    assert elsewhere in queries.queue(town.du, at=at) and elsewhere not in queries.queue(town.he, at=at)
    narrowed = queries.queue(town.du, queries.Asked(area=TOWN), at=at)
    assert kept in narrowed and elsewhere not in narrowed
