"""What is told by rules, beside figures and unasked, as chapters of the document for health workers."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import TYPE_CHECKING, Any

from siaga.content.files import Entry, read_entry
from siaga.content.kinds import DIRECTORY, Entries
from siaga.content.reviewed import Item, Section, Text, lines, rule
from siaga.text.written import long_date

if TYPE_CHECKING:
    from siaga.doses.rules import Ages
    from siaga.rulefiles.conditions import Condition

LEVELS = {
    "emergency": "Darurat", "doctor": "Periksa ke dokter", "isolate": "Isolasi di rumah", "watch": "Pantau di rumah",
    "none": "Tidak ada tanda",
}  # fmt: skip
SIGNS = {
    "unconscious": "tidak sadar", "fit": "kejang", "breath": "sesak napas berat", "oxygen": "saturasi oksigen rendah",
    "blue": "bibir atau kuku kebiruan", "chest": "nyeri dada", "confusion": "mendadak bingung",
    "bleeding": "perdarahan hebat", "poison": "keracunan", "stroke": "lumpuh sebelah atau bicara pelo",
    "child": "bahaya pada anak kecil", "pregnancy": "bahaya pada kehamilan", "other": "bahaya lain",
}  # fmt: skip
OUTCOMES = {"postpone": "Ditunda", "refer": "Tanya dokter dulu", "not_eligible": "Belum bisa divaksin"}
DOSES = {"dose_1": "dosis 1", "dose_2": "dosis 2", "booster_1": "booster pertama", "booster_2": "booster kedua"}
UNITS = {"day": "hari", "week": "minggu", "month": "bulan"}
# What the rules call things, as a health worker reads them.
FACTS = {
    "age": "umur (tahun)", "age_months": "umur (bulan)", "sex": "jenis kelamin", "breaths": "napas semenit",
    "temperature": "suhu (°C)", "oxygen": "saturasi oksigen (%)", "blood_pressure": "tekanan darah",
    "doses_received": "dosis yang sudah diterima", "last_dose_on": "dosis terakhir", "last_vaccine": "vaksin terakhir",
    "pregnant": "hamil", "breastfeeding": "menyusui", "pregnancy_weeks": "umur kehamilan (minggu)",
    "preeclampsia": "tanda preeklamsia", "frail": "lansia yang lemah", "health_now": "keadaan sekarang",
    "covid_recovered_on": "sembuh dari COVID-19", "covid_severity": "beratnya COVID-19 waktu itu",
    "condition": "kondisi khusus", "comorbidity": "penyakit menahun",
    "allergy_after_dose": "alergi berat sesudah dosis sebelumnya", "danger": "tanda bahaya",
    "danger_child": "tanda bahaya pada anak", "danger_pregnant": "tanda bahaya pada ibu hamil", "symptoms": "gejala",
    "symptom_count": "jumlah gejala", "severity": "beratnya keluhan", "fever_days": "hari demam",
    "cough_days": "hari batuk", "positive_test": "hasil tes positif", "positive_days": "hari sejak tes positif",
    "exposure": "kontak dengan yang positif", "exposure_days": "hari sejak kontak",
}  # fmt: skip
_WORDS = {
    "is": "adalah", "and": "dan", "or": "atau", "any": "ada", "none": "tidak ada", "yes": "ya", "no": "tidak",
    "above": "di atas", "ago": "yang lalu", "unknown": "tidak diketahui", "days": "hari", "day": "hari",
    "weeks": "minggu", "week": "minggu", "months": "bulan", "month": "bulan", "other": "lainnya",
    "hypertension": "darah tinggi", "diabetes": "diabetes", "heart": "jantung", "asthma": "asma",
    "copd": "paru menahun (PPOK)", "kidney": "ginjal", "cancer": "kanker", "cancer_survivor": "penyintas kanker",
    "autoimmune": "autoimun", "epilepsy": "epilepsi", "hiv": "HIV", "liver": "hati", "uncontrolled": "tidak terkontrol",
    "loss_of_taste": "tidak bisa mengecap", "loss_of_smell": "tidak bisa mencium bau", "vomiting": "muntah",
    "low_appetite": "tidak nafsu makan", "chest_pain": "nyeri dada", "confusion": "mendadak bingung",
}  # fmt: skip


def in_words(condition: Condition, options: Mapping[str, Sequence[tuple[Any, str]]]) -> str:
    """A rule's condition in Indonesian, with what the questions offer by its label."""
    labels: dict[str, str] = {}
    for clause in condition.clauses:
        labels |= {str(value): f"“{label}”" for value, label in options.get(clause.fact, ())}
    said = re.sub(r"less than (\d+)", r"kurang dari \1", condition.text).replace(">=", "≥").replace("<=", "≤")
    return re.sub(
        r"[A-Za-z_]+", lambda found: FACTS.get(found[0]) or labels.get(found[0]) or _WORDS.get(found[0], found[0]), said
    )


def _questions(questions: Mapping[str, Any], options: Mapping[str, Sequence[tuple[Any, str]]]) -> Iterator[Item]:
    for question in questions.values():
        texts = [
            Text("Pilihan", ", ".join(label for _, label in question.options)),
            Text("Ditanyakan kalau", in_words(question.asked_if, options) if question.asked_if else ""),
            Text("Kenapa ditanyakan", question.why),
            Text("Contoh jawaban", question.example),
        ]
        yield rule(question.id, f"Pertanyaan: {question.text}", texts)


def _since(rules: Any) -> str:
    return f"{rules.title}, berlaku sejak {long_date(rules.valid_from)}. Sumber umum: {rules.source}."


def selfcheck(entries: Entries, day: date) -> Section:
    """The self-check that is in force on a day: its results, rules, signs and questions."""
    from siaga.selfcheck.rules import read_rules

    rules = read_rules(entries).on(day)
    options = {question.id: question.options for question in rules.questions.values()}
    items = []
    for level, stage in rules.stages.items():
        texts = [Text("Alasan", stage.reason), Text("Yang disarankan", lines(stage.advice))]
        items.append(rule(level, f"Hasil: {LEVELS.get(level, level)}", texts, source=stage.source))
    for one in rules.rules:
        texts = [Text("Berlaku kalau", in_words(one.condition, options)), Text("Saran tambahan", lines(one.advice))]
        items.append(
            rule(one.id, f"Aturan: {one.reason or one.id}", texts, LEVELS.get(one.level, one.level), one.source)
        )
    for sign in rules.signs.values():
        if sign.advice:
            texts = [Text("Sambil menunggu pertolongan", lines(sign.advice))]
            items.append(rule(sign.id, f"Tanda bahaya: {sign.name}", texts))
    return Section("gejala", "Periksa gejala", _since(rules), (*items, *_questions(rules.questions, options)))


def emergency(entries: Entries, day: date) -> Section:
    """What to do until help comes."""
    from siaga.emergency.signs import read_signs

    items = [
        rule(
            sign,
            f"Tanda: {SIGNS.get(sign, sign)}",
            [Text("Sambil menunggu pertolongan", lines(steps.lines))],
            source=steps.source,
        )
        for sign, steps in read_signs(entries).items()
    ]
    return Section("darurat", "Keadaan darurat", "Yang dilakukan sampai pertolongan datang.", tuple(items))


def eligibility(entries: Entries, day: date) -> Section:
    """Who may be vaccinated: the rules that are in force on a day, what is told beside them, and the questions."""
    from siaga.eligibility.rules import read_rules

    rules = read_rules(entries).on(day)
    options = {question.id: question.options for question in rules.questions.values()}
    items = []
    for one in rules.rules:
        until = one.until
        span = f"{until.span.count} {UNITS[until.span.unit]} sesudah " if until and until.span else ""
        week = f" mencapai {until.week} minggu" if until and until.week else ""
        texts = [
            Text("Berlaku kalau", in_words(one.condition, options)),
            Text("Sampai", f"{span}{FACTS.get(until.fact, until.fact)}{week}" if until else ""),
        ]
        items.append(rule(one.id, f"Aturan: {one.reason}", texts, OUTCOMES.get(one.kind, one.kind), one.source))
    for note in rules.notes:
        texts = [Text("Berlaku kalau", in_words(note.condition, options)), Text("Yang disampaikan", note.say)]
        items.append(rule(note.id, f"Keterangan: {note.id}", texts, source=note.source))
    return Section("boleh", "Boleh divaksin?", _since(rules), (*items, *_questions(rules.questions, options)))


def _brands(names: Sequence[str]) -> str:
    return ", ".join("lainnya" if name == "other" else name.capitalize() for name in names)


def _ages(ages: Ages) -> str:
    if ages.under is None:
        return f"{ages.least} tahun ke atas" if ages.least else ""
    return f"{ages.least} sampai {ages.under - 1} tahun" if ages.least else f"di bawah {ages.under} tahun"


def doses(entries: Entries, day: date) -> Section:
    """When the next dose is due, and with what: the rules that are in force on a day."""
    from siaga.doses.rules import read_rules

    rules = read_rules(entries).on(day)
    items = []
    for one in rules.intervals:
        texts = [
            Text("Sesudah vaksin", _brands(one.after)),
            Text("Umur", _ages(one.ages)),
            Text("Khusus", "tenaga kesehatan" if one.group else ""),
            Text("Paling cepat", f"{one.start.count} {UNITS[one.start.unit]}" if one.start else ""),
            Text("Sebaiknya sebelum", f"{one.until.count} {UNITS[one.until.unit]}" if one.until else ""),
        ]
        items.append(rule(one.id, f"Jarak: {one.reason}", texts, DOSES[one.dose], one.source))
    for late in rules.late:
        texts = [
            Text("Umur", _ages(late.ages)),
            Text(
                "Sampai", f"{late.up_to.count} {UNITS[late.up_to.unit]} sesudah dosis sebelumnya" if late.up_to else ""
            ),
            Text("Dosis", "diulang dari awal" if late.restart else "dilanjutkan"),
            Text("Yang disampaikan", late.say),
        ]
        items.append(rule(late.id, "Dosis yang terlambat", texts, DOSES[late.dose], late.source))
    for regimen in rules.regimens:
        given = [_brands([name]) + (" (setengah dosis)" if amount == "half" else "") for name, amount in regimen.give]
        texts = [
            Text("Sesudah vaksin", _brands(regimen.after)),
            Text("Umur", _ages(regimen.ages)),
            Text("Vaksinnya", ", ".join(given)),
        ]
        items.append(rule(regimen.id, "Vaksin yang diberikan", texts, DOSES[regimen.dose], regimen.source))
    for single in rules.single_dose:
        items.append(rule(single.id, f"Satu dosis: {single.reason}", [], source=single.source))
    return Section("dosis", "Dosis berikutnya", _since(rules), tuple(items))


def radar() -> Section:
    """What is advised beside figures of places."""
    from siaga.radar.diseases import load_diseases
    from siaga.radar.words import load_radar_tips, load_words

    names = {disease.id: disease.name for disease in load_diseases()}
    items = [
        rule(f"tingkat-{level}", f"Tingkat penularan: {meaning.name}", [Text("Yang disampaikan", meaning.means)])
        for level, meaning in load_words().levels.items()
    ]
    for number, tip in enumerate(load_radar_tips(), 1):
        texts = [
            Text("Saran", tip.text),
            Text("Untuk penyakit", ", ".join(names.get(disease, disease) for disease in tip.diseases)),
            Text("Pada tingkat", ", ".join(map(str, tip.levels))),
        ]
        items.append(rule(f"saran-{number}", "Saran radar", texts, source=tip.source, checked=tip.checked))
    return Section("radar", "Radar wilayah", "Yang disarankan di bawah angka kasus suatu tempat.", tuple(items))


def notices(entries: Entries, day: date) -> Section:
    """What is sent unasked, and as a template after a day without a message."""
    templates = {path.stem: read_entry(path) for path in sorted((DIRECTORY / "templates").glob("*.yml"))}
    items = []
    for notice in entries:
        template = templates.pop(str(notice.get("template")), Entry())
        texts = [
            Text("Pesan", lines(notice.get("words"))),
            Text("Kaki pesan", lines(notice.get("footer"))),
            Text("Kalau sudah lebih dari sehari (templat)", lines(template.get("body"))),
        ]
        items.append(rule(notice.id, f"Pesan: {notice.id}", texts))
    for name, template in templates.items():
        items.append(rule(name, f"Templat: {name}", [Text("Pesan", lines(template.get("body")))]))
    intro = "Yang dikirim tanpa ditanya: pengingat, pantauan harian, kabar. {…} diisi saat dikirim."
    return Section("pesan", "Pesan yang dikirim sendiri", intro, tuple(items))
