"""What stands in a template as it is, is said once in each language and found once under each prefix."""

import pytest
from django.template import Context, Template
from django.urls import NoReverseMatch, set_script_prefix
from django.utils.translation import override

from linli.web.unchanging import Address, Said


@pytest.fixture(autouse=True)
def prefix():
    yield
    set_script_prefix("/")


def nodes(words, kind):
    return Template("{% load i18n linli %}" + words).nodelist.get_nodes_by_type(kind)


def rendered(words, **context):
    return Template("{% load i18n linli %}" + words).render(Context(context))


def test_a_sentence_follows_the_language():
    template = Template('{% load i18n linli %}{% translate "Sign in" %}')
    for _turn in range(2):
        with override("zh-hans"):
            assert template.render(Context()) == "登录"
        with override("en"):
            assert template.render(Context()) == "Sign in"


def test_an_address_follows_the_prefix():
    template = Template('{% load linli %}{% url "areas" %}')
    assert [template.render(Context()) for _turn in range(2)] == ["/areas/"] * 2
    set_script_prefix("/linli/")
    assert template.render(Context()) == "/linli/areas/"


def test_a_page_that_is_not_there_is_still_an_error():
    with pytest.raises(NoReverseMatch):
        rendered('{% url "nowhere" %}')


@pytest.mark.parametrize(
    "words",
    [
        "{% translate name %}",
        '{% translate "Sign in" as word %}',
        '{% translate "Sign in" noop %}',
        '{% translate "Home"|lower %}',
    ],
)
def test_what_changes_is_left_to_django(words):
    assert nodes(words, Said) == []


def test_a_sentence_that_is_a_variable_is_translated_each_time():
    with override("zh-hans"):
        assert [rendered("{% translate name %}", name=name) for name in ("Sign in", "Home")] == ["登录", "首页"]


@pytest.mark.parametrize("words", ['{% url "area" code %}', "{% url name %}", '{% url "areas" as there %}'])
def test_an_address_that_depends_is_found_each_time(words):
    assert nodes(words, Address) == []


def test_plain_ones_are_kept():
    assert len(nodes('{% translate "Sign in" %}{% url "areas" %}', (Said, Address))) == 2
