"""Every address of the product, by surface."""

from django.urls import include, path

urlpatterns = [
    path("account/", include("allauth.urls")),
    path("desk/", include("vitrine.desk.urls")),
    path("", include("vitrine.portal.urls")),
]
