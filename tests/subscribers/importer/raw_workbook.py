"""Workbooks put together part by part, as no program for spreadsheets would write them."""

import io
import zipfile

SPACE = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006/relationships"
_STRINGS = f'<sst xmlns="{SPACE}"><si><t>Email</t></si><si><t>cy@example.org</t></si></sst>'


def _relations(**targets: str) -> str:
    each = (
        f'<Relationship Id="{name}" Type="{_OFFICE}/{name.rstrip("0123456789")}" Target="{target}"/>'
        for name, target in targets.items()
    )
    return f'<Relationships xmlns="{_PACKAGE}">{"".join(each)}</Relationships>'


def raw_workbook(sheet: bytes, strings: bytes = b"", *, without: str = "", styles: str = "") -> bytes:
    """Return a workbook whose only sheet, and whose shared strings, are these bytes."""
    parts: dict[str, bytes | str] = {
        "_rels/.rels": _relations(officeDocument="xl/workbook.xml"),
        "xl/workbook.xml": f'<workbook xmlns="{SPACE}" xmlns:r="{_OFFICE}"><sheets>'
        '<sheet name="People" sheetId="1" r:id="worksheet1"/></sheets></workbook>',
        "xl/_rels/workbook.xml.rels": _relations(
            worksheet1="worksheets/sheet1.xml", styles="/xl/styles.xml", sharedStrings="sharedStrings.xml"
        ),
        "xl/styles.xml": f'<styleSheet xmlns="{SPACE}">{styles}</styleSheet>',
        "xl/sharedStrings.xml": strings or _STRINGS,
        "xl/worksheets/sheet1.xml": sheet,
    }
    parts.pop(without, None)
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, data in parts.items():
            packed.writestr(name, data)
    return out.getvalue()
