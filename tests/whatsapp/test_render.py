"""Whatever a turn says becomes the fewest messages: the combinations, one by one."""

from __future__ import annotations

from typing import Any

import pytest

from siaga.whatsapp.render import render
from siaga.whatsapp.reply import Choice, Document, Flow, Link, Place, Reply

PICTURE = ("media:ab",)
FILE = (Document("media:cd", "Jadwal.pdf"),)
PIN = (Place(-7.25, 112.75, "RSUD"),)
LINK = (Link("Buka peta", "https://contoh.id/peta"),)
FORM = Flow("123", title="Isi formulir")


def _choices(*titles: str, description: str = "", section: str = "") -> tuple[Choice, ...]:
    return tuple(Choice(title, f"/choose_{n}", description, section) for n, title in enumerate(titles))


def _numbers(count: int) -> tuple[Choice, ...]:
    return _choices(*(f"Tempat {n}" for n in range(1, count + 1)))


def _shape(payload: dict[str, Any]) -> str:
    """A payload in short: its kind, what is above its body, and what is below."""
    kind = payload["type"]
    if kind != "interactive":
        return kind + ("+caption" if "caption" in payload[kind] else "")
    block = payload["interactive"]
    shape = f"{block['header']['type']}+{block['type']}" if "header" in block else block["type"]
    return shape + ("+footer" if "footer" in block else "")


def _shapes(reply: Reply) -> list[str]:
    return [_shape(draft.payload) for draft in render(reply, "k")]


def _only(reply: Reply) -> dict[str, Any]:
    (draft,) = render(reply, "k")
    return draft.payload


def _body(payload: dict[str, Any]) -> str:
    body: str = payload["interactive"]["body"]["text"]
    return body


@pytest.mark.parametrize(
    ("reply", "expected"),
    [
        # nothing, and text
        (Reply(), []),
        (Reply("\u200b \u2060\n"), []),
        (Reply("halo"), ["text"]),
        (Reply("x" * 4096), ["text"]),
        (Reply("x" * 4097), ["text", "text"]),
        # buttons
        (Reply("halo", _choices("Ya")), ["button"]),
        (Reply("", _choices("Ya")), ["button"]),
        (Reply("halo", _choices("Ya", "Tidak", "Batal")), ["button"]),
        (Reply("halo", _choices("x" * 20)), ["button"]),
        (Reply("halo", _choices("Ya"), footer="Langkah 1"), ["button+footer"]),
        (Reply("x" * 1024, _choices("Ya")), ["button"]),
        (Reply("x" * 1025, _choices("Ya")), ["text", "button"]),
        (Reply("halo", _choices("Ya"), images=PICTURE), ["image+button"]),
        (Reply("x" * 1024, _choices("Ya"), images=PICTURE), ["image+button"]),
        (Reply("x" * 1025, _choices("Ya"), images=PICTURE), ["text", "image+button"]),
        (Reply("halo", _choices("Ya"), documents=FILE), ["document+button"]),
        (Reply("halo", _choices("Ya"), images=PICTURE, documents=FILE), ["document", "image+button"]),
        (Reply("halo", _choices("Ya"), images=PICTURE * 2), ["image", "image+button"]),
        # lists
        (Reply("halo", _numbers(4)), ["list"]),
        (Reply("halo", _choices("Ya", description="sekarang")), ["list"]),
        (Reply("halo", _choices("Ya", section="Surabaya")), ["list"]),
        (Reply("halo", _choices("x" * 21)), ["list"]),
        (Reply("halo", _numbers(10)), ["list"]),
        (Reply("halo", _numbers(11)), ["list"]),
        (Reply("halo", _numbers(5), footer="Langkah 1"), ["list+footer"]),
        (Reply("halo", _numbers(5), images=PICTURE), ["image", "list"]),
        (Reply("a " * 1000, _numbers(5), images=PICTURE), ["image+caption", "list"]),
        # pictures and files
        (Reply("tiket", images=PICTURE), ["image+caption"]),
        (Reply("", images=PICTURE), ["image"]),
        (Reply("x" * 1024, images=PICTURE), ["image+caption"]),
        (Reply("x" * 1025, images=PICTURE), ["image", "text"]),
        (Reply("a " * 2500, images=PICTURE), ["image+caption", "text"]),
        (Reply("jadwal", documents=FILE), ["document+caption"]),
        (Reply("jadwal", images=PICTURE, documents=FILE), ["image", "document+caption"]),
        (Reply("halo", images=("bukan alamat",)), ["text"]),
        # links
        (Reply("peta", links=LINK), ["cta_url"]),
        (Reply("", links=LINK), ["cta_url"]),
        (Reply("peta", links=LINK, images=PICTURE, footer="Siaga"), ["image+cta_url+footer"]),
        (Reply("peta", links=LINK * 2), ["text"]),
        (Reply("peta", _choices("Ya"), links=LINK), ["button"]),
        (Reply("peta", links=(Link("Telepon", "tel:119"),)), ["text"]),
        # asking for where and who
        (Reply("di mana?", ask_location=True), ["location_request_message"]),
        (Reply("", ask_location=True), ["location_request_message"]),
        (Reply("di mana?", ask_location=True, footer="Langkah 4"), ["location_request_message"]),
        (Reply("di mana?", _choices("Batal"), ask_location=True), ["button"]),
        (Reply("di mana?", images=PICTURE, ask_location=True), ["image", "location_request_message"]),
        (Reply("di mana?", links=LINK, ask_location=True), ["location_request_message"]),
        (Reply("nomor?", ask_contact=True), ["contact_request"]),
        (Reply("nomor?", ask_contact=True, ask_location=True), ["location_request_message"]),
        (Reply("nomor?", _choices("Batal"), ask_contact=True), ["button"]),
        # pins
        (Reply("", places=PIN), ["location"]),
        (Reply("ini tempatnya", places=PIN), ["text", "location"]),
        (Reply("ini tempatnya", _choices("Ya"), places=PIN), ["location", "button"]),
        (Reply("x" * 1025, _choices("Ya"), places=PIN), ["text", "location", "button"]),
        # forms
        (Reply("isi ya", flow=FORM), ["flow"]),
        (Reply("isi ya", flow=FORM, images=PICTURE, footer="Siaga"), ["image+flow+footer"]),
        (Reply("isi ya", _choices("Lewat chat"), flow=FORM), ["flow", "button"]),
        (Reply("isi ya", flow=FORM, ask_location=True), ["flow"]),
    ],
)
def test_combinations(reply: Reply, expected: list[str]) -> None:
    assert _shapes(reply) == expected


def test_what_is_tapped_can_be_found_again() -> None:
    (draft,) = render(Reply("Setuju?", _choices("Ya", "Tidak")), "kunci")
    assert [button["reply"] for button in draft.payload["interactive"]["action"]["buttons"]] == [
        {"id": "kunci.1", "title": "Ya"},
        {"id": "kunci.2", "title": "Tidak"},
    ]
    assert [(option.id, option.label, option.payload) for option in draft.options] == [
        ("kunci.1", "Ya", "/choose_0"),
        ("kunci.2", "Tidak", "/choose_1"),
    ]


def test_options_are_in_the_last_message_alone() -> None:
    form, options = render(Reply("Isi ya", _choices("Lewat chat"), flow=FORM), "k")
    assert not form.options
    assert _body(options.payload) == "Atau pilih:"
    assert [option.label for option in options.options] == ["Lewat chat"]


def _rows(reply: Reply) -> list[dict[str, str]]:
    return [row for section in _only(reply)["interactive"]["action"]["sections"] for row in section["rows"]]


@pytest.mark.parametrize(
    ("titles", "rows"),
    [
        (
            ["Puskesmas Kecamatan Wonokromo", "Puskesmas Kecamatan Wonocolo"],
            [
                ("Puskesmas Kecamatan…", "Puskesmas Kecamatan Wonokromo"),
                ("Puskesmas Kecamatan…", "Puskesmas Kecamatan Wonocolo"),
            ],
        ),
        (["x" * 30, "Ya"], [("x" * 23 + "…", "x" * 30), ("Ya", None)]),
        (
            ["y" * 80 + "a", "y" * 80 + "b"],
            [("y" * 23 + "…", "y" * 71 + "…"), ("y" * 19 + "… (2)", "y" * 71 + "…")],
        ),
        (["👨‍👩‍👧‍👦" * 4, "👍"], [("👨‍👩‍👧‍👦" * 2 + "…", "👨‍👩‍👧‍👦" * 4), ("👍", None)]),
        (["Rumah sakit, kamar 12, blok B"], [("Rumah sakit, kamar 12…", "Rumah sakit, kamar 12, blok B")]),
    ],
)
def test_a_label_too_long_for_its_row_is_whole_below_it(titles: list[str], rows: list[tuple[str, str | None]]) -> None:
    reply = Reply("Mana?", _choices(*titles))
    assert [(row["title"], row.get("description")) for row in _rows(reply)] == rows
    assert [option.label for option in render(reply, "k")[0].options] == titles


@pytest.mark.parametrize(
    ("titles", "labels"),
    [
        (["Ya", "Ya", "ya"], ["Ya", "Ya (2)", "ya (3)"]),
        (["Ya", "\u200fYa\u200e", "Ya (2)"], ["Ya", "Ya (2)", "Ya (2) (2)"]),
        (["*Ya*", " Tidak\n tahu ", "_x_y"], ["Ya", "Tidak tahu", "_x_y"]),
        (["Ya\x00", "\ud800", "\u200b\u2060", "\u0301", ""], ["Ya"]),
        (["👍", "👍🏽"], ["👍", "👍🏽"]),
        (["1️⃣", "🇮🇩"], ["1️⃣", "🇮🇩"]),
    ],
)
def test_titles_can_be_read_and_told_apart(titles: list[str], labels: list[str]) -> None:
    (draft,) = render(Reply("?", _choices(*titles)), "k")
    assert [button["reply"]["title"] for button in draft.payload["interactive"]["action"]["buttons"]] == labels
    assert [option.label for option in draft.options] == labels


def test_options_with_one_name_are_told_apart_by_what_stands_below() -> None:
    reply = Reply(
        "?", (Choice("Melati", "/a", "Kec. Uji"), Choice("Melati", "/b", "Kec. Coba"), Choice("", "/c", "Lain"))
    )
    assert [(row["title"], row.get("description")) for row in _rows(reply)] == [
        ("Melati", "Kec. Uji"),
        ("Melati", "Kec. Coba"),
        ("Lain", None),
    ]


def test_options_stand_in_their_sections() -> None:
    choices = (
        *_choices("Puskesmas A", section="Surabaya"),
        *_choices("Puskesmas B", section="Kabupaten Tulungagung dan sekitarnya"),
        *_choices("Batal"),
        *_choices("Puskesmas C", section="Surabaya"),
    )
    (draft,) = render(Reply("Mana?", choices), "k")
    sections = draft.payload["interactive"]["action"]["sections"]
    assert [(section["title"], [row["title"] for row in section["rows"]]) for section in sections] == [
        ("Surabaya", ["Puskesmas A", "Puskesmas C"]),
        ("Kabupaten Tulungagung…", ["Puskesmas B"]),
        ("Lainnya", ["Batal"]),
    ]
    assert [option.label for option in draft.options] == ["Puskesmas A", "Puskesmas C", "Puskesmas B", "Batal"]


def test_the_question_stays_with_its_options() -> None:
    before, draft = render(Reply("x" * 1000 + "\n\n" + "y" * 500 + "\n\nSetuju?", _choices("Ya")), "k")
    assert before.payload["text"]["body"] == "x" * 1000
    assert _body(draft.payload) == "y" * 500 + "\n\nSetuju?"
    assert not before.options


def test_a_question_in_a_long_paragraph_is_cut_off_at_a_sentence() -> None:
    text = "Vaksin itu aman. " * 80 + "Anda setuju?"
    before, draft = render(Reply(text, _choices("Ya")), "k")
    assert before.payload["text"]["body"].endswith("aman.")
    assert _body(draft.payload).startswith("Vaksin itu")
    assert _body(draft.payload).endswith("Anda setuju?")


def test_what_cannot_be_torn_goes_ahead_whole() -> None:
    address = "https://contoh.id/" + "a" * 1100
    before, draft = render(Reply(f"Lihat {address}", _choices("Ya")), "k")
    assert before.payload["text"]["body"] == f"Lihat {address}"
    assert _body(draft.payload) == "Silakan pilih:"


def test_a_footer_stands_in_its_place_or_in_the_text() -> None:
    payload = _only(Reply("Setuju?", _choices("Ya"), footer="Langkah 3\ndari 7"))
    assert payload["interactive"]["footer"] == {"text": "Langkah 3 dari 7"}
    assert _body(_only(Reply("Setuju?", _choices("Ya"), footer="f" * 61))) == "Setuju?\n\n_" + "f" * 61 + "_"
    assert _body(_only(Reply("Di mana?", ask_location=True, footer="Langkah 4"))) == "Di mana?\n\n_Langkah 4_"
    assert _only(Reply("halo", footer="Siaga"))["text"]["body"] == "halo\n\n_Siaga_"


def test_what_has_no_button_left_is_said_in_words() -> None:
    reply = Reply("Di mana?", _choices("Batal"), ask_location=True, ask_contact=True, links=LINK)
    assert _body(_only(reply)) == (
        "Di mana?\n\nBuka peta: https://contoh.id/peta\n\n📍 Lokasi juga bisa dikirim: ketuk 📎, lalu *Lokasi*.\n\n"
        "Tulis juga nomor HP Anda, ya."
    )


def test_a_label_too_long_for_a_link_is_in_the_text() -> None:
    payload = _only(Reply("Petanya:", links=(Link("Buka peta sebaran kasus", "https://contoh.id"),)))
    assert _body(payload) == "Petanya:\n\nBuka peta sebaran kasus"
    assert payload["interactive"]["action"]["parameters"]["display_text"] == "Buka peta sebaran…"


def test_a_link_shows_what_it_leads_to_if_that_is_wanted() -> None:
    assert _only(Reply("Lihat https://contoh.id/a", preview=True))["text"]["preview_url"] is True
    assert _only(Reply("Lihat https://contoh.id/a"))["text"]["preview_url"] is False
    assert _only(Reply("Lihat", preview=True))["text"]["preview_url"] is False


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("Jadwal.pdf", "Jadwal.pdf"),
        ("../../etc/passwd", "..-..-etc-passwd"),
        ("Jadwal vaksinasi " + "x" * 200 + ".pdf", "Jadwal vaksinasi " + "x" * 78 + "….pdf"),
        ("\u202egpj.exe", "gpj.exe"),
        ("\x00", None),
        ("", None),
    ],
)
def test_file_names(name: str, expected: str | None) -> None:
    assert _only(Reply("", documents=(Document("media:ab", name),)))["document"].get("filename") == expected


def test_markup_for_the_direction_of_writing_does_not_reach_the_rest_of_the_message() -> None:
    assert _only(Reply("Nama: \u202eAli\u2066.\r\nBenar?\x07"))["text"]["body"] == "Nama: Ali.\nBenar?"
