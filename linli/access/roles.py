"""Roles as plain declarations. A role is a list of permissions and nothing cleverer; the database keeps its slug."""

from dataclasses import dataclass

from linli.ground.permissions import Permission
from linli.ground.words import gettext_noop as _

from .reach import Reach


@dataclass(frozen=True)
class Role:
    """What a post of this role may do within its area, and how far it usually sees."""

    slug: str
    name: str
    chinese: str
    description: str
    may: frozenset[Permission] = frozenset()
    reach: Reach = Reach.BELOW


def _role(slug: str, name: str, chinese: str, description: str, *may: Permission, reach: Reach = Reach.BELOW) -> Role:
    return Role(slug, name, chinese, description, frozenset(may), reach)


P = Permission
DECLARED = (
    Role(
        "administrator",
        _("platform administrator"),
        "平台管理员",
        _("Runs the platform (基层智治平台管理岗): accounts, areas, the map and its background, the journal."),
        frozenset(Permission),
    ),
    _role(
        "commander",
        _("township commander"),
        "指挥长",
        _("Commands the township (指挥长): answers for every case, sees all that happened."),
        P.JOURNAL_READ,
        P.REGISTER_READ,
        P.CASE_READ,
        P.CASE_RAISE,
        P.CASE_TRIAGE,
        P.CASE_DISPATCH,
        P.CASE_VERIFY,
        P.CASE_CALL_BACK,
        P.CASE_SUPERVISE,
        P.CASE_VOID,
        P.CASE_UNMASK,
    ),
    _role(
        "district-supervisor",
        _("district supervisor"),
        "区县督导",
        _("Looks on from the district: townships side by side, by need."),
        P.JOURNAL_READ,
        P.REGISTER_READ,
        P.CASE_READ,
        P.CASE_SUPERVISE,
    ),
    _role(
        "board-lead",
        _("board lead"),
        "板块牵头领导",
        _("Leads one of the boards (板块)."),
        P.JOURNAL_READ,
        P.REGISTER_READ,
        P.CASE_READ,
        P.CASE_RAISE,
        P.CASE_TRIAGE,
        P.CASE_DISPATCH,
        P.CASE_VERIFY,
        P.CASE_CALL_BACK,
        P.CASE_SUPERVISE,
        P.CASE_VOID,
        P.CASE_UNMASK,
    ),
    _role(
        "dispatcher",
        _("township dispatcher"),
        "指挥中心调度员",
        _("Judges and dispatches at the command centre, and keeps its duty roster."),
        P.JOURNAL_READ,
        P.REGISTER_READ,
        P.ROSTER_KEEP,
        P.CASE_READ,
        P.CASE_RAISE,
        P.CASE_TRIAGE,
        P.CASE_DISPATCH,
        P.CASE_VERIFY,
        P.CASE_CALL_BACK,
        P.CASE_VOID,
        P.CASE_UNMASK,
    ),
    _role(
        "post-holder",
        _("post holder"),
        "岗位承办人",
        _("Handles what a township's post (岗位) is given."),
        P.REGISTER_READ,
        P.CASE_READ,
        P.CASE_RAISE,
        P.CASE_HANDLE,
    ),
    _role(
        "bureau-handler",
        _("bureau handler"),
        "委办局承办人",
        _("Handles what a bureau (委办局) is called to."),
        P.CASE_HANDLE,
    ),
    _role(
        "community-secretary",
        _("community secretary"),
        "社区书记",
        _("Answers for a community: its people, its cases, its data."),
        P.AREA_EDIT,
        P.JOURNAL_READ,
        P.REGISTER_READ,
        P.REGISTER_KEEP,
        P.REGISTER_IMPORT,
        P.REGISTER_EXPORT,
        P.REGISTER_UNMASK,
        P.REGISTER_SECRET,
        P.REGISTER_PUBLISH,
        P.REGISTER_SETTLE,
        P.CASE_READ,
        P.CASE_RAISE,
        P.CASE_TRIAGE,
        P.CASE_DISPATCH,
        P.CASE_HANDLE,
        P.CASE_VERIFY,
        P.CASE_CALL_BACK,
        P.CASE_VOID,
        P.CASE_UNMASK,
    ),
    _role(
        "community-clerk",
        _("community clerk"),
        "社区工作者",
        _("Keeps the registers of a community, and draws its grids."),
        P.AREA_EDIT,
        P.JOURNAL_READ,
        P.REGISTER_READ,
        P.REGISTER_KEEP,
        P.REGISTER_IMPORT,
        P.REGISTER_EXPORT,
        P.REGISTER_UNMASK,
        P.CASE_READ,
        P.CASE_RAISE,
        P.CASE_HANDLE,
        P.CASE_CALL_BACK,
        P.CASE_UNMASK,
    ),
    _role(
        "grid-head",
        _("grid head"),
        "网格长",
        _("Leads the team of a grid (网格长)."),
        P.REGISTER_READ,
        P.REGISTER_KEEP,
        P.REGISTER_UNMASK,
        P.CASE_READ,
        P.CASE_RAISE,
        P.CASE_HANDLE,
        P.CASE_UNMASK,
    ),
    _role(
        "grid-worker",
        _("grid worker"),
        "专职网格员",
        _("Looks after one grid (专职网格员)."),
        P.REGISTER_READ,
        P.REGISTER_KEEP,
        P.REGISTER_UNMASK,
        P.CASE_READ,
        P.CASE_RAISE,
        P.CASE_HANDLE,
        P.CASE_UNMASK,
    ),
    _role(
        "grid-member",
        _("part-time grid member"),
        "兼职网格员",
        _("Looks around in one grid beside other work."),
        P.CASE_RAISE,
        P.CASE_HANDLE,
    ),
    _role(
        "grid-instructor",
        _("grid instructor"),
        "网格指导员",
        _("Comes from the township and guides grids."),
        P.CASE_READ,
        P.CASE_RAISE,
    ),
    _role(
        "section-head",
        _("head of a section"),
        "片区楼栋长",
        _("Looks after a part of a grid: one of the five heads."),
        P.CASE_RAISE,
    ),
    _role(
        "volunteer",
        _("volunteer"),
        "志愿者",
        _("Takes tasks that were offered; sees nothing of the registers."),
        reach=Reach.OWN,
    ),
    _role(
        "resident",
        _("resident"),
        "居民",
        _("Sees what is theirs: their cases, their data."),
        P.CASE_READ,
        P.CASE_RAISE,
        reach=Reach.OWN,
    ),
    _role(
        "enterprise-contact",
        _("enterprise contact"),
        "企业联系人",
        _("Speaks for an enterprise: its questions and their answers."),
        P.CASE_READ,
        P.CASE_RAISE,
        reach=Reach.OWN,
    ),
)

ROLES = {role.slug: role for role in DECLARED}
