"""Addresses of the people pages."""

from django.urls import path, register_converter

from . import addresses, bureaus, invitations, roster, security, supervision, teams, views

register_converter(addresses.AccountConverter, "account")
register_converter(addresses.PostConverter, "post")
register_converter(addresses.ShapeConverter, "shape")

urlpatterns = [
    path("people/", views.people, name="people"),
    path("people/invite", invitations.invite, name="people-invite"),
    path("people/sheet", invitations.sheet, name="people-sheet"),
    path("people/second-factor", supervision.rules, name="factor-rules"),
    path("people/<account:ref>/", views.person, name="person"),
    path("people/<account:ref>/leave", views.leave, name="person-leave"),
    path("people/<account:ref>/departure", views.departure, name="person-departure"),
    path("people/<account:ref>/password", supervision.password_reset, name="person-password"),
    path("people/<account:ref>/sign-ins/end", supervision.end_sign_ins, name="person-sign-ins-end"),
    path("password/<str:code>", supervision.new_password, name="new-password"),
    path("leaves/<int:number>/end", views.come_back, name="leave-end"),
    path("posts/<post:ref>/offer", invitations.renew, name="post-offer"),
    path("posts/<post:ref>/offer/take-back", invitations.take_back, name="post-offer-take-back"),
    path("teams/", teams.teams, name="teams"),
    path("teams/shapes/", teams.shape_list, name="team-shapes"),
    path("teams/shapes/new", teams.shape_new, name="team-shape-new"),
    path("teams/shapes/<shape:ref>", teams.shape, name="team-shape"),
    path("teams/sheet", teams.sheet, name="team-sheet"),
    path("teams/<code:code>/", teams.team, name="team"),
    path("bureaus/", bureaus.bureau_list, name="bureaus"),
    path("bureaus/sheet", bureaus.sheet, name="bureau-sheet"),
    path("bureaus/<slug:code>/", bureaus.bureau, name="bureau"),
    path("boards/", bureaus.boards, name="boards"),
    path("posts/<post:ref>/", views.post, name="post"),
    path("posts/<post:ref>/end", views.end, name="post-end"),
    path("posts/<post:ref>/look-on", views.look_on, name="look-on"),
    path("look-on/stop", views.stop, name="look-on-stop"),
    path("me/act-as", views.act_as, name="act-as"),
    path("permissions/", views.permissions, name="permissions"),
    path("security/", security.security, name="security"),
    path("roster/", roster.roster, name="roster"),
    path("roster/<int:number>/hand-over", roster.hand_over, name="roster-hand-over"),
    path("roster/<int:number>/take-off", roster.take_off, name="roster-take-off"),
    path("join/<str:code>", invitations.join, name="join"),
]
