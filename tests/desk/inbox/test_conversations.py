"""Taking, answering, passing on and closing conversations, through the pages."""

from __future__ import annotations

import io
import re
import threading
from datetime import timedelta

import pytest
from PIL import Image
from sqlalchemy import select, update

from siaga.db import transaction
from siaga.db.audit import Audit
from siaga.handoffs import attendants, recording
from siaga.handoffs.tables import HandOff, HandOffMessage
from siaga.media.tables import ReceivedMedia
from siaga.people.tables import Contact, Task
from siaga.turns import trackers
from siaga.turns.tables import Dispatch, InboundMessage, OutboundMessage
from tests.desk.conftest import Browser, Desk
from tests.desk.inbox import given
from tests.desk.inbox.given import NAME, NIK, now, outbound, row, say, told, waiting

HTMX = {"HX-Request": "true"}


def claimed(browser: Browser, *texts: str, number: int = 1, **more: object) -> int:
    """A conversation that this browser holds."""
    hand_off_id = waiting(number, *texts, **more)  # type: ignore[arg-type]
    assert browser.post(f"/kotak/{hand_off_id}/ambil").status_code == 303
    return hand_off_id


def write(browser: Browser, hand_off_id: int, text: str, key: str | None = None, **more: object) -> object:
    return browser.post(f"/kotak/{hand_off_id}/balas", data={"teks": text, "kunci": key or given.key()}, **more)  # type: ignore[arg-type]


def replies(hand_off_id: int) -> list[str]:
    """What the outbox holds but for the greeting."""
    return [each.payload["text"]["body"] for each in outbound(hand_off_id) if each.payload.get("type") == "text"]


# ---------------------------------------------------------------------- the list
def test_the_list_stands_by_urgency_then_by_how_long_somebody_waits(desk: Desk) -> None:
    late = waiting(1, ago=timedelta(minutes=5))
    early = waiting(2, ago=timedelta(minutes=50))
    grave = waiting(3, reason="worsened")
    page = desk("volunteer").get("/kotak").text
    assert re.findall(r'id="baris-(\d+)"', page) == [str(grave), str(early), str(late)]
    assert "Gejalanya memburuk" in page and "Sekarang juga" in page


def test_the_list_masks_numbers_and_escapes_what_citizens_write(desk: Desk) -> None:
    hand_off_id = waiting(1, f"<script>alert(1)</script> {NIK}")
    volunteer = desk("volunteer")
    page = volunteer.get("/kotak").text
    assert NIK not in page and "3578********9001" in page
    for text in (page, volunteer.get(f"/kotak/{hand_off_id}").text, volunteer.get(f"/kotak/{hand_off_id}/baru").text):
        assert "<script>alert" not in text
        assert "&lt;script&gt;alert" in text or "\\u003cscript" in text


def test_the_list_shows_what_people_said_last_and_not_the_bot(desk: Desk) -> None:
    hand_off_id = waiting(1, "anak saya boleh vaksin?")
    with transaction() as session:
        hand_off = session.get(HandOff, hand_off_id)
        recording.bot_said(session, hand_off, "Saya belum yakin maksud Anda.", "b1", at=now())
    page = desk("volunteer").get("/kotak").text
    assert "Warga: anak saya boleh vaksin?" in page
    assert "belum yakin" not in page


def test_who_only_manages_accounts_is_not_there_for_citizens(desk: Desk) -> None:
    desk("admin").get("/kotak")
    with transaction() as session:
        assert attendants.present(session, now()) == []
    desk("volunteer").get("/kotak")
    with transaction() as session:
        assert [one.login for one in attendants.present(session, now())] == ["volunteer"]


def test_marks_of_whatsapp_are_shown_as_a_phone_shows_them(desk: Desk) -> None:
    hand_off_id = waiting(1, "*penting* <b>x</b> https://contoh.test/a")
    page = desk("volunteer").get(f"/kotak/{hand_off_id}").text
    assert "<strong>penting</strong> &lt;b&gt;x&lt;/b&gt;" in page
    assert 'href="https://contoh.test' not in page


def test_a_nik_in_a_message_is_masked_and_shown_by_a_click_that_is_noted(desk: Desk) -> None:
    holder, other = desk("volunteer", login="ani"), desk("volunteer", login="budi")
    hand_off_id = claimed(holder, f"ini NIK saya {NIK}, lahir 17-08-1954")
    with transaction() as session:
        message_id = session.scalar(select(HandOffMessage.id).where(HandOffMessage.author == "citizen"))
    for page in (holder.get(f"/kotak/{hand_off_id}"), holder.get(f"/kotak/{hand_off_id}/baru")):
        assert NIK not in page.text and "1954" not in page.text
        assert "3578********9001" in page.text
    assert 'value="message"' not in other.get(f"/kotak/{hand_off_id}").text
    asked = {"apa": "message", "siapa": str(message_id)}
    assert other.post(f"/kotak/{hand_off_id}/tampilkan", data=asked).status_code == 403
    assert NIK in holder.post(f"/kotak/{hand_off_id}/tampilkan", data=asked, headers=HTMX).text
    assert f"NIK saya {NIK}, lahir 17-08-1954" in holder.post(f"/kotak/{hand_off_id}/tampilkan", data=asked).text
    other_id = claimed(other, "halo", number=2)
    assert other.post(f"/kotak/{other_id}/tampilkan", data=asked).status_code == 404
    with transaction() as session:
        noted = session.scalars(select(Audit.detail).where(Audit.action == "inbox.reveal")).all()
    assert [one["message"] for one in noted] == [message_id, message_id]
    assert NIK not in str(noted)


def test_each_sees_their_own_conversations_apart_from_those_of_colleagues(desk: Desk) -> None:
    one, other = desk("volunteer", login="ani"), desk("volunteer", login="budi")
    hand_off_id = claimed(one)
    assert f'id="baris-{hand_off_id}"' in one.get("/kotak?tab=saya").text
    assert f'id="baris-{hand_off_id}"' not in other.get("/kotak?tab=saya").text
    colleagues = other.get("/kotak?tab=rekan").text
    assert f'id="baris-{hand_off_id}"' in colleagues and "Petugas Ani" in colleagues


def test_who_rests_takes_nothing_new_until_they_are_back(desk: Desk) -> None:
    volunteer = desk("volunteer", login="ani")
    volunteer.post("/kotak/istirahat", data={"istirahat": "ya"})
    with transaction() as session:
        assert attendants.present(session, now()) == []
    assert "Anda sedang istirahat" in volunteer.get("/kotak").text
    volunteer.post("/kotak/istirahat", data={"istirahat": ""})
    with transaction() as session:
        assert [one.login for one in attendants.present(session, now())] == ["ani"]


# ---------------------------------------------------------------------- taking
def test_of_two_who_take_it_at_once_one_has_it_and_the_other_is_told_who(desk: Desk) -> None:
    hand_off_id = waiting()
    browsers = [desk("volunteer", login=login) for login in ("ani", "budi")]
    answers: dict[str, int] = {}
    words: dict[str, str] = {}
    start = threading.Barrier(2)

    def take(browser: Browser) -> None:
        start.wait()
        answer = browser.post(f"/kotak/{hand_off_id}/ambil", headers=HTMX)
        answers[browser.login], words[browser.login] = answer.status_code, answer.text

    threads = [threading.Thread(target=take, args=(browser,)) for browser in browsers]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    winner = row(hand_off_id).held_by
    loser = "budi" if winner == "ani" else "ani"
    assert (answers[winner], answers[loser]) == (200, 409)
    assert f"Petugas {winner.capitalize()} sudah mengambil" in words[loser]
    assert len(outbound(hand_off_id)) == 1


def test_the_citizen_is_told_who_is_there_and_how_to_go_back(desk: Desk) -> None:
    hand_off_id = claimed(desk("volunteer", login="ani"))
    (greeting,) = outbound(hand_off_id)
    assert "Petugas Ani" in str(greeting.payload) and "relawan kesehatan" in str(greeting.payload)
    assert [option["payload"] for option in greeting.options] == ["/back_to_bot"]


def test_who_takes_it_twice_greets_once(desk: Desk) -> None:
    volunteer = desk("volunteer")
    hand_off_id = claimed(volunteer)
    volunteer.post(f"/kotak/{hand_off_id}/ambil")
    assert len(outbound(hand_off_id)) == 1


# ---------------------------------------------------------------------- answering
def test_a_reply_goes_out_once_even_when_it_is_sent_twice(desk: Desk) -> None:
    volunteer = desk("volunteer")
    hand_off_id = claimed(volunteer)
    key = given.key()
    for _ in range(2):
        assert write(volunteer, hand_off_id, "Selamat pagi, Ibu.", key).status_code == 303  # type: ignore[attr-defined]
    assert replies(hand_off_id) == ["Selamat pagi, Ibu."]
    assert told(hand_off_id, "desk") == ["Selamat pagi, Ibu."]
    assert row(hand_off_id).first_reply_at is not None


def test_a_reply_that_is_sent_by_htmx_gives_the_next_key(desk: Desk) -> None:
    volunteer = desk("volunteer")
    hand_off_id = claimed(volunteer)
    answer = write(volunteer, hand_off_id, "Baik.", headers=HTMX)
    assert re.fullmatch(r"[0-9a-f]{24}", answer.json()["kunci"])  # type: ignore[attr-defined]


def test_a_long_reply_is_cut_into_messages_and_sent_once(desk: Desk) -> None:
    volunteer = desk("volunteer")
    hand_off_id = claimed(volunteer)
    text = "Minum air putih yang cukup ya. " * 200
    key = given.key()
    write(volunteer, hand_off_id, text, key)
    write(volunteer, hand_off_id, text, key)
    parts = replies(hand_off_id)
    assert len(parts) == 2 and "".join(parts).count("Minum") == 200
    assert told(hand_off_id, "desk") == parts


def test_only_who_holds_it_may_answer(desk: Desk) -> None:
    hand_off_id = claimed(desk("volunteer", login="ani"))
    answer = write(desk("volunteer", login="budi"), hand_off_id, "Saya bantu ya.", headers=HTMX)
    assert answer.status_code == 422 and "sudah dipegang Petugas Ani" in answer.text  # type: ignore[attr-defined]
    assert replies(hand_off_id) == []
    waits = waiting(2)
    assert "Ambil percakapan ini dulu" in write(desk("volunteer", login="budi"), waits, "Halo", headers=HTMX).text  # type: ignore[attr-defined]
    assert outbound(waits) == []


def test_a_long_number_is_asked_about_before_it_is_sent(desk: Desk) -> None:
    volunteer = desk("volunteer")
    hand_off_id = claimed(volunteer)
    answer = write(volunteer, hand_off_id, f"NIK Anda {NIK}?", headers=HTMX)
    assert answer.status_code == 422 and "Kirim juga" in answer.text  # type: ignore[attr-defined]
    assert replies(hand_off_id) == []
    volunteer.post(f"/kotak/{hand_off_id}/balas", data={"teks": f"NIK {NIK}?", "kunci": given.key(), "tetap": "ya"})
    assert replies(hand_off_id) == [f"NIK {NIK}?"]


def test_without_javascript_what_was_typed_is_there_again_when_it_was_not_sent(desk: Desk) -> None:
    volunteer = desk("volunteer")
    hand_off_id = claimed(volunteer)
    page = write(volunteer, hand_off_id, "Telepon 0800 0000 1234 ya").text  # type: ignore[attr-defined]
    assert "Telepon 0800 0000 1234 ya</textarea>" in page and 'name="tetap" value="ya"' in page


def test_a_day_after_the_last_word_only_a_template_goes_out(desk: Desk) -> None:
    volunteer = desk("volunteer")
    hand_off_id = claimed(volunteer)
    given.set_last_word(hand_off_id, now() - timedelta(hours=25))
    page = volunteer.get(f"/kotak/{hand_off_id}").text
    assert 'name="teks" rows="2" maxlength="8000"' not in page and "Kirim templat ini" in page
    before = len(outbound(hand_off_id))
    assert "24 jam" in write(volunteer, hand_off_id, "Halo?", headers=HTMX).text  # type: ignore[attr-defined]
    assert len(outbound(hand_off_id)) == before
    key = given.key()
    for _ in range(2):
        volunteer.post(f"/kotak/{hand_off_id}/templat", data={"kunci": key})
    (sent,) = outbound(hand_off_id)[before:]
    assert sent.payload is None and sent.template["template"]["name"] == "petugas_menghubungi"
    assert len(told(hand_off_id, "desk")) == 1


def test_the_last_hour_is_told(desk: Desk) -> None:
    volunteer = desk("volunteer")
    hand_off_id = claimed(volunteer)
    given.set_last_word(hand_off_id, now() - timedelta(hours=23, minutes=20))
    assert 'lencana--awas">sisa waktu membalas' in volunteer.get(f"/kotak/{hand_off_id}").text


def test_ticks_tell_how_far_a_reply_has_come_and_why_it_failed(desk: Desk) -> None:
    volunteer = desk("volunteer")
    hand_off_id = claimed(volunteer)
    key = given.key()
    write(volunteer, hand_off_id, "Baik.", key)
    assert "Menunggu dikirim" in volunteer.get(f"/kotak/{hand_off_id}").text
    for status, code, words in (("delivered", None, "Sampai"), ("read", None, "Dibaca"), ("failed", 131047, "24 jam")):
        with transaction() as session:
            session.execute(
                update(OutboundMessage).where(OutboundMessage.id == key).values(status=status, error_code=code)
            )
        marks = volunteer.get(f"/kotak/{hand_off_id}/baru").json()["centang"]
        assert words in next(mark["kata"] for mark in marks if mark["id"] == key)
        assert words in volunteer.get(f"/kotak/{hand_off_id}").text


def test_the_citizen_sees_that_somebody_writes_now_and_then(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    shown: list[tuple[str, str, str]] = []

    async def show(channel: str, number: str, wamid: str) -> None:
        shown.append((channel, number, wamid))

    monkeypatch.setattr("siaga.desk.sending.show_typing", show)
    monkeypatch.setattr("siaga.desk.inbox.throttle._shown", {})
    one, other = desk("volunteer", login="ani"), desk("volunteer", login="budi")
    hand_off_id = claimed(one, "halo")
    for browser in (other, one, one):
        assert browser.post(f"/kotak/{hand_off_id}/mengetik").status_code == 204
    ((channel, number, wamid),) = shown
    assert (channel, number) == ("whatsapp", "") and wamid.startswith("wamid.") and wamid.endswith("halo")


def test_by_twilio_everything_goes_out_in_its_own_form(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    volunteer = desk("volunteer")
    hand_off_id = waiting()
    with transaction() as session:
        session.execute(update(Dispatch).values(channel="twilio"))
    volunteer.post(f"/kotak/{hand_off_id}/ambil")
    write(volunteer, hand_off_id, "Baik, Ibu.")
    assert outbound(hand_off_id)[-1].payload == {"Body": "Baik, Ibu."}
    assert told(hand_off_id, "desk") == ["Baik, Ibu."]
    # Twilio fetches files from us: without an address of ours it cannot.
    file = {"berkas": ("peta.png", picture(), "image/png")}
    assert "Twilio" in write(volunteer, hand_off_id, "Peta", files=file, headers=HTMX).text  # type: ignore[attr-defined]
    monkeypatch.setattr("siaga.desk.sending.takes_files", lambda channel: True)
    write(volunteer, hand_off_id, "Peta", files=file)
    assert outbound(hand_off_id)[-1].payload["MediaUrl"].startswith("media:")


# ---------------------------------------------------------------------- files
def picture() -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (8, 8), "teal").save(out, "PNG")
    return out.getvalue()


def test_a_picture_goes_out_with_the_words_below_it(desk: Desk) -> None:
    volunteer = desk("volunteer")
    hand_off_id = claimed(volunteer)
    file = {"berkas": ("C:\\x\\peta.png", picture(), "image/png")}
    write(volunteer, hand_off_id, "Ini petanya.", files=file)
    sent = outbound(hand_off_id)[-1].payload
    assert sent["type"] == "image" and sent["image"]["caption"] == "Ini petanya."
    page = volunteer.get(f"/kotak/{hand_off_id}").text
    address = re.search(r'<img src="(/kotak/\d+/berkas/\d+)"', page)
    assert address and volunteer.get(address[1]).content == picture()


@pytest.mark.parametrize("content", [b"MZ\x90\x00" + b"\0" * 200, b"<svg onload=alert(1)>", b""])
def test_what_is_neither_a_picture_nor_a_pdf_is_not_sent(desk: Desk, content: bytes) -> None:
    volunteer = desk("volunteer")
    hand_off_id = claimed(volunteer)
    file = {"berkas": ("ktp.jpg", content, "image/jpeg")}
    assert write(volunteer, hand_off_id, "Ini.", files=file, headers=HTMX).status_code == 422  # type: ignore[attr-defined]
    assert len(outbound(hand_off_id)) == 1


def received(hand_off_id: int, content: bytes | None, mime: str | None = "image/png", **values: object) -> int:
    """The citizen sends a file; the id of the message in the conversation."""
    (key,) = say(hand_off_id, kind="media", media_kind="image", media_id="m1", mime=mime)
    with transaction() as session:
        session.execute(
            update(ReceivedMedia)
            .where(ReceivedMedia.message_key == key)
            .values(**{"status": "kept", "content": content, "mime": mime, "size": len(content or b""), **values})
        )
    with transaction() as session:
        return int(session.scalar(select(HandOffMessage.id).where(HandOffMessage.message_key == key)))


def test_a_file_of_a_citizen_is_shown_to_volunteers_only_and_can_do_nothing(desk: Desk) -> None:
    volunteer = desk("volunteer")
    hand_off_id = claimed(volunteer)
    address = f"/kotak/{hand_off_id}/berkas/{received(hand_off_id, picture())}"
    answer = volunteer.get(address)
    assert answer.content == picture() and answer.headers["content-type"] == "image/png"
    assert answer.headers["content-disposition"].startswith("inline")
    assert "sandbox" in answer.headers["content-security-policy"]
    assert answer.headers["x-content-type-options"] == "nosniff"
    for other in (desk("editor"), desk("programme"), desk("reviewer")):
        assert other.get(address).status_code == 403
    assert desk().get(address).status_code == 303
    elsewhere = waiting(2)
    assert volunteer.get(address.replace(f"/{hand_off_id}/", f"/{elsewhere}/")).status_code == 404


def test_what_a_browser_should_not_show_is_saved(desk: Desk) -> None:
    volunteer = desk("volunteer")
    hand_off_id = claimed(volunteer)
    number = received(hand_off_id, b"%PDF-1.4 ...", "application/pdf")
    answer = volunteer.get(f"/kotak/{hand_off_id}/berkas/{number}")
    assert answer.headers["content-disposition"].startswith("attachment")


def test_a_file_that_is_not_there_says_why(desk: Desk) -> None:
    volunteer = desk("volunteer")
    hand_off_id = claimed(volunteer)
    number = received(hand_off_id, None, status="refused", reason="size", mime=None)
    assert "terlalu besar" in volunteer.get(f"/kotak/{hand_off_id}").text
    assert volunteer.get(f"/kotak/{hand_off_id}/berkas/{number}").status_code == 404


def test_a_place_is_told_by_its_region_and_no_more_exactly_than_needed(desk: Desk) -> None:
    volunteer = desk("volunteer")
    hand_off_id = claimed(volunteer)
    say(hand_off_id, kind="location", lat=-7.257512, lon=112.752123)
    page = volunteer.get(f"/kotak/{hand_off_id}").text
    assert "Surabaya" in page and "-7.258, 112.752" in page and "7.257512" not in page


# ---------------------------------------------------------------------- what is known
def test_what_is_known_is_masked_until_it_is_asked_for_which_is_written_down(desk: Desk) -> None:
    volunteer = desk("volunteer", login="ani")
    hand_off_id = claimed(volunteer)
    person = given.looks_after(hand_off_id)
    page = volunteer.get(f"/kotak/{hand_off_id}").text
    for secret in (NIK, NAME, given.phone(1), "1990"):
        assert secret not in page
    assert "W**** U** 0**" in page and "Surabaya" in page
    asked = {"apa": "nik", "siapa": str(person)}
    assert NIK in volunteer.post(f"/kotak/{hand_off_id}/tampilkan", data=asked, headers=HTMX).text
    with transaction() as session:
        (noted,) = session.scalars(select(Audit).where(Audit.action == "inbox.reveal"))
        assert (noted.actor, noted.detail["what"], noted.detail["person"]) == ("ani", "nik", person)
        assert NIK not in str(noted.detail)


def test_nobody_else_is_shown_what_is_masked(desk: Desk) -> None:
    hand_off_id = claimed(desk("volunteer", login="ani"))
    person = given.looks_after(hand_off_id)
    asked = {"apa": "nik", "siapa": str(person)}
    for other in (desk("volunteer", login="budi"), desk("admin")):
        answer = other.post(f"/kotak/{hand_off_id}/tampilkan", data=asked, headers=HTMX)
        assert answer.status_code == 403 and NIK not in answer.text
    with transaction() as session:
        assert session.scalar(select(Audit.id).where(Audit.action == "inbox.reveal")) is None


def test_what_the_bot_was_asking_and_what_was_said_before_is_shown(desk: Desk) -> None:
    hand_off_id = waiting()
    before = (now() - timedelta(minutes=3)).timestamp()
    events = [
        {"event": "active_loop", "name": "registration_form", "timestamp": before},
        {"event": "user", "text": "mau daftar vaksin", "timestamp": before},
        {"event": "user", "text": "/choose_option{}", "timestamp": before},
        {"event": "slot", "name": "requested_slot", "value": "residence", "timestamp": before},
        {"event": "user", "text": "ini sesudahnya", "timestamp": (now() + timedelta(minutes=1)).timestamp()},
    ]
    with transaction() as session:
        contact_id = session.get(HandOff, hand_off_id).contact_id
        trackers.write(session, session.get(Contact, contact_id).key, events, version=0)
    page = desk("volunteer").get(f"/kotak/{hand_off_id}").text
    assert "Pendaftaran vaksinasi, ditanya: tempat tinggal" in page
    assert "mau daftar vaksin" in page and "[memilih tombol]" in page and "ini sesudahnya" not in page


def test_only_what_belongs_to_this_citizen_is_shown(desk: Desk) -> None:
    volunteer = desk("volunteer", login="ani")
    person = given.looks_after(waiting(2))
    hand_off_id = claimed(volunteer)
    for asked in ({"apa": "nik", "siapa": str(person)}, {"apa": "sex", "siapa": str(person)}, {"apa": "nik"}):
        assert volunteer.post(f"/kotak/{hand_off_id}/tampilkan", data=asked, headers=HTMX).status_code == 404


# ---------------------------------------------------------------------- beside what is said
def test_a_note_is_for_colleagues_and_never_sent(desk: Desk) -> None:
    one, other = desk("volunteer", login="ani"), desk("volunteer", login="budi")
    hand_off_id = claimed(one)
    before = len(outbound(hand_off_id))
    assert other.post(f"/kotak/{hand_off_id}/catatan", data={"teks": "Sudah pernah telepon."}).status_code == 303
    assert "Sudah pernah telepon." in one.get(f"/kotak/{hand_off_id}").text
    assert len(outbound(hand_off_id)) == before


def test_a_conversation_is_passed_on_to_a_colleague_who_is_there(desk: Desk) -> None:
    one, other = desk("volunteer", login="ani"), desk("volunteer", login="budi")
    hand_off_id = claimed(one)
    other.get("/kotak")
    one.post(f"/kotak/{hand_off_id}/alihkan", data={"kepada": "budi", "pesan": "Soal jadwal."})
    assert row(hand_off_id).held_by == "budi"
    assert "Petugas Budi" in str(outbound(hand_off_id)[-1].payload)
    assert told(hand_off_id, "note") == ["Soal jadwal."]
    assert "Kirim" in other.get(f"/kotak/{hand_off_id}").text


def test_it_waits_for_a_colleague_who_is_not_there_or_goes_back_to_the_queue(desk: Desk) -> None:
    one, other = desk("volunteer", login="ani"), desk("volunteer", login="budi")
    hand_off_id = claimed(one)
    one.post(f"/kotak/{hand_off_id}/alihkan", data={"kepada": "budi"})
    assert (row(hand_off_id).state, row(hand_off_id).wanted_login) == ("waiting", "budi")
    other.post(f"/kotak/{hand_off_id}/ambil")
    other.post(f"/kotak/{hand_off_id}/alihkan", data={"kepada": ""})
    assert (row(hand_off_id).state, row(hand_off_id).wanted_login) == ("waiting", None)


def test_it_is_passed_on_by_its_holder_and_to_volunteers_only(desk: Desk) -> None:
    one, other = desk("volunteer", login="ani"), desk("volunteer", login="budi")
    desk("editor", login="edi")
    hand_off_id = claimed(one)
    assert other.post(f"/kotak/{hand_off_id}/alihkan", data={"kepada": ""}).status_code == 409
    for nobody in ("edi", "tidak-ada", "ani"):
        assert one.post(f"/kotak/{hand_off_id}/alihkan", data={"kepada": nobody}).status_code == 422
    assert row(hand_off_id).held_by == "ani"


def test_labels_are_put_on_taken_off_and_found_by(desk: Desk) -> None:
    volunteer = desk("volunteer")
    hand_off_id, other = waiting(1), waiting(2)
    volunteer.post(f"/kotak/{hand_off_id}/label", data={"label": " Efek  samping "})
    assert volunteer.post(f"/kotak/{hand_off_id}/label", data={"label": "x" * 41}).status_code == 422
    page = volunteer.post("/kotak/cari", data={"label": "efek samping"}).text
    assert f'href="/kotak/{hand_off_id}"' in page and f'href="/kotak/{other}"' not in page
    volunteer.post(f"/kotak/{hand_off_id}/label", data={"hapus": "efek samping"})
    assert f'href="/kotak/{hand_off_id}"' not in volunteer.post("/kotak/cari", data={"label": "efek samping"}).text


def test_whose_number_it_is_may_be_looked_for_which_is_written_down(desk: Desk) -> None:
    volunteer = desk("volunteer", login="ani")
    hand_off_id, other = waiting(1), waiting(2)
    typed = "0" + given.phone(1)[2:]
    page = volunteer.post("/kotak/cari", data={"telepon": typed}).text
    assert f'href="/kotak/{hand_off_id}"' in page and f'href="/kotak/{other}"' not in page
    with transaction() as session:
        (noted,) = session.scalars(select(Audit).where(Audit.action == "inbox.search"))
        assert noted.detail == {"by": "phone", "found": [hand_off_id]}


def test_a_callback_is_promised_for_a_time_and_outlives_the_conversation(desk: Desk) -> None:
    volunteer = desk("volunteer")
    hand_off_id = claimed(volunteer)
    later = (now() + timedelta(days=1)).strftime("%Y-%m-%dT%H:%M")
    data = {"kunci": given.key(), "waktu": later, "pesan": "Tanya hasil tes."}
    for _ in range(2):
        assert volunteer.post(f"/kotak/{hand_off_id}/jadwal", data=data).status_code == 303
    past = {**data, "kunci": given.key(), "waktu": "2020-01-01T08:00"}
    assert volunteer.post(f"/kotak/{hand_off_id}/jadwal", data=past).status_code == 422
    volunteer.post(f"/kotak/{hand_off_id}/tutup", data={"alasan": "other"})
    with transaction() as session:
        # Outside office hours the citizen was promised one by the bot, too.
        (task,) = session.scalars(select(Task).where(Task.caused_by.like("desk:%")))
        assert (task.kind, task.status, task.data["hand_off"]) == ("callback", "open", hand_off_id)
    volunteer.post(f"/kotak/{hand_off_id}/buka", data={"kunci": given.key()})
    with transaction() as session:
        anew = session.execute(select(HandOff).where(HandOff.state == "held")).scalar_one()
        assert anew.id != hand_off_id and anew.held_by == volunteer.login


def test_closing_gives_the_conversation_back_to_the_bot(desk: Desk) -> None:
    volunteer = desk("volunteer", login="ani")
    hand_off_id = claimed(volunteer)
    assert volunteer.post(f"/kotak/{hand_off_id}/tutup", data={"alasan": "silence"}).status_code == 422
    other = desk("volunteer", login="budi")
    assert other.post(f"/kotak/{hand_off_id}/tutup", data={"alasan": "solved"}).status_code == 409
    assert volunteer.post(f"/kotak/{hand_off_id}/tutup", data={"alasan": "solved"}).status_code == 303
    closed = row(hand_off_id)
    assert (closed.state, closed.closed_by, closed.closed_why) == ("closed", "ani", "solved")
    with transaction() as session:
        assert session.scalar(select(InboundMessage.id).where(InboundMessage.kind == "desk")) is not None
    assert "Hubungi warga lagi" in volunteer.get(f"/kotak/{hand_off_id}").text


def test_ready_replies_are_filled_in_with_the_volunteers_name(desk: Desk) -> None:
    volunteer = desk("volunteer", login="ani")
    hand_off_id = claimed(volunteer)
    page = volunteer.post(f"/kotak/{hand_off_id}/balasan", data={"cari": ""}, headers=HTMX).text
    assert page.count('role="option"') > 1 and "{nama_petugas}" not in page


def test_what_is_not_there_is_not_found(desk: Desk) -> None:
    volunteer = desk("volunteer")
    for address in ("/kotak/99", "/kotak/99/baru", "/kotak/99/berkas/1"):
        assert volunteer.get(address).status_code == 404
    for deed in ("ambil", "lepas", "balas", "catatan", "label", "tutup", "buka", "templat"):
        data = {"teks": "a", "kunci": given.key(), "label": "a", "alasan": "solved"}
        assert volunteer.post(f"/kotak/99/{deed}", data=data).status_code == 404, deed
