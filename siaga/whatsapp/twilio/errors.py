"""What Twilio's error codes mean for us: in the API's answers, and in the statuses of messages.

Twilio's error dictionary (read in November 2026) says what each code is; what to do about it is our own judgement, in
line with ``siaga.whatsapp.errors`` where Twilio passes a refusal of Meta's on.
"""

from __future__ import annotations

from siaga.turns.messages import Verdict

_MEANINGS: dict[Verdict, tuple[int, ...]] = {
    Verdict.RETRY: (
        20429,  # too many requests
        20500,  # something went wrong at Twilio
        20503,  # service unavailable
        21611,  # the sender's queue is full
        30001,  # the account's queue is full
        30008,  # unknown error on the way
        63010,  # something went wrong at Twilio
        63012,  # something went wrong at Meta
        63018,  # the number, or the account, sends too fast
        63023,  # Meta said no more than that it went wrong
    ),
    Verdict.PAUSE: (
        20003,  # account id and secret do not fit
        20005,  # the account is not active
        20006,  # access denied
        20008,  # test credentials
        20403,  # forbidden
        20404,  # no such account
        21601,  # the sender cannot send
        21603,  # no sender was given
        21606,  # the sender is not ours
        21609,  # the address for statuses is not valid
        21910,  # sender and recipient are of different channels
        30002,  # the account is suspended
        63001,  # Meta does not accept Twilio's access
        63007,  # the sender is no WhatsApp sender
        63020,  # Meta has not been paid, or the invitation not been accepted
        63022,  # the business's name is not verified
        63038,  # as many messages as the account may send in a day
        63051,  # the business account is locked
        63112,  # the business account has been disabled
    ),
    Verdict.WINDOW: (63016,),  # more than 24 hours since the contact's last message
    Verdict.BLOCKED: (
        21610,  # the contact has written STOP to Twilio
        30004,  # the message was blocked
        63014,  # the contact has blocked us
        63033,  # the contact has blocked us, formerly
    ),
    Verdict.UNREACHABLE: (
        21211,  # no such number
        21217,  # the number is not well formed
        21408,  # the account may not write to this country
        21608,  # a trial account may write to listed numbers only
        21612,  # no way from this sender to this number
        21614,  # not a mobile number
        30003,  # the phone cannot be reached
        30005,  # no such phone
        30006,  # a landline
        63003,  # not on WhatsApp
        63015,  # the sandbox writes only to those who joined it
        63024,  # not a valid recipient
        63032,  # the number is part of an experiment of Meta's
        63049,  # enough marketing for this contact: a day later it would be old
    ),
    Verdict.RETRY_ONCE: (63019,),  # our picture could not be fetched
    Verdict.DROP: (
        21617,  # the text is too long
        21619,  # there is nothing in the message
        21620,  # the picture's address is not valid
        21654,  # variables without a content template
        21655,  # no such content template
        21656,  # a variable is not valid
        21657,  # the content template cannot be sent
        21658,  # a parameter is too long
        30007,  # filtered
        63005,  # Meta does not accept the content
        63013,  # the message breaks a policy
        63021,  # Meta does not accept the content
        63027,  # no such template in this language
        63028,  # the template has another number of variables
        63030,  # a parameter is not supported
        63031,  # we would write to ourselves
    ),
}
_VERDICTS: dict[int, Verdict] = {code: verdict for verdict, codes in _MEANINGS.items() for code in codes}

# Refusals of a content template or its variables: the same can be said in words.
CONTENT_CODES = frozenset({21654, 21655, 21656, 21657, 21658, 92004, 92005, 92006, 92007})
CONTENT_GONE = 21655

_ACCOUNT = "Twilio does not let the account in: compare SIAGA_TWILIO_ACCOUNT_SID and SIAGA_TWILIO_AUTH_TOKEN"
_SENDER = "the sender is not ours, or not for WhatsApp: compare SIAGA_TWILIO_SENDER with Twilio's console"
_STANDING = "Meta or Twilio has restricted the account: see Twilio's console and WhatsApp Manager"
_HINTS: dict[int, str] = {
    **dict.fromkeys((20003, 20006, 20008, 20403, 20404), _ACCOUNT),
    **dict.fromkeys((21601, 21603, 21606, 21910, 63007), _SENDER),
    **dict.fromkeys((20005, 30002, 63001, 63022, 63051, 63112), _STANDING),
    21609: "Twilio does not accept the address for statuses: see SIAGA_TWILIO_PUBLIC_URL",
    63020: "Meta has not been paid, or its invitation not been accepted: see WhatsApp Manager",
    63038: "the account has sent as many messages as it may in a day: see its limits in Twilio's console",
}
_NO_CODE = "Twilio refuses without saying why: see SIAGA_TWILIO_API_URL, account and token"


def verdict(code: int | None, status: int = 400) -> Verdict:
    """What an error code means; without a known one, what the HTTP status does."""
    if code is not None and code in _VERDICTS:
        return _VERDICTS[code]
    if status == 429 or status >= 500:
        return Verdict.RETRY
    if status in (401, 403):
        return Verdict.PAUSE
    return Verdict.DROP


def hint(code: int | None) -> str:
    """What an operator should look at when this code stops everything; empty when it passes by itself."""
    if code is None:
        return _NO_CODE
    return _HINTS.get(code, "")
