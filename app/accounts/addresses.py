"""E-mail addresses and mobile numbers: one written form each, so that one account has one key.

Pure; the one file that knows email-validator and phonenumbers.
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass

import email_validator
import phonenumbers

from app.errors import RuleBroken
from app.messages import N_

HOME_REGION = "CN"
_MOBILE = frozenset(
    {phonenumbers.PhoneNumberType.MOBILE, phonenumbers.PhoneNumberType.FIXED_LINE_OR_MOBILE}
)
# An office's own network may well be called ".local"; whether mail arrives is for the mail to show.
email_validator.SPECIAL_USE_DOMAIN_NAMES.clear()


@dataclass(frozen=True, slots=True)
class Address:
    """Where a code can be sent: ``channel`` is mail or sms, ``text`` the one written form."""

    channel: str
    text: str

    @property
    def masked(self) -> str:
        """Enough to recognise one's own address, too little to learn somebody else's."""
        if self.channel == "sms":
            return f"{self.text[:-8]}****{self.text[-4:]}"
        name, _, domain = self.text.partition("@")
        return f"{name[0]}***@{domain}"


def parse_email(text: str) -> Address:
    """An e-mail address in lower case; raises RuleBroken (email)."""
    wanted = unicodedata.normalize("NFKC", text).strip()
    try:
        found = email_validator.validate_email(
            wanted, check_deliverability=False, allow_smtputf8=False
        )
    except email_validator.EmailNotValidError as error:
        raise RuleBroken(N_("This does not look like an e-mail address."), field="email") from error
    return Address("mail", (found.ascii_email or found.normalized).lower())


def parse_phone(text: str) -> Address:
    """A mobile number as +8613…; numbers without country are Chinese. RuleBroken (phone)."""
    wanted = unicodedata.normalize("NFKC", text).strip()[:40]
    refusal = RuleBroken(N_("This does not look like a mobile number."), field="phone")
    try:
        number = phonenumbers.parse(wanted, HOME_REGION)
    except phonenumbers.NumberParseException as error:
        raise refusal from error
    is_mobile = phonenumbers.number_type(number) in _MOBILE
    if not is_mobile or not phonenumbers.is_valid_number(number):
        raise refusal
    return Address("sms", phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164))


def parse_address(text: str) -> Address:
    """Either of the two, told apart by the @; raises RuleBroken (email)."""
    if "@" in unicodedata.normalize("NFKC", text):
        return parse_email(text)
    try:
        return parse_phone(text)
    except RuleBroken as error:
        raise RuleBroken(
            N_("This is neither an e-mail address nor a mobile number."), field="email"
        ) from error
