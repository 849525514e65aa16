"""Tells of every entry that someone wants to hear of."""

from collections.abc import Callable

from linli.access.models import Account, Post
from linli.ground.words import gettext_noop as _
from linli.journal.following import follows
from linli.journal.models import Entry

from . import telling
from .tellings import Telling, tells


@follows("*")
def tell(entry: Entry) -> None:
    """The inboxes of those whom the entry concerns."""
    telling.tell_of(entry)


def holder(entry: Entry) -> list[Account]:
    """Whoever holds the post the entry is about."""
    return [post.account for post in Post.objects.filter(ref=entry.thing).select_related("account") if post.account]


def named(fact: str) -> Callable[[Entry], list[Account]]:
    """Whoever the entry names under a fact, by an account's reference or a post's."""

    def whom(entry: Entry) -> list[Account]:
        ref = str(entry.said.get(fact, ""))
        posts = Post.objects.filter(ref=ref).select_related("account")
        return telling.people([ref]) or [post.account for post in posts if post.account]

    return whom


for each in (
    Telling("post.given", _("You were given a post."), holder, group="post"),
    Telling("post.ended", _("A post of yours ends on %(until)s."), holder, group="post"),
    Telling("leave.taken", _("You stand in for a post from %(since)s to %(until)s."), named("account"), group="post"),
    Telling("leave.ended", _("The one you stood in for is back."), named("account"), group="post"),
    Telling("watch.put-on", _("You are on watch from %(begins)s to %(ends)s."), holder, group="watch"),
    Telling("watch.handed-over", _("A watch was handed over to you."), named("to"), urgent=True, group="watch"),
    Telling("account.left", _("What a colleague who left had open is yours now."), named("successor"), group="post"),
    Telling("view-as.begun", _("An administrator looked at what your post sees: %(reason)s"), holder, group="view-as"),
    Telling("leave.passed-on", _("You stand in for a post from %(since)s to %(until)s."), named("account"),
            group="post"),
    Telling("watch.passed-on", _("A watch was handed over to you."), named("to"), urgent=True, group="watch"),
    Telling("account.password-reset",
            _("Your password was reset: %(reason)s. If you did not ask for it, say so at once."),
            lambda entry: telling.people([entry.thing]), urgent=True, group="sign-in"),
    Telling("account.signed-out-everywhere", _("An administrator ended your open sign-ins."),
            lambda entry: telling.people([entry.thing]), group="sign-in"),
    Telling("second-factor.reset", _("Your second factor was reset. If you did not ask for it, say so at once."),
            lambda entry: telling.people([entry.thing]), urgent=True, group="sign-in"),
):  # fmt: skip
    tells(each)
