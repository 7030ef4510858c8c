"""The consent asked before anything is kept."""

# The wording in the domain's `utter_ask_registration_consent`; a change of meaning there takes a new version here.
CONSENT_VERSION = "2026-11"
