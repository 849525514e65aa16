"""Addresses of the working calendar."""

from django.urls import path

from . import views

urlpatterns = [
    path("calendar/", views.year, name="calendar"),
    path("calendar/notice", views.notice, name="calendar-notice"),
    path("calendar/notices/<int:number>/take-back", views.take_back, name="calendar-take-back"),
    path("calendar/hours", views.hours, name="calendar-hours"),
]
