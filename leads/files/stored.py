"""Sealing and opening what is stored of a file."""

from leads.models import LeadFile
from tenancy.encryption import seal, seal_bytes, unseal, unseal_bytes


def seal_name(file: LeadFile, name: str) -> bytes:
    return seal(file.organisation_id, name, place=_place(file, "name"))


def unseal_name(file: LeadFile) -> str:
    return unseal(file.organisation_id, bytes(file.name), place=_place(file, "name"))


def seal_content(file: LeadFile, content: bytes) -> bytes:
    return seal_bytes(file.organisation_id, content, place=_place(file, "content"))


def unseal_content(file: LeadFile) -> bytes:
    """What is in it; nothing where nothing is left."""
    if file.content is None:
        return b""
    return unseal_bytes(file.organisation_id, bytes(file.content), place=_place(file, "content"))


def _place(file: LeadFile, column: str) -> str:
    return f"leads_leadfile.{column}:{file.pk}"
