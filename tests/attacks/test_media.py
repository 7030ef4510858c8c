"""Files: addresses that lead elsewhere, names that are no names, and contents that are not what they say.

What may be kept at all is tried in tests/media/test_checking.py, and that the token goes to nobody who asks us on, in
tests/whatsapp/test_fetcher.py and tests/whatsapp/twilio/test_files.py.
"""

from __future__ import annotations

import hashlib
import io
import json
import time
import tracemalloc
import zipfile
from collections.abc import Iterator
from urllib.parse import urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select, text

from siaga.db import transaction
from siaga.media.checking import ALLOWED, Unwanted, check
from siaga.media.tables import ReceivedMedia
from siaga.settings import Settings
from siaga.turns.intake import keep
from siaga.whatsapp.download import NotNow
from siaga.whatsapp.media import MediaClient, is_metas
from siaga.whatsapp.parse import parse
from siaga.whatsapp.twilio.access import access
from siaga.whatsapp.twilio.files import TwilioFiles
from tests.media import files
from tests.whatsapp.media_server import MediaServer, running
from tests.whatsapp.twilio.api import ACCOUNT, TOKEN
from tests.whatsapp.webhooks import message, webhook

GRAPH = "https://graph.facebook.com"


@pytest.fixture
def server() -> Iterator[MediaServer]:
    with running() as media:
        yield media


# ---------------------------------------------------------------- where it is fetched from
INSIDE = [
    "https://169.254.169.254/latest/meta-data/",
    "http://169.254.169.254/computeMetadata/v1/",
    "https://metadata.google.internal/",
    "https://127.0.0.1/x",
    "https://127.1/x",
    "https://2130706433/x",
    "https://0x7f.0.0.1/x",
    "https://[::1]/x",
    "https://[::ffff:127.0.0.1]/x",
    "https://localhost/x",
    "https://localhost:5055/webhook",
    "https://siaga.local/x",
    "https://db/x",
    "https://10.0.0.5/x",
    "https://user:pass@example.org/x",
    "http://example.org/x",
    "file:///etc/passwd",
    "ftp://example.org/x",
    "gopher://example.org/x",
    "data:text/plain,x",
    "//example.org/x",
    "https:///x",
    "https://",
    "",
]
NOT_METAS = [
    *INSIDE,
    "https://example.org/?x=.whatsapp.net",
    "https://example.org/.whatsapp.net",
    "https://example.org#.whatsapp.net",
    "https://example.org\\.whatsapp.net/",
    "https://example.org%2f.whatsapp.net/",
    "https://example.org%00.whatsapp.net/",
    "https://example.org\n.whatsapp.net/",
    "https://fbcdn.net.example.org/",
    "https://lookaside.fbsbx.com./x",
    "https://lookaside.fbsbx.com:22/x",
    "https://graph.facebook.com.example.org/x",
    "https://graph.facebook.com@example.org/x",
    "https://graph.facebook.com:8443/x",
    "http://graph.facebook.com/x",
]


@pytest.mark.parametrize("address", NOT_METAS)
def test_the_token_goes_to_none_of_these(address: str) -> None:
    assert not is_metas(address, GRAPH)


@given(
    st.text(st.sampled_from("ab.:/\\@#?%[]\t\u3002\uff0f\u200b"), max_size=12),
    st.sampled_from(["lookaside.fbsbx.com", ".fbcdn.net", ".whatsapp.net", "graph.facebook.com"]),
    st.text(st.sampled_from("ab.:/\\@#?%[]\t\u3002\uff0f\u200b"), max_size=12),
)
def test_what_is_taken_for_metas_is_so_for_other_readers_too(before: str, name: str, after: str) -> None:
    address = f"https://{before}{name}{after}"
    if not is_metas(address, GRAPH):
        return
    # Wide dots are dots: httpx calls the name that it has read itself.
    host = (urlsplit(address).hostname or "").replace("\u3002", ".").replace("\u200b", "")
    assert host in ("lookaside.fbsbx.com", "graph.facebook.com") or host.endswith((".fbcdn.net", ".whatsapp.net"))


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
async def test_not_even_the_graph_api_sends_the_question_elsewhere(server: MediaServer, status: int) -> None:
    with running() as stranger:
        server.answers = [(status, {}, {"Location": f"{stranger.url}/v25.0/id-a"})]
        client = MediaClient(server.settings())
        with pytest.raises(NotNow):
            await client.download("id-a", 1000)
        await client.close()
        assert stranger.requests == []


@pytest.mark.parametrize("address", INSIDE[:12])
async def test_an_address_in_the_answer_that_leads_inside_is_not_called(server: MediaServer, address: str) -> None:
    server.put("id-a", files.PDF, url=address)
    client = MediaClient(server.settings())
    with pytest.raises(NotNow):
        await client.download("id-a", 1000)
    await client.close()
    assert server.requests == ["/v25.0/id-a"]


@pytest.mark.parametrize("address", INSIDE)
async def test_nor_does_the_other_road_follow_inside(address: str) -> None:
    """Twilio's own addresses send on to where a file lies: in the open, by HTTPS, and at a name."""
    config = Settings(twilio_account_sid=ACCOUNT, twilio_auth_token=TOKEN, twilio_api_url="https://api.twilio.com")
    fetcher = TwilioFiles(access(config))
    with pytest.raises(NotNow):
        fetcher._only_secure(address)
    for good in (
        "https://mms.twiliocdn.com/AC1/x?Expires=1",
        "https://s3-external-1.amazonaws.com/media.twiliocdn.com/x",
    ):
        fetcher._only_secure(good)
    await fetcher.close()


def test_an_address_in_the_webhook_itself_is_not_looked_at(database: str) -> None:
    block = {"id": "1003383421387256", "mime_type": "image/jpeg", "url": INSIDE[0], "link": INSIDE[0]}
    with transaction() as session:
        keep(session, parse(webhook([message("image", block)])), "whatsapp")
    with transaction() as session:
        assert session.scalars(select(ReceivedMedia.channel_id)).all() == ["1003383421387256"]


@pytest.mark.parametrize(
    "media_id", ["../me", "me?fields=token", "1/../../x", "x" * 500, "\x00", "１２", "1\r\nHost: x", {}]
)
def test_an_id_that_is_an_address_is_none(database: str, media_id: object) -> None:
    with transaction() as session:
        keep(session, parse(webhook([message("image", {"id": media_id, "mime_type": "image/jpeg"})])), "whatsapp")
    with transaction() as session:
        assert session.scalars(select(ReceivedMedia.id)).all() == []


# ---------------------------------------------------------------- names
NAMES = [
    "../../../etc/passwd",
    "/etc/passwd",
    "C:\\Windows\\system32\\x.exe",
    "laporan.pdf\x00.exe",
    "laporan\r\nSet-Cookie: x=y.pdf",
    'laporan";filename="x.exe.pdf',
    "laporan\u202efdp.exe",
    "laporan.pdf.exe",
    "$(rm -rf ~).pdf",
    "{nik}.pdf",
    "x" * 4000 + ".pdf",
    "\ud800.pdf",
    "CON",
    ".",
]


@pytest.mark.parametrize("number", range(len(NAMES)))
def test_a_name_is_words_and_nothing_else(database: str, number: int) -> None:
    """It is kept sealed, and short; no file is called by it."""
    block = {"id": "1003383421387256", "mime_type": "application/pdf", "filename": NAMES[number]}
    with transaction() as session:
        keep(session, parse(json.loads(json.dumps(webhook([message("document", block)])))), "whatsapp")
    with transaction() as session:
        (name,) = session.scalars(select(ReceivedMedia.file_name))
        raw = session.scalar(text("SELECT file_name FROM received_media"))
    assert name is None or len(name) <= 255
    assert name is None or not set(name) & {"\x00", "\ud800"}
    begins = NAMES[number][:4].encode(errors="ignore")
    # One byte is found among sealed ones by chance.
    assert raw is None or len(begins) == 1 or begins not in bytes(raw)


# ---------------------------------------------------------------- contents
def _bomb(megabytes: int) -> bytes:
    """A Word file that says it is very much larger when it is opened."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as made:
        made.writestr("[Content_Types].xml", "<a/>")
        made.writestr("word/document.xml", bytes(megabytes * 1024 * 1024))
    return out.getvalue()


def test_a_bomb_is_not_opened() -> None:
    """An Office file is told by the names of its parts: none of them is unpacked."""
    bomb = _bomb(40)
    assert len(bomb) < 100_000
    tracemalloc.start()
    began = time.process_time()
    kept = check(bomb, "document", None, hashlib.sha256(bomb).hexdigest())
    most = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert kept.endswith("wordprocessingml.document")
    assert most < 5_000_000
    assert time.process_time() - began < 2


_POLYGLOTS = {
    "a picture that is a page": files.picture() + files.HTML,
    "a picture that is an archive": files.picture() + files.archive("ktp.exe"),
    "a page that is a picture": files.HTML + files.picture(),
    "a script in a picture's clothes": b"\xff\xd8\xff" + files.SCRIPT,
    "a document that is a page": files.PDF + files.HTML,
    "a page that is a document": files.HTML + files.PDF,
    "an archive that is a document": files.archive("x") + files.PDF,
    "a drawing with a mark before it": b"\xef\xbb\xbf" + files.SVG,
    "a drawing with a comment before it": b"<!-- x -->\n" + files.SVG,
    "a page in capitals": b"  <HTML><SCRIPT>alert(1)</SCRIPT>",
    "a page in UTF-16": files.HTML.decode().encode("utf-16"),
    "a page after words": b"halo <script>alert(1)</script>",
}


@pytest.mark.parametrize("name", _POLYGLOTS)
def test_what_is_two_things_is_kept_as_a_harmless_one_or_not_at_all(name: str) -> None:
    """No browser is ever told of a page, a drawing or a script: see the desk's headers for the rest."""
    for kind in ALLOWED:
        for declared in (None, "text/html", "image/svg+xml", "application/javascript", *ALLOWED[kind]):
            try:
                kept = check(_POLYGLOTS[name], kind, declared, None)
            except Unwanted:
                continue
            assert kept in ALLOWED[kind]
            assert not any(word in kept for word in ("html", "svg", "script", "xhtml"))
            assert declared in (None, kept) or declared in ALLOWED[kind]
