"""Redrawing divisions from a form: what it will touch first, then the deed; and its undoing."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.core import signing
from django.http import HttpResponse
from django.urls import reverse
from django.utils.timezone import localdate
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods

from linli.access.gates import PUBLIC, gate
from linli.access.requests import Request
from linli.areas import changes, codes, past, queries, redrawing, undoing
from linli.areas.changes import Change, Merge, Move, Part, Rename, Split
from linli.areas.directory import Branch
from linli.ground.permissions import Permission
from linli.ground.refusals import Refusal
from linli.web.middleware import sentence
from linli.web.pages import page, went_well

from .forms import RedrawForm


@require_http_methods(["GET", "POST"])
@gate(Permission.AREA_REDRAW)
def redraw(request: Request) -> HttpResponse:
    """One change of divisions: shown with all it will touch; done when the very same was seen, else shown again."""
    code = request.GET.get("code", "")
    begun = {"code": code, "effective_on": localdate(request.at)}
    form = RedrawForm(request.POST or None, initial=begun)
    context: dict[str, Any] = {"form": form, "redrawings": past.redrawings(20), "near": _near(code)}
    context["crumbs"] = [(gettext("Areas"), reverse("areas")), (gettext("Redraw divisions"), "")]
    if request.method == "POST" and form.is_valid():
        try:
            asked = [_change(form.cleaned_data)]
            seen = _seen(asked, form.cleaned_data)
            if "do" in request.POST and request.POST.get("seen") == seen:
                return _do(request, asked, form.cleaned_data)
            context |= {"preview": redrawing.preview(asked, by=request.actor), "seen": seen}
        except Refusal as refused:
            context |= {"told": _told(refused), "status": refused.status}
    status = context.pop("status", 400 if form.errors else 200)
    return page(request, "site/plan/redraw.html", status=status, **context)


def _near(code: str) -> list[Branch]:
    """The codes one needs beside that of an area: of the areas beside it, and of what lies in it."""
    if not code.isdecimal() or not codes.parent(code):
        return []
    beside = queries.tree(codes.parent(code))
    place = next((number for number, each in enumerate(beside, 1) if each.code == code), 0)
    return [*beside[:place], *queries.tree(code), *beside[place:]] if place else []


def _seen(asked: list[Change], told: dict[str, Any]) -> str:
    """What a page that shows these changes gives along, and no other page does."""
    return signing.Signer(salt="redraw").signature(f"{told['effective_on']} {changes.as_text(asked)}")


def _do(request: Request, asked: list[Change], told: dict[str, Any]) -> HttpResponse:
    done = redrawing.redraw(asked, effective_on=told["effective_on"], by=request.actor, at=request.at)
    messages.success(request, gettext("Redrawn. It can be undone from this page."))
    return went_well(reverse("redrawn", args=[done.ref]))


def _change(told: dict[str, Any]) -> Change:
    """The change a form asks for."""
    return MAKE[told["kind"]](codes.read(told["code"]), told)


def _several(text: str) -> tuple[str, ...]:
    return tuple(codes.read(each) for each in text.replace(",", " ").replace("、", " ").replace("，", " ").split())


def _split(code: str, told: dict[str, Any]) -> Split:
    kept = Part(code, queries.area(code).name)
    new = Part(codes.read(told["new_code"]), told["name"], children=_several(told["children"]))
    return Split(code, (kept, new), code)


MAKE: dict[str, Callable[[str, dict[str, Any]], Change]] = {
    "rename": lambda code, told: Rename(code, told["name"]),
    "move": lambda code, told: Move(code, codes.read(told["new_code"]), told["name"]),
    "merge": lambda code, told: Merge(
        (code, *_several(told["others"])), codes.read(told["new_code"]) if told["new_code"] else code, told["name"]
    ),
    "split": _split,
}


def _told(refusal: Refusal) -> list[str]:
    return [sentence(words, refusal.facts) for words in (refusal.words, refusal.next_step)]


@require_http_methods(["GET", "POST"])
@gate(PUBLIC)
def redrawn(request: Request, ref: str) -> HttpResponse:
    """A redrawing as it was asked for and what became of the codes; whoever may redraw there may undo it."""
    done = past.redrawing(ref)
    told: list[str] = []
    status = 200
    if request.method == "POST":
        try:
            undoing.undo(done, by=request.actor, at=request.at)
            messages.success(request, gettext("Undone: everything is as it was before."))
            return went_well(reverse("redrawn", args=[ref]))
        except Refusal as refused:
            told, status = _told(refused), refused.status
    may = request.actor.may(Permission.AREA_REDRAW, within=done.area_code)
    return page(
        request,
        "site/plan/redrawn.html",
        status=status,
        redrawing=done,
        crumbs=[
            (gettext("Areas"), reverse("areas")),
            (gettext("Redraw divisions"), reverse("redraw") if may else ""),
            (done.ref, ""),
        ],
        steps=past.steps_of(done),
        told=told,
        may_undo=may and not done.undone_at,
    )
