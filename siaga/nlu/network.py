"""A small network from features to intents: one hidden layer, trained with Keras, run with numpy."""

from __future__ import annotations

import math
from dataclasses import dataclass, fields
from typing import Any

import numpy as np
from scipy.special import erf

_BATCH, _SMALL_BATCH = 512, 32
# With few examples a batch is small and each is seen more often.
_FEWEST_STEPS = 400
_LEARNING_RATE = 3e-3
_SMOOTHING = 0.05
_WEIGHT_DECAY = 1e-5
# Features of length one are small beside what the layers begin with.
_SCALE = 4.0


@dataclass
class Network:
    """Weights and biases of the hidden layer (features x units) and of the one that tells intents (units x intents)."""

    hidden: np.ndarray
    hidden_bias: np.ndarray
    out: np.ndarray
    out_bias: np.ndarray

    def logits(self, features: np.ndarray) -> np.ndarray:
        """Unscaled scores (texts x intents). Features that are left out at the end count as zero."""
        hidden = self.hidden[: features.shape[1]]
        # einsum: numpy's matrix product starts threads, which spin on after it.
        raised = np.einsum("ij,jk->ik", features.astype(np.float32) * _SCALE, hidden) + self.hidden_bias
        raised = 0.5 * raised * (1 + erf(raised / np.sqrt(2, dtype=np.float32)))  # GELU
        logits: np.ndarray = np.einsum("ij,jk->ik", raised, self.out) + self.out_bias
        return logits

    def arrays(self) -> dict[str, np.ndarray]:
        """The numbers, for ``numpy.savez``."""
        return {part.name: getattr(self, part.name).astype(np.float16) for part in fields(self)}

    @classmethod
    def from_saved(cls, arrays: Any, prefix: str = "") -> Network:
        """What ``arrays`` gave, saved with ``prefix`` before each name."""
        return cls(**{part.name: arrays[prefix + part.name].astype(np.float32) for part in fields(cls)})


def train(
    always: np.ndarray,
    sometimes: np.ndarray,
    classes: np.ndarray,
    *,
    networks: int,
    units: int,
    epochs: int,
    without: float,
) -> list[Network]:
    """Networks that were trained on examples, side by side; they differ in what they began with.

    Args:
        always: features that are always there (examples x features).
        sometimes: features that may be missing, then all zero (examples x features).
        classes: the number of each example's intent, from 0.
        networks: how many.
        units: width of the hidden layer.
        epochs: how often each example is seen.
        without: the share of examples from which ``sometimes`` is taken away, drawn anew each time they are seen, so
            that the networks do well without it, too.
    """
    import tensorflow as tf

    layers = tf.keras.layers
    tf.keras.utils.set_random_seed(0)
    number = int(classes.max()) + 1
    counts = np.bincount(classes, minlength=number)
    # Small intents count more, but not as much more as they are smaller.
    weights = np.sqrt(len(classes) / (number * np.maximum(counts, 1)))[classes]

    class Missing(layers.Layer):  # type: ignore[name-defined]
        """Takes all features away from some of the examples; unlike dropout, does not make up for it in the others."""

        def call(self, values: Any, training: bool | None = None) -> Any:
            if not training:
                return values
            return values * tf.cast(tf.random.uniform((tf.shape(values)[0], 1)) >= without, values.dtype)

    first = layers.Input((always.shape[1],))
    second = layers.Input((sometimes.shape[1],))
    decay = tf.keras.regularizers.l2(_WEIGHT_DECAY)
    pairs = [
        (
            layers.Dense(units, activation="gelu", kernel_regularizer=decay),
            layers.Dense(number, kernel_regularizer=decay),
        )
        for _ in range(networks)
    ]
    outputs = []
    for hidden, out in pairs:
        joined = layers.Dropout(0.3)(layers.Concatenate()([first, Missing()(second)]))
        outputs.append(out(layers.Dropout(0.5)(hidden(joined))))
    # One model for all: their steps use the processors together.
    model = tf.keras.Model([first, second], outputs)
    batch = _BATCH if len(classes) > 10 * _BATCH else _SMALL_BATCH
    a_time = math.ceil(len(classes) / batch)
    epochs = max(epochs, math.ceil(_FEWEST_STEPS / a_time))
    model.compile(
        optimizer=tf.keras.optimizers.Adam(tf.keras.optimizers.schedules.CosineDecay(_LEARNING_RATE, a_time * epochs)),
        loss=tf.keras.losses.CategoricalCrossentropy(from_logits=True, label_smoothing=_SMOOTHING),
    )
    right = np.eye(number, dtype=np.float32)[classes]
    model.fit(
        [always * _SCALE, sometimes * _SCALE],
        [right] * networks,
        sample_weight=[weights] * networks,
        batch_size=batch,
        epochs=epochs,
        verbose=0,
    )
    return [Network(*hidden.get_weights(), *out.get_weights()) for hidden, out in pairs]
