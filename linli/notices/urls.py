"""Addresses of the inbox."""

from django.urls import path

from . import views

urlpatterns = [
    path("", views.inbox, name="inbox"),
    path("count", views.count, name="inbox-count"),
    path("read", views.read, name="inbox-read"),
    path("wishes", views.wishes, name="inbox-wishes"),
    path("receipts", views.receipt, name="inbox-receipts"),
]
