from collections.abc import Callable
from pathlib import Path

import pytest
from django.test import Client
from django.urls import reverse

from delivery.jobs import JobCall
from leads.exports import asking, making
from leads.models import LeadExport
from tenancy.context import tenant
from tests.cast import Member

Made = Callable[..., LeadExport]


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, settings) -> Path:
    settings.EXPORT_DIR = tmp_path / "exports"
    return settings.EXPORT_DIR


def ask(member: Member, **wanted: object) -> LeadExport:
    with tenant(member.organisation.pk):
        return asking.ask_for_export(by=member.user.pk, language=wanted.pop("language", "en"), **wanted)


def make(export: LeadExport, *, attempt: int = 1) -> LeadExport:
    """Do the job, and read the export again."""
    making.make_export(JobCall(export.organisation_id, {"export": str(export.pk)}, attempt))
    return again(export)


def again(export: LeadExport) -> LeadExport:
    with tenant(export.organisation_id):
        return LeadExport.objects.get(pk=export.pk)


def text_of(export: LeadExport) -> str:
    return b"".join(asking.contents(export)).decode("utf-8-sig")


def url(member: Member, name: str, **kwargs: object) -> str:
    return reverse(f"leads:{name}", kwargs={"organisation": member.organisation.slug, **kwargs})


def download(client: Client, member: Member, export: LeadExport):
    return client.get(url(member, "export-download", pk=export.pk))
