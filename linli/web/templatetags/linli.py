"""What templates say shortly: static files, icons, fields, times, amounts, clocks."""

from datetime import date, datetime
from decimal import Decimal
from functools import cache, lru_cache
from typing import Any

from django import template
from django.forms import BoundField, Form
from django.templatetags.static import static
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.timezone import localtime
from django.utils.translation import get_language, to_locale

from linli import __version__
from linli.web import unchanging

register = template.Library()
register.tag("translate", unchanging.translate)
register.tag("url", unchanging.url)


@register.simple_tag
@cache
def asset(path: str) -> str:
    """The address of a static file of ours, new with each version so that no browser keeps an old one."""
    return f"{static(path)}?v={__version__}"


@register.simple_tag
@lru_cache(maxsize=1024)
def icon(name: str, label: str = "") -> SafeString:
    """A drawing from icons.svg; without a label it is ornament and stays unread."""
    where = f"{asset('linli/icons.svg')}#{name}"
    if label:
        return format_html('<svg class="icon" role="img" aria-label="{}"><use href="{}"/></svg>', label, where)
    return format_html('<svg class="icon" aria-hidden="true"><use href="{}"/></svg>', where)


@register.filter
def tongue(code: str) -> str:
    """A language code as HTML wants it.

    >>> tongue("zh-hans"), tongue("en")
    ('zh-Hans', 'en')
    """
    return to_locale(code).replace("_", "-")


@register.filter
def day(when: date | None) -> str:
    """2026-11-21, in the town's own time."""
    if when is None:
        return ""
    return (localtime(when) if isinstance(when, datetime) else when).strftime("%Y-%m-%d")


@register.filter
def moment(when: datetime | None) -> str:
    """2026-11-21 14:05, in the town's own time."""
    return localtime(when).strftime("%Y-%m-%d %H:%M") if when else ""


@register.filter
def hour(when: datetime | None) -> str:
    """14:05, in the town's own time."""
    return localtime(when).strftime("%H:%M") if when else ""


@register.filter
def amount(yuan: Decimal | int) -> str:
    """An amount of money.

    >>> amount(Decimal("1234.5"))
    '¥1,234.50'
    """
    return f"¥{yuan:,.2f}"


@register.filter
def number(count: int | None) -> str:
    """A count, exact, its thousands apart.

    >>> number(11270)
    '11,270'
    """
    return "" if count is None else f"{count:,}"


@register.filter
def rounded(count: int | None) -> str:
    """A large count as it is said: 1.1万, 3.2亿 in Chinese, thousands apart in English."""
    if count is None or count < 10_000 or not str(get_language()).startswith("zh"):
        return number(count)
    unit, sign = (10**8, "亿") if count >= 10**8 else (10**4, "万")
    return f"{count / unit:.1f}".removesuffix(".0") + sign


@register.inclusion_tag("web/field.html")
def field(bound: BoundField) -> dict[str, Any]:
    """A field of a form: label, hint, what is wrong, control."""
    return {"field": bound}


@register.inclusion_tag("web/errors.html")
def errors(form: Form) -> dict[str, Any]:
    """Everything wrong with a form, each a way to its field; nothing when nothing is."""
    return {"form": form, "wrong": [bound for bound in form if bound.errors and not bound.is_hidden]}


@register.inclusion_tag("web/crumbs.html")
def crumbs(trail: list[tuple[str, str]]) -> dict[str, Any]:
    """Where one is: (name, address) from the top; the last is this page and has no address."""
    return {"trail": trail}


@register.inclusion_tag("web/clock.html")
def clock(state: str, words: str) -> dict[str, Any]:
    """One of ok, soon, late, paused as colour, shape and words."""
    assert state in ("ok", "soon", "late", "paused"), state
    return {"state": state, "words": words}
