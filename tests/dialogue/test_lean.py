"""TensorFlow is left out where nothing computes with it, and nowhere else."""

from __future__ import annotations

import subprocess
import sys
from typing import Any

import pytest
import yaml

from siaga.dialogue.lean import can_do_without
from siaga.settings import ROOT

OURS = {"pipeline": [{"name": "siaga.nlu.tokenizer.IndonesianTokenizer"}], "policies": [{"name": "RulePolicy"}]}
RUN = ["run", "--port", "5005"]


def test_this_pipeline_needs_no_tensorflow() -> None:
    assert can_do_without(yaml.safe_load((ROOT / "config.yml").read_text(encoding="utf-8")), RUN)


@pytest.mark.parametrize(
    ("config", "arguments"),
    [
        ({**OURS, "pipeline": [*OURS["pipeline"], {"name": "DIETClassifier"}]}, RUN),
        ({**OURS, "policies": ["TEDPolicy"]}, RUN),
        ({**OURS, "pipeline": None}, RUN),
        ({"pipeline": OURS["pipeline"]}, RUN),
        (OURS, ["train"]),
        (OURS, ["test", "core", "run"]),
        (OURS, [*RUN, "--enable-api"]),
        (OURS, []),
    ],
)
def test_what_may_need_it_has_it(config: dict[str, Any], arguments: list[str]) -> None:
    assert not can_do_without(config, arguments)


def test_rasas_server_comes_up_without_it_and_who_would_compute_is_told() -> None:
    tried = """
from siaga.dialogue.lean import TensorFlowLeftOut, leave_out
leave_out()
import rasa.server, tensorflow as tf
from rasa.engine.recipes.default_components import DEFAULT_COMPONENTS
from rasa.utils.tensorflow.models import RasaModel
assert len(DEFAULT_COMPONENTS) > 20
for compute in (lambda: tf.constant([1.0]), lambda: RasaModel(), lambda: tf.keras.layers.Dense(3)):
    try:
        compute()
    except TensorFlowLeftOut:
        continue
    raise SystemExit("it went on")
"""
    ran = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", tried], capture_output=True, text=True, check=False, cwd=ROOT
    )
    assert ran.returncode == 0, ran.stderr
