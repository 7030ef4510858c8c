"""The words by which people name symptoms, as patterns over text in lower case with single spaces.

Each is tried on the words as written and on their plain Indonesian (``siaga.text.normalise``), so that slips and
abbreviations need no entry here; Javanese and nicknames do, where they say more than the plain word.
"""

# ruff: noqa: E501 - a pattern is read on one line

from __future__ import annotations

import re
from typing import Literal, get_args

SymptomName = Literal[
    "fever", "chills", "cough", "breathlessness", "sore_throat", "hoarse_voice", "runny_nose", "headache", "dizziness",
    "muscle_pain", "fatigue", "malaise", "loss_of_smell", "loss_of_taste", "diarrhoea", "nausea", "vomiting",
    "abdominal_pain", "low_appetite", "chest_pain", "rash", "red_eyes", "confusion", "arm_pain",
]  # fmt: skip
SYMPTOMS: tuple[SymptomName, ...] = get_args(SymptomName)

NO = r"(?:tidak|tdk|tdak|gak|ga|gk|g|nggak|nggk|ngga|enggak|engga|ndak|ndk|kagak|kaga|ora|ra|ogak|mboten|boten|tak|not|no)"
_CAN = rf"(?:{NO} ?(?:bisa|bs|bsa|iso|isa|saged|saget|mampu|dapat|dpt|kuat)|gabisa|gbisa|gbs|susah|sulit|sukar|angel|kesulitan|can'?t|cannot|unable to)"
_OF = r"(?:nya|ny|ku|q|mu|e|ne|ipun)?"
# One or two words between a part of the body and what is wrong with it.
_THEN = (
    r"(?: (?:saya|sy|aku|kulo|kula|nya|dia|ini|itu|terasa|kerasa|krasa|rasanya|rasane|rasa|merasa|agak|rada|sedikit|sangat|amat|sering|suka|jadi|dadi|juga|masih|lagi|lg|sudah|udah|udh|wis|sampun|mulai"
    r"|tambah|makin|semakin|seperti|kayak|kaya|koyo|koyok|kados|sebelah|kiri|kanan|bagian|belakang|depan|atas|bawah|selalu|terus|cukup|lumayan|banget|pada|ikut|yang|sing|kok|tiba|mendadak|anak|ibu|bapak|dan lidah"
    r"|bisa|sempat|kadang|is|feels|so|very|sekarang|badan|hilang|kurang|semua|kabeh|{NO})){0,3}?"
).replace("{NO}", NO)
_PAIN = r"(?:sakit|skt|sakt|skit|nyeri|nyri|lara|loro|perih|pain(?:ful)?|hurts?|nyut\S*|cenut\S*|senut\S*|cekot\S*)"
# Endings of a symptom's name, but of no other word ("peningkatan", "mualaf", "bersinar").
_END = r"(?:2|an|en|nan|nya|nyo|ny|ku|q|mu|ne|e|nipun|ipun|i|in|s|ing|ish|ed|y|ness|lah|kah|mulu){0,3}"
_GONE = r"(?:hilang|ilang|menghilang|ngilang|lenyap|kehilangan|kelangan|berkurang|menurun|terganggu|mati|kurang|gone|lost|loss)"
_THROAT = r"(?:teng+[oe]?r+[oe]?k+(?:an)?|tenggrkan|gorokan|kerongkongan|krongkongan|telak|gulu|throat)"
_HEAD = r"(?:kepala|kpala|kpl|palak|sirah|mustaka|ndas|endas|head)"
_CHEST = r"(?:dada|dhadha|dodo|dodho|chest)"
_BELLY = r"(?:perut|prut|weteng|wetengku|padharan|lambung|stomach|ulu hati)"
_BODY = r"(?:badan|bdan|tubuh|awak|raga|sarira|body)"
_NOSE = r"(?:hidung|hdung|idung|irung|nose)"
_BREATH = r"(?:(?:ber|be|b)?n[ae]f?[ap]?[fp]?[ae]s|ambegan|napas|nafas|nfs|bernapas|breath(?:e|ing)?)"
_SMELLING = r"(?:indr[ae]? |indera )?(?:penciuman|pnciuman|pembauan|pembau|sense of smell)"
_TASTING = r"(?:indr[ae]? |indera )?(?:pengecap(?:an)?|pngecap|perasa|sense of taste)"
_SMELL = r"(?:mencium|menghirup bau|nyium|cium|ciyum|membaui|mengendus|ngendus|ngambu|ngambung|mambu|smell)"
_ODOUR = r"(?: (?:bau\S*|aroma|wangi\S*|ambu\S*|apa ?-?(?:2|apa)|apapun|opo\S*|anything))*"
_KISSED = r"(?! (?:tangan|pipi|kening|anak|istri|suami|ibu|bapak|pacar))"

_TABLE: list[tuple[SymptomName, str]] = [
    ("fever", rf"(?<!yellow )(?<!dengue )(?:demam|deman|demem|dmam|dmm|febris|fevers?|feverish|m[eu]?ri[y]?ang|nggregesi|sumeng|sumer(?:-?sumer)?){_END}(?: (?:panas|meriang))?(?! (?:berdarah|panggung|kuning|korea|bola|k-?pop))"),
    ("fever", rf"(?:suhu|temperatur){_OF}(?: {_BODY}{_OF})?{_THEN} (?:tinggi|naik|di atas normal)"),
    ("fever", rf"(?:{_BODY}|dahi|kening|jidat|bathuk){_OF}(?: saya| sy| aku| kulo)?(?: \w+)? (?:panas|panes|anget|anyep panas|hangat|benter|sumer|hot)"),
    ("fever", rf"(?:panas|panes|anget|hangat|benter){_OF} (?:tinggi|di ?)?{_BODY}{_OF}|sakit panas|lara panas|panas (?:tinggi|demam)|running a temperature"),
    ("chills", rf"(?:meng+igil|menggigil|gigil|nggigil|kedinginan|kademen|katisen|ndredheg|shiver|chill|semriwing|greges|nggreges){_END}(?: ?-? ?(?:greges|gigil))?"),
    ("chills", r"panas (?:-|dan )?(?:dingin|adem|atis|tiris)|panas-dingin|adem panas|meriang (?:dingin|menggigil)|merinding (?:dingin|kedinginan)"),
    ("cough", rf"(?:batuk|watuk|btuk|batux|batuak|ohoek|batpil|ngikil|ngekel|cough){_END}(?:[ -](?:batuk|watuk))?{_END}(?: (?:kering|berdahak|grok|ngikil|rejan))?"),
    ("breathlessness", rf"(?<!penuh )(?:sesak|sesek|seseg|sessak|sesk|ssk|ampeg|ampek){_END}(?: (?:di )?(?:{_BREATH}|{_CHEST}){_OF})?"),
    ("breathlessness", rf"(?:{_CAN}|berat|pendek) {_BREATH}{_OF}|{_BREATH}{_OF}{_THEN} (?:berat|pendek|sesak|sesek|susah|sulit|tersengal\S*|terengah\S*|ngos\S*|cekak|megap\S*|tidak (?:enak|lega))"),
    ("breathlessness", rf"{_CHEST}{_OF}{_THEN} (?:sesak|sesek|seseg|ampeg|ampek)"),
    ("breathlessness", r"(?:megap|ngos|menggeh|engap|engep)\S*(?: ?-? ?(?:megap|ngos)\S*)?|kehabisan na[fp]as|short(?:ness)? of breath|breathless|hard to breathe|difficulty breathing|trouble breathing"),
    ("sore_throat", rf"(?:{_PAIN}|radang|gatal|gatel|panas|serik|serak|kering)(?: (?:di|pada|dan|bagian|rasanya|pas|saat|waktu))* (?:{_THROAT}{_OF}|(?:menelan|nelan|nelen|telan|ngulu|ngeleg))(?: ludah)?"),
    ("sore_throat", rf"{_THROAT}{_OF}{_THEN} (?:{_PAIN}|radang|meradang|gatal|gatel|kering|serik|panas|bengkak|ketusuk|ditusuk|seret|tidak enak|kurang enak|mengganjal|ngganjel)"),
    ("sore_throat", r"sore throat|faringitis|radang amandel|amandel(?:nya)?(?: bengkak| radang)?|strep throat"),
    ("hoarse_voice", rf"(?:suara|swara){_OF}{_THEN} (?:serak|hilang|ilang|habis|parau|entek)(?: (?:dan )?(?:hampir )?(?:hilang|habis|ilang))?|serak|parau|hoarse\w*"),
    ("runny_nose", rf"(?:pilek|pilex|pileg|piluk|batpil|ingus|ingusan|beringus|umbel|selesma|salesma|meler|mbeler|bersin|wahing|sneez){_END}(?:[ -](?:bersin|pilek|wahing))?{_END}"),
    ("runny_nose", rf"{_NOSE}{_OF}{_THEN} (?:tersumbat|kesumbat|mampet|buntu|buntet|meler|berair|gatal|gatel|bumpet|beringus|ingusan|umbelen)|(?:mampet|buntu) {_NOSE}{_OF}"),
    ("runny_nose", r"(?:runny|stuffy|blocked|congested) nose|(?<!vaksin )(?<!virus )(?<!musim )(?:kena |lagi )?flu\b(?! (?:burung|babi|spanyol|singapura|shot|unta|a b))(?: biasa)?"),
    ("headache", rf"{_PAIN}(?: (?:di|pada|bagian|hebat|sebelah|belakang))* {_HEAD}{_OF}(?: sebelah)?|{_HEAD}{_OF}{_THEN} (?:{_PAIN}|berat|mau pecah|berdenyut|ngelu|ketusuk\S*|ditusuk\S*)"),
    ("headache", rf"ngelu(?:ne|nya|ku|ngelu|-ngelu)?|migrai?n{_END}|migren|headaches?|(?:sirah|hulu) (?:rieut|lieur)"),
    ("dizziness", rf"(?:pusing|pusying|mumet|puyeng|pening|kliyeng|gliyeng|nggliyeng|klenger|vertigo|lieur|sempoyongan|sliyeran|keliyengan|munyer|dizz|lighthead){_END}(?:ed)?(?: {_HEAD}{_OF})?(?! (?:mikir|memikir|ngurus|cari|soal|gara|lihat|liat|tujuh keliling|banget lihat|baca|dengan (?:aplikasi|sistem|cara)|sama (?:aplikasi|sistem|kelakuan|pelayanan|cara|orang))\S*)"),
    ("dizziness", rf"{_HEAD}{_OF}{_THEN} (?:pusing|mumet|puyeng|pening|kliyengan|muter\S*|berputar\S*|nggliyeng|gliyeng\S*|melayang)"),
    ("muscle_pain", rf"(?:pegal|pegel|linu|ngilu|kemeng|njarem|encok|mialgia|myalgia|rematik|boyoken|greges linu){_END}(?:[ -](?:pegal|pegel|linu|ngilu|kemeng){_END})*(?: (?:otot|sendi|badan|tulang|semua))*"),
    ("muscle_pain", rf"(?:{_PAIN}|kaku|kram)(?: (?:di|pada|semua|seluruh|sekujur|otot|dan))* (?:otot|sendi|persendian|tulang|pinggang|punggung|boyok|{_BODY}){_OF}(?: semua| kabeh)?"),
    ("muscle_pain", rf"(?:{_BODY}|otot|sendi|persendian|tulang|pinggang|punggung|boyok){_OF}(?: saya)?{_THEN} (?:{_PAIN}|remuk|remek|rontok|kaku|ngilu|linu|pegal|pegel|kemeng|ngentek)(?: semua| kabeh)?|body aches?|muscle (?:pains?|aches?)|joint pains?|aching"),
    ("fatigue", rf"(?:{_BODY}{_OF}(?: saya)? )?(?:lemas|lemes|lemez|letih|lesu|lunglai|loyo|lungkrah|nglentruk|kelelahan|kecapean|kecapekan|fatigue|fatigued|tired|tiredness|exhausted|lethargic){_END}"),
    ("fatigue", rf"(?:{_BODY}{_OF}(?: saya)? )?(?:lelah|capek|cape|letih)(?:nya)?(?! (?:nunggu|menunggu|antri|antre|nanya|hati|deh|dengan|sama|mengantri|ngetik|ngisi|dengar|berita|kerja|begini|bales|kali|tiap|baca|saya)\S*)|{_BODY}{_OF} (?:\w+ )?kesel|kesel {_BODY}{_OF}"),
    ("fatigue", rf"{NO} (?:ber|ada |punya |duwe )?tenaga|tenaga{_OF} (?:\w+ )?(?:habis|hilang|entek|ilang)"),
    ("malaise", rf"(?:{NO}|kurang) (?:enak|nyaman|penak|sekeco|sehat|fit) {_BODY}{_OF}|{_BODY}{_OF}(?: saya)?(?: \w+)? (?:{NO}|kurang|ora) (?:enak|fit|penak|nyaman|sehat|sekeco|sekeca)\w*|kurang (?:sehat|fit)|masuk angin|mlebu angin|meriang badan|unwell"),
    ("loss_of_smell", rf"(?:anosm[iy]a|anosmi|ansomia|anosnia|hiposmia|hyposmia|parosmia){_END}"),
    ("loss_of_smell", rf"{_CAN}(?: lagi| bisa)? {_SMELL}\b{_KISSED}{_ODOUR}|{NO} (?:nyium|mencium|kecium|tercium|mambu|ngambu){_ODOUR}|{_CAN} (?:membedakan|mbedakan|bedain|bedakan|mbedakno) (?:bau|aroma)\S*"),
    ("loss_of_smell", rf"{_SMELLING}{_OF}(?: (?!{NO}\b|normal|belum)\w+){{0,3}}? (?:{_GONE}\w*|{NO} (?:lagi )?(?:berfungsi|bisa|jalan|normal|ada|kerasa|peka))"),
    ("loss_of_smell", rf"{_GONE}(?: \w+)? (?:{_SMELLING}|bau){_OF}|(?:bau|aroma){_OF}(?: apa\S*)?(?: \w+)? (?:{NO} (?:kerasa|tercium|kecium|ada|terasa)|hilang|ilang)|{NO} (?:ada|onok|ono) (?:bau|ambu|aroma)(?:nya|ne)|(?:bau|ambu|aroma)(?:nya|ne)(?: \w+){{0,2}} {NO} (?:ada|onok|ono|kerasa|kecium)"),
    ("loss_of_smell", rf"{_NOSE}{_OF}(?: \w+)? (?:mati rasa|{NO} (?:bisa |iso )?(?:mencium|nyium|cium|bau|mambu|ngambu)){_ODOUR}|(?:lost|loss|losing|no)(?: of| my| the| sense)* (?:sense of )?smell|can'?t smell"),
    ("loss_of_taste", rf"(?:ageusia|aguesia|hipogeusia|dysgeusia|disgeusia){_END}|hambar|anyep kabeh"),
    ("loss_of_taste", rf"{_CAN}(?: lagi| bisa)? (?:mengecap|ngecap|(?:merasakan|merasa|ngerasain|ngrasakno|rasain|ngrasakke) (?:rasa|makanan|makan|masakan|asin|manis|apa ?-?(?:2|apa)|opo\S*)|mencicip\S*|nyicip\S*|taste)(?: rasa| makanan)?|{_CAN} (?:membedakan|mbedakan|bedain|bedakan|mbedakno) rasa{_OF}|{NO} (?:ada|onok|ono) (?:rasanya|rasane)(?! (?:sakit|nyeri|takut))|rasa (?:makanan|masakan){_OF}{_THEN} (?:hilang|ilang|berkurang)"),
    ("loss_of_taste", rf"{_TASTING}{_OF}(?: (?!{NO}\b|normal|belum)\w+){{0,3}}? (?:{_GONE}\w*|{NO} (?:lagi )?(?:berfungsi|bisa|jalan|normal|ada|kerasa|peka|berasa))"),
    ("loss_of_taste", rf"{_GONE}(?: \w+)? {_TASTING}{_OF}|(?:mulut|lidah|ilat|cangkem|tutuk|lathi|lambe){_OF}(?: saya)?{_THEN} (?:pahit|pait|hambar|anyep|cemplang|mati rasa|tawar|kebas|{NO} (?:ada )?(?:rasa|kerasa|berasa|bisa rasa))|(?:pahit|pait|hambar) di (?:mulut|lidah)"),
    ("loss_of_taste", rf"(?:makan|makanan|mangan|masakan|semua|semuanya|minum){_OF}(?: \w+){{0,3}}? (?:hambar|tawar|cemplang|anyep|{NO} (?:ada |onok )?(?:rasa|rasanya|rasane|kerasa|berasa|terasa))|(?:lost|loss|losing|no)(?: of| my| the| sense)* (?:sense of )?taste|can'?t taste"),
    ("diarrhoea", rf"(?:diare|diarre|diarhe|diarrhea|diarrhoea|mencret|menceret|mencrit|mejret|murus|mising){_END}(?:[ -]mencret)?|(?:bab|berak|be ?a ?be|buang air|ngising|pup){_END}(?: besar)?(?: saya| \w+)? (?:cair|encer|air|terus|mencret|banyu)|buang ?-?(?:buang|2) air"),
    ("nausea", rf"(?:mual|eneg|enek|eneq|mblenek|muneg|munek|nausea|nauseous|queas){_END}(?! (?:kabar|sing|seng|opo|ta|vaksin|info|berita|wong|kasus|data|jadwal|tempat))(?:[ -](?:mual|eneg|muneg))?{_END}"),
    ("vomiting", rf"(?:muntah|mutah|muntaber|gumoh|vomit|threw up|throwing up){_END}(?:[ -]muntah)?{_END}"),
    ("abdominal_pain", rf"(?:{_PAIN}|mules|mulas|melilit|kram|mulek) (?:di )?{_BELLY}{_OF}|{_BELLY}{_OF}(?: saya)?{_THEN} (?:{_PAIN}|mules|mulas|melilit|kram|kembung|mulek)|mules|mulas|stomach ?aches?"),
    ("low_appetite", rf"(?:nafsu|napsu|nfsu|selera) ?(?:makan|mangan|dahar){_OF}{_THEN} (?:hilang|ilang|berkurang|turun|menurun|kurang|{NO} ada|mudun)|(?:{NO}|kurang|hilang|berkurang|turun)(?: ada| punya| duwe)? (?:nafsu|napsu|selera)(?: makan| mangan)?"),
    ("low_appetite", rf"(?:{NO}|susah|males|malas|angel)(?: bisa)? (?:doyan|mau|pengen|kepengen|kerso|gelem|purun|masuk|enak)? ?(?:makan|mangan|dahar|maem)(?! (?:obat|daging|babi|vaksin)\S*)|(?:loss of|no|poor) appetite|{NO} doyan (?:makan|mangan|opo\S*)"),
    ("chest_pain", rf"(?:{_PAIN}|panas)(?: (?:di|pada|bagian|menusuk|tajam|hebat|sebelah|kiri|kanan|tengah))* {_CHEST}{_OF}(?: kiri| kanan| tengah)?|{_CHEST}{_OF}(?: saya)?{_THEN} (?:{_PAIN}|tertekan|ditekan|ditindih|tertindih|ketindih|berat|panas|tertusuk\S*|diremas)|tight chest|chest tightness"),
    ("rash", rf"(?:ruam|bentol|biduran|biduren|kaligata|rash){_END}(?:[ -](?:bentol|ruam){_END})?|bintik\S*(?: ?-? ?bintik)?(?: merah)|(?:gatal|gatel)\S*[ -](?:gatal|gatel)\w*|gat[ae]l2|(?:gatal|gatel)(?: di)? (?:kulit|badan)\w*|kulit\w*(?: \w+)? (?:gatal|gatel|merah|kemerahan|melepuh)"),
    ("red_eyes", rf"(?:mata|mripat|moto|soca){_OF}(?: saya)?(?: \w+)? (?:merah|abang|perih|belekan|berair|iritasi|sepet|gatal|gatel|bengkak)|sakit mata|belekan|konjungtivitis|conjunctivitis|(?:red|pink|sore) eyes?"),
    ("confusion", rf"linglung{_END}|(?:tiba ?-? ?tiba |mendadak )bingung|bingung mendadak|meracau|ngelantur|ngomyang|nglindur terus|delirium|disorientasi|confus(?:ed|ion)|{NO} nyambung (?:kalau )?(?:diajak )?(?:bicara|ngomong)|kesadaran{_OF}(?: \w+)? (?:menurun|turun|berkurang)|penurunan kesadaran"),
    ("arm_pain", rf"(?:{_PAIN}|pegal|pegel|kemeng|bengkak|ngilu)(?: (?:di|pada|bagian|area))* (?:lengan|tangan|bekas suntik\w*|tempat suntik\w*){_OF}|(?:lengan|bekas suntik\w*|tempat suntik\w*|tangan(?: bekas suntik\w*)){_OF}(?: saya| \w+)? (?:{_PAIN}|pegal|pegel|kemeng|bengkak|ngilu|kaku)|sore arm"),
]  # fmt: skip
PATTERNS: list[tuple[SymptomName, re.Pattern[str]]] = [
    (name, re.compile(rf"(?<!\w)(?:{pattern})(?!\w)")) for name, pattern in _TABLE
]
_INTACT_TABLE: list[tuple[SymptomName, str]] = [
    ("loss_of_smell", rf"{_SMELLING}{_OF}{_THEN} (?:normal|aman|baik|kembali|balik|pulih|masih ada|(?:{NO}|belum) (?:hilang|ilang|terganggu))|(?:masih|sudah|udah|tetap|tetep|isih|wis) (?:bisa|bs|iso|saged) {_SMELL}{_KISSED}{_ODOUR}"),
    ("loss_of_taste", rf"{_TASTING}{_OF}{_THEN} (?:normal|aman|baik|kembali|balik|pulih|masih ada|(?:{NO}|belum) (?:hilang|ilang|terganggu))|(?:masih|sudah|udah|tetap|tetep|isih|wis) (?:bisa|bs|iso|saged) (?:mengecap|ngecap|merasakan (?:rasa|makanan)|ngerasain (?:rasa|makanan))"),
    ("low_appetite", rf"(?:nafsu|napsu|selera) makan{_OF}{_THEN} (?:normal|baik|bagus|ada|naik|kembali)|(?:masih|sudah|tetap) (?:mau|doyan|nafsu|bisa) (?:makan|mangan)"),
]  # fmt: skip
INTACT: list[tuple[SymptomName, re.Pattern[str]]] = [
    (name, re.compile(rf"(?<!\w)(?:{pattern})(?!\w)")) for name, pattern in _INTACT_TABLE
]
"""What says that nothing is lost."""

NEGATION_INSIDE: frozenset[SymptomName] = frozenset(
    {"loss_of_smell", "loss_of_taste", "low_appetite", "malaise", "fatigue", "confusion", "breathlessness"}
)  # fmt: skip
"""Symptoms whose name may hold a "tidak" ("tidak bisa cium bau"): inside them it denies nothing."""

# "panas" is the weather, a drink, a place: a fever only when the body is spoken of.
HOT = re.compile(r"(?<!\w)(?:panas|panes|panasnya|panase|benter|benteripun|anget|angetnya)(?!\w)")
HOT_THING = re.compile(
    r"(?:hidung|idung|dada|tenggorokan|mata|perut|lambung|kaki|tangan|kuping|telinga|mulut|lidah|cuaca|cuacanya|udara|udaranya|air|banyu|wedang|makanan|makan|minum|minuman|teh|kopi|hari ini|(?<!\d )(?<!dua )(?<!tiga )(?<!empat )(?<!lima )hari|musim|matahari|kompor|tempat|tempatnya|ruangan|ruang|kamar|mesin|hp|hape|seberapa|sepanas"
    r"|siang|terik|hati|kompres|uap|bumi|kota|surabaya|jakarta|mobil|suasana|cepat|sinar|jalan|di luar|hujan)(?: (?:yang|sangat|sedang|lagi|makin|itu|ini|cukup|banget))*$"
)
HOT_AFTER = re.compile(
    r"^ (?:\w+ ){0,2}?(?:srengenge|suroboyo|ini hari|dino iki|matahari|terik|cuaca|hari ini|di luar|sekali di|bumi|hati|banget di|hujan|banget cuaca\w*|sekali cuaca\w*)"
)
ILL = re.compile(
    r"(?<!\w)(?:badan\w*|tubuh\w*|awak\w*|dahi|kening|jidat|anak\w*|bayi\w*|balita|adik\w*|ibu\w*|bapak\w*|suami\w*|istri\w*|nenek\w*|kakek\w*|bocah\w*|lare|sakit|obat\w*|parasetamol|paracetamol|suhu\w*"
    r"|tinggi|turun|mudun|naik|normal|hari|dinten|dino|gejala|keluhan|lemas|badanku|malam|sejak|kemarin|semalam|wingi|sumer|termometer|derajat)(?!\w)"
)
ONESELF = re.compile(r"(?<!\w)(?:saya|sy|aku|kulo|kula|gue|dia)(?: (?:juga|lagi|masih|agak|sudah|kok|kena|merasa))* $")
