"""The one family of errors a user sees. A refusal says what was asked, why not, and what can be done."""

from typing import Any, ClassVar

from .words import gettext_noop as _


class Refusal(Exception):
    """Something asked for in good faith that is not done; nothing was written.

    `words` and `next_step` are English templates with %(name)s facts; whoever shows the refusal
    translates them (`linli.web.refused`, the commands).

    >>> class Closed(Refusal):
    ...     code, words, next_step = "shop.closed", "The shop is closed until %(until)s.", "Come back then."
    >>> str(Closed(until="09:00"))
    'The shop is closed until 09:00. Come back then.'
    """

    code: ClassVar[str] = "refused"
    status: ClassVar[int] = 409
    words: ClassVar[str] = _("This cannot be done.")
    next_step: ClassVar[str] = ""

    def __init__(self, **facts: Any) -> None:
        super().__init__()
        self.facts = facts

    def __str__(self) -> str:
        return " ".join(part % self.facts for part in (self.words, self.next_step) if part)


class NotFound(Refusal):
    """Nothing of this name within what the asker may see. Outside one's scope looks the same as nowhere."""

    code, status = "not-found", 404
    words = _("There is nothing here under %(what)s, or it lies outside what your post covers.")
    next_step = _("Check the address, or ask someone whose post covers it.")


class NotFoundWithoutPost(NotFound):
    """The same, said to a visitor, or to someone who holds no post now: no post of theirs can cover it."""

    code = "not-found.without-post"
    words = _("There is nothing here under %(what)s, or only certain posts may see it.")
    next_step = _("Check the address, or sign in as someone whose post covers it.")


class NotPermitted(Refusal):
    """The asker's post does not carry the permission; says which, and who could."""

    code, status = "not-permitted", 403
    words = _("Your post does not allow this: %(permission)s.")
    next_step = _("Ask your platform administrator, who gives out posts.")


class OutsideScope(NotFound):
    """The thing lies outside the area of the asker's post, and so does not exist for them."""

    code = "outside-scope"


class SignInFirst(Refusal):
    """No one is signed in."""

    code, status = "sign-in-first", 401
    words = _("Sign in first.")


class Malformed(Refusal):
    """What was sent cannot be read as what was asked for."""

    code, status = "malformed", 400
    words = _("%(what)s cannot be read: %(why)s.")
    next_step = _("Correct it and send it again. Nothing was written.")
