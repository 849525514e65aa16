"""Tags whose words do not change between two requests: said once in each language, found once, and then kept.

A page of ours has sixty sentences and twenty addresses that stand in its template as they are. Django translates and
looks up each of them on every page; together that took half the time of a small page.
"""

from typing import Any

from django.template import Node
from django.template.base import Parser, Token
from django.template.defaulttags import URLNode
from django.template.defaulttags import url as django_url
from django.templatetags.i18n import TranslateNode, do_translate
from django.urls import get_script_prefix, get_urlconf
from django.utils.translation import get_language


class Said(Node):
    """A sentence of the template, in the language of the moment."""

    def __init__(self, sentence: TranslateNode) -> None:
        self.sentence = sentence
        self.said: dict[str | None, str] = {}

    def render(self, context: Any) -> str:
        """As Django's node renders it: what is around it makes no difference."""
        language = get_language()
        if language not in self.said:
            self.said[language] = self.sentence.render(context)
        return self.said[language]


class Address(Node):
    """The address of a page that takes nothing: the same for everyone under one prefix."""

    def __init__(self, page: URLNode) -> None:
        self.page = page
        self.found: dict[tuple[str, Any], str] = {}

    def render(self, context: Any) -> str:
        """As Django's node renders it."""
        under = get_script_prefix(), get_urlconf()
        if under not in self.found:
            self.found[under] = self.page.render(context)
        return self.found[under]


def translate(parser: Parser, token: Token) -> Node:
    """`{% translate "…" %}`; anything but a plain sentence is left to Django."""
    node: TranslateNode = do_translate(parser, token)
    changes = node.noop or node.asvar or node.message_context or node.filter_expression.filters
    return node if changes or node.filter_expression.var.literal is None else Said(node)


def url(parser: Parser, token: Token) -> Node:
    """`{% url "…" %}`; anything but the plain name of a page is left to Django."""
    node: URLNode = django_url(parser, token)
    changes = node.args or node.kwargs or node.asvar or node.view_name.is_var or node.view_name.filters
    return node if changes else Address(node)
