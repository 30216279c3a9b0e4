"""Who the portal speaks for: the lender as pages, mails and papers name it."""

import re
from pathlib import Path
from typing import Literal, Self

from pydantic import BaseModel, ConfigDict, model_validator

NO_BREAK = "\u00a0"
_GAPS = re.compile(r"(?<=\d) (?=\d|[ap]\.\s?m\.)|(?<=\b[ap]\.) (?=m\.)")


def unbroken(text: str) -> str:
    """The same text, with no place to end a line inside a telephone number or before "p. m."."""
    return _GAPS.sub(NO_BREAK, text)


class Ombudsman(BaseModel):
    """The Defensor del Consumidor Financiero, whom papers name when the SFC supervises."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: str
    phone: str
    email: str
    address: str


class Lender(BaseModel):
    """Who the portal speaks for, as customers read it."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: str = "Crédito Demo"
    legal_name: str = "Crédito Demo S.A.S."
    nit: str = "900.000.000-5"
    phone: str = "601 000 0000"
    email: str = "servicio@creditodemo.example"
    privacy_email: str = "datos@creditodemo.example"
    hours: str = "lunes a viernes de 8:00 a. m. a 5:00 p. m."
    hours_en: str = "Monday to Friday, 8:00 a.m. to 5:00 p.m."
    address: str = "Carrera 0 # 0-00"
    city: str = "Bogotá D. C."
    logo: Path | None = None
    regime: Literal["SIC", "SFC"] = "SIC"
    ombudsman: Ombudsman | None = None
    signatory_name: str = ""
    signatory_role: str = "Servicio al cliente"

    def for_reading(self) -> Self:
        """The same with its telephone number and its hours unbroken, as pages and mails say it."""
        said = {name: unbroken(getattr(self, name)) for name in ("phone", "hours", "hours_en")}
        return self.model_copy(update=said)

    @model_validator(mode="after")
    def named_ombudsman(self) -> Self:
        """Whoever the SFC supervises has an ombudsman to name (Ley 1328 de 2009, art. 13)."""
        if self.regime == "SFC" and self.ombudsman is None:
            raise ValueError('regime = "SFC" needs [lender.ombudsman] name, phone, email, address')
        return self
