"""What a file is, by its content: only what stands in this table is taken, whatever the file is called."""

import zipfile
from typing import BinaryIO, NamedTuple


class FileType(NamedTuple):
    mime: str
    extensions: tuple[str, ...]  # the first one is given where the name has another
    name: str


PDF = FileType("application/pdf", ("pdf",), "PDF")
DOCX = FileType("application/vnd.openxmlformats-officedocument.wordprocessingml.document", ("docx",), "Word (docx)")
XLSX = FileType("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", ("xlsx",), "Excel (xlsx)")
ODT = FileType("application/vnd.oasis.opendocument.text", ("odt",), "ODT")
ODS = FileType("application/vnd.oasis.opendocument.spreadsheet", ("ods",), "ODS")
ZIP = FileType("application/zip", ("zip",), "ZIP")
# the beginning of the file → what it is
SIGNATURES: list[tuple[bytes, FileType]] = [
    (b"%PDF-", PDF),
    (b"\xff\xd8\xff", FileType("image/jpeg", ("jpg", "jpeg", "jpe"), "JPG")),
    (b"\x89PNG\r\n\x1a\n", FileType("image/png", ("png",), "PNG")),
    (b"II*\0", FileType("image/tiff", ("tif", "tiff"), "TIFF")),
    (b"MM\0*", FileType("image/tiff", ("tif", "tiff"), "TIFF")),
    (b"AC10", FileType("image/vnd.dwg", ("dwg",), "DWG")),
]
HEIC = FileType("image/heic", ("heic", "heif"), "HEIC")
HEIC_BRANDS = (b"heic", b"heix", b"mif1", b"msf1", b"heim", b"hevc")
WEBP = FileType("image/webp", ("webp",), "WEBP")
# what must not hide inside a ZIP
ARCHIVES = (b"PK\x03\x04", b"Rar!", b"7z\xbc\xaf", b"\x1f\x8b", b"BZh", b"\xfd7zXZ", b"MSCF")
PROGRAMS = (b"MZ", b"\x7fELF", b"#!", b"\xcf\xfa\xed\xfe", b"\xca\xfe\xba\xbe")
PROGRAM_NAMES = (".exe", ".com", ".bat", ".cmd", ".scr", ".js", ".vbs", ".ps1", ".jar", ".msi", ".lnk", ".hta")
MOST_ENTRIES, MOST_UNPACKED, MOST_RATIO = 2000, 200 * 1024 * 1024, 100


class Unwanted(Exception):
    """The content is not taken; `code` says why: type, archive (bomb, nested, locked) or program."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def accepted_names() -> str:
    """For people: `PDF, JPG, PNG …`."""
    found = [kind.name for _start, kind in SIGNATURES]
    return ", ".join(dict.fromkeys([*found, HEIC.name, WEBP.name, DOCX.name, XLSX.name, ODT.name, ODS.name, ZIP.name]))


def file_type(stream: BinaryIO) -> FileType:
    """What the stream is; raises Unwanted. Reads the beginning, and of a ZIP its list and the beginning of each entry.

    Nothing is unpacked whole: the sizes that the list declares bound what any reader can take out of it.
    """
    stream.seek(0)
    start = stream.read(64)
    for signature, kind in SIGNATURES:
        if start.startswith(signature):
            return kind
    if start[4:8] == b"ftyp" and start[8:12] in HEIC_BRANDS:
        return HEIC
    if start[:4] == b"RIFF" and start[8:12] == b"WEBP":
        return WEBP
    if start.startswith(b"PK\x03\x04"):
        return _zip_type(stream)
    raise Unwanted("program" if start.startswith(PROGRAMS) else "type")


def _zip_type(stream: BinaryIO) -> FileType:
    try:
        with zipfile.ZipFile(stream) as archive:
            entries = archive.infolist()
            _check_sizes(entries)
            names = {entry.filename for entry in entries}
            if any(name.lower().endswith("vbaproject.bin") for name in names):
                raise Unwanted("program")
            kind = _office_type(archive, names)
            _check_entries(archive, entries, nested=kind is not None)
            return kind or ZIP
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, EOFError, OSError, ValueError):
        raise Unwanted("archive") from None


def _check_sizes(entries: list[zipfile.ZipInfo]) -> None:
    unpacked = sum(entry.file_size for entry in entries)
    packed = sum(entry.compress_size for entry in entries)
    locked = any(entry.flag_bits & 1 for entry in entries)
    if len(entries) > MOST_ENTRIES or unpacked > MOST_UNPACKED or locked:
        raise Unwanted("archive")
    if unpacked > 1024 * 1024 and unpacked > MOST_RATIO * max(packed, 1):
        raise Unwanted("archive")


def _office_type(archive: zipfile.ZipFile, names: set[str]) -> FileType | None:
    if "[Content_Types].xml" in names:
        if "word/document.xml" in names:
            return DOCX
        return XLSX if "xl/workbook.xml" in names else None
    if "mimetype" in names:
        with archive.open("mimetype") as entry:
            declared = entry.read(200).decode("ascii", "replace").strip()
        return next((kind for kind in (ODT, ODS) if kind.mime == declared), None)
    return None


def _check_entries(archive: zipfile.ZipFile, entries: list[zipfile.ZipInfo], *, nested: bool) -> None:
    """`nested`: an office document may hold others, as packed files; a program may not be in anything."""
    for entry in entries:
        if entry.is_dir():
            continue
        if entry.filename.lower().endswith(PROGRAM_NAMES):
            raise Unwanted("program")
        with archive.open(entry) as opened:
            start = opened.read(16)
        if start.startswith(PROGRAMS):
            raise Unwanted("program")
        if nested:
            continue
        if start.startswith(ARCHIVES) and not entry.filename.lower().endswith((".docx", ".xlsx", ".odt", ".ods")):
            raise Unwanted("archive")
