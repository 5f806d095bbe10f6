"""The visitor's addresses; they are served by the slim stack and need no login."""

from django.urls import re_path

from leads import embed, intake

app_name = "public"
_KEY = r"(?P<key>[A-Za-z0-9]{4,32})"

urlpatterns = [
    re_path(rf"^c/{_KEY}/$", intake.page, name="page"),
    re_path(rf"^c/{_KEY}/price/$", intake.price, name="price"),
    re_path(rf"^c/{_KEY}/drawing/$", intake.drawing, name="drawing"),
    re_path(rf"^c/{_KEY}/thanks/$", intake.thanks, name="thanks"),
    re_path(r"^e/v1\.js$", embed.script, name="embed"),
]
