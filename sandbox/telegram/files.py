"""Photos and documents that were uploaded."""

import struct
from dataclasses import dataclass

from sandbox.telegram.errors import Json, bad_request

MAX_PHOTO_BYTES = 10 * 1024 * 1024
MAX_FILE_BYTES = 50 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Upload:
    """A file that came with a request."""

    filename: str
    content_type: str
    content: bytes


@dataclass(frozen=True, slots=True)
class StoredFile:
    """A file on the server. `json` is Telegram's Document, or the largest PhotoSize of a photo."""

    upload: Upload
    json: Json


class Files:
    """Everything that was uploaded."""

    def __init__(self) -> None:
        self._by_id: dict[str, StoredFile] = {}

    def add(self, kind: str, upload: Upload) -> Json:
        """Keep a "photo" or "document" and return its JSON. Raises 400 where Telegram would not take it."""
        if not upload.content:
            raise bad_request("file must be non-empty")
        if len(upload.content) > (MAX_PHOTO_BYTES if kind == "photo" else MAX_FILE_BYTES):
            raise bad_request("file is too big")
        if kind == "photo":
            width, height = png_size(upload.content)
            more: Json = {"width": width, "height": height}
        else:
            more = {"file_name": upload.filename, "mime_type": upload.content_type}
        number = len(self._by_id)
        file_id = f"{kind}-{number}"
        unique = {"file_id": file_id, "file_unique_id": f"unique-{number}", "file_size": len(upload.content)}
        self._by_id[file_id] = StoredFile(upload, {**unique, **more})
        return self._by_id[file_id].json

    def by_id(self, file_id: str) -> StoredFile:
        """The file with that id. Raises 400."""
        if (file := self._by_id.get(file_id)) is None:
            raise bad_request("wrong file identifier/HTTP URL specified")
        return file


def png_size(content: bytes) -> tuple[int, int]:
    """Width and height of a PNG, the only kind of picture that is read here. Raises 400."""
    if not content.startswith(b"\x89PNG\r\n\x1a\n") or len(content) < 24:
        raise bad_request("IMAGE_PROCESS_FAILED")
    width, height = struct.unpack(">II", content[16:24])
    if not width or not height or width + height > 10_000 or max(width, height) > 20 * min(width, height):
        raise bad_request("PHOTO_INVALID_DIMENSIONS")
    return width, height
