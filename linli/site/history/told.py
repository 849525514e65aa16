"""Each verb as a person says it: the sentence goes on from the name of who did it. What is not here is still shown.

`%(thing)s`, `%(area)s` and the entry's own facts may be named; references in them are shown as names.
"""

from linli.ground.words import gettext_noop as _

TOLD = {
    "account.opened": _("opened the account %(thing)s"),
    "account.signed-in": _("signed in"),
    "account.signed-out": _("signed out"),
    "post.given": _("gave %(account)s the post of %(role)s over %(area)s"),
    "post.offered": _("offered a post over %(area)s"),
    "post.accepted": _("took up a post over %(area)s"),
    "post.offer-taken-back": _("took back the offer of a post over %(area)s"),
    "post.ended": _("ended a post over %(area)s on %(until)s"),
    "leave.taken": _("had %(account)s stand in from %(since)s to %(until)s over %(area)s"),
    "leave.ended": _("ended a leave over %(area)s"),
    "watch.put-on": _("put someone on watch over %(area)s"),
    "watch.handed-over": _("handed the watch over %(area)s over"),
    "account.left": _("ended the access of %(thing)s, handing over to %(successor)s"),
    "account.password-changed": _("changed the password of %(thing)s"),
    "view-as.begun": _("looked on as the post %(thing)s: %(reason)s"),
    "view-as.ended": _("ended looking on as the post %(thing)s"),
    "sign-in.refused": _("was refused at signing in"),
    "sign-in.paused": _("paused further tries to sign in as %(thing)s"),
    "sign-on.linked": _("linked the city's sign-on"),
    "sign-on.unlinked": _("took the link with the city's sign-on off"),
    "sign-in.ended": _("ended a sign-in of %(thing)s"),
    "second-factor.set-up": _("set up a second factor"),
    "second-factor.codes-renewed": _("made new recovery codes"),
    "second-factor.removed": _("removed a second factor"),
    "second-factor.reset": _("reset the second factor of %(thing)s"),
    "permission.refused": _("asked for what their post does not allow: %(page)s"),
    "scope.refused": _("asked for what lies outside their post: %(page)s"),
    "notice.wished": _("said how they wish to be told"),
    "area.imported": _("imported %(rows)s areas and boundaries"),
    "area.founded": _("set up the area %(thing)s"),
    "area.renamed": _("renamed %(old)s to %(name)s"),
    "area.redrawn": _("redrew divisions (%(changes)s changes, %(rows)s rows restamped)"),
    "area.redrawing-undone": _("took back the redrawing %(thing)s"),
    "area.drawn": _("drew %(thing)s"),
    "area.cut": _("cut %(made)s off %(thing)s"),
    "area.joined": _("joined %(joined)s into %(thing)s"),
    "area.given": _("gave land of %(thing)s to %(taker)s"),
    "area.reshaped": _("changed the outline of %(thing)s"),
    "area.drawing-undone": _("took back what was last drawn at %(thing)s"),
    "background.laid": _("laid a background under the map of %(area)s"),
    "background.pinned": _("pinned a scanned plan under the map of %(area)s"),
    "background.lifted": _("took a background off the map of %(area)s"),
    "installation.upgraded": _("upgraded Linli to %(version)s"),
    "installation.restored": _("restored the copy of %(copied_at)s"),
    "journal.redelivered": _("had %(added)s entries delivered to %(follower)s again"),
}

GROUPS = {
    "account": _("Accounts"),
    "post": _("Posts"),
    "leave": _("Leave"),
    "watch": _("Duty roster"),
    "sign-in": _("Signing in"),
    "second-factor": _("Second factor"),
    "view-as": _("Looking on"),
    "permission": _("Refusals of permission"),
    "scope": _("Refusals of scope"),
    "sign-on": _("The city's sign-on"),
    "notice": _("Notices"),
    "area": _("Areas"),
    "background": _("Map backgrounds"),
    "installation": _("Installation"),
    "journal": _("Journal"),
}

PROGRAMS = {
    "worker": _("the worker"),
    "console": _("the console"),
    "town": _("the town generator"),
    "demo": _("the demo"),
}
