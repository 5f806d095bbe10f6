"""The mails that may be sent without consent: each answers what its person did, or serves their rights.

Whatever is not here is commercial, and goes only with a topic, a consent and a way to refuse it
(Art. 13 ePrivacy Directive, Art. 11.7 Tw). The platform itself sends people who asked for an offer nothing
else.
"""

#: Template -> why it is no commercial mail.
TRANSACTIONAL = {
    "lead_confirmation": "confirms the request for an offer that the person has just sent",
    "lead_received": "tells the organisation itself that it got a request",
    "restriction_ends": "tells the person that a restriction will end (Art. 18(3) GDPR)",
    "request_received": "confirms a privacy request",
    "request_identity_asked": "asks who made a privacy request (Art. 12(6) GDPR)",
    "request_extended": "says that a privacy request takes longer (Art. 12(3) GDPR)",
    "request_unverified": "closes a privacy request whose person is unknown (Art. 12(2) GDPR)",
    "request_answer": "answers a privacy request",
    "request_forwarded": "says to whom a privacy request was passed on",
    "door_link": "the link to the page for privacy requests that somebody asked for",
}


class NotTransactional(ValueError):
    """A mail without a topic whose template is not in the list."""


def require_transactional(template: str) -> None:
    """Raise NotTransactional for what may not be sent to somebody who did not consent to it."""
    if template not in TRANSACTIONAL:
        raise NotTransactional(f"{template} is not known to answer what its reader did.")
