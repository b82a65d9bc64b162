"""Photos and documents that were uploaded: their ids, sizes and paths."""

import struct
from dataclasses import dataclass

from sandbox.telegram.errors import Json, bad_request
from sandbox.telegram.recording import Upload

MAX_PHOTO_BYTES = 10 * 1024 * 1024
MAX_FILE_BYTES = 50 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class StoredFile:
    """A file on the server. `size` of a photo is width and height in pixels."""

    file_id: str
    path: str
    upload: Upload
    size: tuple[int, int] | None = None

    def as_json(self) -> Json:
        """The fields that every kind of file has."""
        return {
            "file_id": self.file_id,
            "file_unique_id": self.file_id.replace("file", "unique"),
            "file_size": len(self.upload.content),
        }

    def as_photo(self) -> list[Json]:
        """Telegram's array of PhotoSize."""
        if self.size is None:
            raise bad_request("can't use file of type Document as Photo")
        return [{**self.as_json(), "width": self.size[0], "height": self.size[1]}]

    def as_document(self) -> Json:
        """Telegram's Document."""
        return {**self.as_json(), "file_name": self.upload.filename, "mime_type": self.upload.content_type}


class Files:
    """Everything that was uploaded."""

    def __init__(self) -> None:
        self._by_id: dict[str, StoredFile] = {}
        self._by_path: dict[str, StoredFile] = {}

    def add_photo(self, upload: Upload) -> StoredFile:
        """Keep a photo. Raises 400 when it is too big or no picture that Telegram would show."""
        if len(upload.content) > MAX_PHOTO_BYTES:
            raise bad_request("file is too big")
        size = image_size(upload.content)
        if size is None:
            raise bad_request("IMAGE_PROCESS_FAILED")
        width, height = size
        if not width or not height or width + height > 10_000 or max(size) > 20 * min(size):
            raise bad_request("PHOTO_INVALID_DIMENSIONS")
        return self._add(upload, "photos", size)

    def add_document(self, upload: Upload) -> StoredFile:
        """Keep a document. Raises 400 when it is empty or too big."""
        if not upload.content:
            raise bad_request("file must be non-empty")
        if len(upload.content) > MAX_FILE_BYTES:
            raise bad_request("file is too big")
        return self._add(upload, "documents", None)

    def by_id(self, file_id: str) -> StoredFile:
        """The file with that id. Raises 400."""
        if (file := self._by_id.get(file_id)) is None:
            raise bad_request("wrong file identifier/HTTP URL specified")
        return file

    def by_path(self, path: str) -> StoredFile | None:
        """The file that `getFile` put there."""
        return self._by_path.get(path)

    def _add(self, upload: Upload, folder: str, size: tuple[int, int] | None) -> StoredFile:
        number = len(self._by_id)
        ending = upload.filename.rpartition(".")[2] if "." in upload.filename else "bin"
        file = StoredFile(f"file-{folder}-{number}", f"{folder}/file_{number}.{ending}", upload, size)
        self._by_id[file.file_id] = self._by_path[file.path] = file
        return file


def image_size(content: bytes) -> tuple[int, int] | None:
    """Width and height of a PNG or JPEG; None for anything else."""
    if content.startswith(b"\x89PNG\r\n\x1a\n") and len(content) >= 24:
        width, height = struct.unpack(">II", content[16:24])
        return width, height
    if content.startswith(b"\xff\xd8"):
        return _jpeg_size(content)
    return None


def _jpeg_size(content: bytes) -> tuple[int, int] | None:
    position = 2
    while position + 9 <= len(content) and content[position] == 0xFF:
        marker, length = struct.unpack(">BH", content[position + 1 : position + 4])
        # Start-of-frame markers carry the size; C4, C8 and CC in their range are something else.
        if 0xC0 <= marker <= 0xCF and marker not in (0xC4, 0xC8, 0xCC):
            height, width = struct.unpack(">HH", content[position + 5 : position + 9])
            return width, height
        position += 2 + length
    return None
