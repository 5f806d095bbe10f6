"""What stands between asking at the door and being let in."""

from django.db import models

from tenancy.models import ControlModel


class DoorLink(ControlModel):
    """One asking for a link, and then the visit that the link opened. It goes within two hours.

    The token is made by the errand that writes the mail and again when the link is opened, so that the
    one in the mail opens once; only its hash is kept. ``found`` is what the errand found under the address.
    """

    token_hash = models.BinaryField(max_length=32, null=True)
    address = models.BinaryField()
    address_index = models.BinaryField(max_length=32)
    language = models.CharField(max_length=2)
    #: What the person came for (Right), where they said so.
    right = models.CharField(max_length=16, blank=True)
    #: The organisation at which they asked; NULL for all of them.
    organisation_id = models.UUIDField(null=True)
    #: Sealed JSON: the organisations that hold something under the address.
    found = models.BinaryField(null=True)
    created_at = models.DateTimeField()
    opened_at = models.DateTimeField(null=True)
    expires_at = models.DateTimeField()
    purge_after = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["token_hash"], name="door_token_opens_one_link"),
        ]
        indexes = [
            models.Index(fields=["address_index"], name="door_link_by_address"),
            models.Index(fields=["purge_after"], name="door_link_by_expiry"),
        ]

    def __str__(self) -> str:
        return str(self.id)
