"""Files are fetched from our own account only, and the secret goes nowhere else."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass, field

import pytest

from siaga.settings import Settings
from siaga.whatsapp.download import AccessRefused, Gone, NotNow, TooLarge
from siaga.whatsapp.twilio.access import access
from siaga.whatsapp.twilio.files import TwilioFiles
from tests.serving import Handler, serving
from tests.whatsapp.twilio.api import ACCOUNT, TOKEN

CONTENT = b"\xff\xd8\xff" * 100


@dataclass
class Shelf:
    """Twilio's side: what is answered by path, as (status, headers, body), and the secrets that came with requests."""

    url: str = ""
    answers: dict[str, tuple[int, dict[str, str], bytes]] = field(default_factory=dict)
    asked: list[tuple[str, str | None]] = field(default_factory=list)

    def file(self) -> str:
        """Where a file of ours is said to be."""
        return f"{self.url}/2010-04-01/Accounts/{ACCOUNT}/Messages/MM1/Media/ME1"


@pytest.fixture
def shelf() -> Iterator[Shelf]:
    shelf = Shelf()

    class Answers(Handler):
        # Without a length, the end of the connection is the end of the file.
        protocol_version = "HTTP/1.0"

        def respond(self) -> None:
            shelf.asked.append((self.path, self.headers.get("Authorization")))
            status, headers, body = shelf.answers.get(self.path.rpartition("/")[2], (404, {}, b""))
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(body)

    with serving(Answers) as shelf.url:
        yield shelf


@pytest.fixture
async def files(shelf: Shelf) -> AsyncIterator[TwilioFiles]:
    config = Settings(twilio_account_sid=ACCOUNT, twilio_auth_token=TOKEN, twilio_api_url=shelf.url)
    files = TwilioFiles(access(config))
    yield files
    await files.close()


async def test_a_file_lies_elsewhere_and_the_secret_does_not_go_there(files: TwilioFiles, shelf: Shelf) -> None:
    elsewhere = shelf.url.replace("127.0.0.1", "localhost") + "/elsewhere"
    shelf.answers["ME1"] = (307, {"Location": elsewhere}, b"")
    shelf.answers["elsewhere"] = (200, {"Content-Type": "image/jpeg"}, CONTENT)
    found = await files.download(shelf.file(), 1000)
    assert (found.content, found.mime) == (CONTENT, "image/jpeg")
    (first, login), (second, none) = shelf.asked
    assert first.endswith("/ME1")
    assert login is not None
    assert (second, none) == ("/elsewhere", None)


@pytest.mark.parametrize("address", ["https://lain.test/x", "{url}/2010-04-01/Accounts/AC9/x", "{file}/../../../x"])
async def test_other_addresses_are_not_asked(files: TwilioFiles, shelf: Shelf, address: str) -> None:
    with pytest.raises(Gone):
        await files.download(address.format(url=shelf.url, file=shelf.file()), 1000)
    assert not shelf.asked


async def test_what_can_go_wrong(files: TwilioFiles, shelf: Shelf) -> None:
    with pytest.raises(Gone):
        await files.download(shelf.file(), 1000)
    shelf.answers["ME1"] = (200, {}, CONTENT)
    with pytest.raises(TooLarge):
        await files.download(shelf.file(), 10)
    shelf.answers["ME1"] = (200, {"Content-Length": str(len(CONTENT))}, CONTENT)
    with pytest.raises(TooLarge):
        await files.download(shelf.file(), 10)
    shelf.answers["ME1"] = (401, {}, b"")
    with pytest.raises(AccessRefused):
        await files.download(shelf.file(), 1000)
    shelf.answers["ME1"] = (503, {}, b"")
    with pytest.raises(NotNow):
        await files.download(shelf.file(), 1000)
    shelf.answers["ME1"] = (307, {"Location": shelf.file()}, b"")
    with pytest.raises(NotNow):
        await files.download(shelf.file(), 1000)
    shelf.answers["ME1"] = (307, {"Location": f"{shelf.url}/403"}, b"")
    shelf.answers["403"] = (403, {}, b"")
    with pytest.raises(NotNow) as refused:
        await files.download(shelf.file(), 1000)
    assert not isinstance(refused.value, AccessRefused)
