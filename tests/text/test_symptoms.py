"""Symptoms as people tell them: which, denied or not, how bad, how hot."""

# ruff: noqa: E501 - tables of sentences

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from siaga.text.symptom_words import SYMPTOMS
from siaga.text.symptoms import _NAMES, _SIEVE, Symptom, find_symptoms
from siaga.text.temperatures import find_temperatures


def told(symptom: Symptom) -> str:
    """ "fever", "no fever", "mild cough", "severe fever 39.2"."""
    words = [] if symptom.present else ["no"]
    words += [symptom.severity] if symptom.severity else []
    words.append(symptom.name)
    words += [str(symptom.temperature)] if symptom.temperature else []
    return " ".join(words)


def read(text: str) -> list[str]:
    return [told(symptom) for symptom in find_symptoms(text)]


# How each is called: formal, everyday, misspelt, Javanese, English.
NAMES = {
    "fever": "demam|demamm|demem|badan panas|badannya anget|anak saya panas|panas tinggi sejak kemarin|meriang|mriang|badan sumer|awakku panas|sariro benter sanget anak kulo|fever|suhu badan naik",
    "chills": "menggigil|mengigil|semriwing|greges-greges|greges|kedinginan|kademen|chills",
    "cough": "batuk|batuk2|batuk-batuk|btk|batukk|batuk kering|batuk berdahak|watuk|watuke|watuken|coughing|batuknya",
    "breathlessness": "sesak|sesek|sesak nafas|sesak napas|susah napas|susah bernafas|nafas berat|napasnya pendek|dada sesak|ngos-ngosan|engap|seseg|ampeg|shortness of breath|gak bisa napas|kehabisan nafas",
    "sore_throat": "sakit tenggorokan|tenggorokan sakit|radang tenggorokan|tenggorokan gatal|tenggorokanku perih|sakit nelan|nyeri menelan|sakit saat menelan|gulu loro|tenggorokan kering|sore throat|sakit tengorokan",
    "hoarse_voice": "suara serak|suara hilang|serak|suaraku ilang",
    "runny_nose": "pilek|pilex|flu|ingusan|umbelen|hidung tersumbat|hidung mampet|idung mampet|hidung meler|bersin-bersin|bersin|irung buntu|runny nose|hidungku buntu",
    "headache": "sakit kepala|kepala sakit|skt kepala|sakit kpala|nyeri kepala|kepala cenut-cenut|ngelu|migrain|kepalaku nyut-nyutan|ndasku loro|headache|kepala berat",
    "dizziness": "pusing|mumet|puyeng|kliyengan|nggliyeng|kepala muter|pusing kepala|vertigo|pening",
    "muscle_pain": "nyeri otot|pegal-pegal|pegel linu|linu|kemeng|badan sakit semua|badan remuk|ngilu|sakit badan|sendi ngilu|awak loro kabeh|pegel2|body aches|boyok sakit|otot kaku",
    "fatigue": "lemas|lemes|badan lemas|capek|kelelahan|letih|lesu|awak lemes|gak ada tenaga|loyo|awakku kesel|fatigue",
    "malaise": "gak enak badan|tidak enak badan|badan ga enak|kurang enak badan|masuk angin|badan kurang fit|awak ora penak",
    "loss_of_smell": "anosmia|anosmi|ga bisa cium bau|tidak bisa mencium bau|gabisa nyium bau|gak bs nyium bau|penciuman hilang|hilang penciuman|indra penciuman hilang|penciumanku ilang|penciuman berkurang|bau ga kecium|gak iso mambu|ora iso ngambu|kehilangan penciuman|hidung gak bisa nyium apa2|loss of smell|can't smell",
    "loss_of_taste": "mulut pahit|mulut hambar|lidah hambar|lidah pait|cangkem pait|ga bisa ngerasain makanan|gak bisa ngecap|makan apa2 hambar|makanan gak ada rasanya|indra perasa hilang|perasa hilang|pengecap hilang|hilang perasa|loss of taste",
    "diarrhoea": "diare|diarre|mencret|mencret2|bab cair|bab encer|buang-buang air|buang air terus|murus|diarrhea",
    "nausea": "mual|mual2|eneg|enek|nausea",
    "vomiting": "muntah|muntah-muntah|muntah2|vomiting",
    "abdominal_pain": "sakit perut|perut mules|perut sakit|wetengku loro|mules|perut kembung",
    "low_appetite": "gak nafsu makan|nafsu makan hilang|nafsu makan berkurang|gak doyan makan|tidak mau makan|ra gelem mangan|kurang nafsu makan|susah makan",
    "chest_pain": "nyeri dada|sakit dada|dada sakit|dada terasa nyeri|dadaku loro|dada kayak ditekan|dadanya terasa berat",
    "rash": "ruam|ruam merah|gatal-gatal|bintik merah|bentol-bentol|biduran|kulit merah|kulitnya kemerahan",
    "red_eyes": "mata merah|matanya merah|mata perih|belekan|sakit mata|mripat abang",
    "confusion": "linglung|meracau|ngelantur|kesadaran menurun|tiba-tiba bingung",
    "arm_pain": "lengan sakit|bekas suntikan bengkak|lengan pegal|bekas suntik nyeri",
}


@pytest.mark.parametrize(("text", "name"), [(text, name) for name, texts in NAMES.items() for text in texts.split("|")])
def test_names(text: str, name: str) -> None:
    assert [symptom.name for symptom in find_symptoms(text)] == [name]
    assert find_symptoms(text)[0].present


def test_every_name_has_its_rows() -> None:
    assert set(NAMES) == set(SYMPTOMS)


DENIED = [
    ("tidak demam", "no fever"),
    ("ga demam", "no fever"),
    ("mboten watuk", "no cough"),
    ("ora ngelu", "no headache"),
    ("tanpa sesak", "no breathlessness"),
    ("tanpa demam/batuk", "no fever, no cough"),
    ("demam (-), batuk (+)", "no fever, cough"),
    ("mboten wonten gejala watuk utawi pilek", "no cough, no runny_nose"),
    ("demam sih nggak, cuma batuk aja", "no fever, cough"),
    ("demam turun setelah minum obat", "no fever"),
    ("panasnya sudah normal", "no fever"),
    ("hilang demamnya tapi masih batuk", "no fever, cough"),
    ("udah sembuh demamnya, tinggal batuk", "no fever, cough"),
    ("sesak napas: tidak. batuk: ya", "no breathlessness, cough"),
    ("gaada batuk", "no cough"),
    ("batuk tanpa sesak nafas", "cough, no breathlessness"),
    ("ga batuk cuma pilek", "no cough, runny_nose"),
    ("tidak demam tapi batuk", "no fever, cough"),
    ("gak demam tp pusing", "no fever, dizziness"),
    ("tidak demam batuk atau pilek", "no fever, no cough, no runny_nose"),
    ("tidak demam, batuk, atau pilek", "no fever, no cough, no runny_nose"),
    ("tidak ada demam, batuk, maupun sesak", "no fever, no cough, no breathlessness"),
    ("tidak ada gejala seperti demam, batuk, pilek", "no fever, no cough, no runny_nose"),
    ("tidak demam dan batuk", "no fever, no cough"),
    ("tidak demam, batuk 3 hari", "no fever, cough"),
    ("ga demam, batuk aja", "no fever, cough"),
    ("tidak demam dan batuk sudah 3 hari", "no fever, cough"),
    ("tidak demam, tidak batuk", "no fever, no cough"),
    ("gak batuk gak pilek", "no cough, no runny_nose"),
    ("batuk pilek gak ada", "no cough, no runny_nose"),
    ("demam ga ada", "no fever"),
    ("demam: tidak", "no fever"),
    ("demam tidak, batuk iya", "no fever, cough"),
    ("demam 3 hari, batuk gak ada", "fever, no cough"),
    ("batuk, sesak gak ada", "cough, no breathlessness"),
    ("demam, batuk dan sesak tidak ada", "no fever, no cough, no breathlessness"),
    ("belum demam", "no fever"),
    ("tidak pernah sesak", "no breathlessness"),
    ("tidak ada keluhan selain pilek", "runny_nose"),
    ("gak ada gejala kecuali batuk", "cough"),
    ("bukan cuma demam tapi juga batuk", "fever, cough"),
    ("tidak hanya batuk", "cough"),
    ("sdh ga demam lg", "no fever"),
    ("sudah tidak batuk", "no cough"),
    ("demam sudah turun", "no fever"),
    ("demamnya udah turun kak", "no fever"),
    ("demam sudah hilang", "no fever"),
    ("batuk sudah sembuh", "no cough"),
    ("batuk pilek sudah sembuh", "no cough, no runny_nose"),
    ("panase wis mudun", "no fever"),
    ("panas anak saya sudah reda", "no fever"),
    ("sudah sembuh dari batuk", "no cough"),
    ("kemarin demam, sekarang sudah tidak", "no fever"),
    ("kemarin demam tapi sekarang udah sembuh", "no fever"),
    ("kemarin demam, sekarang batuk", "fever, cough"),
    ("anosmia gak ada", "no loss_of_smell"),
    ("masih bisa cium bau", "no loss_of_smell"),
    ("penciuman normal", "no loss_of_smell"),
    ("penciuman tidak hilang", "no loss_of_smell"),
    ("kepala tidak sakit", "no headache"),
    ("dada gak sakit", "no chest_pain"),
    ("tenggorokan ga sakit", "no sore_throat"),
    ("i have cough but no fever", "cough, no fever"),
    ("alhamdulillah tidak sesak, cuma batuk", "no breathlessness, cough"),
    ("demam iya, batuk tidak, sesak tidak", "fever, no cough, no breathlessness"),
]


@pytest.mark.parametrize(("text", "expected"), DENIED)
def test_denied_or_over(text: str, expected: str) -> None:
    assert ", ".join(read(text)) == expected


STILL_THERE = [
    ("demam naik turun", "fever"),
    ("kadang pusing kadang nggak", "dizziness"),
    ("bukan batuk biasa", "cough"),
    ("batuk sembuh kapan", "cough"),
    ("habis minum obat demamnya turun, terus naik lagi", "fever"),
    ("demam gak turun2", "fever"),
    ("demam belum turun", "fever"),
    ("batuk ga sembuh-sembuh", "cough"),
    ("batuk gak ilang", "cough"),
    ("batuk hilang timbul", "cough"),
    ("demam sudah turun tapi naik lagi", "fever"),
    ("batuk belum sembuh", "cough"),
    ("kapan batuk sembuh", "cough"),
    ("demam apa nggak ya", "fever"),
    ("demam nggak ya?", "fever"),
    ("batuk boleh vaksin ga", "cough"),
    ("apa gejala batuk?", "cough"),
    ("apakah demam termasuk gejala covid?", "fever"),
    ("anak saya batuk 3 hari", "cough"),
    ("tidak bisa tidur karena batuk", "cough"),
    ("gak kuat, demam terus", "fever"),
    ("tidak tahu kenapa pusing", "dizziness"),
    ("kalau pilek boleh vaksin?", "runny_nose"),
    ("obat batuk", "cough"),
]


@pytest.mark.parametrize(("text", "expected"), STILL_THERE)
def test_there_all_the_same(text: str, expected: str) -> None:
    assert ", ".join(read(text)) == expected


HOW_BAD = [
    ("agak pusing", "mild dizziness"),
    ("rada ngelu", "mild headache"),
    ("sedikit batuk", "mild cough"),
    ("batuk dikit", "mild cough"),
    ("batuk ringan", "mild cough"),
    ("batuk pilek ringan", "mild cough, mild runny_nose"),
    ("ga terlalu pusing", "mild dizziness"),
    ("batuk gak parah", "mild cough"),
    ("demam tidak tinggi", "mild fever"),
    ("sesaknya udah mendingan", "mild breathlessness"),
    ("agak sesak", "mild breathlessness"),
    ("sesak banget", "severe breathlessness"),
    ("sesek nemen", "severe breathlessness"),
    ("batuk parah", "severe cough"),
    ("batuknya makin parah", "severe cough"),
    ("pusing sekali", "severe dizziness"),
    ("sangat lemas", "severe fatigue"),
    ("lemes bgt", "severe fatigue"),
    ("sakit kepala berat", "severe headache"),
    ("demam tinggi", "severe fever"),
    ("demamnya tinggi", "severe fever"),
    ("panas tinggi anak saya", "severe fever"),
    ("batuk sampai tidak bisa tidur", "severe cough"),
    ("lemas sampe gak bisa bangun", "severe fatigue"),
    ("demam tinggi batuk pilek ringan", "severe fever, mild cough, mild runny_nose"),
    ("tenggorokan sakit banget", "severe sore_throat"),
    ("demam, batuk parah", "fever, severe cough"),
    ("demam dan batuk", "fever, cough"),
    ("ngelu tenan", "severe headache"),
    ("watuk sanget", "severe cough"),
]


@pytest.mark.parametrize(("text", "expected"), HOW_BAD)
def test_how_bad(text: str, expected: str) -> None:
    assert ", ".join(read(text)) == expected


HOW_HOT = [
    ("suhu 39,2", "severe fever 39.2"),
    ("38.5 derajat", "fever 38.5"),
    ("suhu badan 37,8", "mild fever 37.8"),
    ("suhunya 37 koma 9", "mild fever 37.9"),
    ("panas 38 5", "fever 38.5"),
    ("suhu 38 3 hari", "fever 38.0"),
    ("38,7", "fever 38.7"),
    ("suhu saya 36.5", "no fever 36.5"),
    ("demam 38,5", "fever 38.5"),
    ("demam, suhu 38.5", "fever 38.5"),
    ("demam suhu 39 derajat celcius", "severe fever 39.0"),
    ("anak saya panas 39", "severe fever 39.0"),
    ("panasnya sampai 40", "severe fever 40.0"),
    ("suhu tubuh tiga puluh delapan koma lima", "fever 38.5"),
    ("batuk, suhu 38°C", "cough, fever 38.0"),
    ("tidak demam, suhu 36,7", "no fever 36.7"),
    ("demam tinggi 38,2", "severe fever 38.2"),
    ("demam umur 39 tahun", "fever"),
]


@pytest.mark.parametrize(("text", "expected"), HOW_HOT)
def test_how_hot(text: str, expected: str) -> None:
    assert ", ".join(read(text)) == expected


SEVERAL = [
    ("panas dingin", "fever, chills"),
    ("badan panas dingin dari tadi pagi", "fever, chills"),
    ("murid banyak yg batpil", "cough, runny_nose"),
    ("idung panas kayak keluar ingus", "runny_nose"),
    ("bapak ngeluh pusing sama mual", "dizziness, nausea"),
    ("anakku yang TK mencret trus keluar bintik merah", "diarrhoea, rash"),
    ("suaranya serak hilang dua hari", "hoarse_voice"),
    ("my son has a fever", "fever"),
    ("sudah 4 hari panas turun naik", "fever"),
    ("mertua panas badannya, kata bidan 38,3", "fever, fever 38.3"),
    ("termometer nunjukin 39,2", "severe fever 39.2"),
    ("demam batuk pilek", "fever, cough, runny_nose"),
    ("saya batuk pilek sudah 4 hari, sekarang gabisa nyium bau", "cough, runny_nose, loss_of_smell"),
    ("demam 3 hari sama anosmia, serumah ada yg positif", "fever, loss_of_smell"),
    ("kulo watuk kalih pilek sampun tigang dinten", "cough, runny_nose"),
    ("awakku greges, ngelu, watuk", "chills, headache, cough"),
    ("mual muntah diare", "nausea, vomiting, diarrhoea"),
    ("penciuman dan perasa hilang", "loss_of_smell, loss_of_taste"),
    ("habis vaksin demam dan lengan sakit", "fever, arm_pain"),
    ("min sy btk pilek tnggorokan skt kira2 knp ya", "cough, runny_nose, sore_throat"),
    ("ANAK SAYA DEMAM TINGGI DAN KEJANG", "severe fever"),
    ("badan demam kepala pusing tenggorokan sakit sudah dua hari tolong", "fever, dizziness, sore_throat"),
]


@pytest.mark.parametrize(("text", "expected"), SEVERAL)
def test_several(text: str, expected: str) -> None:
    assert ", ".join(read(text)) == expected


@pytest.mark.parametrize(
    "text",
    ["cuaca panas banget", "minum air panas", "hari ini panas", "demam berdarah itu apa", "vaksin flu", "flu burung", "saya kesel sama pelayanannya", "capek antri",
     "peningkatan kasus", "mualaf", "bersinar", "demand", "sayur oyong", "capai target", "hidung panas",
     "mau daftar vaksin", "jadwal saya kapan", "pusing mikir cara daftarnya", "cium tangan", "gak bisa cium pipi ibu", "penuh sesak", "saya bingung caranya", "capek nunggu dari tadi",
     "vaksin demam berdarah", "suhu 39 orang", "nomor 38", "", "🙏", "umur 38", "tinggi badan 165", "darah tinggi", "saya tidak bisa datang", "hilang sertifikatnya"],
)  # fmt: skip
def test_no_symptom(text: str) -> None:
    assert find_symptoms(text) == []


def test_the_offsets_hold_what_was_read() -> None:
    text = "Min, ibu saya DEMAM 39,2 & ga bisa cium bau!!"
    assert [text[symptom.start : symptom.end] for symptom in find_symptoms(text)] == ["DEMAM 39,2", "ga bisa cium bau"]


WORDS = st.sampled_from(
    "tidak ga gak ada demam batuk pilek sesak atau dan , . ? tapi cuma sudah sembuh hilang turun parah agak banget 38,5 suhu derajat penciuman bisa cium bau panas saya ibu 🙏 \n".split(
        " "
    )
)


@settings(deadline=None)
@given(st.one_of(st.text(max_size=120), st.lists(WORDS, max_size=25).map(" ".join)))
def test_laws(text: str) -> None:
    for symptom in find_symptoms(text):
        assert 0 <= symptom.start < symptom.end <= len(text)
        assert text[symptom.start : symptom.end].strip() == text[symptom.start : symptom.end]
        assert symptom.name in SYMPTOMS
        assert symptom.present or symptom.severity is None
        if symptom.temperature is not None:
            assert str(int(symptom.temperature)) in text


@settings(deadline=None)
@given(st.lists(st.sampled_from(["demam", "batuk", "pilek", "sesak", "mual"]), min_size=1, max_size=4, unique=True))
def test_what_is_denied_with_or_is_denied_whole(names: list[str]) -> None:
    said = "tidak " + " atau ".join(names)
    assert [symptom.present for symptom in find_symptoms(said)] == [False] * len(names)
    assert [symptom.present for symptom in find_symptoms(" dan ".join(names))] == [True] * len(names)


@settings(deadline=None)
@given(st.floats(min_value=34, max_value=42.9))
def test_any_temperature_is_read_as_written(celsius: float) -> None:
    written = f"{celsius:.1f}".replace(".", ",")
    (found,) = find_temperatures(f"suhu badan {written}")
    assert found.celsius == float(f"{celsius:.1f}")


@settings(max_examples=50, deadline=None)
@given(data=st.data())
def test_no_name_is_lost_before_it_is_tried(data: st.DataObject) -> None:
    place = data.draw(st.integers(0, len(_NAMES) - 1))
    assert place in _SIEVE.left(data.draw(st.from_regex(_NAMES[place][1])))
