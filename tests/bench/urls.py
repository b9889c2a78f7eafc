"""The product's addresses and the page they are compared with."""

from django.urls import include, path

from tests.bench.bare import bare

handler500 = "config.errors.server_error"

urlpatterns = [path("bare/", bare), path("", include("config.urls"))]
