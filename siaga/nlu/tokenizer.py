"""Words of a message for Rasa: offsets of the raw text, ``lemma`` in plain Indonesian."""

from __future__ import annotations

from typing import Any

from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.nlu.tokenizers.tokenizer import Token, Tokenizer
from rasa.shared.nlu.training_data.message import Message

from siaga.text.normalise import normalise_words
from siaga.text.words import clean, split_words


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.MESSAGE_TOKENIZER, is_trainable=False)
class IndonesianTokenizer(Tokenizer):
    """Cuts at everything that is no letter or digit; a text without words is one token.

    Raise ``version`` in ``config.yml`` whenever the word lists change: Rasa's cache looks at the configuration only.
    """

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        return {
            "intent_tokenization_flag": False,
            "intent_split_symbol": "_",
            "token_pattern": None,
            "prefix_separator_symbol": None,
            "version": 1,
        }

    def tokenize(self, message: Message, attribute: str) -> list[Token]:
        text = clean(message.get(attribute))
        words = split_words(text)
        if not words:
            return [Token(text, 0)]
        lemmas = normalise_words([word.text for word in words])
        return [Token(word.text, word.start, word.end, lemma=plain) for word, plain in zip(words, lemmas, strict=True)]
