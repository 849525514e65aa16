"""Invitations on paper: what `linli posts import` leaves beside the sheet, for each to scan their own."""

import os
from collections.abc import Sequence
from pathlib import Path

import segno
from django.conf import settings
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.safestring import mark_safe

from linli.access.models import Invitation

from .wording import lines


def usual_address() -> str:
    """The address people type, as far as the settings tell it; without a port."""
    hosts = [host for host in settings.ALLOWED_HOSTS if host not in ("*", "[::1]")]
    return f"{'https' if settings.SESSION_COOKIE_SECURE else 'http'}://{hosts[0] if hosts else '127.0.0.1'}"


def write(path: Path, offers: Sequence[tuple[Invitation, str]], *, address: str) -> None:
    """The file holds each invitation with its link and QR code, for its owner alone; none is written over."""
    told = lines([invitation.post for invitation, _code in offers])
    cards = [
        _card(invitation, f"{address.rstrip('/')}{reverse('join', args=[code])}") | {"line": line}
        for (invitation, code), line in zip(offers, told, strict=True)
    ]
    text = render_to_string("site/people/invited_on_paper.html", {"cards": cards})
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as file:
        file.write(text)


def _card(invitation: Invitation, link: str) -> dict[str, object]:
    drawn = segno.make(link, error="m").svg_inline(scale=4, border=2)
    return {"invitation": invitation, "link": link, "qr": mark_safe(drawn)}  # noqa: S308 - drawn by us from our own link
