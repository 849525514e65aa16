"""Addresses of the people pages."""

from django.urls import path, register_converter

from . import addresses, invitations, roster, security, views

register_converter(addresses.AccountConverter, "account")
register_converter(addresses.PostConverter, "post")

urlpatterns = [
    path("people/", views.people, name="people"),
    path("people/invite", invitations.invite, name="people-invite"),
    path("people/sheet", invitations.sheet, name="people-sheet"),
    path("people/<account:ref>/", views.person, name="person"),
    path("people/<account:ref>/leave", views.leave, name="person-leave"),
    path("people/<account:ref>/departure", views.departure, name="person-departure"),
    path("posts/<post:ref>/", views.post, name="post"),
    path("posts/<post:ref>/end", views.end, name="post-end"),
    path("posts/<post:ref>/look-on", views.look_on, name="look-on"),
    path("look-on/stop", views.stop, name="look-on-stop"),
    path("me/act-as", views.act_as, name="act-as"),
    path("permissions/", views.permissions, name="permissions"),
    path("security/", security.security, name="security"),
    path("roster/", roster.roster, name="roster"),
    path("roster/<int:number>/hand-over", roster.hand_over, name="roster-hand-over"),
    path("join/<str:code>", invitations.join, name="join"),
]
