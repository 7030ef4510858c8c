"""Whether a webhook comes from Twilio: its signature covers the address Twilio called and all form fields."""

from __future__ import annotations

from urllib.parse import parse_qs

from twilio.request_validator import RequestValidator

from siaga.whatsapp.twilio.access import TRY_AGAIN

HEADER = "X-Twilio-Signature"
# Many times what Twilio sends.
MOST_FIELDS = 500


class Form(dict[str, list[str]]):
    """The fields of a webhook, empty ones too: the signature covers them."""

    def getlist(self, name: str) -> list[str]:
        """All values of a field, as the validator asks for them."""
        return self[name]

    def first(self) -> dict[str, str]:
        """The first value of each field."""
        return {name: values[0] for name, values in self.items()}


def read_form(body: bytes) -> Form:
    """The fields of a form.

    Raises:
        ValueError: it has far too many.
    """
    text = body.decode("utf-8", "replace")
    return Form(parse_qs(text, keep_blank_values=True, max_num_fields=MOST_FIELDS, errors="replace"))


def genuine(url: str, form: Form, header: str | None, token: str) -> bool:
    """Whether ``header`` is the signature of this form, posted to ``url``: the address as Twilio knows it.

    Twilio does not say whether what stands behind ``#`` in the address is signed; both are accepted.
    """
    if not header:
        return False
    validator = RequestValidator(token)
    return any(validator.validate(known_as, form, header.strip()) for known_as in (url, url + TRY_AGAIN))
