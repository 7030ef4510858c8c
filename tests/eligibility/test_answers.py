"""What citizens type to the health questions, and what is read from it."""

from __future__ import annotations

from datetime import date

import pytest

from siaga.eligibility import Ask, FactError, assess, read_answer, read_answers, rules_in_force

TODAY = date(2023, 2, 15)

READ = [
    ("health_now", "sehat", "well"),
    ("health_now", "alhamdulillah sehat", "well"),
    ("health_now", "Sehat walafiat kak", "well"),
    ("health_now", "iya lagi batuk dikit", "ill"),
    ("health_now", "agak demam dari semalem", "ill"),
    ("health_now", "pilek", "ill"),
    ("health_now", "ga enak badan", "ill"),
    ("health_now", "kurang sehat", "ill"),
    ("health_now", "tidak demam, tapi batuk", "ill"),
    ("health_now", "lagi isoman", "ill"),
    ("health_now", "masih positif covid", "ill"),
    ("health_now", "nggak demam", "well"),
    ("health_now", "gak ada sakit apa2", "well"),
    ("health_now", "tidak", "well"),
    ("health_now", "minggu kemarin demam tapi udah sembuh", "well"),
    ("health_now", "baru sembuh covid", "covid"),
    ("health_now", "habis kena covid bulan lalu", "covid"),
    ("health_now", "ga pernah kena covid, sehat", "well"),
    ("health_now", "Baru sembuh COVID", "covid"),
    ("health_now", "covid tahun lalu", "covid"),
    ("health_now", "sehat cuma lagi flu", "ill"),
    ("health_now", "iya", None),
    ("health_now", "kenapa nanya itu?", None),
    ("health_now", "vaksin halal ga?", None),
    ("condition", "tidak ada", "none"),
    ("condition", "gak punya", "none"),
    ("condition", "nggak ada alergi", "none"),
    ("condition", "alergi berat", "severe_allergy"),
    ("condition", "alergi", "severe_allergy"),
    ("condition", "pernah alergi obat sampai sesak nafas", "severe_allergy"),
    ("condition", "alergi udang gatal2", None),
    ("condition", "darah tinggi tapi terkontrol", "none"),
    ("condition", "diabetes, rutin minum obat", "none"),
    ("condition", "gula darah belum terkontrol", "uncontrolled"),
    ("condition", "terkontrol kok", "none"),
    ("condition", "minum obat rutin", "none"),
    ("condition", "minum obat imun", "immunosuppressed"),
    ("condition", "habis transplantasi ginjal", "immunosuppressed"),
    ("condition", "minum prednison", "immunosuppressed"),
    ("condition", "asma lagi kambuh", "uncontrolled"),
    ("condition", "darah tinggi", None),
    ("condition", "lagi kemoterapi", "immunosuppressed"),
    ("condition", "kemo", "immunosuppressed"),
    ("condition", "tidak ada alergi tapi hipertensi ga terkontrol", "uncontrolled"),
    ("condition", "Belum terkontrol", "uncontrolled"),
    ("condition", "ya", None),
    ("doses_received", "belum", 0),
    ("doses_received", "belum pernah", 0),
    ("doses_received", "blm sama sekali", 0),
    ("doses_received", "belum vaksin pertama", 0),
    ("covid_recovered_on", "akhir oktober sembuh", "2022-10-31"),
    ("last_dose_on", "terakhir bulan apa ya, desember", "2022-12-31"),
    ("doses_received", "belum booster", None),
    ("doses_received", "belum pernah booster", None),
    ("doses_received", "belum pernah vaksin kedua", None),
    ("doses_received", "0", 0),
    ("doses_received", "2", 2),
    ("doses_received", "udah 2x", 2),
    ("doses_received", "dua kali", 2),
    ("doses_received", "baru sekali", 1),
    ("doses_received", "sudah 2 kali belum booster", 2),
    ("doses_received", "sudah booster", 3),
    ("doses_received", "2, yang ketiga tgl 5 bulan depan", 2),
    ("doses_received", "booster kedua juga sudah", 4),
    ("doses_received", "dosis 1 doang", 1),
    ("doses_received", "udah lengkap", 2),
    ("doses_received", "3x, terakhir maret 2022", 3),
    ("doses_received", "Belum pernah", 0),
    ("doses_received", "4 kali atau lebih", 4),
    ("doses_received", "5 kali", 4),
    ("doses_received", "sudah", None),
    ("doses_received", "lupa", None),
    ("last_dose_on", "2 bulan lalu", "2022-12-15"),
    ("last_dose_on", "5 maret 2022", "2022-03-05"),
    ("last_dose_on", "05-03-2022", "2022-03-05"),
    ("last_dose_on", "maret 2022", "2022-03-31"),
    ("last_dose_on", "bulan lalu", "2023-01-31"),
    ("last_dose_on", "kemarin", "2023-02-14"),
    ("last_dose_on", "seminggu yang lalu", "2023-02-08"),
    ("last_dose_on", "udah 3 bulan", "2022-11-15"),
    ("last_dose_on", "agustus", "2022-08-31"),
    ("last_dose_on", "tahun 2021", "2021-12-31"),
    ("last_dose_on", "februari 2023", "2023-02-15"),
    ("last_dose_on", "maret tahun lalu", "2022-03-31"),
    ("last_dose_on", "thn lalu bulan maret", "2022-03-31"),
    ("last_dose_on", "tahun lalu", "2022-12-31"),
    ("last_dose_on", "2 tahun lalu", "2021-02-15"),
    ("last_dose_on", "setahun yang lalu", "2022-02-15"),
    ("last_dose_on", "2021", "2021-12-31"),
    ("last_dose_on", "akhir 2021", "2021-12-31"),
    ("last_dose_on", "2031", None),
    ("last_dose_on", "lebaran kemarin", None),
    ("last_dose_on", "lupa", None),
    ("last_dose_on", "besok", None),
    ("last_dose_on", "5 maret 2030", None),
    ("last_vaccine", "sinovac", "sinovac"),
    ("last_vaccine", "astra zeneca kalo ga salah", "astrazeneca"),
    ("last_vaccine", "lupa", "other"),
    ("last_vaccine", "ga tau", "other"),
    ("last_vaccine", "indovac", "indovac"),
    ("last_vaccine", "merah putih", "inavac"),
    ("last_vaccine", "zivifax", "zifivax"),
    ("last_vaccine", "covovax", "covovax"),
    ("last_vaccine", "coronavac", "sinovac"),
    ("last_vaccine", "comirnaty", "pfizer"),
    ("last_vaccine", "j&j", "janssen"),
    ("last_vaccine", "sputnik", "other"),
    ("last_vaccine", "sinovac apa pfizer ya", None),
    ("last_vaccine", "yang di lengan kiri", None),
    ("pregnant", "tidak", False),
    ("pregnant", "nggak lagi hamil", False),
    ("pregnant", "iya", True),
    ("pregnant", "hamil 5 bulan", True),
    ("pregnant", "sudah 20 minggu", True),
    ("pregnant", "udah menopause", False),
    ("pregnant", "belum nikah", False),
    ("pregnant", "lagi program hamil", None),
    ("pregnant", "mungkin", None),
    ("pregnancy_weeks", "hamil 5 bulan", 20),
    ("pregnancy_weeks", "20 minggu", 20),
    ("pregnancy_weeks", "3 bulan", 12),
    ("pregnancy_weeks", "3 bulan 2 minggu", 14),
    ("pregnancy_weeks", "20", 20),
    ("pregnancy_weeks", "5", None),
    ("pregnancy_weeks", "trimester kedua", 13),
    ("pregnancy_weeks", "trimester 1", None),
    ("pregnancy_weeks", "60 minggu", None),
    ("preeclampsia", "ga ada", False),
    ("preeclampsia", "iya bengkak", True),
    ("frail", "tidak", False),
    ("frail", "cuma satu", False),
    ("frail", "ada 3", True),
    ("frail", "semua", True),
    ("frail", "ya", True),
    ("frail", "tidak ada", False),
    ("frail", "alhamdulillah ga ada min", False),
    ("frail", "nggak, masih kuat jalan", False),
    ("frail", "iya, sering lelah sama susah jalan", True),
    # of something else, or not to be decided by one word
    ("frail", "udh 2x sinovac agustus 2021", None),
    ("frail", "sudah 3 kali vaksin", None),
    ("frail", "sudah 67 tahun", None),
    ("frail", "ga kuat naik tangga", None),
    ("frail", "tidak, tapi sering lelah", None),
    ("doses_received", "eh salah, di waru sidoarjo", None),
    ("preeclampsia", "sudah 2x sinovac", None),
    ("allergy_after_dose", "ga pernah", False),
    ("allergy_after_dose", "sudah dosis 2", None),
    ("covid_recovered_on", "3 minggu lalu", "2023-01-25"),
    ("covid_recovered_on", "tgl 20 januari", "2023-01-20"),
    ("covid_severity", "ringan aja", "mild"),
    ("covid_severity", "ga berat kok", "mild"),
    ("covid_severity", "otg", "mild"),
    ("covid_severity", "parah sampe masuk icu", "severe"),
    ("covid_severity", "iya", None),
    ("allergy_after_dose", "bukan", False),
    ("allergy_after_dose", "iya habis dosis 1", True),
    ("age", "67 th", 67),
    ("age", "17 agustus 1954", 68),
    ("age", "enam puluh", 60),
    ("sex", "perempuan", "P"),
    ("sex", "laki2", "L"),
    ("sex", "tidak tahu", None),
]


@pytest.mark.parametrize(("question", "text", "value"), READ, ids=[f"{q}: {t}" for q, t, _ in READ])
def test_an_answer_is_read(question: str, text: str, value: object) -> None:
    assert read_answer(question, text, TODAY) == value


def test_what_is_told_with_the_answer_is_kept() -> None:
    assert read_answers("pregnant", "hamil 5 bulan", TODAY) == {"pregnant": True, "pregnancy_weeks": 20}
    assert read_answers("doses_received", "2x, terakhir maret 2022 pfizer", TODAY) == {
        "doses_received": 2,
        "last_dose_on": "2022-03-31",
        "last_vaccine": "pfizer",
    }
    assert read_answers("health_now", "sembuh covid 2 minggu lalu", TODAY) == {
        "health_now": "covid",
        "covid_recovered_on": "2023-02-01",
    }


def test_the_day_of_falling_ill_is_not_the_day_of_recovery() -> None:
    assert read_answers("health_now", "kena covid 2 minggu lalu", TODAY) == {"health_now": "covid"}


def test_a_label_typed_in_full_is_its_option() -> None:
    asked = assess(rules_in_force(TODAY), {"age": 30, "sex": "L"}, TODAY)
    assert isinstance(asked, Ask)
    assert read_answer(asked, " belum PERNAH. ", TODAY) == 0
    assert read_answer(asked, "4 kali atau lebih", TODAY) == 4


def test_a_question_that_nobody_asks_is_refused() -> None:
    with pytest.raises(FactError, match="known are"):
        read_answer("shoe_size", "42", TODAY)


@pytest.mark.parametrize("text", ["", "   ", "…", "\ud83d", "9" * 40, "?" * 50, "batuk " * 400])
def test_odd_answers_never_break_a_reader(text: str) -> None:
    for question in rules_in_force(TODAY).questions:
        read_answers(question, text, TODAY)
