"""Regency codes that are no longer given out, but stand in the NIKs of those who were recorded under them.

The codes of Papua and Papua Barat before both provinces were divided in 2022, from one public list of regions; two of
them (91.12, 92.71) were compared with a transcript of Permendagri 72/2019, none with the decree itself. A NIK keeps the
code it was made with, so nearly every adult there carries one. The numbers still in use after 2022 kept their regency.
"""

RETIRED_REGENCIES = {
    "91.01": "Kabupaten Merauke",
    "91.02": "Kabupaten Jayawijaya",
    "91.04": "Kabupaten Nabire",
    "91.07": "Kabupaten Puncak Jaya",
    "91.08": "Kabupaten Paniai",
    "91.09": "Kabupaten Mimika",
    "91.12": "Kabupaten Pegunungan Bintang",
    "91.13": "Kabupaten Yahukimo",
    "91.14": "Kabupaten Tolikara",
    "91.16": "Kabupaten Boven Digoel",
    "91.17": "Kabupaten Mappi",
    "91.18": "Kabupaten Asmat",
    "91.21": "Kabupaten Mamberamo Tengah",
    "91.22": "Kabupaten Yalimo",
    "91.23": "Kabupaten Lanny Jaya",
    "91.24": "Kabupaten Nduga",
    "91.25": "Kabupaten Puncak",
    "91.26": "Kabupaten Dogiyai",
    "91.27": "Kabupaten Intan Jaya",
    "91.28": "Kabupaten Deiyai",
    "92.01": "Kabupaten Sorong",
    "92.04": "Kabupaten Sorong Selatan",
    "92.05": "Kabupaten Raja Ampat",
    "92.09": "Kabupaten Tambrauw",
    "92.10": "Kabupaten Maybrat",
    "92.71": "Kota Sorong",
}
