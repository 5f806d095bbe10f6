"""What a visitor began with: the token of their page, and the version that it showed."""

from configurators.published import Version
from leads import form_token, refusals
from leads.capture import IntakeUnavailable
from leads.form_token import BadToken, ExpiredToken, FormToken
from leads.visits import Visit, version_begun


def begun(visit: Visit, text: str) -> tuple[FormToken, Version]:
    """Only a page of ours has such a token, and for a day. Raises Refused."""
    try:
        token = form_token.read(visit.public_key, text)
        version = version_begun(visit, token)
    except ExpiredToken:
        raise refusals.expired_token() from None
    except BadToken:
        raise refusals.bad_token() from None
    except IntakeUnavailable:
        raise refusals.unavailable() from None
    if version is None:
        raise refusals.bad_token()
    return token, version
