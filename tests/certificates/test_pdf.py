"""The sheet: what stands on it, that its QR can be scanned, that it is always the same, and that it holds any name."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
from datetime import date

import pypdfium2
import pytest
import zxingcpp
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from siaga.certificates import CODES, Certificate, drawn, qr_text
from siaga.settings import ROOT
from tests.certificates.given import certificate


def words(sheet: Certificate) -> str:
    return " ".join(page(sheet).get_textpage().get_text_range().split())


def page(sheet: Certificate) -> pypdfium2.PdfPage:
    document = pypdfium2.PdfDocument(drawn(sheet))
    assert len(document) == 1
    return document[0]


def picture(sheet: Certificate, scale: float = 2) -> Image.Image:
    return page(sheet).render(scale=scale).to_pil()


def test_it_says_what_a_certificate_must_say() -> None:
    sheet = certificate(vaccine="astrazeneca")
    text = words(sheet)
    for wanted in (
        "Warga Uji 001",
        "3578••••••••9101",
        "1 Agustus 1954",
        "Dosis ke-2",
        "AstraZeneca",
        "UJI2",
        "14 Juli 2021",
        "Puskesmas Uji",
        sheet.code,
        "catatan resmi program",
        "Diterbitkan 22 November 2026",
        "bukan sertifikat nasional",
        "SATUSEHAT Mobile",
    ):
        assert wanted in text


def test_what_is_not_known_is_said() -> None:
    text = words(certificate(vaccine=None, batch=None, given_on=None, place=None, source="registry", checked=False))
    assert text.count("tidak tercatat") == 4
    assert "registri vaksinasi" in text and "menurut pendaftaran" in text and "sudah dicocokkan" not in text


@pytest.mark.parametrize("scale", [1, 2, 4])
def test_the_qr_is_read_back_from_the_page(scale: float) -> None:
    sheet = certificate()
    (read,) = zxingcpp.read_barcodes(picture(sheet, scale))
    assert read.text == qr_text(sheet.code)
    assert CODES.verify(read.text) == sheet.code


def test_the_same_data_give_the_same_bytes_in_another_process() -> None:
    sheet = certificate(code="SV-7K3M-9QXA-4H")
    program = (
        "import hashlib; from tests.certificates.given import certificate; from siaga.certificates import drawn;"
        "print(hashlib.sha256(drawn(certificate(code='SV-7K3M-9QXA-4H'))).hexdigest())"
    )
    again = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True, cwd=ROOT, env={**os.environ}
    )
    assert again.stdout.strip() == hashlib.sha256(drawn(sheet)).hexdigest()
    assert drawn(certificate(code="SV-7K3M-9QXA-4H", number=3)) != drawn(sheet)


@settings(max_examples=25, deadline=None)
@given(
    name=st.text(min_size=1, max_size=120),
    place=st.text(max_size=200),
    batch=st.text(max_size=40),
    given_on=st.dates(date(2021, 1, 1), date(2030, 1, 1)),
)
def test_whatever_the_name_and_the_place_it_is_one_page_with_nothing_over_the_qr(
    name: str, place: str, batch: str, given_on: date
) -> None:
    sheet = certificate(name=name, place=place, batch=batch, given_on=given_on)
    (read,) = zxingcpp.read_barcodes(picture(sheet))
    assert read.text == qr_text(sheet.code)


@pytest.mark.parametrize("name", ["Raden Ayu " + "Warga Uji " * 8, "W" * 200, "Ng", "Élodie Ñusantara Ştefan Łukasz"])
def test_a_long_name_stays_within_the_margins(name: str) -> None:
    drawn_on = picture(certificate(name=name)).convert("L")
    width, height = drawn_on.size
    margin = int(width * 13.5 / 148)
    # Below the coloured band nothing reaches into the left or the right margin.
    below = int(height * 42 / 210)
    for left, right in ((0, margin), (width - margin, width)):
        assert drawn_on.crop((left, below, right, height)).getextrema() == (255, 255)


def test_a_name_is_text_and_not_a_part_of_the_file() -> None:
    assert "(evil) Tj" in words(certificate(name="(evil) Tj \\) <b>x</b>"))
