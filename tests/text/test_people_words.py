"""Relations, yes and no, vaccines and doses."""

# ruff: noqa: E501 - word tables

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from siaga.text.relations import find_relations, read_relation
from siaga.text.vaccines import find_dose_numbers, find_vaccines
from siaga.text.yesno import read_yes_no


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("mau daftarin ibu saya", ["mother"]),
        ("ibuku umur 67", ["mother"]),
        ("untuk saya dan istri", ["self", "spouse"]),
        ("saya sendiri", ["self"]),
        ("aku dewe", ["self"]),
        ("bapak sy diabetes", ["father"]),
        ("suamiku sakit", ["spouse"]),
        ("bojoku", ["spouse"]),
        ("buat simbah", ["grandparent"]),
        ("anak sy 13 thn", ["child"]),
        ("kakek dan nenek", ["grandparent"]),
        ("mertua saya", ["other"]),
        ("ibu mertua saya", ["other"]),
        ("anak tetangga positif, anak saya main sama dia", ["other", "child"]),
        ("istri saya, teman saya", ["spouse", "other"]),
        ("for my mother", ["mother"]),
        ("adikku", ["sibling"]),
        ("mau daftar vaksin", []),
        ("saya mau daftar vaksin", []),
        ("selamat pagi ibu", []),
        ("Bapak/Ibu petugas", []),
        ("pak, mau tanya", []),
        ("ibu hamil boleh vaksin?", []),
        ("halo kakak", []),
        ("kakak ipar saya", ["other"]),
        ("adek iparku positif", ["other"]),
        ("saya sopir truk", []),
        ("banyak bocah main", []),
        ("bu, saya mau daftar", []),
    ],
)
def test_find_relations(text: str, values: list[str]) -> None:
    assert [relation.value for relation in find_relations(text)] == values


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("saya", "self"),
        ("sy sendiri", "self"),
        ("kulo piyambak", "self"),
        ("ibu", "mother"),
        ("Ibu saya", "mother"),
        ("utk bpk sy", "father"),
        ("istri", "spouse"),
        ("anak", "child"),
        ("mbah kakung", "grandparent"),
        ("keluarga", "other"),
        ("ibu dan bapak", None),
        ("vaksin", None),
        ("", None),
    ],
)
def test_read_relation(text: str, value: str | None) -> None:
    assert read_relation(text) == value


YES = """ya|iya|iyo|nggih|inggih|y|ok|oke|betul|bener|boleh deh|siap|setuju|gas|yaa|iyaaa|sip|lanjut|ya saya setuju|yes|ya betul itu|sudah|pernah|ada|
boleh|nggih leres|ok lanjut|mau|iya kak|👍|oke siap|ya ada|sampun|ya, benar. data saya sudah sesuai""".replace(
    "\n", ""
).split("|")
NO = """tidak|gak|ga|g|nggak|ndak|mboten|ora|bukan|belum|jangan|ga pernah|tidak ada|gada|enggak|tdk|blm|belum pernah|ya nggak|iya ga ada|tidak setuju|
salah|bukan itu|ga mau|ndak usah|mboten wonten|no|ora tau|👎|dereng nate|tidak pernah kak|ga bisa""".replace(
    "\n", ""
).split("|")
NEITHER = """mungkin|ga tau|gatau|kurang tahu|apa?|ya?|kenapa ditanya|belum yakin|tergantung|iya tapi mau tanya dulu|siti aminah|surabaya|17/08/1954|
ga papa|gapapa|boleh ga?|lupa|mbuh|kayaknya iya|||🙏|kapan|ga ingat|apakah wajib|entahlah""".replace("\n", "").split(
    "|"
)


@pytest.mark.parametrize(
    ("text", "answer"), [(t, True) for t in YES] + [(t, False) for t in NO] + [(t, None) for t in NEITHER]
)
def test_read_yes_no(text: str, answer: bool | None) -> None:
    assert read_yes_no(text) is answer


@given(st.text(max_size=100))
def test_never_raises(text: str) -> None:
    read_yes_no(text)
    read_relation(text)
    find_vaccines(text)
    find_dose_numbers(text)


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("sinovac", ["sinovac"]),
        ("sinovak apa astra", ["sinovac", "astrazeneca"]),
        ("AZ", ["astrazeneca"]),
        ("astra zeneca", ["astrazeneca"]),
        ("fizer", ["pfizer"]),
        ("moderna", ["moderna"]),
        ("orang modern", []),
        ("sinopharm", ["sinopharm"]),
        ("johnson & johnson", ["janssen"]),
        ("jalan azhari", []),
    ],
)
def test_find_vaccines(text: str, values: list[str]) -> None:
    assert [vaccine.value for vaccine in find_vaccines(text)] == values


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("dosis 2 kapan", [2]),
        ("dosis kedua", [2]),
        ("vaksin ke-2", [2]),
        ("vaksin ke 1", [1]),
        ("booster", [3]),
        ("boster kedua", [4]),
        ("second dose", [2]),
        ("vaksin kapindho", [2]),
        ("vaksin 2 minggu lagi", []),
        ("vaksin 2 orang", []),
        ("mau vaksin", []),
    ],
)
def test_find_dose_numbers(text: str, values: list[int]) -> None:
    assert [dose.value for dose in find_dose_numbers(text)] == values


RELATIONS = {
    "mother": "ibu saya|ibuku|ibuk sy|mamaku|emak saya|simbok kulo|ibune|ibunipun|bundaku|my mother|mak saya",
    "father": "bapak saya|bpk sy|bapakku|ayahku|papa saya|abah saya|bapake|my father",
    "spouse": "suamiku|suami sy|istri saya|bojoku|garwo kulo|bini saya|my husband|misua",
    "child": "anak saya|anakku|anak sy|putra kulo|lare kulo|my son|bocahku",
    "grandparent": "mbahku|simbah kulo|nenek saya|kakekku|eyang kulo|oma saya|mbah uti",
    "sibling": "adikku|adek saya|kakak saya|saudara saya|mbakyuku|my brother|adhikku",
    "other": "mertua saya|tetangga saya|ortu saya|ortuku|om saya|keponakanku|orangtua saya|temanku|ipar saya|cucu saya",
}


@pytest.mark.parametrize(
    ("text", "value"), [(text, value) for value, texts in RELATIONS.items() for text in texts.split("|")]
)
def test_kin_in_many_words(text: str, value: str) -> None:
    assert [relation.value for relation in find_relations(f"mau daftarin {text} vaksin")] == [value]


@given(st.text(max_size=80))
def test_offsets(text: str) -> None:
    for found in (*find_relations(text), *find_vaccines(text), *find_dose_numbers(text)):
        assert 0 <= found.start < found.end <= len(text)


def test_an_abbreviation_of_yes_and_of_cancel_is_neither() -> None:
    """To some "btl" is "betul", to others "batal": who confirms a registration is asked again."""
    assert read_yes_no("btl") is None
    assert read_yes_no("betul") is True
