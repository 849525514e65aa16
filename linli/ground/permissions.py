"""Everything one may be allowed to do, in one list. Roles (in `access`) are lists of these."""

from enum import StrEnum

from .words import gettext_noop as _


class Permission(StrEnum):
    """A short stable word that is stored and checked; its label is for people."""

    AREA_EDIT = "area.edit"
    AREA_REDRAW = "area.redraw"
    PLAN_LAY = "plan.lay"
    JOURNAL_READ = "journal.read"
    JOURNAL_REDELIVER = "journal.redeliver"
    ACCOUNT_MANAGE = "account.manage"
    ROSTER_KEEP = "roster.keep"
    CALENDAR_KEEP = "calendar.keep"
    SECURITY_REVIEW = "security.review"
    VIEW_AS = "view.as"
    REGISTER_READ = "register.read"
    REGISTER_KEEP = "register.keep"
    REGISTER_IMPORT = "register.import"
    REGISTER_EXPORT = "register.export"
    REGISTER_UNMASK = "register.unmask"
    REGISTER_SECRET = "register.secret"  # noqa: S105 - a permission, not a password
    REGISTER_PUBLISH = "register.publish"
    REGISTER_SETTLE = "register.settle"
    CATALOGUE_KEEP = "catalogue.keep"
    CASE_READ = "case.read"
    CASE_RAISE = "case.raise"
    CASE_TRIAGE = "case.triage"
    CASE_DISPATCH = "case.dispatch"
    CASE_HANDLE = "case.handle"
    CASE_VERIFY = "case.verify"
    CASE_CALL_BACK = "case.call-back"
    CASE_SUPERVISE = "case.supervise"
    CASE_VOID = "case.void"
    CASE_UNMASK = "case.unmask"
    ROUTING_KEEP = "routing.keep"

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
    Permission.JOURNAL_REDELIVER: _("have entries of the journal delivered again"),
    Permission.ACCOUNT_MANAGE: _("open accounts and give posts"),
    Permission.ROSTER_KEEP: _("keep the duty roster"),
    Permission.CALENDAR_KEEP: _("enter notices of holidays and working hours"),
    Permission.SECURITY_REVIEW: _("look for unusual reads and exports"),
    Permission.VIEW_AS: _("see what a post sees, changing nothing"),
    Permission.REGISTER_READ: _("read the registers of people, households, dwellings and businesses, masked"),
    Permission.REGISTER_KEEP: _("write in the registers, and dispute a value"),
    Permission.REGISTER_IMPORT: _("import files into the registers"),
    Permission.REGISTER_EXPORT: _("export lists of the registers"),
    Permission.REGISTER_UNMASK: _("see what is masked, with a reason that is journalled"),
    Permission.REGISTER_SECRET: _("use secret facts (health, disability, income), with a reason that is journalled"),
    Permission.REGISTER_PUBLISH: _("draw up public notices of lists, masked"),
    Permission.REGISTER_SETTLE: _("settle disputes about values, and say which records are one"),
    Permission.CATALOGUE_KEEP: _("keep the extra items of the field catalogue"),
    Permission.CASE_READ: _("read cases, their raisers masked"),
    Permission.CASE_RAISE: _("raise a case"),
    Permission.CASE_TRIAGE: _("accept or decline cases, judge, merge and part them"),
    Permission.CASE_DISPATCH: _("dispatch and assign cases, whistle for bureaus, grant more time"),
    Permission.CASE_HANDLE: _("handle the cases one is given"),
    Permission.CASE_VERIFY: _("verify what others handled, and close it"),
    Permission.CASE_CALL_BACK: _("call raisers back and record their rating"),
    Permission.CASE_SUPERVISE: _("supervise cases, and close one by force"),
    Permission.CASE_VOID: _("void a case, together with a second person"),
    Permission.CASE_UNMASK: _("see who raised a case, with a reason that is journalled"),
    Permission.ROUTING_KEEP: _("keep the published list of who handles what"),
}
