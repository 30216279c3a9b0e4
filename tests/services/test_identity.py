"""One canonical form: which spellings are the same person, and which are nobody."""

import unicodedata
from collections.abc import Callable
from contextlib import suppress

import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st
from stdnum.co import nit

from finportal.services import identity
from finportal.services.identity import IdType, NotIdentity

LOOKALIKES = str.maketrans("aceiopxyA", "асеіорхуА")
DIGITS = st.text("0123456789", min_size=1, max_size=14)
SEPARATORS = st.sampled_from(["", " ", ".", "-", "\u00a0", ",", "\u2011", "\u2013", "'"])


@pytest.mark.parametrize(
    ("kind", "typed", "canonical"),
    [
        ("CC", "52345678", "52345678"),
        ("CC", "52.345.678", "52345678"),
        ("CC", " 52 345 678\t", "52345678"),
        ("CC", "52-345-678", "52345678"),
        ("CC", "52\u00a0345\u00a0678", "52345678"),
        ("CC", "52'345,678", "52345678"),
        ("CC", "52\u2011345\u2013678", "52345678"),
        ("CC", "５２３４５６７８", "52345678"),
        ("CC", "0052345678", "52345678"),
        ("CC", "1.012.345.678", "1012345678"),
        ("TI", "1.012.345.678", "1012345678"),
        ("CE", "345.678", "345678"),
        ("PPT", "1.234.567", "1234567"),
        ("PAS", "ab 123-456", "AB123456"),
        ("PAS", "ＡＢ１２３４５６", "AB123456"),
        ("NIT", "800.197.268-4", "8001972684"),
        ("NIT", "8001972684", "8001972684"),
        ("NIT", "800 197 268", "8001972684"),
        ("NIT", "0800.197.268-4", "8001972684"),
    ],
)
def test_a_number_has_one_form_however_it_is_typed(kind: str, typed: str, canonical: str) -> None:
    assert identity.id_number(kind, typed) == canonical


@pytest.mark.parametrize(
    ("kind", "typed"),
    [
        ("CC", ""),
        ("CC", "1234"),
        ("CC", "12345678901"),
        ("CC", "5234567B"),
        ("CC", "٥٢٣٤٥٦٧٨"),
        ("CC", "\u200f52345678"),
        ("CC", "52345678\u202e"),
        ("CC", "5234\u200b5678"),
        ("CC", "52345678; DROP"),
        ("CE", "1234"),
        ("CE", "123456789"),
        ("TI", "123456789"),
        ("PPT", "1234567890"),
        ("PAS", "AB12"),
        ("PAS", "АB12345"),
        ("PAS", "AB1234567890123X"),
        ("NIT", "800197268-5"),
        ("NIT", "12345"),
        ("cc", "52345678"),
        ("XX", "52345678"),
    ],
)
def test_what_is_no_number_is_refused(kind: str, typed: str) -> None:
    with pytest.raises(NotIdentity):
        identity.id_number(kind, typed)


@given(base=st.integers(800_000_000, 999_999_999), wrong=st.integers(0, 9))
def test_only_a_nits_own_check_digit_is_accepted(base: int, wrong: int) -> None:
    right = nit.calc_check_digit(str(base))
    assert identity.id_number("NIT", f"{base}-{right}") == f"{base}{right}"
    assert identity.id_number("NIT", f"{base}") == f"{base}{right}"
    assume(str(wrong) != right)
    with pytest.raises(NotIdentity):
        identity.id_number("NIT", f"{base}-{wrong}")


@pytest.mark.parametrize(
    "typed",
    [
        "3001234567",
        "300 123 4567",
        "(300) 123-4567",
        "300.123.4567",
        "+57 300 123 4567",
        "+57 (300) 123-4567",
        "0057 300 123 4567",
        "57-300-1234567",
        "(+57) 3001234567",
        "３００１２３４５６７",
    ],
)
def test_a_mobile_has_one_form_however_it_is_typed(typed: str) -> None:
    assert identity.mobile(typed) == "3001234567"


@pytest.mark.parametrize(
    "typed",
    ["", "300123456", "30012345678", "6011234567", "+1 3001234567", "58 3001234567", "٣٠٠١٢٣٤٥٦٧"],
)
def test_what_is_no_colombian_mobile_is_refused(typed: str) -> None:
    with pytest.raises(NotIdentity):
        identity.mobile(typed)


@pytest.mark.parametrize(
    ("typed", "canonical"),
    [
        (" Marta@Correo.EXAMPLE ", "marta@correo.example"),
        ("marta+pagos@correo.example", "marta+pagos@correo.example"),
        ("mar.ta@correo.example", "mar.ta@correo.example"),
        ("marta@peñón.co", "marta@xn--pen-8mak.co"),
        (unicodedata.normalize("NFD", "marta@peñón.co"), "marta@xn--pen-8mak.co"),
        ("marta@XN--PEN-8MAK.co", "marta@xn--pen-8mak.co"),
    ],
)
def test_an_address_has_one_form_however_it_is_typed(typed: str, canonical: str) -> None:
    assert identity.email(typed) == canonical


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "marta",
        "marta@",
        "@correo.example",
        "marta@correo",
        "marta@@correo.example",
        "mar ta@correo.example",
        "Marta <marta@correo.example>",
        "marta@correo.example\r\nBcc: x@y.co",
        "marta@correo.example,otra@correo.example",
        "marta\u200f@correo.example",
        "marta@cor\u202ereo.example",
        "márta@correo.example",
        "mаrta@correo.example",
        "marta@[127.0.0.1]",
        '"mar ta"@correo.example',
    ],
)
def test_what_is_no_address_is_refused(typed: str) -> None:
    with pytest.raises(NotIdentity):
        identity.email(typed)


@given(typed=st.text(max_size=30), kind=st.sampled_from(list(IdType)))
def test_any_text_is_a_number_or_refused_and_nothing_else(typed: str, kind: str) -> None:
    _settles(lambda text: identity.id_number(kind, text), typed)


@given(
    groups=st.lists(st.tuples(DIGITS, SEPARATORS), min_size=1, max_size=5),
    kind=st.sampled_from(list(IdType)),
)
def test_the_form_of_a_form_is_itself_for_numbers(groups: list[tuple[str, str]], kind: str) -> None:
    _settles(
        lambda text: identity.id_number(kind, text), "".join(part for g in groups for part in g)
    )


@given(prefix=st.sampled_from(["", "+57", "57", "0057", "(57)"]), digits=DIGITS, sep=SEPARATORS)
@example(prefix="+57", digits="573001234567", sep="")
def test_the_form_of_a_form_is_itself_for_mobiles(prefix: str, digits: str, sep: str) -> None:
    _settles(identity.mobile, f"{prefix}{sep}3{digits}")


@given(address=st.one_of(st.emails(), st.text(max_size=40), st.text("aA.@ñй。-", max_size=12)))
def test_the_form_of_a_form_is_itself_for_addresses(address: str) -> None:
    _settles(identity.email, address)


@given(
    address=st.from_regex(r"[a-z]{3,8}@[a-z]{3,8}\.co", fullmatch=True),
    places=st.sets(st.integers(0, 20), min_size=1),
)
def test_a_lookalike_address_never_equals_the_real_one(address: str, places: set[int]) -> None:
    typed = "".join(
        sign.translate(LOOKALIKES) if place in places else sign
        for place, sign in enumerate(address)
    )
    assume(typed != address)
    with suppress(NotIdentity):
        assert identity.email(typed) != address


@given(text=st.text(max_size=20))
def test_a_masked_number_shows_the_last_four_signs_at_most(text: str) -> None:
    masked = identity.masked(text)
    assert len(masked) == len(text)
    assert set(masked[:-4]) <= {"•"}
    assert masked.endswith(text[-4:]) if len(text) > 4 else set(masked) <= {"•"}


@given(
    local=st.from_regex(r"[a-z0-9]{1,12}", fullmatch=True),
    name=st.from_regex(r"[a-z0-9]{1,12}(\.[a-z]{2,5})?", fullmatch=True),
)
def test_a_masked_address_shows_two_letters_and_the_ending_only(local: str, name: str) -> None:
    assert identity.masked_email(f"{local}@{name}.co") == f"{local[0]}•••@{name[0]}•••.co"


@pytest.mark.parametrize(
    "typed", ["8001972684", "800.197.268-4", "800 197 268", "８００１９７２６８"]
)
def test_a_nit_is_known_with_and_without_its_check_digit(typed: str) -> None:
    assert identity.typed_number(typed) in identity.spellings("8001972684", "NIT")


@given(
    digits=st.from_regex(r"0{0,2}[0-9]{5,11}", fullmatch=True),
    letters=st.sampled_from(["", "AB", "x"]),
    sep=SEPARATORS,
    kind=st.sampled_from(list(IdType)),
)
@example(digits="0123456", letters="", sep="", kind=IdType.PAS)
@example(digits="0800197268", letters="", sep="", kind=IdType.NIT)
def test_what_was_typed_to_register_is_known_when_typed_to_sign_in(
    digits: str, letters: str, sep: str, kind: IdType
) -> None:
    typed = f"{letters}{digits[:3]}{sep}{digits[3:]}"
    with suppress(NotIdentity):
        number = identity.id_number(kind, typed)
        assert identity.typed_number(typed) in identity.spellings(number, kind)


def test_a_person_is_known_by_the_whole_number_only() -> None:
    assert identity.spellings("52345678", "CC") == {"52345678"}
    assert identity.typed_number("5234567") not in identity.spellings("52345678", "CC")


def _settles(canon: Callable[[str], str], typed: str) -> None:
    """Whatever is accepted is its own canonical form; whatever is not raises NotIdentity."""
    try:
        once = canon(typed)
    except NotIdentity:
        return
    assert canon(once) == once
    assert once.isascii()
