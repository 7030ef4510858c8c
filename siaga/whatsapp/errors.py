"""What the Graph API's refusals mean for us.

Meta's page "support/error-codes" (read in November 2026) says what each code is; what to do about it is our own
judgement, and Meta's "possible solutions" where it gives any. The same codes come with failed statuses.
"""

from __future__ import annotations

from siaga.turns.messages import Verdict

# The account may not write to people in this country.
_COUNTRY = 130497

_MEANINGS: dict[Verdict, tuple[int, ...]] = {
    Verdict.RETRY: (
        1,  # unknown error of the API
        2,  # service temporarily down
        4,  # the app's rate limit
        80007,  # the business account's rate limit
        130429,  # the number sends and receives too fast
        131000,  # something went wrong
        131016,  # service overloaded
        131057,  # the account is in maintenance, as while its throughput is raised
        133004,  # server temporarily unavailable
    ),
    Verdict.RETRY_CONTACT: (131056,),  # too many messages to this one number in a short time
    Verdict.RETRY_LATE: (
        131048,  # too many of our messages were blocked or called spam
        131064,  # the account sends too much for now
        133016,  # registered and deregistered too often
    ),
    Verdict.PAUSE: (
        0,  # the token is not valid
        3,  # the app may not do this
        10,  # permission missing or withdrawn
        33,  # our number is not there
        190,  # the token has expired
        *range(200, 300),  # permission missing or withdrawn
        368,  # blocked for breaking a policy
        2500,  # no such address at the API
        _COUNTRY,  # the account may not write to this country
        131031,  # account locked
        131042,  # payment
        133010,  # the number is not registered
    ),
    Verdict.WINDOW: (131047,),  # more than 24 hours since the contact's last message
    Verdict.BLOCKED: (130403,),  # the contact has blocked us
    Verdict.OPTED_OUT: (131050,),  # the contact has stopped marketing messages
    Verdict.UNREACHABLE: (
        130472,  # the number is part of an experiment of Meta's
        131021,  # we would write to ourselves
        131026,  # not on WhatsApp, terms not accepted, or too old an app: Meta does not say which
        131030,  # a test number may write to listed numbers only
        131049,  # enough marketing for this contact: a day later it would be old
        131062,  # user ids are not taken for this kind of message
    ),
    Verdict.RETRY_ONCE: (
        131052,  # media cannot be downloaded
        131053,  # media cannot be uploaded, or has expired
    ),
    Verdict.DROP: (
        100,  # a parameter is wrong
        131008,  # a parameter is missing
        131009,  # a parameter's value is wrong
        131051,  # no such type of message
        132000,  # the template has another number of variables
        132001,  # no such template in this language, or not approved
        132005,  # the template's text is too long once it is filled in
        132007,  # the template breaks a policy
        132012,  # a variable of the template has another format
        132015,  # the template is paused
        132016,  # the template has been disabled
        132018,  # a parameter of the template is wrong
        132068,  # the flow is blocked
        132069,  # the flow is throttled
        135000,  # a parameter is wrong, Meta does not say which
    ),
}
_VERDICTS: dict[int, Verdict] = {code: verdict for verdict, codes in _MEANINGS.items() for code in codes}

# "Unknown object": the address of the request, and so our own configuration, is wrong.
_NOT_THERE = (100, 33)

_ACCESS = "the access token is not accepted: make a new one (SIAGA_WHATSAPP_ACCESS_TOKEN)"
_PERMISSION = "the app needs whatsapp_business_messaging and whatsapp_business_management for this account"
_NUMBER = "the number is not there: compare SIAGA_WHATSAPP_PHONE_NUMBER_ID (…_OTHER_NUMBERS) with WhatsApp Manager"
_STANDING = "Meta has restricted the account: see Account quality and Business support home in WhatsApp Manager"
_HINTS: dict[int, str] = {
    **dict.fromkeys((0, 190), _ACCESS),
    **dict.fromkeys((3, 10, *range(200, 300)), _PERMISSION),
    **dict.fromkeys((33, 100), _NUMBER),
    **dict.fromkeys((368, 131031, 131048, 131064), _STANDING),
    2500: "the API has no such address: see SIAGA_GRAPH_URL and SIAGA_WHATSAPP_API_VERSION",
    _COUNTRY: "the account may not write to people in this country",
    131042: "payment has failed: see the payment method of the business account",
    133010: "the number is not registered: register it for the Cloud API",
    133016: "the number was registered and deregistered too often: it works again after a while",
}
_NO_CODE = "the Graph API refuses without saying why: see SIAGA_GRAPH_URL and the access token"


def verdict(code: int | None, status: int = 400, subcode: int | None = None) -> Verdict:
    """What an error code means; without a known one, what the HTTP status does."""
    if (code, subcode) == _NOT_THERE:
        return Verdict.PAUSE
    if code is not None and code in _VERDICTS:
        return _VERDICTS[code]
    if status == 429 or status >= 500:
        return Verdict.RETRY
    if status in (401, 403) or (status == 404 and code is None):
        return Verdict.PAUSE
    return Verdict.DROP


def verdict_for(code: int | None, found: Verdict, home: bool) -> Verdict:
    """What a refusal means for a recipient, ``home`` in the programme's country or not.

    An account that may not write to some country is in order as long as that is somebody else's: one citizen abroad
    must not hold up all others.
    """
    return Verdict.UNREACHABLE if code == _COUNTRY and not home else found


def at_home(phone: str | None, user_id: str | None) -> bool:
    """Whether a number, in digits, or a user id is Indonesian; somebody of whom neither is known counts as that."""
    if phone:
        return phone.lstrip("+").startswith("62")
    return user_id is None or user_id.startswith("ID.")


def hint(code: int | None) -> str:
    """What an operator should look at when this code stops everything; empty when it passes by itself."""
    if code is None:
        return _NO_CODE
    return _HINTS.get(code, "")
