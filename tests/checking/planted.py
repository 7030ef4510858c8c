"""Designers' mistakes, each with the line that they are told of and the sentence."""

from __future__ import annotations

from dataclasses import dataclass

DOMAIN = "domain.yml"
RULES = "data/rules/uji.yml"
STORIES = "data/stories/uji.yml"
TESTS = "tests/stories/test_uji.yml"
NLU = "data/nlu/uji.yml"


@dataclass(frozen=True)
class Plant:
    """A slip: ``text`` is put behind the line that holds ``after`` (at the end of the file, where nothing is given).

    It is told at the line that holds ``at``. In the sentence ``<file|words>`` stands for the place of these words.
    """

    kind: str
    file: str
    text: str
    at: str
    sentence: str
    after: str = ""


def _rule(name: str, steps: str, more: str = "") -> str:
    return f"  - rule: {name}\n{more}    steps:\n" + "".join(f"      - {step}\n" for step in steps.split(" ; "))


def _said(name: str, text: str, more: str = "") -> str:
    return f'  {name}:\n    - text: "{text}"\n{more}'


def _buttons(*titles: str, payload: str = "/show_menu") -> str:
    return "      buttons:\n" + "".join(f"        - title: {title}\n          payload: {payload}\n" for title in titles)


RESPONSES = "responses:"
PLANTS = (
    # ------------------------------------------------------------ files
    Plant("yaml", "tests/stories/test_rusak.yml", 'rules:\n  - rule: "rusak\n    steps: []\n', '- rule: "rusak',
          'Teksnya diawali " tetapi tidak ditutup. Tambahkan " di akhir.'),
    Plant("yaml", "tests/stories/test_tab.yml", "rules:\n\t- rule: tab\n", "- rule: tab",
          "Ada tab di baris ini. Ganti dengan spasi, sebanyak baris di sekitarnya."),
    Plant("yaml", "tests/stories/test_kosong.yml", "# belum ada isinya\n", "# belum",
          "Berkas ini kosong, atau isinya bukan “nama: isi”."),
    Plant("section", "data/nlu/salah.yml", 'version: "3.1"\nnluu: []\n', "nluu",
          "“nluu” tidak dikenal di awal berkas data. Maksud Anda “nlu”?"),
    Plant("section", "data/nlu/versi.yml", 'version: "4.0"\nnlu: []\n', "version",
          'Baris ini harus berisi version: "3.1".'),
    Plant("section", "data/nlu/contoh.txt", "nlu:\n", "nlu",
          "Berkas ini tidak dibaca siapa pun: namanya harus diakhiri “.yml”."),
    Plant("section", "tests/stories/uji_lain.yml", "stories: []\n", "stories",
          "`rasa test` melewatkan berkas ini: nama berkas cerita uji harus diawali “test_”."),
    Plant("twice", DOMAIN, "  utter_thanks: # lagi\n    - text: Terima kasih kembali.\n", "utter_thanks: # lagi",
          "“utter_thanks” sudah ada di baris", after="utter_goodbye:"),
    # ------------------------------------------------------------ sentences
    Plant("response", RULES, _rule("hilang", "intent: uji_a ; action: utter_hilang"), "action: utter_hilang",
          "Kalimat “utter_hilang” tidak ada di domain.yml (bagian responses)."),
    Plant("response", RULES, _rule("salah ketik", "intent: uji_b ; action: utter_capabilites"), "utter_capabilites",
          "Kalimat “utter_capabilites” tidak ada di domain.yml (bagian responses). Maksud Anda “utter_capabilities”?"),
    Plant("response", "actions/uji.py", 'SAID = "utter_uji_kode"\n', "utter_uji_kode",
          "Kalimat “utter_uji_kode” tidak ada di domain.yml (bagian responses), padahal aksi ini memakainya."),
    Plant("response", DOMAIN, "  utter_uji_kosong:\n    - buttons: []\n", "- buttons: []",
          "Kalimat “utter_uji_kosong” belum ada isinya (“text”).", after=RESPONSES),
    Plant("unused", DOMAIN, _said("utter_uji_sisa", "Sisa."), "utter_uji_sisa",
          "Kalimat “utter_uji_sisa” tidak pernah diucapkan: tidak ada aturan, cerita, atau aksi yang memakainya.",
          after=RESPONSES),
    Plant("too-long", DOMAIN, _said("utter_uji_panjang", "panjang " * 140, _buttons("Menu")), "panjang panjang",
          "Kalimat “utter_uji_panjang” panjangnya 1120 huruf; satu pesan WhatsApp memuat 1024.", after=RESPONSES),
    Plant("too-long", DOMAIN, _said("utter_uji_terlalu", "sangat " * 600), "sangat sangat",
          "Kalimat “utter_uji_terlalu” panjangnya 4200 huruf; satu pesan WhatsApp memuat 4096.", after=RESPONSES),
    Plant("too-long", DOMAIN, _said("utter_uji_tombol", "A", _buttons("Hubungi petugas puskesmas")),
          "title: Hubungi petugas puskesmas",
          "Tombol “Hubungi petugas puskesmas” panjangnya 25 huruf; yang muat 20.", after=RESPONSES),
    Plant("too-long", DOMAIN,
          _said("utter_uji_daftar", "A", _buttons("Satu", "Dua", "Tiga", "Pilihan daftar yang panjang")),
          "title: Pilihan daftar yang panjang",
          "Pilihan daftar “Pilihan daftar yang panjang” panjangnya 27 huruf; yang muat 24.", after=RESPONSES),
    Plant("too-long", DOMAIN, _said("utter_uji_kaki", "A", f"      custom:\n        footer: {'kaki ' * 13}\n"),
          "footer: kaki", "“footer” “kaki kaki kaki kaki kaki kaki kaki kaki…” panjangnya 64 huruf; yang muat 60.",
          after=RESPONSES),
    Plant("placeholder", DOMAIN, _said("utter_uji_isian", "Halo {nama_panggilan_uji}."), "{nama_panggilan_uji}",
          "{nama_panggilan_uji} di kalimat “utter_uji_isian” tidak diisi oleh aturan yang memakai kalimat ini; "
          "warga akan membaca kurungnya.", after=RESPONSES),
    Plant("placeholder", DOMAIN, _said("utter_uji_ucap", "Halo {who}, {person}."), "{who}, {person}",
          "{person} di kalimat “utter_uji_ucap” tidak diisi oleh aksi yang mengucapkannya; "
          "warga akan membaca kurungnya.", after=RESPONSES),
    Plant("placeholder", DOMAIN, _said("utter_uji_kurawal", "Halo {salam."), "Halo {salam.",
          "Ada kurung kurawal tanpa pasangan di kalimat “utter_uji_kurawal”; kurawal hanya untuk {nama} yang diisi.",
          after=RESPONSES),
    Plant("placeholder", DOMAIN, _said("utter_uji_bagian", "{text}"), '"{text}"',
          "{text} tidak bisa dipakai: nama itu punya arti sendiri bagi Rasa. Pilih nama lain.", after=RESPONSES),
    Plant("voice", DOMAIN, _said("utter_uji_sapa", "Apa kabar kamu?"), "kabar kamu",
          "Siaga menyapa dengan “Anda”, bukan “kamu”.", after=RESPONSES),
    Plant("button", DOMAIN, _said("utter_uji_kembar", "A", _buttons("Lanjut", "lanjut")), "title: lanjut",
          "Dua tombol bernama “lanjut” di kalimat “utter_uji_kembar”; warga juga mengetiknya, jadi harus beda.",
          after=RESPONSES),
    Plant("intent", DOMAIN, _said("utter_uji_tuju", "A", _buttons("Menu", payload="/show_menus")), "/show_menus",
          "Tombol ini menuju maksud “show_menus”, yang tidak ada di domain.yml. Maksud Anda “show_menu”?",
          after=RESPONSES),
    Plant("button", DOMAIN, _said("utter_uji_isi", "A", _buttons("Petugas", payload="'/talk_to_human{\"about\": 1}'")),
          "talk_to_human{\"about", "Isi di belakang “/talk_to_human” harus ditulis seperti "
          "'/talk_to_human{{\"reason\": \"unsure\"}}'.", after=RESPONSES),
    Plant("button", DOMAIN, _said("utter_uji_arah", "A", _buttons("Menu", payload="menu")), "payload: menu",
          "Tombol di kalimat “utter_uji_arah” belum punya tujuan, misalnya “payload: /show_menu”.", after=RESPONSES),
    Plant("button", DOMAIN, _said("utter_uji_datar", "A", "      buttons:\n        title: Menu\n"), "title: Menu\n",
          "Tiap tombol di kalimat “utter_uji_datar” harus diawali “- ”: “- title: …”.", after=RESPONSES),
    Plant("response", DOMAIN, _said("utter_uji_gambar", "A", "      image: http://contoh.id/a.png\n"), "http://contoh",
          "Gambar di kalimat “utter_uji_gambar” harus beralamat https://, bukan “http://contoh.id/a.png”.",
          after=RESPONSES),
    Plant("response", DOMAIN,
          _said("utter_uji_tautan", "A", "      custom:\n        cta_url: {title: Peta, url: peta.id}\n"),
          "url: peta.id", "Tautan di kalimat “utter_uji_tautan” harus beralamat https://, bukan “peta.id”.",
          after=RESPONSES),
    Plant("too-long", DOMAIN,
          _said("utter_uji_peta", "A", "      custom:\n        cta_url: {title: Buka peta tempat vaksin, url: https://b.id}\n"),
          "title: Buka peta tempat", "Tombol “Buka peta tempat vaksin” panjangnya 23 huruf; yang muat 20.",
          after=RESPONSES),
    Plant("response", DOMAIN, _said("utter_uji_khusus", "A", "      custom:\n        foter: B\n"), "foter: B",
          "“foter” tidak dikenal di bagian “custom”. Maksud Anda “footer”?", after=RESPONSES),
    Plant("response", DOMAIN, "  utter_uji_angka:\n    - text: 1190\n", "text: 1190",
          'Tulis “1190” di antara tanda kutip: "1190".', after=RESPONSES),
    Plant("response", DOMAIN, "  utter_uji_kutip:\n    - text: “Halo uji”\n", "“Halo uji”",
          'Tanda kutip “…” di kalimat “utter_uji_kutip” ikut terbaca warga; untuk berkas ini pakai "…".',
          after=RESPONSES),
    # ------------------------------------------------------------ names in rules and stories
    Plant("action", RULES, _rule("aksi", "intent: uji_c ; action: action_greets"), "action: action_greets",
          "Aksi “action_greets” tidak ada di domain.yml (bagian actions). Maksud Anda “action_greet”?"),
    Plant("action", DOMAIN, "  - action_uji_tanpa_kode\n", "action_uji_tanpa_kode",
          "Aksi “action_uji_tanpa_kode” ada di daftar, tetapi tidak ada kodenya di folder actions.", after="actions:"),
    Plant("intent", RULES, _rule("maksud", "intent: mengeluh_sekali ; action: action_greet"), "mengeluh_sekali",
          "Maksud “mengeluh_sekali” tidak ada di domain.yml (bagian intents)."),
    Plant("form", RULES, _rule("formulir", "intent: uji_d ; action: registration_from ; active_loop: regist_form"),
          "active_loop: regist_form", "Formulir “regist_form” tidak ada di domain.yml."),
    Plant("slot", RULES, _rule("slot", "intent: uji_e ; slot_was_set: [{uji_tak_ada: 1}] ; action: action_greet"),
          "uji_tak_ada", "Slot “uji_tak_ada” tidak ada di domain.yml (bagian slots)."),
    Plant("slot", RULES, _rule("syarat", "intent: uji_f ; action: action_greet",
                               "    condition:\n      - slot_was_set:\n          - form_end: complete\n"),
          "form_end: complete", "Syarat ini tidak ada gunanya: slot “form_end” tidak dilihat aturan "
          "(influence_conversation: false atau tipe any)."),
    Plant("slot-value", STORIES, "      - slot_was_set:\n          - uji_kelas: biru\n", "uji_kelas: biru",
          "Slot “uji_kelas” hanya boleh berisi merah, hijau, bukan “biru”."),
    Plant("slot-value", STORIES, "      - slot_was_set:\n          - uji_ya: barangkali\n", "uji_ya: barangkali",
          "Slot “uji_ya” bertipe bool: isinya true atau false, bukan “barangkali”."),
    Plant("slot-type", DOMAIN, "  uji_tipe:\n    type: teks\n    mappings:\n      - type: custom\n", "type: teks",
          "Slot “uji_tipe” bertipe “teks”; yang ada: any, text, bool, float, categorical, list.",
          after="slots:"),
    Plant("entity", DOMAIN, "  uji_dari:\n    type: text\n    mappings:\n      - type: from_entity\n"
          "        entity: regensi\n", "entity: regensi", "Slot “uji_dari” memakai entitas “regensi”, yang tidak ada "
          "di domain.yml.", after="slots:"),
    Plant("slot", DOMAIN, "  uji_form:\n    required_slots:\n      - uji_slot_lupa\n", "- uji_slot_lupa",
          "Formulir “uji_form” menanyakan slot “uji_slot_lupa”, yang tidak ada di domain.yml.", after="forms:"),
    Plant("form", DOMAIN, "  uji_tanpa_form:\n    required_slots:\n      - uji_ya\n", "uji_tanpa_form:",
          "Formulir “uji_tanpa_form” tidak ada kodenya di folder actions; minta pengembang.", after="forms:"),
    Plant("entity", TESTS, "      - user: |\n          kasus di [Malang](regenci)\n        intent: ask_case_data\n"
          "      - bot: Ada\n",
          "[Malang](regenci)", "Entitas “regenci” tidak ada di domain.yml. Maksud Anda “regency”?"),
    Plant("step", RULES, _rule("langkah", "intent: uji_g ; actions: action_greet"), "actions: action_greet",
          "“actions” tidak dikenal di sebuah langkah. Maksud Anda “action”?"),
    Plant("step", RULES, _rule("dua pesan", "intent: uji_h ; action: action_greet ; intent: thanks"),
          "intent: thanks", "Aturan “dua pesan” memuat 2 pesan warga; aturan hanya boleh satu. Pakai cerita (story)."),
    Plant("step", RULES, _rule("tanpa loop", "intent: uji_i ; action: radar_form ; action: action_thanks"),
          "action: radar_form", "Sesudah formulir “radar_form” harus ada “- active_loop: radar_form” (masih terbuka) "
          "atau “- active_loop: null” (selesai)."),
    Plant("step", RULES, "  - rule: tanpa aksi\n    steps:\n      - intent: uji_k # akhir\n", "uji_k # akhir",
          "Sesudah maksud “uji_k” belum ada yang dilakukan Siaga; tambahkan “- action: …”."),
    Plant("step", RULES, _rule("tanpa isi", "intent: uji_k ; action: # kosong"), "action: # kosong",
          "“action” di sini belum diisi."),
    Plant("step", RULES, "  - rule: berdua\n    steps:\n      - intent: uji_k\n        action: action_greet # berdua\n",
          "action_greet # berdua", "Satu langkah hanya satu hal: beri “action” baris sendiri yang diawali “- ”."),
    Plant("step", RULES, _rule("titik", "intent: uji_l ; action: action_greet ; checkpoint: titik_aturan"),
          "titik_aturan", "Aturan tidak boleh memuat “checkpoint”; pakai cerita (story)."),
    Plant("step", STORIES, "      - checkpoint: titik_akhir\n", "titik_akhir", "Tidak ada cerita yang diawali "
          "“- checkpoint: titik_akhir”, jadi sesudah ini tidak ada lanjutannya."),
    Plant("step", "data/stories/uji_titik.yml", "stories:\n  - story: dari titik\n    steps:\n"
          "      - checkpoint: titik_awal\n      - intent: greet\n      - action: action_greet\n", "titik_awal",
          "Tidak ada cerita yang berakhir dengan “- checkpoint: titik_awal”, jadi cerita ini tak pernah dipakai."),
    Plant("twice", RULES, _rule("sapaan", "intent: uji_j ; action: action_greet"), "rule: sapaan",
          "Nama “sapaan” sudah dipakai di <data/rules/conversation.yml|rule: sapaan>; beri nama lain."),
    # ------------------------------------------------------------ contradictions
    Plant("contradiction", RULES, _rule("lawan", "intent: goodbye ; action: action_thanks # lawan"),
          "action_thanks # lawan",
          "Aturan “lawan” melanjutkan dengan “action_thanks”, padahal untuk keadaan yang sama aturan “pamit” "
          "(<data/rules/conversation.yml|rule: pamit>) melanjutkan dengan “action_goodbye”. Pilih salah satu, atau "
          "beri syarat (condition)."),
    Plant("contradiction", STORIES, "      - intent: complaint\n      - action: action_greet # cerita lawan\n",
          "# cerita lawan", "Cerita “uji” melanjutkan dengan “action_greet”, padahal aturan “keluhan” "
          "(<data/rules/people.yml|rule: keluhan>) melanjutkan dengan “action_complaint”. Samakan keduanya."),
    Plant("contradiction", TESTS, "      - intent: good_news\n      - action: action_greet # uji lawan\n",
          "# uji lawan", "Cerita uji “uji” melanjutkan dengan “action_greet”, padahal aturan “berita baik” "
          "(<data/rules/news.yml|rule: berita baik>) melanjutkan dengan “action_tell_news”. Samakan keduanya."),
    Plant("unanswered", DOMAIN, "  - uji_tanpa_aturan\n", "- uji_tanpa_aturan",
          "Maksud “uji_tanpa_aturan” tidak ada di aturan mana pun (data/rules), jadi tidak dijawab.", after="intents:"),
    # ------------------------------------------------------------ examples
    Plant("no-examples", DOMAIN, "  - uji_tanpa_contoh\n", "- uji_tanpa_contoh",
          "Maksud “uji_tanpa_contoh” belum punya contoh di data/nlu; tulis paling sedikit 2, lebih baik 20.",
          after="intents:"),
    Plant("intent", NLU, "- intent: greets\n  examples: |\n    - hai hai uji\n", "intent: greets",
          "Maksud “greets” tidak ada di domain.yml (bagian intents). Maksud Anda “greet”?"),
    Plant("duplicate", NLU, "- intent: greet\n  examples: |\n    - Daftar, vaksin!\n", "- Daftar, vaksin!",
          "“Daftar, vaksin!” contoh untuk “greet”, tetapi di <data/nlu/registration.yml|- daftar vaksin\n> juga untuk "
          "“register_vaccination”. Simpan di salah satu saja."),
    Plant("near", NLU, "- intent: greet\n  examples: |\n    - pengin kak divaksin segera\n- intent: thanks\n"
          "  examples: |\n    - segera divaksin pengin kak\n", "- segera divaksin pengin kak",
          "“segera divaksin pengin kak” (thanks) dibaca sama dengan “pengin kak divaksin segera” (greet) di "
          "<data/nlu/uji.yml|- pengin kak divaksin segera>; bedakan, atau simpan satu."),
    Plant("measured", NLU, "- intent: greet\n  examples: |\n    - Selamat siang, Bapak/Ibu petugas\n",
          "- Selamat siang, Bapak/Ibu", "“Selamat siang, Bapak/Ibu petugas” ada juga di tests/nlu/held_out.tsv, yang "
          "dipakai mengukur; yang diukur tidak boleh dilatih. Hapus dari sini."),
    Plant("example", NLU, "- intent: greet\n  examples: |\n    - halo uji satu\n    halo uji dua\n", "    halo uji dua",
          "Baris “halo uji dua” bukan contoh: awali dengan “- ” (tanda hubung dan spasi)."),
    Plant("example", NLU, "- intent: thanks\n  examples:\n    terima kasih uji\n", "    terima kasih uji",
          "Sesudah “examples:” harus ada tanda |, lalu tiap contoh di barisnya sendiri, diawali “- ”."),
    Plant("mark", NLU, "- intent: greet\n  examples: |\n    - halo dari [Malang] (regency)\n", "[Malang] (regency)",
          "Tanda entitas di “halo dari [Malang] (regency)” salah; tulis [kata](entitas), tanpa spasi di antaranya, dan "
          "tutup kurungnya."),
    Plant("mark", NLU, "- intent: greet\n  examples: |\n    - hai dari [Malang(regency)\n", "[Malang(regency)",
          'Tanda entitas di “hai dari [Malang(regency)” salah; tulis [kata](entitas) atau '
          '[kata]{"entity": "…", "value": "…"}.'),
    Plant("mark", NLU, "- intent: greet\n  examples: |\n    - hai dari [mlg]{\"entity\": regency}\n", "[mlg]{",
          'Tanda entitas di “hai dari [mlg]{"entity": regency}” salah; tulis [kata](entitas) atau '
          '[kata]{"entity": "…", "value": "…"}.'),
    Plant("example", NLU, "- intent: greet\n  examples: |\n    - hai uji tiga\n    - \n", "    - \n",
          "Contoh ini kosong: tulis sesuatu di belakang tanda hubungnya, atau hapus barisnya."),
    Plant("example", NLU, "- intent: greet\n  examples:\n    - hai uji empat\n    - hai uji lima\n", "- hai uji empat",
          "Sesudah “examples:” harus ada tanda |, lalu tiap contoh di barisnya sendiri, diawali “- ”."),
    Plant("entity", NLU, "- intent: greet\n  examples: |\n    - halo dari [Kediri](kabupaten)\n", "[Kediri](kabupaten)",
          "Entitas “kabupaten” tidak ada di domain.yml (bagian entities)."),
    # ------------------------------------------------------------ lists, content, scenarios, config
    Plant("list", DOMAIN, "  - uji_tanpa_daftar\n", "- uji_tanpa_daftar", "Maksud “uji_tanpa_daftar” belum ada di "
          "content/conversation/capabilities.yml, jadi tidak terhitung di dasbor.", after="intents:"),
    Plant("list", "content/conversation/meanings.yml", "uji_bukan_maksud: Uji\n", "uji_bukan_maksud",
          "Maksud “uji_bukan_maksud” tidak ada di domain.yml."),
    Plant("too-long", "content/conversation/meanings.yml", "uji_a: Tulisan yang terlalu panjang\n", "uji_a: Tulisan",
          "Tombol “Tulisan yang terlalu panjang” panjangnya 28 huruf; yang muat 20."),
    Plant("list", "content/conversation/other_requests.yml", "uji_a:\n  juga: menguji\n  tombol: Uji saja\n",
          "tombol: Uji saja", "Tombol “Uji saja” harus diawali “Ya”, supaya ketikan “ya” berarti tombol ini."),
    Plant("content", "content/news/news.yml", "  - id: uji\n    title: Tanpa isi\n", "- id: uji",
          "“date” harus tanggal, misalnya 2023-01-24."),
    Plant("content", "content/tips/uji.yml", "tips:\n  - id: uji\n   title: miring\n", "   title: miring", ""),
    Plant("content", "content/templates/pengingat_janji_vaksin.yml", "kunci_uji: 1\n", "kunci_uji",
          "“kunci_uji” tidak dikenal di sini."),
    Plant("content", "content/facilities/uji.csv", "code,name,regency_code\nuji,Puskesmas Uji,99.71\n", "uji,Puskesmas",
          "Kolom “regency_code” di baris ini belum benar: “99.71”."),
    Plant("content", "content/uji/uji.yml", "answers: []\n", "answers", "Berkas ini tidak dibaca siapa pun; folder "
          "di content/: answers, canned,"),
    Plant("content", "content/answers/uji.yaml", "answers: []\n", "answers",
          "Berkas ini tidak dibaca siapa pun: namanya harus diakhiri “.yml”."),
    Plant("content", "content/canned/uji.yml", "hoaxes: []\n", "hoaxes",
          "Isi berkas ini “hoaxes”; tempatnya di content/hoaxes."),
    Plant("content", "content/answers/uji.yml", "answer: []\n", "answer", "Di berkas ini belum ada “answers:”"),
    Plant("content", "content/radar/levels/2021-07-01.yml", "sumber: x\n", "sumber: x",
          "“sumber” tidak dikenal di sini."),
    Plant("scenario", "tests/scenarios/uji.yml", "- name: uji\n  turns:\n    - usr: halo\n", "usr: halo",
          "“usr” tidak dikenal di sebuah langkah; yang ada: user, forward, tap,"),
    Plant("config", "config.yml", "  - name: siaga.nlu.tokenizer.Tokeniser\n", "tokenizer.Tokeniser",
          "Komponen “siaga.nlu.tokenizer.Tokeniser” tidak ada.", after="pipeline:"),
)  # fmt: skip

BEFORE = {
    RULES: 'version: "3.1"\n\nrules:\n',
    STORIES: 'version: "3.1"\n\nstories:\n  - story: uji\n    steps:\n',
    TESTS: 'version: "3.1"\n\nstories:\n  - story: uji\n    steps:\n',
    NLU: 'version: "3.1"\n\nnlu:\n',
}
"""What a file begins with that is not there yet."""
AT_HAND = (
    Plant("", DOMAIN, "".join(f"  - uji_{letter}\n" for letter in "abcdefghijkl"), "", "", after="intents:"),
    Plant("", "actions/uji_ucap.py", 'form.say("utter_uji_ucap", who="Anda")\n', "", ""),
    Plant("", DOMAIN, "  uji_kelas: {type: categorical, values: [merah, hijau], mappings: [{type: custom}]}\n"
          "  uji_ya: {type: bool, mappings: [{type: custom}]}\n", "", "", after="slots:"),
)  # fmt: skip
"""What the slips need to be slips of one kind only."""
