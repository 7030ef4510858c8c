"""Brands and dose numbers in the spellings that people use."""

# ruff: noqa: E501 - tables of words

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from siaga.text.vaccines import find_brands, find_dose_numbers, find_vaccines

BRANDS = {
    "sinovac": "sinovac|sinovak|Sino vac|sinofac|cinovac|sinopac|sinovax|coronavac|corona vac|sinvac|biofarma|synovac",
    "astrazeneca": "astrazeneca|astra zeneca|astrazenecca|astra|AZ|A.Z|zeneca|astrazenica|astraseneca|astrazenika|aztrazeneca|vaxzevria|zenika",
    "pfizer": "pfizer|fizer|pfiser|phizer|pizer|faizer|pfzer|comirnaty",
    "moderna": "moderna|modena|moderma|mederna|spikevax",
    "sinopharm": "sinopharm|sinofarm|sino pharm|sinoparm|sinopharma",
    "janssen": "janssen|jansen|johnson & johnson|johnson|J&J|j & j|jonson|johnson and johnson|jansenn",
    "indovac": "indovac|indovak|indo vac|indofac",
    "inavac": "inavac|inavak|ina vac|merah putih",
    "covovax": "covovax|kovovax|covovac",
    "zifivax": "zifivax|zivifax|zifi vax|sifivax",
}


@pytest.mark.parametrize(
    ("text", "name"), [(text, name) for name, texts in BRANDS.items() for text in texts.split("|")]
)
def test_brands(text: str, name: str) -> None:
    assert [brand.value for brand in find_brands(f"dulu pakai {text} ya kak")] == [name]


@pytest.mark.parametrize(
    "text", ["orang modern", "jalan azhari", "sinopsis", "vaksin", "jambi", "sino", "astronomi", "azan", "merah", "johan", "pizza", "", "🙏"]
)  # fmt: skip
def test_no_brand(text: str) -> None:
    assert find_brands(text) == []


def test_the_rules_hear_only_of_the_brands_they_know() -> None:
    assert [brand.value for brand in find_brands("sinovac terus indovac")] == ["sinovac", "indovac"]
    assert [vaccine.value for vaccine in find_vaccines("sinovac terus indovac")] == ["sinovac"]


DOSES = [
    ("dosis 2", [2]),
    ("dosis dua", [2]),
    ("dosis ke dua", [2]),
    ("dosis kedua", [2]),
    ("dosis ke-II", [2]),
    ("dosis2", [2]),
    ("vaksin ke-3", [3]),
    ("vaksin ke 3", [3]),
    ("vaksin yang ke 2", [2]),
    ("vaksin pertama", [1]),
    ("vaksin tahap 2", [2]),
    ("tahap kedua", [2]),
    ("suntikan pertama", [1]),
    ("suntik ke 2", [2]),
    ("V2", [2]),
    ("vaksin kaping kalih", [2]),
    ("dosis kapindho", [2]),
    ("dosis siji", [1]),
    ("booster", [3]),
    ("boster", [3]),
    ("dosis booster", [3]),
    ("booster pertama", [3]),
    ("dosis lanjutan", [3]),
    ("booster 2", [4]),
    ("booster ke-2", [4]),
    ("booster kedua", [4]),
    ("booster dosis 2", [4]),
    ("second booster", [4]),
    ("dosis 1 dan 2", [1, 2]),
    ("dosis 1 & 2", [1, 2]),
    ("dosis pertama dan kedua", [1, 2]),
    ("vaksin 1, 2, 3", [1, 2, 3]),
    ("dosis 1 sinovac dosis 2 astra", [1, 2]),
    ("dosis 2 dan booster", [2, 3]),
    ("jarak dosis 1 ke 2", [1, 2]),
    ("vaksin dua orang", []),
    ("vaksin 3 anak", []),
    ("vaksin 2 hari lagi", []),
    ("vaksin dua puluh ribu", []),
    ("suntik 2 kali", []),
    ("dosis 2 ml", []),
    ("booster 2 minggu lagi", [3]),
    ("vaksin 17/08/2021", []),
    ("vaksin 2/3/2022", []),
    ("dosis berapa", []),
    ("jam 2", []),
]


@pytest.mark.parametrize(("text", "values"), DOSES)
def test_dose_numbers(text: str, values: list[int]) -> None:
    assert [dose.value for dose in find_dose_numbers(text)] == values


WORDS = st.sampled_from(
    "dosis vaksin booster ke - 1 2 3 4 kedua dan , pertama minggu astra zeneca sino vac j & az 🙏".split()
)


@settings(deadline=None)
@given(st.one_of(st.text(max_size=80), st.lists(WORDS, max_size=12).map(" ".join)))
def test_laws(text: str) -> None:
    end = 0
    for dose in find_dose_numbers(text):
        assert end <= dose.start < dose.end <= len(text)
        assert 1 <= dose.value <= 4
        end = dose.end
    for brand in find_brands(text):
        assert 0 <= brand.start < brand.end <= len(text)
