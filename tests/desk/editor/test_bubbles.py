"""A text as WhatsApp shows it, and safe whatever it is."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from siaga.desk.editor.bubbles import FOLDED, Option, as_shown, folded, said


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("*Tebal* dan _miring_", "<p><strong>Tebal</strong> dan <em>miring</em></p>"),
        ("~salah~ `kode`", "<p><s>salah</s> <code>kode</code></p>"),
        ("3578********0001", "<p>3578********0001</p>"),
        ("nama_berkas_lain", "<p>nama_berkas_lain</p>"),
        ("• satu\n- dua\nlalu", "<ul><li>satu</li><li>dua</li></ul><p>lalu</p>"),
        ("1. satu\n2) dua", '<ol><li value="1">satu</li><li value="2">dua</li></ol>'),
        ("> kutipan", "<blockquote>kutipan</blockquote>"),
        ("a\n\nb", '<p>a</p><p class="sela"></p><p>b</p>'),
        ("lihat https://a.id/b_c_d.", '<p>lihat <span class="tautan">https://a.id/b_c_d</span>.</p>'),
        ("Halo {nama}", '<p>Halo <mark title="Diisi saat dikirim">nama</mark></p>'),
        ("<b>&", "<p>&lt;b&gt;&amp;</p>"),
    ],
)
def test_marks_are_shown_as_a_phone_does(text: str, html: str) -> None:
    assert as_shown(text) == html


_OURS = re.compile(
    r"</?(?:p|ul|ol|li|blockquote|strong|em|s|code|mark|span)"
    r'(?: (?:class="(?:sela|tautan)"|value="\d+"|title="Diisi saat dikirim"))?>'
)


@given(st.text(st.sampled_from("*_~`<>&\"'{}\n -•1.)ab/:htps\ue000\ue001"), max_size=60))
def test_nothing_but_our_own_tags_comes_out(text: str) -> None:
    assert not re.search(r"[<>\"']", _OURS.sub("", as_shown(text)))


@given(st.text(max_size=2000))
def test_a_long_text_is_folded_and_loses_nothing(text: str) -> None:
    at_once, rest = folded(text)
    assert len(at_once) <= FOLDED
    assert (at_once + rest).replace(" ", "") == text.replace(" ", "")


def test_up_to_three_options_are_buttons_and_more_a_list() -> None:
    assert said("x", *[Option(str(each)) for each in range(3)]).button == ""
    assert said("x", *[Option(str(each)) for each in range(4)]).button == "Pilih"
    assert said("x", Option("a", "b"), button="Lihat").button == "Lihat"
