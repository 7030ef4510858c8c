"""Scenario files, as the player reads them; what it says in English is told in Indonesian."""

from __future__ import annotations

import re
from collections.abc import Iterator

from siaga.checking.mistake import Mistake
from siaga.checking.nodes import Files
from siaga.scenarios.reading import ScenarioUnclear, read_file

FOLDER = "tests/scenarios"
_TOLD = tuple(
    (re.compile(said), sentence)
    for said, sentence in (
        (r"cannot be read", "Berkas ini tidak bisa dibaca; simpan sebagai UTF-8."),
        (r"a key must be a word", "Nama di depan titik dua harus sebuah kata."),
        (r"(.+) stands twice", "“{0}” tertulis dua kali di langkah yang sama."),
        (r"a scenario file is a list.*", "Berkas skenario adalah daftar; tiap skenario diawali “- name: …”."),
        (r"the name '(.+)' stands at line (\d+) already", "Nama “{0}” sudah dipakai di baris {1}."),
        (r"a scenario has no '(.+)'; it has (.+)", "“{0}” tidak dikenal di skenario; yang ada: {1}."),
        (r"a turn has no '(.+)'; it has (.+)", "“{0}” tidak dikenal di sebuah langkah; yang ada: {1}."),
        (r"a scenario is a mapping.*", "Tiap skenario harus punya “name” dan “turns”."),
        (r"a scenario needs a name", "Skenario ini belum punya “name”."),
        (r"scenario '(.+)' needs a list of turns", "Skenario “{0}” belum punya langkah (“turns”)."),
        (r"contact is a phone number.*", "“contact” harus nomor telepon, misalnya '628000000001'."),
        (r"a turn is a mapping with one of (.+)", "Tiap langkah harus punya salah satu dari {0}."),
        (r"a turn has exactly one of (.+); here: none", "Langkah ini harus punya salah satu dari {0}."),
        (r"a turn has exactly one of .+; here: (.+)", "Satu langkah hanya satu hal; di sini ada {0}."),
        (r"(\w+) is a text", "“{0}” harus berisi teks."),
        (r"wait is a duration.*", "“wait” harus lamanya, misalnya 25h, atau “until 09.00”, atau “tomorrow 09.00”."),
        (r"location is .*", "“location” harus [lintang, bujur], misalnya [-7.25, 112.75]."),
        (r"location: .*", "Lintang antara -90 dan 90, bujur antara -180 dan 180."),
        (r"(\w+): there is no file (.+)", "Tidak ada berkas {1} di samping skenario ini."),
        (r"(\w+) is a list of texts", "“{0}” harus daftar teks, misalnya ['NIK']."),
        (r"(\w+): ['\"](.+)['\"] is not a regular expression: .*",
         "“{1}” bukan pola yang benar; tanda kurung ditulis \\\\(."),
    )
)  # fmt: skip
_PLACE = re.compile(r"(?P<file>.+?):(?P<line>\d+): (?P<reason>.*)", re.DOTALL)


def check_scenarios(files: Files) -> Iterator[Mistake]:
    """The first mistake of each scenario file."""
    for path in files.below(FOLDER):
        # Told in one sentence by whoever reads all YAML here.
        before = len(files.mistakes)
        files.read_list(path)
        if len(files.mistakes) > before:
            continue
        try:
            read_file(path)
        except ScenarioUnclear as problem:
            place = _PLACE.fullmatch(str(problem))
            line = int(place["line"]) if place else 1
            yield Mistake(
                files.shown(path), line, "scenario", in_indonesian(place["reason"] if place else str(problem))
            )


def in_indonesian(reason: str) -> str:
    """What the reader of scenarios refuses; as it is where nobody has translated it."""
    for said, sentence in _TOLD:
        if match := said.fullmatch(reason):
            return sentence.format(*match.groups())
    return f"Skenario ini belum benar: {reason}."
