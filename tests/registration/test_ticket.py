"""Codes can be dictated, and QR pictures can be read but not made by others."""

from __future__ import annotations

import io

import pytest
import zxingcpp
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from siaga.registration.records import Ticket
from siaga.registration.ticket import PREFIX, SIGNS, find_code, new_code, qr_png, qr_text, verify

codes = st.builds(new_code)


def ticket(code: str | None) -> Ticket:
    return Ticket(code=code, person_name="Warga Uji 001", masked_nik="3578********9001", status="confirmed")


def test_a_code_is_short_and_none_of_its_signs_look_alike() -> None:
    code = new_code()
    prefix, four, two = code.split("-")
    assert (prefix, len(four), len(two)) == (PREFIX, 4, 2)
    assert not set(SIGNS) & set("0OD1ILB5S2Z") - {"2", "5"}
    assert len({new_code() for _ in range(200)}) > 190


@given(codes)
def test_a_code_is_found_however_it_is_written(code: str) -> None:
    assert find_code(f"batalkan {code} ya") == code
    assert find_code(code.lower().replace("-", " ")) == code
    assert find_code(code.replace("-", "")) == code


@given(codes, st.integers(0, 5), st.sampled_from(SIGNS))
def test_one_wrong_sign_is_no_code(code: str, place: int, sign: str) -> None:
    signs = list(code[3:].replace("-", ""))
    if signs[place] != sign:
        signs[place] = sign
        assert find_code(PREFIX + "".join(signs)) is None


@given(codes, st.integers(0, 4))
def test_two_signs_that_changed_places_are_no_code(code: str, place: int) -> None:
    signs = list(code[3:].replace("-", ""))
    if signs[place] != signs[place + 1]:
        signs[place : place + 2] = signs[place + 1], signs[place]
        assert find_code(PREFIX + "".join(signs)) is None


@given(codes)
def test_only_what_we_signed_is_verified(code: str) -> None:
    signed = qr_text(ticket(code))
    assert qr_text(code) == signed
    assert verify(signed) == code
    assert verify(code) is None
    assert verify(f"{code}.") is None
    assert verify(f"{code}.{'A' * 16}") is None
    assert verify(signed[:-1] + ("A" if signed[-1] != "A" else "B")) is None


@given(st.text())
def test_no_text_breaks_the_scanner(text: str) -> None:
    assert verify(text) is None
    find_code(f"SG-{text}")


def test_letters_that_only_look_like_ours_are_no_code() -> None:
    assert find_code("SG-7\u212a3M-9Q") is None


def test_a_qr_tells_nothing_about_the_person() -> None:
    text = qr_text(ticket("SG-7K3M-9Q"))
    assert "Warga" not in text and "3578" not in text


def test_a_ticket_without_appointment_has_no_qr() -> None:
    with pytest.raises(ValueError, match="no appointment"):
        qr_text(ticket(None))


def test_the_picture_reads_back_to_the_same_text() -> None:
    text = qr_text(ticket(new_code()))
    picture = Image.open(io.BytesIO(qr_png(text)))
    assert picture.format == "PNG" and picture.mode == "RGB" and picture.width >= 400
    read = zxingcpp.read_barcode(picture)
    assert read is not None and read.text == text
    # Also as small as a chat shows it.
    assert zxingcpp.read_barcode(picture.resize((picture.width // 3, picture.height // 3))).text == text
    # The quiet zone stays white: four modules of the picture's 33.
    quiet = picture.width * 4 // 33
    assert picture.crop((0, 0, quiet - 1, picture.height)).convert("L").getextrema() == (255, 255)
