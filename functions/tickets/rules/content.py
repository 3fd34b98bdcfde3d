"""What may be attached to a reply: kinds of files, known by how they begin and not by what they are called."""

from types import MappingProxyType

MOST_BYTES = 10 * 1024 * 1024
LOOKED_AT = 4096  # bytes from the beginning, by which a file is judged
TYPES = MappingProxyType({
    "png": "image/png", "jpg": "image/jpeg", "gif": "image/gif", "pdf": "application/pdf", "zip": "application/zip",
    "txt": "text/plain; charset=utf-8", "csv": "text/csv; charset=utf-8"})
_MAGIC = (("png", b"\x89PNG\r\n\x1a\n"), ("jpg", b"\xff\xd8\xff"), ("gif", b"GIF87a"), ("gif", b"GIF89a"), ("pdf", b"%PDF-"),
          ("zip", b"PK\x03\x04"), ("zip", b"PK\x05\x06"))
_ALIASES = MappingProxyType({"jpeg": "jpg"})
_TEXTS = ("txt", "csv")
_CONTROLS = frozenset(range(32)) - {9, 10, 13}


def kind_of(name: str, begin: bytes) -> str | None:
    """The kind of a file with that name that begins so, or None where it is none of ours or not what its name says."""
    ending = name.rpartition(".")[2].casefold()
    claimed = _ALIASES.get(ending, ending)
    found = next((kind for kind, magic in _MAGIC if begin.startswith(magic)), None)
    if found is not None:
        return found if found == claimed else None
    return claimed if claimed in _TEXTS and _is_text(begin) else None


def _is_text(begin: bytes) -> bool:
    """UTF-8 without control characters. The last sign may be cut off."""
    if not _CONTROLS.isdisjoint(begin):
        return False
    for cut in range(4):
        try:
            begin[:len(begin) - cut].decode()
        except UnicodeDecodeError:
            continue
        return True
    return False
