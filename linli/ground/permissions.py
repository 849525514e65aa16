"""Everything one may be allowed to do, in one list. Roles (in `access`) are lists of these."""

from enum import StrEnum

from .words import gettext_noop as _


class Permission(StrEnum):
    """A short stable word that is stored and checked; its label is for people."""

    AREA_EDIT = "area.edit"
    AREA_REDRAW = "area.redraw"
    PLAN_LAY = "plan.lay"
    JOURNAL_READ = "journal.read"
    ACCOUNT_MANAGE = "account.manage"
    ROSTER_KEEP = "roster.keep"
    SECURITY_REVIEW = "security.review"
    VIEW_AS = "view.as"

    @property
    def label(self) -> str:
        """What it allows, as an English msgid.

        >>> Permission.AREA_EDIT.label
        'draw and split areas'
        """
        return LABELS[self]


LABELS = {
    Permission.AREA_EDIT: _("draw and split areas"),
    Permission.AREA_REDRAW: _("redraw divisions and restamp what lies in them"),
    Permission.PLAN_LAY: _("lay a background under the map"),
    Permission.JOURNAL_READ: _("read the journal"),
    Permission.ACCOUNT_MANAGE: _("open accounts and give posts"),
    Permission.ROSTER_KEEP: _("keep the duty roster"),
    Permission.SECURITY_REVIEW: _("look for unusual reads and exports"),
    Permission.VIEW_AS: _("see what a post sees, changing nothing"),
}
