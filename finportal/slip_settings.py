"""What the banks that collect agreed to, as settings: the slip's barcode and where to pay."""

from pydantic import BaseModel, ConfigDict, Field, field_validator
from stdnum import ean


class Place(BaseModel):
    """Where a slip can be paid, as customers read it, and that bank's number of the agreement."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: str
    agreement: str = ""


class Slip(BaseModel):
    """The barcode's form (`adapters/barcode.py` says more) and the places; no GLN, no barcode."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    gln: str = Field(default="", pattern=r"^([0-9]{13})?$")
    reference_length: int = Field(default=18, ge=12, le=25)
    amount_digits: int = Field(default=10, ge=8, le=15)
    longest: int = Field(default=64, ge=32, le=80)
    places: tuple[Place, ...] = ()

    @field_validator("gln")
    @classmethod
    def with_check_digit(cls, gln: str) -> str:
        """The number as it is; the last of its digits checks the others."""
        if gln and not ean.is_valid(gln):
            raise ValueError("the check digit does not fit the other twelve digits")
        return gln


DEMO = Slip(
    gln="9521234567899", places=(Place(name="Banco de la demostración", agreement="00000"),)
)
"""A biller of the range that GS1 keeps for examples: no bank collects for it."""


def in_use(slip: Slip, *, production: bool) -> Slip:
    """What stands on a slip: what was set; where nothing was, the demo's outside production."""
    return slip if slip.gln or production else DEMO
